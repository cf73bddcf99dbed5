//! What a worker takes next, where there is a place for it: what has news, what is due for longest, a knock at a mailbox.
//! What is taken is leased, so that nobody else has it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::probing::Knock;
use super::seats::Seat;
use super::{Owner, Worker};
use crate::store::leases::Lease;
use crate::store::scanners::Placed;
use crate::store::{self, StoreError, leases, scans};

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

/// Where there is room for another scan. News has as many places again, so that no long scan keeps it waiting, nor it
/// what is due.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) of_schedules: Arc<Semaphore>,
    pub(super) of_news: Arc<Semaphore>,
}

impl Places {
    pub(super) fn of(at_once: usize) -> Self {
        Self {
            of_schedules: Arc::new(Semaphore::new(at_once)),
            of_news: Arc::new(Semaphore::new(at_once)),
        }
    }
}

/// A scanner whose mailbox is leased.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) placed: Placed,
    pub(super) lease: Lease,
    pub(super) seat: Seat,
}

impl Worker {
    /// What comes next, where there is a place for it: what has news, else what is due for longest, else a knock at a
    /// mailbox.
    pub(super) async fn take_next(
        &self,
        places: &Places,
        at_once: usize,
    ) -> Result<Option<(Next, OwnedSemaphorePermit)>, StoreError> {
        if let Ok(place) = Arc::clone(&places.of_news).try_acquire_owned()
            && let Some(taken) = self.take_woken().await?
        {
            return Ok(Some((Next::Scan(Box::new(taken)), place)));
        }
        let Ok(place) = Arc::clone(&places.of_schedules).try_acquire_owned() else {
            return Ok(None);
        };
        let next = match self.take_due(at_once).await? {
            Some(taken) => Some(Next::Scan(Box::new(taken))),
            None => self.take_knock().await?.map(|it| Next::Knock(Box::new(it))),
        };
        Ok(next.map(|next| (next, place)))
    }

    /// A scanner that has news. One whose mailbox somebody else reads is due and is found so.
    async fn take_woken(&self) -> Result<Option<Taken>, StoreError> {
        let store = &self.scanning.store;
        while let Some(scanner) = self.idling.next_woken() {
            let placed = store::scanners::with_mailbox_and_server(store, scanner).await?;
            if let Some(placed) = placed
                && placed.may_run()
                && let Some(taken) = self.take(placed).await?
            {
                return Ok(Some(taken));
            }
        }
        Ok(None)
    }

    /// Of `all` scans at once; first on hosts that have not their share yet.
    pub(super) async fn take_due(&self, all: usize) -> Result<Option<Taken>, StoreError> {
        let now = self.scanning.clock.now();
        leases::release_of_gone(&self.scanning.store, now, Owner::is_gone).await?;
        let full = self.seats.full(all);
        if let Some(taken) = self.take_due_without(&full).await? {
            return Ok(Some(taken));
        }
        if full.is_empty() {
            return Ok(None);
        }
        self.take_due_without(&[]).await
    }

    async fn take_due_without(&self, hosts: &[String]) -> Result<Option<Taken>, StoreError> {
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let owner = self.owner.to_string();
        for scanner in store::scanners::due(db, &owner, hosts, now, TRIED).await? {
            let placed = store::scanners::with_mailbox_and_server(db, scanner.id).await?;
            if let Some(placed) = placed
                && let Some(taken) = self.take(placed).await?
            {
                return Ok(Some(taken));
            }
        }
        Ok(None)
    }

    /// Leases a scanner's mailbox, if it is free and the scanner is due.
    async fn take(&self, placed: Placed) -> Result<Option<Taken>, StoreError> {
        let Some(lease) = self.lease(&placed).await? else {
            return Ok(None);
        };
        // Another worker may have scanned it between the two questions.
        let (db, now) = (&self.scanning.store, self.scanning.clock.now());
        let scanner = store::scanners::by_id(db, placed.scanner.id).await?;
        if scanner.is_some_and(|it| it.next_scan_at.is_none_or(|next| next <= now)) {
            let seat = self.seats.take(&placed.server.host);
            return Ok(Some(Taken {
                placed,
                lease,
                seat,
            }));
        }
        leases::release(db, &lease).await?;
        Ok(None)
    }

    /// Waits until nobody else has the mailbox; nothing when it is asked to stop before.
    pub(super) async fn lease_when_free(
        &self,
        placed: &Placed,
    ) -> Result<Option<Lease>, StoreError> {
        loop {
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
        leases::release_of_gone(store, now, Owner::is_gone).await?;
        // Scans whose worker went silent ended without a report of their own, this worker's too. Asked first: once
        // the mailbox is leased again they would look alive.
        scans::cut_orphans(store, now).await?;
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
