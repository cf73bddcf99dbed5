//! What a worker looks after now and then besides mail: that people are reminded and warned, that permissions don't end
//! for want of use, and that nothing is kept that has ended. Each of these stands alone: what goes wrong with one does
//! not keep the others.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;

use super::Worker;
use crate::access::announce;
use crate::blobs::SweepError;
use crate::store::{
    StoreError, authorizations, examinations, outbox, scan_days, scans, sessions, sign_in_links,
};

/// How often.
const EVERY: Duration = Duration::from_mins(5);
/// What has ended is forgotten after this.
const ENDED: TimeDelta = TimeDelta::days(1);
/// What was told is remembered for so long: longer than the same may be asked to be told.
const TOLD: TimeDelta = TimeDelta::days(30);
/// What could not be told is remembered for so long.
const GIVEN_UP: TimeDelta = TimeDelta::days(90);
/// More of the outbox, and of the reports, is not looked after at once.
const FORGOTTEN_AT_ONCE: u64 = 1_000;
/// Reports of scans are remembered for so long,
const SCANNED: TimeDelta = TimeDelta::days(90);
/// and so many of each scanner however old they are.
const LAST_SCANS: u64 = 100;
/// What they came to day by day is remembered for so long.
const COUNTED: TimeDelta = TimeDelta::days(400);
/// What a test found so long ago says nothing of today.
const FOUND: TimeDelta = TimeDelta::days(30);

/// One thing that is looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Duty {
    /// Reminders of red lights, and warnings of what soon ends.
    Announcements,
    /// Permissions that would end for want of use.
    IdleGrants,
    /// Consents that nobody came back from.
    Authorizations,
    /// Links that nobody used.
    SignInLinks,
    /// Sessions of the pages.
    Sessions,
    /// What is too late to be sent, and what was told, or could not be, long ago.
    Outbox,
    /// Tests of mailboxes that people asked for.
    Examinations,
    /// Reports of scans.
    Scans,
    /// How often rules matched on days of long ago.
    RuleHits,
    /// Kept bytes that nobody names.
    Blobs,
}

impl Duty {
    const ALL: [Self; 10] = [
        Self::Announcements,
        Self::IdleGrants,
        Self::Authorizations,
        Self::SignInLinks,
        Self::Sessions,
        Self::Outbox,
        Self::Examinations,
        Self::Scans,
        Self::RuleHits,
        Self::Blobs,
    ];
}

/// Why a duty could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Hindrance {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blob store, or the database while it was looked through.
    #[error(transparent)]
    Sweep(#[from] SweepError),
}

/// Duties that could not be done the last time, so that each is complained of once.
#[derive(Debug, Default)]
struct Undone(BTreeSet<Duty>);

impl Worker {
    /// Looks after things until it is asked to stop.
    pub(super) async fn keep_up(&self) {
        let mut undone = Undone::default();
        while !self.stop.is_cancelled() {
            undone.tell(&self.look_after().await);
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Looks after everything once; gives what could not be done, and why.
    pub(crate) async fn look_after(&self) -> Vec<(Duty, Hindrance)> {
        let mut undone = Vec::new();
        for duty in Duty::ALL {
            if let Err(error) = self.see_to(duty).await {
                undone.push((duty, error));
            }
        }
        undone
    }

    async fn see_to(&self, duty: Duty) -> Result<(), Hindrance> {
        let access = &self.scanning.access;
        let (store, now) = (&self.scanning.store, self.scanning.clock.now());
        match duty {
            Duty::Announcements => announce::due(store, &access.whom, now).await.map(drop)?,
            Duty::IdleGrants => access.keep_idle_grants_alive().await?,
            Duty::Authorizations => authorizations::delete_ended(store, now - ENDED).await?,
            Duty::SignInLinks => sign_in_links::delete_ended(store, now - ENDED).await?,
            Duty::Sessions => sessions::delete_ended(store, now - ENDED).await?,
            Duty::Examinations => examinations::delete_older(store, now - FOUND).await?,
            Duty::Scans => {
                scans::forget(store, now - SCANNED, LAST_SCANS, FORGOTTEN_AT_ONCE).await?;
                scan_days::forget(store, (now - COUNTED).date_naive()).await?;
            }
            Duty::Outbox => {
                let tx = store.begin().await?;
                outbox::asked::expire(&tx, now, FORGOTTEN_AT_ONCE).await?;
                tx.commit().await?;
                let (told, given_up) = (now - TOLD, now - GIVEN_UP);
                outbox::forget(store, told, given_up, FORGOTTEN_AT_ONCE).await?;
            }
            Duty::RuleHits => {
                self.scanning.fold_counts(FORGOTTEN_AT_ONCE).await?;
            }
            Duty::Blobs => {
                self.scanning.files.sweep(store, now).await?;
            }
        }
        Ok(())
    }
}

impl Undone {
    /// Logs what can't be done since now, and what can be done again.
    fn tell(&mut self, undone: &[(Duty, Hindrance)]) {
        for (duty, error) in undone {
            if !self.0.contains(duty) {
                tracing::warn!(?duty, %error, "Something could not be looked after; it is tried again every few minutes");
            }
        }
        let now: BTreeSet<_> = undone.iter().map(|(duty, _)| *duty).collect();
        for duty in self.0.difference(&now) {
            tracing::info!(?duty, "It is looked after again");
        }
        self.0 = now;
    }
}

#[cfg(test)]
#[path = "upkeep_tests.rs"]
mod tests;
