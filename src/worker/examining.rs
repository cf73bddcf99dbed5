//! Examinations that people ask for on a page: takes one, has the doctor look, writes down what it found.
//!
//! Apart from scans and their leases: a person waits, a scan may take hours, and looking changes no mail.

use std::time::Duration;

use entities::examinations::Model;

use super::{Owner, PAUSE, Worker};
use crate::access::doctor::Diagnosis;
use crate::store::{self, StoreError, examinations};

/// One that takes longer has met a server that neither answers nor says no. Less than [`examinations::LONGEST`].
const PATIENCE: Duration = Duration::from_secs(150);

impl Worker {
    /// Examines what people ask for until it is asked to stop.
    pub(super) async fn examine_as_asked(&self) {
        while !self.stop.is_cancelled() {
            match self.examine_one().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "What people want examined can't be read or kept; trying again");
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Examines the mailbox that waits for longest; says whether there was one.
    pub async fn examine_one(&self) -> Result<bool, StoreError> {
        let (store, now) = (&self.scanning.store, self.scanning.clock.now());
        let owner = self.owner.to_string();
        let Some(taken) = examinations::take(store, &owner, now, Owner::is_gone).await? else {
            return Ok(false);
        };
        let report = tokio::select! {
            report = self.examine(&taken) => report?,
            // Another worker takes it, or this one when it is back.
            () = self.stop.cancelled() => return Ok(true),
        };
        if let Some(report) = report {
            let report = serde_json::to_value(report).unwrap_or_default();
            let now = self.scanning.clock.now();
            examinations::finish(store, &taken, report, now).await?;
        }
        Ok(true)
    }

    /// What is found; nothing where the mailbox is gone.
    async fn examine(&self, taken: &Model) -> Result<Option<Diagnosis>, StoreError> {
        let store = &self.scanning.store;
        let Some(mailbox) = store::mailboxes::by_id(store, taken.mailbox_id).await? else {
            return Ok(None);
        };
        let server = store::mail_servers::by_id(store, mailbox.mail_server_id).await?;
        let Some(server) = server else {
            return Ok(None);
        };
        let access = self.scanning.access.clone();
        // In a task of its own: a panic in it ends one examination, and not all that come after.
        let looking = tokio::spawn(async move { access.diagnose(&mailbox, &server).await });
        let stopping = looking.abort_handle();
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(Ok(diagnosis)) => diagnosis.map(Some),
            Ok(Err(_)) => Ok(Some(Diagnosis::broken_off(
                "The examination broke off inside this program. Please report this with the log.",
            ))),
            Err(_) => {
                stopping.abort();
                Ok(Some(Diagnosis::broken_off(
                    "The examination took too long and was ended: the server neither answers nor says no. Try again later; if it stays, ask the server's operator.",
                )))
            }
        }
    }
}

#[cfg(test)]
#[path = "examining_tests.rs"]
mod tests;
