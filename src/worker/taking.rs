//! What a worker takes next, where there is a place for it: what has news, what is due for longest, a knock at a mailbox.
//! What is taken is leased, so that nobody else has it.

use entities::scanners;

use super::places::{Place, Places, Room};
use super::probing::Knock;
use super::{Owner, Worker, report};
use crate::store::leases::Lease;
use crate::store::scanners::Placed;
use crate::store::{self, StoreError, leases, scan_days, scans};

/// How long a person's command waits before it asks again for a mailbox that others have.
const LEASED: std::time::Duration = std::time::Duration::from_millis(200);
/// How many due scanners are tried before a turn is called idle; others may be leased meanwhile.
pub(super) const TRIED: u64 = 16;

/// What a worker does next.
#[derive(Debug)]
pub(super) enum Next {
    /// A scan.
    Scan(Box<Taken>),
    /// A knock at a mailbox.
    Knock(Box<Knock>),
}

/// A scanner whose mailbox is leased.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) placed: Placed,
    pub(super) lease: Lease,
}

/// What came of trying to lease a scanner's mailbox.
enum Tried {
    Taken(Box<Taken>),
    /// Somebody has it, this worker perhaps.
    Leased,
    /// Another worker scanned it meanwhile, or a person paused it.
    NotDue,
}

impl Worker {
    /// What comes next, where there is a place for it: what has news, else what is due for longest, else a knock at a
    /// mailbox.
    pub(super) async fn take_next(
        &self,
        places: &Places,
    ) -> Result<Option<(Next, Place)>, StoreError> {
        if places.of_news.is_free()
            && let Some(taken) = self.take_woken(&places.of_news).await?
        {
            let place = places.of_news.take(&taken.placed.server.host);
            return Ok(Some((Next::Scan(Box::new(taken)), place)));
        }
        let room = &places.of_schedules;
        if !room.is_free() {
            return Ok(None);
        }
        if let Some(taken) = self.take_due(room).await? {
            let place = room.take(&taken.placed.server.host);
            return Ok(Some((Next::Scan(Box::new(taken)), place)));
        }
        let full = self.beside_others(room.full()).await?;
        let knock = self.take_knock(&full).await?;
        Ok(knock.map(|knock| {
            let place = room.take(knock.host());
            (Next::Knock(Box::new(knock)), place)
        }))
    }

    /// A scanner that has news, first on hosts that have not their share yet. One whose mailbox somebody still reads
    /// keeps its turn while this worker waits there; else it is due and is found so.
    async fn take_woken(&self, room: &Room) -> Result<Option<Taken>, StoreError> {
        if !self.idling.has_woken() {
            return Ok(None);
        }
        if let Some(taken) = self.take_woken_without(&room.sated()).await? {
            return Ok(Some(taken));
        }
        let full = self.beside_others(room.full()).await?;
        self.take_woken_without(&full).await
    }

    async fn take_woken_without(&self, hosts: &[String]) -> Result<Option<Taken>, StoreError> {
        let store = &self.scanning.store;
        for woken in self.idling.woken_without(hosts) {
            // First: news that is heard from now on gives it another turn.
            self.idling.drop_woken(woken);
            let placed = store::scanners::with_mailbox_and_server(store, woken).await?;
            let Some(placed) = placed.filter(Placed::may_run) else {
                continue;
            };
            let (waits, host) = (self.idling.waits_for(&placed), placed.server.host.clone());
            match self.take(placed).await? {
                Tried::Taken(taken) => return Ok(Some(*taken)),
                // The wait begins before the scan gives its lease back, and news may be heard between the two.
                Tried::Leased if waits => self.idling.keep_woken(woken, &host),
                Tried::Leased | Tried::NotDue => {}
            }
        }
        Ok(None)
    }

    /// What is due for longest on hosts that have not their share yet, else on any that leaves room for others.
    pub(super) async fn take_due(&self, room: &Room) -> Result<Option<Taken>, StoreError> {
        let now = self.scanning.clock.now();
        leases::release_of_gone(&self.scanning.store, now, Owner::is_gone).await?;
        let sated = self.beside_others(room.sated()).await?;
        if let Some(taken) = self.take_due_without(&sated).await? {
            return Ok(Some(taken));
        }
        let full = self.beside_others(room.full()).await?;
        if full == sated {
            return Ok(None);
        }
        self.take_due_without(&full).await
    }

    async fn take_due_without(&self, hosts: &[String]) -> Result<Option<Taken>, StoreError> {
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let owner = self.owner.to_string();
        for scanner in store::scanners::due(db, &owner, hosts, now, TRIED).await? {
            let placed = store::scanners::with_mailbox_and_server(db, scanner.id).await?;
            if let Some(placed) = placed
                && let Tried::Taken(taken) = self.take(placed).await?
            {
                return Ok(Some(*taken));
            }
        }
        Ok(None)
    }

    /// These hosts, if there are others with scanners, due or not; else none, as nothing is to be kept for nobody.
    async fn beside_others(&self, hosts: Vec<String>) -> Result<Vec<String>, StoreError> {
        let store = &self.scanning.store;
        let others = !hosts.is_empty() && store::scanners::any_elsewhere(store, &hosts).await?;
        Ok(if others { hosts } else { Vec::new() })
    }

    /// Leases a scanner's mailbox, if it is free and the scanner is due.
    async fn take(&self, placed: Placed) -> Result<Tried, StoreError> {
        let Some(lease) = self.lease(&placed).await? else {
            return Ok(Tried::Leased);
        };
        // Another worker may have scanned it between the two questions, or a person paused it.
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let scanner = store::scanners::by_id(db, placed.scanner.id).await?;
        let may_run = |it: &scanners::Model| it.enabled && it.paused_by.is_none();
        let is_due = |it: &scanners::Model| it.next_scan_at.is_none_or(|next| next <= now);
        if scanner.is_some_and(|it| may_run(&it) && is_due(&it)) {
            return Ok(Tried::Taken(Box::new(Taken { placed, lease })));
        }
        leases::release(db, &lease).await?;
        Ok(Tried::NotDue)
    }

    /// Waits until nobody else has the mailbox; nothing when it is asked to stop before.
    pub(super) async fn lease_when_free(
        &self,
        placed: &Placed,
    ) -> Result<Option<Lease>, StoreError> {
        let store = &self.scanning.store;
        loop {
            leases::release_of_gone(store, self.scanning.clock.now(), Owner::is_gone).await?;
            if let Some(lease) = self.lease(placed).await? {
                return Ok(Some(lease));
            }
            tokio::select! {
                () = self.stop.cancelled() => return Ok(None),
                () = tokio::time::sleep(LEASED) => {}
            }
        }
    }

    async fn lease(&self, placed: &Placed) -> Result<Option<Lease>, StoreError> {
        let store = &self.scanning.store;
        let now = self.scanning.clock.now();
        // Scans whose worker went silent ended without a report of their own, this worker's too. Asked first: once
        // the mailbox is leased again they would look alive.
        for cut in scans::cut_orphans(store, now).await? {
            let counts = serde_json::from_value(cut.counts).unwrap_or_default();
            scan_days::add(store, report::day(cut.scanner_id, &counts, now)).await?;
        }
        leases::take(
            store,
            placed.mailbox.id,
            &self.owner.to_string(),
            now,
            self.lease,
        )
        .await
    }
}

#[cfg(test)]
#[path = "taking_tests.rs"]
mod tests;
