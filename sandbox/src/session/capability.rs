//! What this server can do for this connection at this point (RFC 3501 §6.1.1), and ID (RFC 2971).

use imap_codec::imap_types::core::{IString, NString, Vec1};
use imap_codec::imap_types::response::{Capability, Data, Response};

use super::Session;
use crate::reply::Outcome;
use crate::server::{Feature, Tls};
use crate::wire::Gone;

impl Session {
    pub(crate) fn offers(&self, feature: Feature) -> bool {
        self.service.features.contains(&feature)
    }

    /// True when a login may be taken: the connection is encrypted or the server does without.
    pub(crate) fn may_log_in(&self) -> bool {
        self.encrypted || self.service.tls == Tls::Plain
    }

    pub(super) fn capabilities(&self) -> Vec<Capability<'static>> {
        let mut names = vec!["IMAP4rev1", "CHILDREN"];
        let logged_out = self.address.is_none();
        if logged_out && !self.encrypted && self.service.tls == Tls::StartTls {
            names.push("STARTTLS");
        }
        if logged_out && !(self.may_log_in() && self.offers(Feature::Login)) {
            names.push("LOGINDISABLED");
        }
        for feature in &self.service.features {
            names.extend(match feature {
                Feature::Plain if logged_out && self.may_log_in() => Some("AUTH=PLAIN"),
                Feature::XOAuth2 if logged_out && self.may_log_in() => Some("AUTH=XOAUTH2"),
                Feature::OAuthBearer if logged_out && self.may_log_in() => Some("AUTH=OAUTHBEARER"),
                Feature::SaslIr => Some("SASL-IR"),
                Feature::Id => Some("ID"),
                Feature::Idle => Some("IDLE"),
                Feature::Unselect => Some("UNSELECT"),
                Feature::UidPlus => Some("UIDPLUS"),
                Feature::Move => Some("MOVE"),
                Feature::SpecialUse => Some("SPECIAL-USE"),
                Feature::CondStore => Some("CONDSTORE"),
                Feature::LiteralPlus => Some("LITERAL+"),
                Feature::Gmail => Some("X-GM-EXT-1"),
                Feature::ObjectId => Some("OBJECTID"),
                _ => None,
            });
        }
        names
            .into_iter()
            .filter_map(|name| Capability::try_from(name).ok())
            .collect()
    }

    pub(super) async fn tell_capabilities(&mut self) -> Result<Outcome, Gone> {
        if let Ok(capabilities) = Vec1::try_from(self.capabilities()) {
            self.wire
                .send(&Response::Data(Data::Capability(capabilities)))
                .await?;
        }
        Ok(Outcome::ok("CAPABILITY completed"))
    }

    pub(super) async fn tell_id(&mut self) -> Result<Outcome, Gone> {
        let name = IString::try_from("name").map_err(|_| Gone)?;
        let value = NString::try_from("Mailroom sandbox").map_err(|_| Gone)?;
        self.wire
            .send(&Response::Data(Data::Id {
                parameters: Some(vec![(name, value)]),
            }))
            .await?;
        Ok(Outcome::ok("ID completed"))
    }
}
