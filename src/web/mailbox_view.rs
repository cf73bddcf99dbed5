//! Everything that the page of one mailbox shows, read and decided in one place.

use chrono::{DateTime, NaiveDate, Utc};
use entities::credentials::CredentialKind;
use entities::oauth_clients::Flow;
use entities::{credentials, examinations, light_changes, mail_servers, mailboxes, oauth_clients};

use super::light::Light;
use super::moment::Now;
use super::proofs::Opening;
use super::scanner::{self, Scanner};
use super::{State, mailbox};
use crate::access::announce::sign_in_ends_on;
use crate::access::guide::{self, Step};
use crate::cause::{Button, Here, OpenedBy};
use crate::http::{Problem, Visitor};
use crate::store;

/// Changes shown.
const HISTORY: u64 = 50;

/// The one thing to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    SignIn,
    SignInAgain,
    ChooseAccount,
    AdminConsent,
    TryAgain,
}

impl Remedy {
    /// What may be pressed beside it: an administrator's consent, and much that is mended at a provider, ends in a new
    /// sign-in, and nobody tells us when.
    pub(super) fn beside(self, opening: Opening) -> Option<Self> {
        let mends_elsewhere = matches!(self, Self::AdminConsent | Self::TryAgain);
        (mends_elsewhere && opening == Opening::Granted).then_some(Self::SignInAgain)
    }
}

/// The page.
#[derive(Debug)]
pub(super) struct View {
    pub(super) mailbox: mailboxes::Model,
    pub(super) server: mail_servers::Model,
    pub(super) light: Light,
    pub(super) opening: Opening,
    pub(super) remedy: Option<Remedy>,
    pub(super) scanners: Vec<Scanner>,
    pub(super) history: Vec<light_changes::Model>,
    /// Addresses of the account that signed in.
    pub(super) identity: Vec<String>,
    pub(super) refreshed_at: Option<DateTime<Utc>>,
    /// The last day of what was granted, if it is not used or renewed.
    pub(super) sign_in_ends_on: Option<NaiveDate>,
    pub(super) secret_expires_on: Option<NaiveDate>,
    pub(super) commands: Vec<Step>,
    /// The last test that somebody asked for.
    pub(super) examination: Option<examinations::Model>,
    pub(super) may_disconnect: bool,
    pub(super) is_admin: bool,
    pub(super) now: Now,
}

impl View {
    /// What remedies may count on being found on this page.
    pub(super) fn here(&self) -> Here {
        Here {
            opened_by: match self.opening {
                Opening::Granted => OpenedBy::SignIn,
                Opening::Given => OpenedBy::SetUp,
                Opening::AppOnly => OpenedBy::App,
            },
            tries_again: self.remedy == Some(Remedy::TryAgain),
        }
    }
}

/// Reads it, for somebody who may see it.
pub(super) async fn load(state: &State, visitor: &Visitor, id: &str) -> Result<View, Problem> {
    let (store, now) = (&state.shared.store, Now::of(&state.shared, visitor));
    let mailbox = mailbox::named(store, visitor, id).await?;
    let server = store::mail_servers::by_id(store, mailbox.mail_server_id)
        .await?
        .ok_or_else(Problem::internal)?;
    let client = store::oauth_clients::find(store, server.id).await?;
    let credential = store::credentials::find(store, mailbox.id).await?;
    let light = Light::of(store::lights::find(store, mailbox.id).await?);
    let (opening, remedy) = what_helps(store, &mailbox, &light).await?;
    let grant = credential
        .as_ref()
        .filter(|credential| credential.kind == CredentialKind::Oauth);
    Ok(View {
        remedy,
        scanners: scanner::by_mailbox(store)
            .await?
            .remove(&mailbox.id)
            .unwrap_or_default(),
        history: store::light_changes::of_mailbox(store, mailbox.id, HISTORY).await?,
        identity: grant.map(identity).unwrap_or_default(),
        refreshed_at: grant.and_then(|grant| grant.refreshed_at),
        sign_in_ends_on: grant.and_then(|grant| sign_in_ends_on(grant, server.preset, now.at)),
        secret_expires_on: client.as_ref().and_then(|client| client.secret_expires_on),
        examination: store::examinations::find(store, mailbox.id).await?,
        commands: guide::app_only_commands(&server, client.as_ref(), &mailbox),
        may_disconnect: credential.is_some() && mailbox::may_disconnect(visitor, &mailbox),
        is_admin: visitor.is_admin(),
        now,
        light,
        opening,
        mailbox,
        server,
    })
}

/// How a mailbox is opened, and the one thing to press there.
pub(super) async fn what_helps(
    store: &store::Store,
    mailbox: &mailboxes::Model,
    light: &Light,
) -> Result<(Opening, Option<Remedy>), store::StoreError> {
    let client = store::oauth_clients::find(store, mailbox.mail_server_id).await?;
    let credential = store::credentials::find(store, mailbox.id).await?;
    let opening = opening(client.as_ref(), credential.as_ref());
    let remedy = remedy(light, opening, client.is_some()).map(|remedy| {
        // There is nothing to knock with: what an admin has mended is proved by a sign-in.
        let knocks = remedy != Remedy::TryAgain || opening != Opening::Granted;
        if knocks || credential.is_some() {
            remedy
        } else {
            Remedy::SignInAgain
        }
    });
    Ok((opening, remedy))
}

fn opening(
    client: Option<&oauth_clients::Model>,
    credential: Option<&credentials::Model>,
) -> Opening {
    let given = credential.is_some_and(|credential| credential.kind != CredentialKind::Oauth);
    match client.map(|client| client.flow) {
        Some(Flow::AppOnly) if !given => Opening::AppOnly,
        Some(Flow::AuthorizationCode) if !given => Opening::Granted,
        _ => Opening::Given,
    }
}

/// The one thing to press: what the cause asks for, where it can be done from here.
fn remedy(light: &Light, opening: Opening, has_client: bool) -> Option<Remedy> {
    let wanted = match light.row.as_ref().filter(|_| light.is_red()) {
        Some(_) => light
            .cause()
            .map_or(Button::TryAgain, crate::cause::Cause::button),
        // Nothing to mend; a mailbox that was never tried may want its first sign-in.
        None if opening != Opening::Granted => return None,
        None if light.row.is_none() => return Some(Remedy::SignIn),
        None => return Some(Remedy::SignInAgain),
    };
    let signs_in = has_client && opening == Opening::Granted;
    Some(match wanted {
        Button::SignIn if signs_in => Remedy::SignIn,
        Button::ChooseAccount if signs_in => Remedy::ChooseAccount,
        Button::AdminConsent if has_client => Remedy::AdminConsent,
        _ => Remedy::TryAgain,
    })
}

/// The addresses in the identity that the provider vouched for.
fn identity(grant: &credentials::Model) -> Vec<String> {
    let addresses = grant
        .identity
        .as_ref()
        .and_then(|identity| identity.get("addresses")?.as_array().cloned())
        .unwrap_or_default();
    addresses
        .iter()
        .filter_map(|address| Some(address.as_str()?.to_owned()))
        .collect()
}

#[cfg(test)]
#[path = "mailbox_view_tests.rs"]
mod tests;
