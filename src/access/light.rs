//! Sets lights: the light, its history and what people are to be told of it, in one transaction.

mod over_pop3;
mod probe;
mod refused;

use chrono::TimeDelta;
use entities::lights::LightState;
use entities::mailboxes;

pub use probe::Asked;
pub use refused::{Judged, Knock, With, judge};

use super::{Access, Closed, announce};
use crate::cause::{Cause, Red};
use crate::store::lights::{self, Showing};
use crate::store::{StoreError, Tx, credentials};

/// What may pass by itself must last so long before the light turns red.
pub(super) const CONFIRMED_AFTER: TimeDelta = TimeDelta::minutes(5);
/// The longest wait between two knocks at a mailbox whose light is red.
const LONGEST: TimeDelta = TimeDelta::hours(24);

impl Access {
    /// Has the light show what came of an attempt to open the mailbox with the credential of the version `used`; says
    /// whether that was still its credential. What came of another one says nothing, and the light stays as it was.
    pub(super) async fn show_what_came(
        &self,
        mailbox: &mailboxes::Model,
        came: Result<(), &Closed>,
        used: Option<i64>,
    ) -> Result<bool, StoreError> {
        let tx = self.store.begin().await?;
        if !credentials::is_still(&tx, mailbox.id, used).await? {
            return Ok(false);
        }
        match came {
            Ok(()) => {
                let green = Showing::plain(LightState::Green);
                self.show(&tx, mailbox, green).await?;
            }
            Err(Closed::Red(red)) => self.redden(&tx, mailbox, red).await?,
            Err(Closed::Suspected { red, .. }) => {
                let now = self.clock.now();
                lights::suspect(&tx, mailbox.id, red.cause.as_str(), now).await?;
            }
            Err(
                Closed::Health { .. }
                | Closed::Provider { .. }
                | Closed::Braked { .. }
                | Closed::OutOfReach { .. }
                | Closed::CaFile(_),
            ) => self.take_back_missing(&tx, mailbox).await?,
            Err(Closed::Store(_)) => {}
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Turns the light red, whatever opened the mailbox before.
    pub(super) async fn show_red(
        &self,
        mailbox: &mailboxes::Model,
        red: &Red,
    ) -> Result<(), StoreError> {
        let tx = self.store.begin().await?;
        self.redden(&tx, mailbox, red).await?;
        tx.commit().await
    }

    /// The same as a part of what else the transaction does.
    pub(super) async fn redden(
        &self,
        tx: &Tx,
        mailbox: &mailboxes::Model,
        red: &Red,
    ) -> Result<(), StoreError> {
        let red = red.clone().for_mailbox(&mailbox.address);
        let before = lights::find(tx, mailbox.id).await?;
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
        self.show(tx, mailbox, showing).await
    }

    /// A red light for want of a credential is no longer true once there is one to knock with, whoever opens.
    async fn take_back_missing(
        &self,
        tx: &Tx,
        mailbox: &mailboxes::Model,
    ) -> Result<(), StoreError> {
        let light = lights::find(tx, mailbox.id).await?;
        let missing = [Cause::NeverAuthorized, Cause::CredentialUnreadable].map(Cause::as_str);
        if light
            .and_then(|light| light.cause)
            .is_some_and(|cause| missing.contains(&cause.as_str()))
        {
            let unknown = Showing::plain(LightState::Unknown);
            self.show(tx, mailbox, unknown).await?;
        }
        Ok(())
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

    async fn show(
        &self,
        tx: &Tx,
        mailbox: &mailboxes::Model,
        showing: Showing,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        if let Some(change) = lights::set(tx, mailbox.id, showing, now).await? {
            announce::of_change(tx, &self.whom, mailbox, &change, now).await?;
        }
        Ok(())
    }
}

/// Twice as long with every knock in vain, at most a day; not the same for all mailboxes.
fn wait(after: TimeDelta, knocks: i32, mailbox: i64) -> TimeDelta {
    let doublings = u32::try_from(knocks.clamp(0, 5)).unwrap_or(0);
    let wait = (after * 2_i32.pow(doublings)).min(LONGEST.max(after));
    let spread = i32::try_from(mailbox.rem_euclid(64)).unwrap_or(0);
    wait + wait / 640 * spread
}
