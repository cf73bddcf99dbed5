//! A person may have a mailbox tried, and not so often that its account is locked.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;

use super::Asked;
use crate::access::trial::{EVE, SALES, SCOPES, Trial};
use crate::clock::Clock as _;
use crate::store;

const MINUTE: TimeDelta = TimeDelta::minutes(1);

#[tokio::test(flavor = "multi_thread")]
async fn pressing_again_and_again_tries_once_a_minute_and_puts_no_probe_off() {
    let trial = Trial::new().await;
    let mailbox = trial.mailbox(SALES).await;
    let refresh = trial.openid.refresh_grant(EVE, SCOPES);
    trial
        .give(&mailbox, &refresh, "ended", TimeDelta::zero())
        .await;
    trial.refusal(&mailbox).await;
    let first = trial.light(&mailbox).await.unwrap();
    let wait = first.probe_at.unwrap() - trial.clock.now();

    for _ in 0..2 {
        assert_eq!(trial.access.try_again(&mailbox).await, Ok(Asked::Soon));
        for _ in 0..3 {
            assert_eq!(trial.access.try_again(&mailbox).await, Ok(Asked::JustNow));
        }
        let due = store::lights::due_for_probe(trial.store(), &[], trial.clock.now(), 9).await;
        assert_eq!(due.unwrap().len(), 1);
        trial.refusal(&mailbox).await;
        let light = trial.light(&mailbox).await.unwrap();
        assert_eq!(light.probe_at.unwrap() - trial.clock.now(), wait);
        assert_eq!(trial.access.try_again(&mailbox).await, Ok(Asked::JustNow));
        trial.later(MINUTE);
    }

    // One that nobody has tried yet may be.
    let other = trial.mailbox("info@example.com").await;
    assert_eq!(trial.access.try_again(&other).await, Ok(Asked::Soon));
}
