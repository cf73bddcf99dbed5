//! Turns a mailbox's stored credential into what is said to the server.

use chrono::{DateTime, Utc};
use entities::credentials::{CredentialKind, Model};
use entities::mail_servers::{self, AuthMethod};
use entities::mailboxes;
use entities::oauth_clients::Flow;
use secrecy::SecretString;

use super::grant::is_fresh;
use super::light::With;
use super::sealing;
use super::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::imap::Login;
use crate::store::{credentials, lights, oauth_clients};

/// What is said to the server, and until when a session may last on it.
pub(super) struct Credential {
    pub(super) login: Login,
    pub(super) with: With,
    pub(super) ends_at: Option<DateTime<Utc>>,
    /// The grant it comes from: one that a new token can be had of.
    pub(super) grant: Option<Model>,
    /// Which version it has as it is stored.
    pub(super) version: Option<i64>,
    /// Whether its token was got just now, to be shown for the first time.
    pub(super) is_new: bool,
}

impl Credential {
    /// Whether its token is too new for another to be asked for, whatever a server says of it. One of seconds may have
    /// ended on its way.
    pub(super) fn is_new_enough(&self, now: DateTime<Utc>) -> bool {
        let is_fresh = |grant| is_fresh(grant, now);
        self.is_new && self.grant.as_ref().is_some_and(is_fresh)
    }
}

impl Access {
    /// What to say to the server, read now: a reference may have changed since the last time, a token may have ended. The
    /// version of what is stored is left in `used`.
    pub(super) async fn credential(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        used: &mut Option<i64>,
    ) -> Result<Credential, Closed> {
        *used = None;
        let stored = match credentials::find(&self.store, mailbox.id).await? {
            Some(stored) => stored,
            None => self.room_for_app_token(mailbox, server).await?,
        };
        *used = Some(stored.version);
        let (kind, version) = (stored.kind, stored.version);
        let with = match kind {
            CredentialKind::Password => With::Password,
            CredentialKind::Oauth if stored.sealed.is_none() => With::AppToken,
            CredentialKind::Oauth | CredentialKind::AccessToken => With::Token,
        };
        let (secret, ends_at, grant) = match kind {
            CredentialKind::Password | CredentialKind::AccessToken => {
                (self.secret(&stored)?, None, None)
            }
            CredentialKind::Oauth => {
                let (token, grant) = self.fresh_token(mailbox, server, stored).await?;
                *used = Some(grant.version);
                self.still_accepted(mailbox, server, &grant).await?;
                (token, grant.access_expires_at, Some(grant))
            }
        };
        Ok(Credential {
            login: login(mailbox, server, kind, secret)?,
            with,
            ends_at,
            version: *used,
            is_new: grant.as_ref().is_some_and(|grant| grant.version != version),
            grant,
        })
    }

    /// A program that signs in for itself needs nobody's consent but the administrator's. Its first token is got as the
    /// next ones are, by whoever claims the room that is made for it.
    async fn room_for_app_token(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Model, Closed> {
        let client = oauth_clients::find(&self.store, server.id).await?;
        if client.is_none_or(|client| client.flow != Flow::AppOnly) {
            return Err(self.without(mailbox).await);
        }
        // Whoever disconnected it wants it to stay so until they ask for a try.
        match self.without(mailbox).await {
            Closed::Red(red) if red.cause == Cause::NeverAuthorized => {}
            closed => return Err(closed),
        }
        credentials::make_room(&self.store, mailbox.id, self.clock.now()).await?;
        self.grant(mailbox).await
    }

    /// What a mailbox without a credential shows: a person who disconnected it is not asked why it was never authorized.
    pub(super) async fn without(&self, mailbox: &mailboxes::Model) -> Closed {
        match lights::find(&self.store, mailbox.id).await {
            Err(error) => Closed::Store(error),
            Ok(Some(light)) if light.cause.as_deref() == Some(Cause::Disconnected.as_str()) => {
                Closed::Red(Red::of(
                    Cause::Disconnected,
                    "The mailbox was disconnected here.",
                ))
            }
            Ok(_) => Closed::Red(Red::of(
                Cause::NeverAuthorized,
                format!("The mailbox {} has no credential.", mailbox.address),
            )),
        }
    }

    fn secret(&self, credential: &Model) -> Result<SecretString, Closed> {
        let place = sealing::of_credential(credential.mailbox_id.0);
        let sealed = credential
            .sealed
            .as_deref()
            .zip(credential.key_id.as_deref());
        let reference = credential.reference.as_deref();
        sealing::read(&self.keys, &place, "credential", reference, sealed)
            .map_err(|error| Closed::Red(Red::of(Cause::CredentialUnreadable, error.to_string())))
    }
}

fn login(
    mailbox: &mailboxes::Model,
    server: &mail_servers::Model,
    kind: CredentialKind,
    secret: SecretString,
) -> Result<Login, Closed> {
    let user = mailbox.login.clone();
    let is_token = kind != CredentialKind::Password;
    match (server.auth, is_token) {
        (AuthMethod::Password, false) => Ok(Login::Password {
            user,
            password: secret,
        }),
        (AuthMethod::Xoauth2, true) => Ok(Login::XOAuth2 {
            user,
            token: secret,
        }),
        (AuthMethod::Oauthbearer, true) => Ok(Login::OAuthBearer {
            user,
            token: secret,
        }),
        (AuthMethod::Password, true) => Err(unfit(mailbox, "an access token", "a password")),
        (AuthMethod::Xoauth2 | AuthMethod::Oauthbearer, false) => {
            Err(unfit(mailbox, "a password", "an access token"))
        }
    }
}

fn unfit(mailbox: &mailboxes::Model, has: &str, wanted: &str) -> Closed {
    Closed::Red(Red::of(
        Cause::NeverAuthorized,
        format!(
            "The mailbox {} has {has}, and its server wants {wanted}.",
            mailbox.address
        ),
    ))
}
