//! What a provider granted: asked for with what the mail server's record says, renewed in time, stored sealed. Here is
//! whether it is what the mailbox needs: the right to read mail, for the right account.

mod asking;
mod client;
mod discovery;
mod idle;
mod quiet;
mod renewal;
mod sealed;

use std::collections::BTreeSet;

use entities::{credentials, mail_servers, mailboxes};

pub use client::{ClientError, Connected};
pub(super) use client::{Https, ca_pem, facts, place};
pub(super) use discovery::discovered;
pub(super) use quiet::Quiet;
pub(super) use renewal::{early, is_fresh};

use super::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::oauth::{Endpoints, Granted, Identity, missing_scopes};

/// Checks that the right to read mail is among what was granted.
pub(super) fn accepted(connected: &Connected, granted: &Granted) -> Result<(), Red> {
    lacking(&granted.missing_scopes(&connected.client))
}

fn lacking(missing: &[String]) -> Result<(), Red> {
    if missing.is_empty() {
        return Ok(());
    }
    Err(Red::of(
        Cause::ScopeMissing,
        format!("The provider did not grant: {}.", missing.join(", ")),
    ))
}

/// Checks that `identity` may open `mailbox`: it is its own account, one of its aliases, or one of its delegates.
pub(super) fn fits(mailbox: &mailboxes::Model, identity: &Identity) -> Result<(), Red> {
    let login = mailbox.login.to_lowercase();
    let own: BTreeSet<&str> = [mailbox.address.as_str(), login.as_str()]
        .into_iter()
        .chain(mailbox.aliases.0.iter().map(String::as_str))
        .chain(mailbox.delegates.0.iter().map(String::as_str))
        .collect();
    // A provider that tells no address tells nothing that could be wrong; what opens the mailbox decides then.
    if identity.addresses.is_empty()
        || identity
            .addresses
            .iter()
            .any(|address| own.contains(address.as_str()))
    {
        return Ok(());
    }
    Err(Red::of(
        Cause::WrongAccount,
        format!(
            "{} signed in, and the mailbox is {}.",
            identity.addresses.join(" / "),
            mailbox.address
        ),
    ))
}

impl Access {
    /// Checks the same of a grant that is stored: its token may be fresh, and not what the mailbox needs.
    pub(super) async fn still_accepted(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        grant: &credentials::Model,
    ) -> Result<(), Closed> {
        // An alias or a delegate may have been taken off the list since.
        if let Some(identity) = stored_identity(grant) {
            fits(mailbox, &identity).map_err(Closed::Red)?;
        }
        let Some(scopes) = &grant.granted_scopes else {
            return Ok(());
        };
        // A record that can't be used just now is a matter of the next token.
        let Ok(Some(connected)) = self.connected(server).await else {
            return Ok(());
        };
        lacking(&missing_scopes(&scopes.0, &connected.client)).map_err(Closed::Red)
    }

    /// Whose account `granted` is for, checked; nothing where the provider does not say.
    pub(super) async fn identity_of(
        &self,
        connected: &Connected,
        granted: &Granted,
        nonce: Option<&secrecy::SecretString>,
    ) -> Result<Option<Identity>, Closed> {
        let endpoints = &connected.client.endpoints;
        let Some(id_token) = &granted.id_token else {
            return Ok(None);
        };
        if !tells_identity(endpoints) {
            return Ok(None);
        }
        let identity = crate::oauth::identity(
            &connected.http,
            &self.shared.jwks,
            &connected.client,
            id_token,
            nonce,
            self.clock.now(),
        )
        .await?;
        Ok(Some(identity))
    }
}

/// Whether a provider says in a way that can be checked whose account it is; elsewhere what it says is worth nothing.
pub(super) fn tells_identity(endpoints: &Endpoints) -> bool {
    endpoints.jwks.is_some() && endpoints.issuer.is_some()
}

/// Whether a stored grant is this account's, so that its refresh token may be kept where the provider gives no new one.
pub(super) fn is_of(grant: &credentials::Model, identity: &Identity) -> bool {
    stored_identity(grant).is_some_and(|stored| {
        stored.issuer == identity.issuer && stored.subject == identity.subject
    })
}

fn stored_identity(grant: &credentials::Model) -> Option<Identity> {
    let stored = grant.identity.clone()?;
    serde_json::from_value(stored).ok()
}
