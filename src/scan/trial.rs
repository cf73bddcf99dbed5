//! One mailbox at the sandbox provider, one scanner, one worker and a clock that stands still, for tests of what a
//! scan makes of trouble: it ends in a sentence that says what to do, a report, the right light or health, and with
//! nothing lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a trial that can't be made is a failed test"
)]

#[cfg(test)]
#[path = "trial/again_tests.rs"]
mod again;
#[cfg(test)]
#[path = "trial/answers_tests.rs"]
mod answers;
#[cfg(test)]
#[path = "trial/asking_tests.rs"]
mod asking;
#[cfg(test)]
#[path = "trial/backlog_tests.rs"]
mod backlog;
mod changing;
#[cfg(test)]
#[path = "trial/database_tests.rs"]
mod database;
#[cfg(test)]
#[path = "trial/day_tests.rs"]
mod day;
#[cfg(test)]
#[path = "trial/faults_tests.rs"]
mod faults;
#[cfg(test)]
#[path = "trial/holding_tests.rs"]
mod holding;
#[cfg(test)]
#[path = "trial/lacking_tests.rs"]
mod lacking;
#[cfg(test)]
#[path = "trial/late_tests.rs"]
mod late;
#[cfg(test)]
#[path = "trial/looking_tests.rs"]
mod looking;
mod making;
#[cfg(test)]
#[path = "trial/messages_tests.rs"]
mod messages;
#[cfg(test)]
#[path = "trial/opening_tests.rs"]
mod opening;
#[cfg(test)]
#[path = "trial/owed_tests.rs"]
mod owed;
#[cfg(test)]
#[path = "trial/poison_tests.rs"]
mod poison;
#[cfg(test)]
#[path = "trial/recognising_tests.rs"]
mod recognising;
#[cfg(test)]
#[path = "trial/replaying_tests.rs"]
mod replaying;
mod seen;
#[cfg(test)]
#[path = "trial/shapes_tests.rs"]
mod shapes;
#[cfg(test)]
mod table;
#[cfg(test)]
#[path = "trial/way_tests.rs"]
mod way;
#[cfg(test)]
#[path = "trial/wire_tests.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{MailServerId, MailboxId, ScannerId};
use sandbox::{Provider, Running};
use tokio::sync::watch;

pub(crate) use making::letter;
pub(crate) use seen::Seen;

use super::{Counts, Report};
use crate::clock::{Clock as _, FixedClock};
use crate::imap::Limits;
use crate::store::fixture::Fixture;
use crate::store::{self, Store, StoreError};
use crate::worker::{Turn, Worker};

pub(crate) const ADDRESS: &str = "sales@example.com";
pub(crate) const PASSWORD: &str = "right";
/// A folder whose name needs decoding.
pub(crate) const ORDERS: &str = "Заказы";
/// The patience of a hasty scan.
const HASTE: Duration = Duration::from_secs(2);

/// The whole arrangement.
pub(crate) struct Trial {
    pub(crate) provider: Provider,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) worker: Worker,
    pub(crate) fixture: Fixture,
    pub(crate) scanner: ScannerId,
    pub(crate) mailbox: MailboxId,
    pub(crate) server: MailServerId,
    pub(crate) data: tempfile::TempDir,
    delivered: u32,
    removed: u32,
    running: Option<Running>,
}

impl Trial {
    pub(crate) fn store(&self) -> &Store {
        &self.fixture.store
    }

    /// Short waits, for servers that fall silent.
    pub(crate) fn hasty(self) -> Self {
        self.less_hasty(1)
    }

    /// Waits so many times as long as those of [`Trial::hasty`].
    pub(crate) fn less_hasty(mut self, times: u32) -> Self {
        let limits = &mut self.worker.scanning.access.limits;
        limits.connect = HASTE * times;
        limits.greeting = HASTE * times;
        limits.command = HASTE * times;
        self
    }

    /// The usual waits again.
    pub(crate) fn patient(mut self) -> Self {
        self.worker.scanning.access.limits = Limits::default();
        self
    }

    /// Puts the clock on, and makes the scanner due at once.
    pub(crate) async fn later(&self, by: TimeDelta) {
        let now = self.clock.now() + by;
        self.clock.set(now);
        store::scanners::set_next_scan(self.store(), self.scanner, Some(now))
            .await
            .unwrap();
    }

    pub(crate) async fn placed(&self) -> store::scanners::Placed {
        store::scanners::with_mailbox_and_server(self.store(), self.scanner)
            .await
            .unwrap()
            .unwrap()
    }

    /// One turn of the worker by its schedule; the clock goes on to when the scanner is due.
    pub(crate) async fn turn(&self) -> Seen {
        if let Some(next) = self.placed().await.scanner.next_scan_at {
            self.clock.set(next);
        }
        match self.worker.run_one().await.unwrap() {
            Turn::Done(_) => self.seen().await,
            Turn::Idle => panic!("The scanner is not due"),
        }
    }

    /// A scan that a person starts.
    pub(crate) async fn scan_now(&self) -> Result<Report, StoreError> {
        let (progress, _) = watch::channel(Counts::default());
        let placed = self.placed().await;
        Ok(self.worker.scan_now(placed, progress).await?.unwrap())
    }

    /// Whether the schedule would scan it at this moment.
    pub(crate) async fn is_due(&self, now: DateTime<Utc>) -> bool {
        !store::scanners::due(self.store(), "trial", &[], now, 10)
            .await
            .unwrap()
            .is_empty()
    }
}
