//! Sets lights: the light, its history and what people are to be told of it, in one transaction.

mod probe;
mod refused;

use chrono::TimeDelta;
use entities::lights::LightState;
use entities::mailboxes;

pub use refused::{Judged, Knock, With, judge};

use super::{Access, announce};
use crate::cause::{Cause, Red};
use crate::store::StoreError;
use crate::store::lights::{self, Showing};

/// What may pass by itself must last so long before the light turns red.
pub(super) const CONFIRMED_AFTER: TimeDelta = TimeDelta::minutes(5);
/// The longest wait between two knocks at a mailbox whose light is red.
const LONGEST: TimeDelta = TimeDelta::hours(24);

impl Access {
    pub(super) async fn show_green(&self, mailbox: &mailboxes::Model) -> Result<(), StoreError> {
        self.show(mailbox, Showing::plain(LightState::Green)).await
    }

    pub(super) async fn show_red(
        &self,
        mailbox: &mailboxes::Model,
        red: &Red,
    ) -> Result<(), StoreError> {
        let red = red.clone().for_mailbox(&mailbox.address);
        let before = lights::find(&self.store, mailbox.id).await?;
        let again = before
            .filter(|light| light.cause.as_deref() == Some(red.cause.as_str()))
            .map_or(0, |light| light.probes.saturating_add(1));
        let probe_at = red
            .cause
            .probe_after()
            .map(|after| self.clock.now() + wait(after, again, mailbox.id.0));
        let showing = Showing {
            state: LightState::Red,
            cause: Some(red.cause.as_str().to_owned()),
            who: Some(red.who.as_str().to_owned()),
            remedy: Some(red.remedy),
            provider_words: Some(red.words),
            probe_at,
        };
        self.show(mailbox, showing).await
    }

    /// A red light for want of a credential is no longer true once there is one to knock with, whoever opens.
    pub(super) async fn take_back_missing(
        &self,
        mailbox: &mailboxes::Model,
    ) -> Result<(), StoreError> {
        let light = lights::find(&self.store, mailbox.id).await?;
        let missing = [Cause::NeverAuthorized, Cause::CredentialUnreadable].map(Cause::as_str);
        if light
            .and_then(|light| light.cause)
            .is_some_and(|cause| missing.contains(&cause.as_str()))
        {
            self.show(mailbox, Showing::plain(LightState::Unknown))
                .await?;
        }
        Ok(())
    }

    pub(super) async fn suspect(
        &self,
        mailbox: &mailboxes::Model,
        cause: Cause,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        lights::suspect(&self.store, mailbox.id, cause.as_str(), now).await
    }

    /// Whether what may pass was seen long enough ago, or is what the light shows already.
    pub(super) async fn is_confirmed(
        &self,
        mailbox: &mailboxes::Model,
        cause: Cause,
    ) -> Result<bool, StoreError> {
        let Some(light) = lights::find(&self.store, mailbox.id).await? else {
            return Ok(false);
        };
        let code = Some(cause.as_str());
        let long_ago = light
            .suspected_at
            .is_some_and(|at| at <= self.clock.now() - CONFIRMED_AFTER);
        Ok(light.cause.as_deref() == code || (light.suspected.as_deref() == code && long_ago))
    }

    /// Whether the light shows green: what failed on the way to a new credential takes nothing from the old one then.
    pub(super) async fn is_green(&self, mailbox: &mailboxes::Model) -> Result<bool, StoreError> {
        let light = lights::find(&self.store, mailbox.id).await?;
        Ok(light.is_some_and(|light| light.state == LightState::Green))
    }

    async fn show(&self, mailbox: &mailboxes::Model, showing: Showing) -> Result<(), StoreError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        if let Some(change) = lights::set(&tx, mailbox.id, showing, now).await? {
            announce::of_change(&tx, &self.whom, mailbox, &change, now).await?;
        }
        tx.commit().await
    }
}

/// Twice as long with every knock in vain, at most a day; not the same for all mailboxes.
fn wait(after: TimeDelta, knocks: i32, mailbox: i64) -> TimeDelta {
    let doublings = u32::try_from(knocks.clamp(0, 5)).unwrap_or(0);
    let wait = (after * 2_i32.pow(doublings)).min(LONGEST.max(after));
    let spread = i32::try_from(mailbox.rem_euclid(64)).unwrap_or(0);
    wait + wait / 640 * spread
}
