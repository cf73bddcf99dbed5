//! What waits in the database between a person's leaving for the provider and their coming back: remembered once, taken
//! once, by the session that began it.

use chrono::TimeDelta;
use entities::authorizations::{self, Purpose};
use entities::ids::{MailServerId, MailboxId};
use entities::service_keys;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::admitted::CallbackError;
use super::{AuthorizeError, Begin, Callback, Redirect};
use crate::access::{Access, sealing};
use crate::secrets::Fingerprint;
use crate::store::authorizations::NewAuthorization;
use crate::store::{authorizations as pending, oauth_clients, service_keys as keys};

/// So long the provider's answer is taken; a code lasts no longer either.
const LASTS: TimeDelta = TimeDelta::minutes(10);

/// What the answer will be checked against.
pub(in crate::access) struct Remembered<'a> {
    pub(in crate::access) purpose: Purpose,
    pub(in crate::access) mailbox: Option<MailboxId>,
    pub(in crate::access) server: MailServerId,
    pub(in crate::access) redirect_uri: &'a Url,
    pub(in crate::access) state: &'a SecretString,
    pub(in crate::access) nonce: &'a SecretString,
    pub(in crate::access) verifier: &'a SecretString,
}

impl Access {
    /// Finds what an answer belongs to, makes sure that it may be taken, and uses it up.
    pub(in crate::access) async fn take(
        &self,
        callback: &Callback,
        purpose: Purpose,
    ) -> Result<authorizations::Model, AuthorizeError> {
        if let Some(path) = &callback.path {
            self.admit(path, callback.remote).await?;
        }
        let now = self.clock.now();
        let state = Fingerprint::of(callback.state.expose_secret());
        let begun = pending::find_by_state(&self.store, &state.hex())
            .await?
            .filter(|begun| begun.callback_path == callback.path && begun.purpose == purpose)
            .ok_or(AuthorizeError::UnknownState)?;
        let session = Fingerprint::of(callback.session.expose_secret());
        // Asked before anything is used up: a stranger must not end what somebody else has begun.
        if begun.session_hash != session.hex() {
            return Err(AuthorizeError::OtherSession);
        }
        if begun.used_at.is_some() {
            return Err(AuthorizeError::StateUsed);
        }
        if begun.expires_at <= now {
            return Err(AuthorizeError::Expired);
        }
        if !pending::use_up(&self.store, &begun, now).await? {
            return Err(AuthorizeError::StateUsed);
        }
        Ok(begun)
    }

    /// Writes down what the answer will be checked against.
    pub(in crate::access) async fn remember(
        &self,
        what: Remembered<'_>,
        wanted: &Begin,
    ) -> Result<(), AuthorizeError> {
        let now = self.clock.now();
        let callback_path = match wanted.redirect {
            Redirect::Registered => Some(self.callback_path(what.server).await?),
            Redirect::Loopback(_) => None,
        };
        let state = Fingerprint::of(what.state.expose_secret());
        let seal = |column, secret| {
            let place = sealing::of_authorization(&state, column);
            self.keys.seal(&place, secret, &mut rand::rng())
        };
        let new = NewAuthorization {
            state_hash: state.hex(),
            session_hash: Fingerprint::of(wanted.session.expose_secret()).hex(),
            purpose: what.purpose,
            mailbox_id: what.mailbox,
            mail_server_id: what.server,
            user_id: wanted.user,
            verifier: seal("verifier_sealed", what.verifier),
            nonce: seal("nonce_sealed", what.nonce),
            redirect_uri: what.redirect_uri.to_string(),
            callback_path,
            expires_at: now + LASTS,
        };
        pending::insert(&self.store, new, now).await?;
        pending::delete_ended(&self.store, now - LASTS).await?;
        Ok(())
    }

    async fn callback_path(&self, server: MailServerId) -> Result<String, AuthorizeError> {
        let key = self.service_key(server).await?;
        Ok(key.ok_or(CallbackError::Unknown)?.callback_path)
    }

    /// The service key of a mail server's OAuth client, which a server that is only signed in to from terminals needs not.
    async fn service_key(
        &self,
        server: MailServerId,
    ) -> Result<Option<service_keys::Model>, AuthorizeError> {
        let client = oauth_clients::find(&self.store, server).await?;
        match client.and_then(|client| client.service_key_id) {
            None => Ok(None),
            Some(key) => Ok(keys::by_id(&self.store, key).await?),
        }
    }

    /// # Errors
    /// [`CallbackError::Inactive`] where the service key is switched off: no sign-in may begin or end, wherever its answer
    /// arrives.
    pub(super) async fn require_active_key(
        &self,
        server: MailServerId,
    ) -> Result<(), AuthorizeError> {
        match self.service_key(server).await? {
            Some(key) if !key.active => Err(CallbackError::Inactive { name: key.name }.into()),
            _ => Ok(()),
        }
    }
}
