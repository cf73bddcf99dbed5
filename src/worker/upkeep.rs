//! What a worker looks after now and then besides mail: that people are reminded and warned, that permissions don't end
//! for want of use, and that nothing is kept that has ended.

use std::time::Duration;

use chrono::TimeDelta;

use super::Worker;
use crate::access::announce;
use crate::store::{StoreError, authorizations, sessions, sign_in_links};

/// How often.
const EVERY: Duration = Duration::from_mins(5);
/// What has ended is forgotten after this.
const ENDED: TimeDelta = TimeDelta::days(1);

impl Worker {
    /// Looks after things until it is asked to stop.
    pub(super) async fn keep_up(&self) {
        while !self.stop.is_cancelled() {
            if let Err(error) = self.look_after().await {
                tracing::warn!(%error, "Reminders and idle permissions could not be looked after; trying again");
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Looks once.
    pub async fn look_after(&self) -> Result<(), StoreError> {
        let access = &self.scanning.access;
        let (store, now) = (&self.scanning.store, self.scanning.clock.now());
        announce::due(store, &access.whom, now).await?;
        access.keep_idle_grants_alive().await?;
        authorizations::delete_ended(store, now - ENDED).await?;
        sign_in_links::delete_ended(store, now - ENDED).await?;
        sessions::delete_ended(store, now - ENDED).await
    }
}
