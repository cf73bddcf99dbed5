//! The authorization of a mailbox: sends a person to the provider, and takes the answer from whoever began it, once.
//!
//! State, nonce and PKCE verifier are kept in the database, so any process may take the answer (RFC 6749 §4.1, RFC 7636,
//! RFC 9700 §2.1).

mod admin_consent;
mod admitted;
mod device;
mod error;
mod pending;
mod request;

use entities::authorizations::{self, Purpose};
use entities::ids::MailboxId;
use entities::oauth_clients::Flow;
use entities::{mail_servers, mailboxes};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

pub use admin_consent::Consented;
pub use admitted::CallbackError;
pub use error::AuthorizeError;
use error::Declined;
use pending::Remembered;
pub use request::{Answer, Begin, Callback, Finished, Outcome, Redirect};

use super::grant::{Connected, accepted, fits, is_of, tells_identity};
use super::{Access, Closed, sealing};
use crate::cause::{Cause, Red};
use crate::oauth::{self, Granted, Identity, Wish};
use crate::secrets::Fingerprint;
use crate::store::{credentials, mail_servers as servers, mailboxes as boxes};

impl Access {
    /// Begins the authorization of a mailbox and says where to send the person's browser.
    pub async fn begin_authorization(
        &self,
        mailbox: MailboxId,
        wanted: &Begin,
    ) -> Result<Url, AuthorizeError> {
        let (mailbox, server) = self.placed(mailbox).await?;
        self.learn_of_issuer(&server).await?;
        let connected = self.person_signs_in(&server).await?;
        let redirect_uri = redirect_uri(&connected, &server, &wanted.redirect)?;
        let stored = credentials::find(&self.store, mailbox.id).await?;
        // A shared mailbox is opened by a member's sign-in: which one, they choose.
        let choose_account = wanted.choose_account || !mailbox.delegates.0.is_empty();
        let wish = Wish {
            login_hint: (!choose_account).then(|| mailbox.address.clone()),
            choose_account,
            // One that is here can be kept only where the provider says that it is the same account's.
            need_refresh_token: stored.is_none_or(|stored| stored.sealed.is_none())
                || !tells_identity(&connected.client.endpoints)
                || self.is_known_dead(&mailbox).await?,
        };
        let begun = oauth::begin(&connected.client, &redirect_uri, &wish, &mut rand::rng());
        let what = Remembered {
            purpose: Purpose::Mailbox,
            mailbox: Some(mailbox.id),
            server: server.id,
            redirect_uri: &redirect_uri,
            state: &begun.state,
            nonce: &begun.nonce,
            verifier: &begun.verifier,
        };
        self.remember(what, wanted).await?;
        Ok(begun.url)
    }

    /// Takes the provider's answer, checks and keeps what was granted, opens the mailbox with it and sets the light.
    pub async fn finish_authorization(
        &self,
        callback: Callback,
    ) -> Result<Finished, AuthorizeError> {
        let begun = self.take(&callback, Purpose::Mailbox).await?;
        let mailbox = begun.mailbox_id.ok_or(AuthorizeError::NoMailbox)?;
        let (mailbox, server) = self.placed(mailbox).await?;
        let connected = self.person_signs_in(&server).await?;
        let granted = self.exchanged(&connected, &begun, &callback).await;
        let outcome = match granted {
            Ok((granted, nonce)) => {
                self.keep_granted(&mailbox, &server, &connected, granted, Some(&nonce))
                    .await?
            }
            Err(closed) => self.without_grant(&mailbox, closed).await?,
        };
        Ok(Finished { mailbox, outcome })
    }

    async fn exchanged(
        &self,
        connected: &Connected,
        begun: &authorizations::Model,
        callback: &Callback,
    ) -> Result<(Granted, SecretString), Declined> {
        let Connected { client, http, .. } = connected;
        oauth::check_issuer(client, callback.iss.as_deref())?;
        let code = match &callback.answer {
            Answer::Code(code) => code,
            Answer::Error {
                error,
                description,
                subcode,
            } => {
                let refused =
                    oauth::refused_at_authorization(client, error, description, subcode.as_deref());
                return Err(refused.into());
            }
        };
        let state = Fingerprint::of(callback.state.expose_secret());
        let remembered = |column, bytes: &[u8], key_id: &str| {
            let place = sealing::of_authorization(&state, column);
            sealing::open(&self.keys, &place, bytes, key_id)
                .map_err(|error| Declined::Refused(AuthorizeError::Unreadable(error.to_string())))
        };
        let verifier = remembered(
            "verifier_sealed",
            &begun.verifier_sealed,
            &begun.verifier_key_id,
        )?;
        let nonce = remembered("nonce_sealed", &begun.nonce_sealed, &begun.nonce_key_id)?;
        let redirect_uri = Url::parse(&begun.redirect_uri)
            .map_err(|error| Declined::Refused(AuthorizeError::Unreadable(format!("{error}."))))?;
        let granted = oauth::exchange(http, client, code, &verifier, &redirect_uri).await?;
        Ok((granted, nonce))
    }

