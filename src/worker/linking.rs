//! Older mail that belongs to a record since the record got an address: linked beside the scans, batch by batch.

use std::time::Duration;

use super::Worker;

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(3);

impl Worker {
    /// Links late what is to be linked late, until it is asked to stop.
    pub(super) async fn link_late(&self) {
        while !self.stop.is_cancelled() {
            match self.scanning.link_late().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "Older messages can't be linked; trying again");
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
