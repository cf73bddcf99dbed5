//! Grants that nobody needs are used now and then.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;

use super::AT_ONCE;
use crate::access::trial::{EVE, SALES, SCOPES, Trial};
use crate::cause::{Cause, Red};

const WEEK: TimeDelta = TimeDelta::days(7);
const MINUTE: TimeDelta = TimeDelta::minutes(1);

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_grant_is_used_once_a_week() {
    let trial = Trial::new().await;
    trial.openid.rotate();
    let mailbox = trial.granted().await;
    let others = trial.another_process().await;
    trial.open(&mailbox).await.unwrap();
    trial.openid.forget_requests();
    trial.later(WEEK - MINUTE);
    trial.access.keep_idle_grants_alive().await.unwrap();
    assert_eq!(trial.asked(), (0, 0));
    for _ in 0..3 {
        trial.openid.forget_requests();
        trial.later(WEEK + MINUTE);
        for access in [&trial.access, &others, &trial.access] {
            access.keep_idle_grants_alive().await.unwrap();
        }
        assert_eq!(trial.asked(), (1, 0));
    }

    // One that has died meanwhile turns red before anybody needs it, and is left alone then.
    trial.openid.revoke_account(SALES);
    trial.openid.forget_requests();
    for _ in 0..3 {
        trial.later(WEEK + MINUTE);
        trial.access.keep_idle_grants_alive().await.unwrap();
        assert_eq!(trial.asked(), (1, 0));
    }
    assert_eq!(trial.shows(&mailbox).await, "red consent_revoked");
    assert_eq!(trial.told().await, ["light.red consent_revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_takes_no_long_lived_token_with_it() {
    let trial = Trial::new().await;
    let mailbox = trial.mailbox(SALES).await;
    let (refresh, token) = (
        trial.openid.refresh_grant(SALES, SCOPES),
        trial.openid.mail_token(SALES),
    );
    trial
        .give(&mailbox, &refresh, &token, TimeDelta::days(365))
        .await;
    trial.later(WEEK + MINUTE);
    let out_of_order = parts::openid::Fault::answer(503, "");
    trial
        .openid
        .fault(parts::openid::Endpoint::Token, &out_of_order);
    for _ in 0..3 {
        trial.access.keep_idle_grants_alive().await.unwrap();
        trial.later(MINUTE * 5);
    }
    assert_eq!(trial.asked(), (1, 0), "once a day is enough");
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (1, 1));
    trial.openid.clear_faults();
    trial.later(TimeDelta::days(1));
    trial.access.keep_idle_grants_alive().await.unwrap();
    assert_eq!(trial.asked(), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dead_and_the_unlucky_do_not_keep_the_others_from_their_turn() {
    let trial = Trial::new().await;
    for number in 0..AT_ONCE {
        let address = format!("dead{number}@example.com");
        let mailbox = trial.mailbox(&address).await;
        trial
            .give(&mailbox, "unknown", "ended", TimeDelta::zero())
            .await;
        let red = Red::of(Cause::ConsentRevoked, "Withdrawn.");
        trial.access.show_red(&mailbox, &red).await.unwrap();
    }
    // The provider declines these for a reason that says nothing of the grant.
    trial.openid.remove_client(parts::openid::CLIENT_ID);
    for number in 0..AT_ONCE {
        let mailbox = trial.mailbox(&format!("unlucky{number}@example.com")).await;
        trial
            .give(&mailbox, "unknown", "ended", TimeDelta::zero())
            .await;
    }
    trial.later(MINUTE);
    let mailbox = trial.mailbox(EVE).await;
    trial
        .give(&mailbox, "unknown", "ended", TimeDelta::zero())
        .await;
    trial.later(WEEK + MINUTE);
    trial.access.keep_idle_grants_alive().await.unwrap();
    assert_eq!(trial.asked().0, AT_ONCE);
    for _ in 0..3 {
        trial.later(MINUTE * 5);
        trial.access.keep_idle_grants_alive().await.unwrap();
        assert_eq!(trial.asked().0, AT_ONCE + 1);
    }
    assert!(trial.shows(&mailbox).await.starts_with("red "));
}