    /// Checks what was granted, keeps it, and proves it by opening the mailbox.
    pub(super) async fn keep_granted(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        connected: &Connected,
        granted: Granted,
        nonce: Option<&SecretString>,
    ) -> Result<Outcome, AuthorizeError> {
        let checked = self.checked(mailbox, connected, granted, nonce).await;
        let (granted, identity) = match checked {
            Ok(checked) => checked,
            Err(declined) => return self.without_grant(mailbox, declined).await,
        };
        let now = self.clock.now();
        let identity = identity.and_then(|identity| serde_json::to_value(identity).ok());
        let grant = self.sealed(mailbox, &granted, identity, now);
        credentials::set_grant(self.store.durable(), mailbox.id, grant, now).await?;
        self.scan_soon(mailbox).await?;
        match self.open(mailbox, server).await {
            Ok(opened) => {
                opened.session.leave().await;
                Ok(Outcome::Green)
            }
            Err(Closed::Red(red)) => Ok(Outcome::Red(red)),
            Err(Closed::Store(error)) => Err(error.into()),
            Err(closed) => Ok(Outcome::Unproven {
                words: format!("The provider granted access. {closed}"),
            }),
        }
    }

    /// What was granted, if it is what the mailbox needs, and whose it is.
    async fn checked(
        &self,
        mailbox: &mailboxes::Model,
        connected: &Connected,
        mut granted: Granted,
        nonce: Option<&SecretString>,
    ) -> Result<(Granted, Option<Identity>), Declined> {
        accepted(connected, &granted).map_err(Declined::Red)?;
        let identity = self.identity_of(connected, &granted, nonce).await?;
        if let Some(identity) = &identity {
            fits(mailbox, identity).map_err(Declined::Red)?;
        }
        if granted.refresh_token.is_none() && granted.expires_in.is_some() {
            // Google gives one with the first consent only: the one that is here is still good.
            let stored = credentials::find(&self.store, mailbox.id).await?;
            let stored = stored.zip(identity.as_ref());
            let stored = stored.filter(|(stored, identity)| is_of(stored, identity));
            let stored = match stored {
                // One that the provider refused does not come to life again.
                Some(_) if self.is_known_dead(mailbox).await? => None,
                stored => stored,
            };
            let Some((stored, _)) = stored else {
                return Err(Declined::Red(Red::of(
                    Cause::RefreshTokenMissing,
                    "The provider gave an access token and no refresh token.",
                )));
            };
            granted.refresh_token = Some(self.refresh_token(&stored).map_err(Declined::from)?);
        }
        Ok((granted, identity))
    }

    /// What follows when nothing was granted. A mailbox that is open stays open.
    pub(super) async fn without_grant(
        &self,
        mailbox: &mailboxes::Model,
        declined: Declined,
    ) -> Result<Outcome, AuthorizeError> {
        match declined {
            Declined::Red(red) => {
                let stored = credentials::find(&self.store, mailbox.id).await?;
                let red = match stored {
                    Some(_) => red,
                    None => red.before_any_grant(),
                };
                let red = red.for_mailbox(&mailbox.address);
                if !self.is_green(mailbox).await? {
                    self.show_red(mailbox, &red).await?;
                }
                Ok(Outcome::Red(red))
            }
            Declined::Cancelled { words } => Ok(Outcome::Cancelled { words }),
            Declined::Passing { words } => Ok(Outcome::Unproven {
                words: format!("{words} Begin the sign-in again."),
            }),
            Declined::Refused(error) => Err(error),
        }
    }

    /// A mailbox and its server.
    pub(super) async fn placed(
        &self,
        mailbox: MailboxId,
    ) -> Result<(mailboxes::Model, mail_servers::Model), AuthorizeError> {
        let mailbox = boxes::by_id(&self.store, mailbox).await?;
        let mailbox = mailbox.ok_or(AuthorizeError::NoMailbox)?;
        let server = servers::by_id(&self.store, mailbox.mail_server_id).await?;
        Ok((mailbox, server.ok_or(AuthorizeError::NoMailbox)?))
    }

    /// The provider of a server whose mailboxes' owners sign in. Who switches its service key off wants nobody to.
    pub(super) async fn person_signs_in(
        &self,
        server: &mail_servers::Model,
    ) -> Result<Connected, AuthorizeError> {
        let name = server.name.clone();
        match self.connected(server).await? {
            None => Err(AuthorizeError::NoClient { server: name }),
            Some(connected) if connected.flow == Flow::AppOnly => {
                Err(AuthorizeError::AppOnly { server: name })
            }
            Some(connected) => {
                self.require_active_key(server.id).await?;
                Ok(connected)
            }
        }
    }
}

/// Where the answer is to arrive.
pub(super) fn redirect_uri(
    connected: &Connected,
    server: &mail_servers::Model,
    redirect: &Redirect,
) -> Result<Url, AuthorizeError> {
    match redirect {
        Redirect::Loopback(url) => Ok(url.clone()),
        Redirect::Registered => connected
            .redirect_uri
            .as_deref()
            .and_then(|uri| Url::parse(uri).ok())
            .ok_or_else(|| AuthorizeError::NoRedirectUri {
                server: server.name.clone(),
            }),
    }
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
