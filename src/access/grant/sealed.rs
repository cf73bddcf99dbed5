//! What of a grant is secret: sealed before it is stored, opened just before it is used.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::Model;
use entities::mailboxes;
use secrecy::SecretString;

use crate::access::{Access, Closed, sealing};
use crate::cause::{Cause, Red};
use crate::oauth::Granted;
use crate::store::credentials;

impl Access {
    /// A grant as it is stored.
    pub(in crate::access) fn sealed(
        &self,
        mailbox: &mailboxes::Model,
        granted: &Granted,
        identity: Option<serde_json::Value>,
        now: DateTime<Utc>,
    ) -> credentials::Grant {
        let id = mailbox.id.0;
        let rng = &mut rand::rng();
        let ends = |after: Option<Duration>| {
            after
                .and_then(|after| TimeDelta::from_std(after).ok())
                .and_then(|after| now.checked_add_signed(after))
        };
        credentials::Grant {
            refresh: granted
                .refresh_token
                .as_ref()
                .map(|token| self.keys.seal(&sealing::of_credential(id), token, rng)),
            access: self
                .keys
                .seal(&sealing::of_access_token(id), &granted.access_token, rng),
            access_expires_at: ends(granted.expires_in),
            refresh_expires_at: ends(granted.refresh_expires_in),
            scopes: granted.scopes.clone(),
            identity,
        }
    }

    pub(super) fn access_token(&self, grant: &Model) -> Result<SecretString, Closed> {
        let sealed = grant
            .access_sealed
            .as_deref()
            .zip(grant.access_key_id.as_deref());
        let place = sealing::of_access_token(grant.mailbox_id.0);
        sealing::read(&self.keys, &place, "access token", None, sealed)
            .map_err(|error| unreadable(&error))
    }

    /// The refresh token of a grant that has one.
    pub(in crate::access) fn refresh_token(&self, grant: &Model) -> Result<SecretString, Closed> {
        let sealed = grant.sealed.as_deref().zip(grant.key_id.as_deref());
        if sealed.is_none() && grant.access_sealed.is_none() {
            return Err(Closed::Red(Red::of(
                Cause::NeverAuthorized,
                "Nobody has given access to the mailbox yet.",
            )));
        }
        if sealed.is_none() {
            return Err(Closed::Red(Red::of(
                Cause::RefreshTokenMissing,
                "The provider gave no refresh token, and the access token has ended.",
            )));
        }
        let place = sealing::of_credential(grant.mailbox_id.0);
        sealing::read(&self.keys, &place, "refresh token", None, sealed)
            .map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &sealing::Unreadable) -> Closed {
    Closed::Red(Red::of(Cause::CredentialUnreadable, error.to_string()))
}
