//! Waits for news in the mailboxes whose scanners want to hear at once (IDLE), each over the session that the last scan
//! left. News makes the scanner due at once and lends the session to that scan.
//!
//! A worker claims a mailbox to wait in it, apart from the lease, which only a scan takes: whoever reads, tests or
//! disconnects a mailbox waits for nobody. One task a mailbox waits; one for all watches that each wait is still wanted.

mod bounds;
mod making_room;
mod waiter;
mod watch;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{MailboxId, ScannerId};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Placed, Worker};
use crate::access::{Berth, Opened, Stamp};
use crate::scan::{Ending, Report, Retry};
use crate::store::{self, StoreError, idlings};
use bounds::{Bounds, Full};
use waiter::FalseNews;

/// However quiet a mailbox is, it is looked at after this: IDLE loses news.
pub(super) const RESYNC: TimeDelta = TimeDelta::minutes(15);

/// So much news in a row without any, and the server's word is not asked for a while.
const FALSE_NEWS: u32 = 8;
/// So often in a row no server numbers a folder anew that means it.
const RENUMBERED: u32 = 3;

/// What a worker waits for.
#[derive(Debug, Default)]
pub struct Idling {
    /// In how many mailboxes at most; nothing where it never waits, as for one scan that a person starts.
    most: Option<usize>,
    entries: Mutex<HashMap<MailboxId, Entry>>,
    /// What servers were found to bear; locked after the entries.
    bounds: Mutex<Bounds>,
    /// Scanners with news, and their hosts in lower case.
    woken: Mutex<VecDeque<(ScannerId, String)>>,
    news: Notify,
}

/// One mailbox that this worker has claimed.
#[derive(Debug)]
struct Entry {
    scanner: ScannerId,
    /// In lower case.
    host: String,
    port: i32,
    /// In lower case.
    login: String,
    berth: Berth,
    stamp: Stamp,
    /// Whether news ended the last wait.
    woken: bool,
    /// After how much news in a row there was none.
    in_vain: u32,
    /// How often in a row the folder was found numbered anew.
    renumbered: u32,
    /// When there was news last, or the first wait began.
    quiet_since: DateTime<Utc>,
    /// When the scanner had been changed last.
    changed: DateTime<Utc>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// A task waits; it leaves the session in the berth when it is stopped.
    Waiting {
        stop: CancellationToken,
        task: JoinHandle<()>,
    },
    /// A scan has the session.
    Scanning,
    /// Another scanner's scan had it; the one that waits is due.
    Resting,
}

