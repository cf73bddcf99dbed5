//! Sees to it that each wait is still wanted, still this worker's, and followed by a look.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{MailboxId, ScannerId};
use futures_util::future::join_all;

use super::super::{Owner, PAUSE, Worker};
use super::{Entry, State};
use crate::store::idlings::{self, Fit};
use crate::store::{self, StoreError};

impl Worker {
    /// Watches over the waiting until the worker is asked to stop.
    pub(in crate::worker) async fn watch_waiting(&self) {
        let mut renewed = DateTime::<Utc>::UNIX_EPOCH;
        while !self.stop.is_cancelled() {
            let now = self.scanning.clock.now();
            let watched = self.watch_once(now - renewed >= self.lease / 3).await;
            match watched {
                Ok(did_renew) if did_renew => renewed = now,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "What is waited for can't be checked; trying again");
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Looks once; says whether the claims were renewed.
    pub(crate) async fn watch_once(&self, renew: bool) -> Result<bool, StoreError> {
        let (store, now) = (&self.scanning.store, self.scanning.clock.now());
        idlings::release_of_gone(store, now, Owner::is_gone).await?;
        if self.idling.len() == 0 {
            return Ok(false);
        }
        let owner = self.owner.to_string();
        if renew {
            let mailboxes = self.idling.mailboxes();
            idlings::renew(store, &mailboxes, &owner, now, self.lease).await?;
        }
        let fit: HashMap<MailboxId, Fit> = idlings::fit(store, &owner, now)
            .await?
            .into_iter()
            .map(|fit| (fit.mailbox_id, fit))
            .collect();
        let (unfit, at_rest) = self.sort(&fit, now);
        // Together: a server that is silent must not keep the claims on others from being renewed.
        let stopped = join_all(unfit.into_iter().map(|it| self.stop_waiting(it, now))).await;
        for scanner in at_rest {
            store::scanners::set_next_scan(store, scanner, Some(now)).await?;
        }
        stopped.into_iter().collect::<Result<(), _>>()?;
        Ok(renew)
    }

    /// Which waits must end, and which ended and are not due to be looked at. What is being scanned is left alone.
    fn sort(
        &self,
        fit: &HashMap<MailboxId, Fit>,
        now: DateTime<Utc>,
    ) -> (Vec<MailboxId>, Vec<ScannerId>) {
        let (mut unfit, mut at_rest) = (Vec::new(), Vec::new());
        for (mailbox, entry) in self.idling.entries().iter() {
            let over = match &entry.state {
                State::Scanning => continue,
                State::Resting => true,
                State::Waiting { task, .. } => task.is_finished(),
            };
            match fit.get(mailbox).filter(|fit| entry.fits(fit)) {
                None => unfit.push(*mailbox),
                Some(fit) if over && fit.next_scan_at.is_some_and(|next| next > now) => {
                    at_rest.push(entry.scanner);
                }
                Some(_) => {}
            }
        }
        (unfit, at_rest)
    }

    /// Ends all waiting, signs out, and leaves the mailboxes to other workers.
    pub(in crate::worker) async fn end_waiting(&self) {
        let mailboxes = self.idling.mailboxes();
        join_all(mailboxes.into_iter().map(|mailbox| self.let_go(mailbox))).await;
        let freed = async {
            let now = self.scanning.clock.now();
            let tx = self.scanning.store.begin().await?;
            idlings::release_all(&tx, &self.owner.to_string(), now).await?;
            tx.commit().await
        };
        if let Err(error) = freed.await {
            tracing::warn!(%error, "Mailboxes that were waited in could not be given back; they are free when their time runs out");
        }
    }
}

impl Entry {
    fn fits(&self, fit: &Fit) -> bool {
        self.changed == fit.scanner_changed
            && self.stamp.mailbox == fit.mailbox_changed
            && self.stamp.server == fit.server_changed
            && self.stamp.credential == Some(fit.credential)
    }
}
