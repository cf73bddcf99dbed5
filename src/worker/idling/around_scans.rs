//! The wait in a mailbox around a scan of it: it ends before, and goes on, begins or is given up after, as the scan came out.

use chrono::{DateTime, Utc};
use entities::ids::{MailboxId, ScannerId};

use super::super::{Placed, Worker};
use super::{Entry, State, waiter};
use crate::access::{Berth, Opened};
use crate::scan::{Ending, Report, Retry};
use crate::store::{self, StoreError, idlings};

impl Worker {
    /// The place for the session of a scan that is about to begin: where it lies already, or a free one where it is to
    /// be kept afterwards.
    pub(in crate::worker) async fn berth_for(&self, placed: &Placed) -> Berth {
        match self.idling.interrupt(placed.mailbox.id).await {
            Some(berth) => berth,
            None if placed.scanner.idle && self.idling.most.is_some() => Berth::free(),
            None => Berth::default(),
        }
    }

    /// Waits on, or begins to, where the scan left a session for it.
    pub(in crate::worker) async fn idle_on(&self, placed: &Placed, berth: Berth, report: &Report) {
        let mailbox = placed.mailbox.id;
        let known = self.idling.entries().get(&mailbox).map(|it| it.scanner);
        let well = matches!(report.ending, Ending::Done { .. });
        let done = match known {
            Some(waiting) if well && waiting != placed.scanner.id => {
                self.look_then_wait(placed, waiting).await
            }
            _ if well && placed.scanner.idle && self.idling.most.is_some() => {
                let now = self.scanning.clock.now();
                match self.idling.false_news(mailbox, brought(report), now) {
                    None => self.wait_in(placed, berth).await,
                    Some(news) => {
                        berth.clear().await;
                        self.idling.forget(mailbox);
                        self.rest_from_false_news(placed, news).await
                    }
                }
            }
            Some(waiting) if waiting != placed.scanner.id => {
                berth.clear().await;
                self.stop_waiting(mailbox, leave_until(report, self.scanning.clock.now()))
                    .await
            }
            _ => {
                berth.clear().await;
                self.give_up(mailbox).await
            }
        };
        if let Err(error) = done {
            tracing::warn!(scanner = placed.scanner.name, %error, "Waiting for new mail could not begin; the schedule finds it");
            self.let_go(mailbox).await;
        }
    }

    /// After another scanner's scan over the session: what came meanwhile for the one that waits is still to be read.
    async fn look_then_wait(&self, placed: &Placed, waiting: ScannerId) -> Result<(), StoreError> {
        if let Some(entry) = self.idling.entries().get_mut(&placed.mailbox.id) {
            entry.state = State::Resting;
        }
        let now = self.scanning.clock.now();
        store::scanners::set_next_scan(&self.scanning.store, waiting, Some(now)).await?;
        self.idling.wake(waiting, &placed.server.host);
        Ok(())
    }

    async fn wait_in(&self, placed: &Placed, berth: Berth) -> Result<(), StoreError> {
        let (mailbox, scanner) = (placed.mailbox.id, placed.scanner.id);
        let Some(opened) = berth.take() else {
            return self.give_up(mailbox).await;
        };
        let now = self.scanning.clock.now();
        let entry = self.entry_of(placed, &berth, &opened, now);
        if let Err(full) = self.idling.reserve(mailbox, entry, now) {
            opened.session.leave().await;
            return self.stand_aside(placed, &full).await;
        }
        let owner = self.owner.to_string();
        let store = &self.scanning.store;
        if self.stop.is_cancelled()
            || !idlings::claim(store, (mailbox, scanner), &owner, now, self.lease).await?
        {
            self.idling.forget(mailbox);
            opened.session.leave().await;
            return Ok(());
        }
        berth.keep(opened).await;
        let stop = self.stop.child_token();
        let place = waiter::Place::of(placed, self.scanning.access.times(&placed.server), berth);
        // Begun under the lock, so that nobody finds the entry without its task.
        if let Some(entry) = self.idling.entries().get_mut(&mailbox) {
            let task = tokio::spawn(waiter::wait(self.clone(), place, stop.clone()));
            entry.state = State::Waiting { stop, task };
        }
        Ok(())
    }

    fn entry_of(
        &self,
        placed: &Placed,
        berth: &Berth,
        opened: &Opened,
        now: DateTime<Utc>,
    ) -> Entry {
        let entries = self.idling.entries();
        let before = entries.get(&placed.mailbox.id);
        Entry {
            scanner: placed.scanner.id,
            host: placed.server.host.to_lowercase(),
            port: placed.server.port,
            login: placed.mailbox.login.to_lowercase(),
            berth: berth.clone(),
            stamp: opened.stamp,
            woken: false,
            in_vain: before.map_or(0, |before| before.in_vain),
            renumbered: before.map_or(0, |before| before.renumbered),
            quiet_since: before.map_or(now, |before| before.quiet_since),
            changed: placed.scanner.updated_at,
            state: State::Scanning,
        }
    }

    /// After a scan that failed: its report says when the next one is.
    async fn give_up(&self, mailbox: MailboxId) -> Result<(), StoreError> {
        if self.let_go(mailbox).await {
            let owner = self.owner.to_string();
            idlings::give_up(&self.scanning.store, mailbox, &owner).await?;
        }
        Ok(())
    }

    /// Forgets an entry and signs its session out; says whether there was one.
    pub(super) async fn let_go(&self, mailbox: MailboxId) -> bool {
        let Some(entry) = self.idling.forget(mailbox) else {
            return false;
        };
        entry.part().await;
        true
    }

    /// Ends the waiting in a mailbox; its scanner is due then.
    pub(super) async fn stop_waiting(
        &self,
        mailbox: MailboxId,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.let_go(mailbox).await;
        let owner = self.owner.to_string();
        let tx = self.scanning.store.begin().await?;
        idlings::release(&tx, mailbox, &owner, due).await?;
        tx.commit().await
    }
}

/// Whether a scan found that something had changed in its folders.
fn brought(report: &Report) -> bool {
    let counts = &report.counts;
    counts.announced + counts.too_old + counts.gone + counts.recognised + counts.vanished > 0
}

/// Until when the server wants nothing of the mailbox, as a report says.
fn leave_until(report: &Report, now: DateTime<Utc>) -> DateTime<Utc> {
    match &report.ending {
        Ending::Failed {
            retry: Retry::After(wait) | Retry::Untried(wait),
            ..
        } => now + *wait,
        _ => now,
    }
}
