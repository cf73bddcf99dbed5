//! One wait in one mailbox, and what follows from its end.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{MailboxId, ScannerId};
use tokio_util::sync::CancellationToken;

use super::super::{Placed, Worker};
use crate::access::{Berth, Opened, Times, Waited};
use crate::store::{self, StoreError, idlings};

/// A connection that lives for longer was no bad one.
const LASTING: TimeDelta = TimeDelta::minutes(10);
/// So many in a row that did not last are enough.
const ENOUGH: i32 = 5;
/// A mailbox whose connections die is left to the schedule for so long.
const REST: TimeDelta = TimeDelta::hours(1);
/// One whose server can't tell is asked again after this: servers are replaced.
const CANNOT: TimeDelta = TimeDelta::days(1);
/// Each connection that did not last puts the next one off by so much more.
const STEP: TimeDelta = TimeDelta::seconds(15);

/// What a server tells that is no news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FalseNews {
    /// Of mail that is not there.
    None,
    /// Of other numbers for the mail that was there.
    Renumbered,
}

/// Where it is waited.
#[derive(Debug)]
pub(super) struct Place {
    mailbox: MailboxId,
    scanner: ScannerId,
    name: String,
    host: String,
    folder: String,
    times: Times,
    berth: Berth,
}

impl Place {
    /// In INBOX if the scanner reads it, else in its first folder.
    pub(super) fn of(placed: &Placed, times: Times, berth: Berth) -> Self {
        let folders = &placed.scanner.folders.0;
        let inbox = folders.iter().find(|it| it.eq_ignore_ascii_case("INBOX"));
        Self {
            mailbox: placed.mailbox.id,
            scanner: placed.scanner.id,
            name: placed.scanner.name.clone(),
            host: placed.server.host.clone(),
            folder: inbox.or(folders.first()).cloned().unwrap_or_default(),
            times,
            berth,
        }
    }
}

/// Waits until there is news, `stop` is cancelled, the token ends or the connection does.
pub(super) async fn wait(worker: Worker, place: Place, stop: CancellationToken) {
    let Some(opened) = place.berth.take() else {
        return;
    };
    let access = &worker.scanning.access;
    let waited = access
        .wait(&opened, &place.folder, place.times, &stop)
        .await;
    let name = place.name.clone();
    if let Err(error) = worker.follow(place, opened, waited).await {
        // Whoever watches finds the wait ended and has the mailbox looked at.
        tracing::warn!(scanner = name, %error, "News of a mailbox could not be written down");
    }
}

impl Worker {
    async fn follow(&self, place: Place, opened: Opened, waited: Waited) -> Result<(), StoreError> {
        let store = &self.scanning.store;
        let now = self.scanning.clock.now();
        match waited {
            Waited::Stopped => place.berth.keep(opened).await,
            Waited::News | Waited::Renumbered => {
                let renumbered = waited == Waited::Renumbered;
                self.idling.note_news(place.mailbox, renumbered);
                place.berth.keep(opened).await;
                store::scanners::set_next_scan(store, place.scanner, Some(now)).await?;
                self.idling.wake(place.scanner, &place.host);
            }
            Waited::NotOffered { words } => {
                self.idling.forget(place.mailbox);
                opened.session.leave().await;
                let reason = not_offered(words);
                self.leave_to_schedule((place.mailbox, &place.name), now + CANNOT, &reason)
                    .await?;
            }
            Waited::Died { error } => {
                self.idling.forget(place.mailbox);
                self.mourn(&place, opened.opened_at, &error).await?;
            }
            Waited::Throttled { wait } => {
                self.idling.forget(place.mailbox);
                opened.session.leave().await;
                let wait = TimeDelta::from_std(wait).unwrap_or(REST).min(CANNOT);
                self.free(&place, now + wait).await?;
                store::scanners::put_off(store, place.mailbox, now + wait).await?;
            }
            Waited::TokenEnds => {
                self.idling.forget(place.mailbox);
                opened.session.leave().await;
                self.free(&place, now).await?;
            }
        }
        Ok(())
    }

    /// After a connection that died.
    async fn mourn(
        &self,
        place: &Place,
        opened_at: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        let now = self.scanning.clock.now();
        let lasted = now - opened_at >= LASTING;
        let owner = self.owner.to_string();
        let deaths = idlings::died(&self.scanning.store, place.mailbox, &owner, lasted).await?;
        tracing::info!(
            scanner = place.name,
            error,
            "The connection that waited for new mail ended"
        );
        if deaths < ENOUGH {
            return self.free(place, now + STEP * (deaths - 1)).await;
        }
        let reason = format!(
            "Connections that wait for new mail ended {deaths} times soon after they began; for an hour new mail is found by the schedule. The last time: {error}"
        );
        self.free(place, now).await?;
        self.leave_to_schedule((place.mailbox, &place.name), now + REST, &reason)
            .await
    }

    /// After a server told of news again and again where there was none.
    pub(super) async fn rest_from_false_news(
        &self,
        placed: &Placed,
        news: FalseNews,
    ) -> Result<(), StoreError> {
        let reason = match news {
            FalseNews::None => {
                "The server tells of new mail again and again where there is none; for an hour the schedule finds it."
            }
            FalseNews::Renumbered => {
                "The server numbers the folder's messages anew each time it is opened (UIDVALIDITY); for an hour new mail is found by the schedule."
            }
        };
        let until = self.scanning.clock.now() + REST;
        self.leave_to_schedule((placed.mailbox.id, &placed.scanner.name), until, reason)
            .await
    }

    async fn leave_to_schedule(
        &self,
        (mailbox, scanner): (MailboxId, &str),
        until: DateTime<Utc>,
        reason: &str,
    ) -> Result<(), StoreError> {
        tracing::warn!(scanner, "{reason}");
        let owner = self.owner.to_string();
        idlings::rest(&self.scanning.store, mailbox, &owner, until, reason).await
    }

    async fn free(&self, place: &Place, due: DateTime<Utc>) -> Result<(), StoreError> {
        let owner = self.owner.to_string();
        let tx = self.scanning.store.begin().await?;
        idlings::release(&tx, place.mailbox, &owner, due).await?;
        tx.commit().await
    }
}

fn not_offered(words: Option<String>) -> String {
    match words {
        None => {
            "The server does not tell of new mail as it arrives (no IDLE); the schedule finds it."
                .to_owned()
        }
        Some(words) => format!(
            "The server declined to tell of new mail as it arrives (IDLE): \"{words}\"; the schedule finds it."
        ),
    }
}

#[cfg(test)]
#[path = "waiter_tests.rs"]
mod tests;
