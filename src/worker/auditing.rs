//! Audits a mailbox under its lease, as it would be scanned, so that no scan changes the ledger meanwhile.

use super::{Worker, heartbeat};
use crate::audit::{Audit, Auditing};
use crate::store::scanners::Placed;
use crate::store::{StoreError, leases};

impl Worker {
    /// What an audit needs.
    #[must_use]
    pub fn auditing(&self) -> Auditing {
        Auditing {
            store: self.scanning.store.clone(),
            access: self.scanning.access.clone(),
        }
    }

    /// Audits `placed` as soon as nobody scans it; nothing when it is asked to stop, or loses the mailbox, before the end.
    pub async fn audit_now(&self, placed: &Placed) -> Result<Option<Audit>, StoreError> {
        let Some(lease) = self.lease_when_free(placed).await? else {
            return Ok(None);
        };
        let stop = self.stop.child_token();
        let beating = heartbeat::start(self, lease.clone(), stop.clone());
        let auditing = self.auditing();
        let audit = tokio::select! {
            audit = auditing.run(placed) => audit.map(Some),
            () = stop.cancelled() => Ok(None),
        };
        beating.stop().await;
        leases::release(&self.scanning.store, &lease).await?;
        audit
    }
}

#[cfg(test)]
#[path = "auditing_tests.rs"]
mod tests;
