//! Folders that people ask for on a page: takes a mailbox, has its server list them, writes down what it listed.
//!
//! Apart from scans and their leases: a person waits, and looking changes no mail.

use std::time::Duration;

use entities::folder_lists::Model;

use super::{Owner, PAUSE, Worker};
use crate::store::{self, StoreError, folder_lists};

/// One that takes longer has met a server that neither answers nor says no. Less than [`folder_lists::LONGEST`].
const PATIENCE: Duration = Duration::from_secs(90);

impl Worker {
    /// Lists the folders that people ask for until it is asked to stop.
    pub(super) async fn list_folders_as_asked(&self) {
        while !self.stop.is_cancelled() {
            match self.list_folders_of_one().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "The folders that people ask for can't be read or kept; trying again");
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Lists the folders of the mailbox that waits for longest; says whether there was one.
    pub async fn list_folders_of_one(&self) -> Result<bool, StoreError> {
        let (store, now) = (&self.scanning.store, self.scanning.clock.now());
        let owner = self.owner.to_string();
        let Some(taken) = folder_lists::take(store, &owner, now, Owner::is_gone).await? else {
            return Ok(false);
        };
        let listed = tokio::select! {
            listed = self.list_folders(&taken) => listed?,
            // Another worker takes it, or this one when it is back.
            () = self.stop.cancelled() => return Ok(true),
        };
        let now = self.scanning.clock.now();
        folder_lists::finish(store, &taken, listed, now).await?;
        Ok(true)
    }

    async fn list_folders(
        &self,
        taken: &Model,
    ) -> Result<Result<serde_json::Value, String>, StoreError> {
        let gone = || Err("The mailbox is not there any more.".to_owned());
        let store = &self.scanning.store;
        let Some(mailbox) = store::mailboxes::by_id(store, taken.mailbox_id).await? else {
            return Ok(gone());
        };
        let server = store::mail_servers::by_id(store, mailbox.mail_server_id).await?;
        let Some(server) = server else {
            return Ok(gone());
        };
        let access = self.scanning.access.clone();
        // In a task of its own: a panic in it ends one list, and not all that come after.
        let listing = tokio::spawn(async move { access.folders(&mailbox, &server).await });
        let stopping = listing.abort_handle();
        Ok(match tokio::time::timeout(PATIENCE, listing).await {
            Ok(Ok(Ok(folders))) => Ok(serde_json::to_value(folders).unwrap_or_default()),
            Ok(Ok(Err(told))) => Err(told),
            Ok(Err(_)) => Err(
                "Listing the folders broke off inside this program. Please report this with the log.".to_owned(),
            ),
            Err(_) => {
                stopping.abort();
                Err("The server neither answers nor says no. Test the mailbox, or try again later.".to_owned())
            }
        })
    }
}
