//! The consent of a tenant's administrator: sends them to the provider's page, and takes note of the answer. What it says
//! comes through a browser and is believed in nothing: a mailbox turns green when it opens.

use entities::authorizations::Purpose;
use entities::ids::MailServerId;
use entities::lights::LightState;
use entities::mail_servers;
use url::Url;

use super::{Answer, AuthorizeError, Begin, Callback, Remembered, redirect_uri};
use crate::access::Access;
use crate::cause::Cause;
use crate::oauth::{self, Wish};
use crate::store::{lights, mail_servers as servers, mailboxes};

/// Where administrators' answers arrive, below the redirect URI of sign-ins.
const PATH: &str = "admin-consent";

/// What an administrator's visit came to.
#[derive(Debug)]
pub struct Consented {
    /// The mail server.
    pub server: mail_servers::Model,
    /// What happened and what follows, as sentences.
    pub words: String,
}

impl Access {
    /// The address at which an administrator's answer arrives, to be registered beside the redirect URI.
    #[must_use]
    pub fn consent_redirect_uri(redirect_uri: &Url) -> Url {
        let mut url = redirect_uri.clone();
        url.set_path(&format!("{}/{PATH}", url.path().trim_end_matches('/')));
        url
    }

    /// Begins the consent of a tenant's administrator; nothing where the provider has no page for it.
    pub async fn begin_admin_consent(
        &self,
        server: MailServerId,
        wanted: &Begin,
    ) -> Result<Option<Url>, AuthorizeError> {
        let server = servers::by_id(&self.store, server)
            .await?
            .ok_or(AuthorizeError::NoMailbox)?;
        let Some(connected) = self.connected(&server).await? else {
            return Err(AuthorizeError::NoClient {
                server: server.name,
            });
        };
        self.require_active_key(server.id).await?;
        let redirect_uri = redirect_uri(&connected, &server, &wanted.redirect)?;
        let redirect_uri = Self::consent_redirect_uri(&redirect_uri);
        let begun = oauth::begin(
            &connected.client,
            &redirect_uri,
            &Wish::default(),
            &mut rand::rng(),
        );
        let url = oauth::admin_consent_url(&connected.client, &redirect_uri, &begun.state);
        if url.is_some() {
            let what = Remembered {
                purpose: Purpose::AdminConsent,
                mailbox: None,
                server: server.id,
                redirect_uri: &redirect_uri,
                state: &begun.state,
                nonce: &begun.nonce,
                verifier: &begun.verifier,
            };
            self.remember(what, wanted).await?;
        }
        Ok(url)
    }

    /// Takes the answer: an `error`, or none. Mailboxes that waited for it are tried at once.
    pub async fn finish_admin_consent(
        &self,
        callback: Callback,
    ) -> Result<Consented, AuthorizeError> {
        let begun = self.take(&callback, Purpose::AdminConsent).await?;
        let server = servers::by_id(&self.store, begun.mail_server_id)
            .await?
            .ok_or(AuthorizeError::NoMailbox)?;
        if let Answer::Error {
            error, description, ..
        } = &callback.answer
        {
            let said = crate::cause::provider_words(&format!("{error} {description}"));
            return Ok(Consented {
                server,
                words: format!("The administrator's consent was not given: \"{said}\"."),
            });
        }
        self.try_those_that_waited(server.id).await?;
        Ok(Consented {
            server,
            words: "The administrator has agreed. Mailboxes that waited for it are tried now; owners who have not signed in yet can.".to_owned(),
        })
    }

    async fn try_those_that_waited(&self, server: MailServerId) -> Result<(), AuthorizeError> {
        let now = self.clock.now();
        let waited = [Cause::AdminConsentRequired, Cause::AppNotAllowed].map(Cause::as_str);
        for light in lights::list(&self.store).await? {
            let waits = light.state == LightState::Red
                && light
                    .cause
                    .as_deref()
                    .is_some_and(|cause| waited.contains(&cause));
            if !waits {
                continue;
            }
            let mailbox = mailboxes::by_id(&self.store, light.mailbox_id).await?;
            if mailbox.is_some_and(|mailbox| mailbox.mail_server_id == server) {
                // However short ago it was tried: it is the provider that has changed its mind.
                lights::ask(&self.store, light.mailbox_id, now).await?;
            }
        }
        Ok(())
    }
}
