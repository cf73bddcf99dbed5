//! Waits for news in the mailboxes whose scanners want to hear at once (IDLE), each over the session that the last scan
//! left. News makes the scanner due at once and lends the session to that scan.
//!
//! A worker claims a mailbox to wait in it, apart from the lease, which only a scan takes: whoever reads, tests or
//! disconnects a mailbox waits for nobody. One task a mailbox waits; one for all watches that each wait is still wanted.

mod around_scans;
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

use super::Placed;
use crate::access::{Berth, Stamp};
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

#[cfg(test)]
#[path = "idling_tests.rs"]
mod tests;
