//! Gives waits up where a server lets no more connections in, so that scans get in again.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;
use futures_util::future::join_all;

use super::super::{Placed, Worker};
use super::bounds::{Full, Help, Scope};
use super::{Entry, Idling, State};
use crate::store::{self, StoreError, health, idlings};

/// After so long the mailbox that was not let in is tried again: connections take a moment to be gone.
const SOON: TimeDelta = TimeDelta::seconds(5);

/// Waits that were given up, why, and until when they are.
#[derive(Default)]
struct GivenUp {
    waits: Vec<(MailboxId, Entry)>,
    reason: String,
    until: DateTime<Utc>,
}

impl Idling {
    /// Takes some of those that wait within a scope out, the ones without news for longest; nothing where none wait, or
    /// where that was of no help before. What others were given a moment ago is for this one too.
    fn give_up_some(
        &self,
        scope: &Scope,
        mailbox: MailboxId,
        now: DateTime<Utc>,
    ) -> Option<GivenUp> {
        let mut entries = self.entries();
        let all = entries.values().filter(|it| scope.holds(it)).count();
        let mut waits: Vec<_> = entries
            .iter()
            .filter(|(other, entry)| **other != mailbox && scope.holds(entry) && entry.waits())
            .map(|(other, entry)| (entry.quiet_since, *other))
            .collect();
        let mut bounds = self.bounds();
        let count = match bounds.help(scope, mailbox, waits.len(), now)? {
            Help::Given => return Some(GivenUp::default()),
            Help::GiveUp(count) => count,
        };
        waits.sort_unstable();
        let left = bounds.set(scope.clone(), mailbox, all.saturating_sub(count), now);
        let until = left.until()?;
        let waits = waits
            .into_iter()
            .take(count)
            .filter_map(|(_, other)| Some((other, entries.remove(&other)?)))
            .collect();
        Some(GivenUp {
            waits,
            reason: left.reason(),
            until,
        })
    }
}

impl Entry {
    /// Whether it hears of news and has not heard of any.
    fn waits(&self) -> bool {
        matches!(&self.state, State::Waiting { task, .. } if !task.is_finished())
    }
}

impl Worker {
    /// After a scan that was not let in and whose report is kept: where its server lets no more connections in while this worker waits over some,
    /// a part of those is given up, and the scan is tried again soon.
    pub(in crate::worker) async fn make_room(&self, placed: &Placed) -> Result<(), StoreError> {
        let Some(crowded) = self.scanning.access.crowded(placed.mailbox.id) else {
            return Ok(());
        };
        let (scope, now) = (Scope::of(placed, crowded), self.scanning.clock.now());
        let Some(given_up) = self.idling.give_up_some(&scope, placed.mailbox.id, now) else {
            return Ok(());
        };
        self.leave_all_to_schedule(given_up).await?;
        let again = Some(self.scanning.clock.now() + SOON);
        let tx = self.scanning.store.begin().await?;
        store::scanners::set_next_scan(&tx, placed.scanner.id, again).await?;
        health::set_next_try(&tx, placed.scanner.id, again).await?;
        tx.commit().await
    }

    async fn leave_all_to_schedule(&self, given_up: GivenUp) -> Result<(), StoreError> {
        let GivenUp {
            waits,
            reason,
            until,
        } = given_up;
        if !waits.is_empty() {
            tracing::warn!(given_up = waits.len(), "{reason}");
        }
        let owner = self.owner.to_string();
        let mailboxes: Vec<MailboxId> = waits.iter().map(|(mailbox, _)| *mailbox).collect();
        join_all(waits.into_iter().map(|(_, entry)| entry.part())).await;
        // What is not written here at all is free when the claims run out.
        let tx = self.scanning.store.begin().await?;
        for mailbox in mailboxes {
            idlings::rest(&tx, mailbox, &owner, until, &reason).await?;
        }
        tx.commit().await
    }

    /// Says why nobody waits in a mailbox whose scanner wants to hear at once.
    pub(super) async fn stand_aside(&self, placed: &Placed, full: &Full) -> Result<(), StoreError> {
        let place = (placed.mailbox.id, placed.scanner.id);
        let now = self.scanning.clock.now();
        idlings::explain(&self.scanning.store, place, &full.reason(), now).await
    }
}

#[cfg(test)]
#[path = "making_room_tests.rs"]
mod tests;
