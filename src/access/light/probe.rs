//! Knocks at mailboxes whose light is red now and then, as some causes heal, and at once when a person asks for it.

use chrono::TimeDelta;
use entities::ids::MailboxId;
use entities::lights::LightState;
use entities::{mail_servers, mailboxes};

use crate::access::{Access, Closed};
use crate::store::{StoreError, lights, scanners};

/// A knock that met no answer is repeated after this.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// A person who presses again and again has it tried once in this time.
const NOT_BEFORE: TimeDelta = TimeDelta::minutes(1);

/// What becomes of a person's wish to have a mailbox tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The next free worker does it.
    Soon,
    /// It was tried less than a minute ago: what came of it still holds.
    JustTried,
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
                opened.session.logout().await;
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

    /// Has a worker knock at a mailbox at once, whatever its light shows; not when that was done a moment ago, as a server
    /// locks accounts that are knocked at too often.
    pub async fn try_again(&self, mailbox: MailboxId) -> Result<Asked, StoreError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        match lights::find(&tx, mailbox).await? {
            Some(light)
                if light.state == LightState::Red && now < light.checked_at + NOT_BEFORE =>
            {
                return Ok(Asked::JustTried);
            }
            Some(_) => {}
            None => {
                let unknown = lights::Showing::plain(LightState::Unknown);
                lights::set(&tx, mailbox, unknown, now).await?;
            }
        }
        lights::ask(&tx, mailbox, now).await?;
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
