//! Knocks at mailboxes whose light is red now and then, as some causes heal, and at once when a person asks for it.

use chrono::TimeDelta;
use entities::lights::LightState;
use entities::oauth_clients::Flow;
use entities::{mail_servers, mailboxes};

use crate::access::{Access, Closed};
use crate::store::{StoreError, credentials, lights, oauth_clients, scanners};

/// A knock that met no answer is repeated after this.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// A person who presses again and again has it tried once in this time.
const NOT_BEFORE: TimeDelta = TimeDelta::minutes(1);

/// What becomes of a person's wish to have a mailbox tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The next free worker does it.
    Soon,
    /// Somebody asked for it less than a minute ago.
    JustNow,
}

impl Access {
    /// Opens a mailbox only to see whether it opens; has it scanned when it does.
    pub async fn probe(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<(), StoreError> {
        match self.open(mailbox, server).await {
            Ok(opened) => {
                opened.session.leave().await;
                self.scan_soon(mailbox).await
            }
            // The light says when the next knock is.
            Err(Closed::Red(_)) => Ok(()),
            Err(Closed::Store(error)) => Err(error),
            Err(closed) => {
                tracing::info!(
                    mailbox = mailbox.address,
                    "Whether the mailbox opens could not be found out: {closed}"
                );
                let again = self.clock.now() + AGAIN;
                lights::set_probe(&self.store, mailbox.id, Some(again)).await
            }
        }
    }

    /// Has a worker knock at a mailbox at once, whatever its light shows; not when a person asked for that a moment ago, as
    /// a server locks accounts that are knocked at too often. A mailbox that a program opens by itself is connected again.
    pub async fn try_again(&self, mailbox: &mailboxes::Model) -> Result<Asked, StoreError> {
        let now = self.clock.now();
        if self.shared.pressed.left(mailbox.id, now).is_some() {
            return Ok(Asked::JustNow);
        }
        self.shared.pressed.keep(mailbox.id, NOT_BEFORE, now);
        let tx = self.store.begin().await?;
        let stored = credentials::lock(&tx, mailbox.id).await?;
        let client = oauth_clients::find(&tx, mailbox.mail_server_id).await?;
        if stored.is_none() && client.is_some_and(|client| client.flow == Flow::AppOnly) {
            credentials::make_room(&tx, mailbox.id, now).await?;
        }
        if lights::find(&tx, mailbox.id).await?.is_none() {
            let unknown = lights::Showing::plain(LightState::Unknown);
            lights::set(&tx, mailbox.id, unknown, now).await?;
        }
        lights::ask(&tx, mailbox.id, now).await?;
        tx.commit().await?;
        Ok(Asked::Soon)
    }

    /// Has every scanner of a mailbox scan at once: whoever mended something wants to see that it helped.
    pub(in crate::access) async fn scan_soon(
        &self,
        mailbox: &mailboxes::Model,
    ) -> Result<(), StoreError> {
        for scanner in scanners::list(&self.store).await? {
            if scanner.mailbox_id == mailbox.id {
                scanners::set_next_scan(&self.store, scanner.id, None).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