impl Idling {
    /// Waits in so many mailboxes at most; by default waiting is no matter of this process.
    #[must_use]
    pub fn up_to(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most: Some(most),
            ..Self::default()
        })
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<MailboxId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bounds(&self) -> MutexGuard<'_, Bounds> {
        self.bounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a mailbox is to be waited in, if there is room for it.
    fn reserve(&self, mailbox: MailboxId, entry: Entry, now: DateTime<Utc>) -> Result<(), Full> {
        let mut entries = self.entries();
        if !entries.contains_key(&mailbox) {
            let most = self.most.unwrap_or_default();
            if entries.len() >= most {
                return Err(Full::Worker { most });
            }
            if let Some(full) = self.bounds().against(&entry, &entries, now) {
                return Err(full);
            }
        }
        entries.insert(mailbox, entry);
        Ok(())
    }

    /// Where it waits, or reads for those who do.
    fn mailboxes(&self) -> Vec<MailboxId> {
        self.entries().keys().copied().collect()
    }

    /// In how many mailboxes it waits, or reads for those who do.
    pub(super) fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether any scanner has news.
    pub(super) fn has_woken(&self) -> bool {
        !self.woken().is_empty()
    }

    /// The scanners that have news on none of these hosts, in turn.
    pub(super) fn woken_without(&self, hosts: &[String]) -> Vec<ScannerId> {
        let woken = self.woken();
        let those = woken.iter().filter(|(_, host)| !hosts.contains(host));
        those.map(|(scanner, _)| *scanner).collect()
    }

    /// Takes a scanner's turn.
    pub(super) fn drop_woken(&self, scanner: ScannerId) {
        self.woken().retain(|(woken, _)| *woken != scanner);
    }

    /// Whether news of a mailbox is heard for this scanner.
    pub(super) fn waits_for(&self, placed: &Placed) -> bool {
        let entries = self.entries();
        let entry = entries.get(&placed.mailbox.id);
        entry.is_some_and(|entry| entry.scanner == placed.scanner.id)
    }

    pub(super) fn wake(&self, scanner: ScannerId, host: &str) {
        self.keep_woken(scanner, host);
        self.news.notify_one();
    }

    /// Leaves a scanner its turn.
    pub(super) fn keep_woken(&self, scanner: ScannerId, host: &str) {
        let mut woken = self.woken();
        if !woken.iter().any(|(waiting, _)| *waiting == scanner) {
            woken.push_back((scanner, host.to_lowercase()));
        }
    }

    fn woken(&self) -> MutexGuard<'_, VecDeque<(ScannerId, String)>> {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when a scanner has news.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// Ends the waiting in a mailbox that is to be scanned, and gives the place where its session lies.
    async fn interrupt(&self, mailbox: MailboxId) -> Option<Berth> {
        let (berth, before) = {
            let mut entries = self.entries();
            let entry = entries.get_mut(&mailbox)?;
            let before = std::mem::replace(&mut entry.state, State::Scanning);
            (entry.berth.clone(), before)
        };
        if let State::Waiting { stop, task } = before {
            stop.cancel();
            // A panic in it leaves the berth empty, and the scan opens the mailbox anew.
            let _ = task.await;
        }
        Some(berth)
    }

    /// Notes that news ended the wait in a mailbox, be it that its folder is numbered anew.
    fn note_news(&self, mailbox: MailboxId, renumbered: bool) {
        if let Some(entry) = self.entries().get_mut(&mailbox) {
            entry.woken = true;
            entry.renumbered = if renumbered { entry.renumbered + 1 } else { 0 };
        }
    }

    /// Whether a server tells of news again and again that is none, with the scan that just ended, which `brought`
    /// something or not.
    fn false_news(
        &self,
        mailbox: MailboxId,
        brought: bool,
        now: DateTime<Utc>,
    ) -> Option<FalseNews> {
        let mut entries = self.entries();
        let entry = entries.get_mut(&mailbox)?;
        if brought {
            entry.quiet_since = now;
        }
        if std::mem::take(&mut entry.woken) {
            entry.in_vain = if brought { 0 } else { entry.in_vain + 1 };
        }
        if entry.renumbered >= RENUMBERED {
            return Some(FalseNews::Renumbered);
        }
        (entry.in_vain >= FALSE_NEWS).then_some(FalseNews::None)
    }

    fn forget(&self, mailbox: MailboxId) -> Option<Entry> {
        self.entries().remove(&mailbox)
    }
}

impl Entry {
    /// Ends the wait and signs the session out.
    async fn part(self) {
        if let State::Waiting { stop, task } = self.state {
            stop.cancel();
            let _ = task.await;
        }
        self.berth.clear().await;
    }
}

impl Worker {
    /// The place for the session of a scan that is about to begin: where it lies already, or a free one where it is to
    /// be kept afterwards.
    pub(super) async fn berth_for(&self, placed: &Placed) -> Berth {
        match self.idling.interrupt(placed.mailbox.id).await {
            Some(berth) => berth,
            None if placed.scanner.idle && self.idling.most.is_some() => Berth::free(),
            None => Berth::default(),
        }
    }

    /// Waits on, or begins to, where the scan left a session for it.
    pub(super) async fn idle_on(&self, placed: &Placed, berth: Berth, report: &Report) {
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
    async fn let_go(&self, mailbox: MailboxId) -> bool {
        let Some(entry) = self.idling.forget(mailbox) else {
            return false;
        };
        entry.part().await;
        true
    }

    /// Ends the waiting in a mailbox; its scanner is due then.
    async fn stop_waiting(&self, mailbox: MailboxId, due: DateTime<Utc>) -> Result<(), StoreError> {
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

#[cfg(test)]
#[path = "idling_tests.rs"]
mod tests;
