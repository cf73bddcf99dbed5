//! A brake for each host: a server that refuses sign-in after sign-in is left alone for a while, so that no account is
//! locked because of us. One good sign-in there releases it.

use chrono::TimeDelta;

use super::{Access, Closed};
use crate::store::StoreError;
use crate::store::sign_in_brakes::{self, Patience};

/// So many refused sign-ins in a row are too many.
const PATIENCE: Patience = Patience {
    refusals: 8,
    window: TimeDelta::minutes(10),
    rest: TimeDelta::minutes(15),
};

impl Access {
    /// # Errors
    /// [`Closed::Braked`] while the host is left alone.
    pub(super) async fn heed_brake(&self, host: &str) -> Result<(), Closed> {
        let now = self.clock.now();
        match sign_in_brakes::closed_until(&self.store, host, now).await? {
            None => Ok(()),
            Some(until) => Err(Closed::Braked {
                host: host.to_owned(),
                until,
                again_in: until - now,
            }),
        }
    }

    pub(super) async fn press_brake(&self, host: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let closed_until = sign_in_brakes::refused(&tx, host, PATIENCE, now).await?;
        tx.commit().await?;
        if let Some(until) = closed_until {
            tracing::warn!(host, %until, "The server refuses sign-in after sign-in and is left alone for a while");
        }
        Ok(())
    }

    pub(super) async fn release_brake(&self, host: &str) -> Result<(), StoreError> {
        sign_in_brakes::succeeded(&self.store, host).await
    }
}

#[cfg(test)]
#[path = "brake_tests.rs"]
mod tests;
