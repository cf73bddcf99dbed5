//! Leaving: gives the permission back where the provider takes it, forgets every token, and says so with a red light.

mod said;

use entities::credentials::CredentialKind;
use entities::ids::MailboxId;
use entities::mail_servers;
use entities::mailboxes;

use super::authorize::AuthorizeError;
use super::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::oauth;
use crate::store::{StoreError, credentials, leases, oauth_clients};

pub use said::{Disconnected, Revocation};

impl Access {
    /// What disconnecting a mailbox of this server does at the provider, to be said before it is done.
    pub async fn what_disconnecting_means(
        &self,
        server: &mail_servers::Model,
    ) -> Result<&'static str, StoreError> {
        let client = oauth_clients::find(&self.store, server.id).await?;
        Ok(client.map_or(
            "The password that is stored here is forgotten. Nothing changes at the provider.",
            |client| said::meaning(server, &client),
        ))
    }

    /// Disconnects a mailbox. Whatever the provider says, nothing that opens it is left here, and a scan that is reading it
    /// keeps nothing from then on.
    pub async fn disconnect(&self, mailbox: MailboxId) -> Result<Disconnected, AuthorizeError> {
        let (mailbox, server) = self.placed(mailbox).await?;
        let revocation = self.give_back(&mailbox, &server).await?;
        let red = Red::of(Cause::Disconnected, "The mailbox was disconnected here.");
        let tx = self.store.begin().await?;
        credentials::lock(&tx, mailbox.id).await?;
        credentials::delete(&tx, mailbox.id).await?;
        // A scan that is reading just now has a session already.
        leases::cut(&tx, mailbox.id).await?;
        self.redden(&tx, &mailbox, &red).await?;
        tx.commit().await?;
        Ok(Disconnected {
            mailbox,
            revocation,
        })
    }

    async fn give_back(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Revocation, AuthorizeError> {
        let grant = credentials::find(&self.store, mailbox.id)
            .await?
            .filter(|stored| stored.kind == CredentialKind::Oauth && stored.sealed.is_some());
        let Some(grant) = grant else {
            return Ok(Revocation::None);
        };
        let connected = match self.connected(server).await {
            Ok(Some(connected)) => connected,
            Ok(None) => return Ok(Revocation::ByHand),
            Err(error) => return Ok(Revocation::Failed(error.to_string())),
        };
        if connected.client.endpoints.revocation.is_none() {
            return Ok(Revocation::ByHand);
        }
        let refresh_token = match self.refresh_token(&grant) {
            Ok(token) => token,
            Err(closed) => return Ok(Revocation::Failed(words(&closed))),
        };
        match oauth::revoke(&connected.http, &connected.client, &refresh_token).await {
            Ok(()) => Ok(Revocation::Done),
            Err(error) => Ok(Revocation::Failed(error.to_string())),
        }
    }
}

fn words(closed: &Closed) -> String {
    match closed {
        Closed::Red(red) => red.words.clone(),
        closed => closed.to_string(),
    }
}

#[cfg(test)]
#[path = "disconnect_tests.rs"]
mod tests;
