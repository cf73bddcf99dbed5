//! Tokens are renewed in time, once, and nothing that the provider gives is lost.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entities::oauth_clients::Flow;
use parts::openid::{CLIENT_ID, Endpoint, Fault};
use serde_json::json;
use tokio::time::sleep;

use super::CLAIM;
use crate::access::trial::{EVE, SALES, SCOPES, Trial, open};
use crate::access::{Access, Closed};
use crate::clock::Clock as _;
use crate::owner::Owner;
use crate::store::credentials;
use crate::store::fixture::at;

const HOUR: TimeDelta = TimeDelta::hours(1);
/// Time enough for whoever is not held back to get ahead.
const A_WHILE: Duration = Duration::from_millis(400);

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_its_end_and_what_comes_is_durable_before_it_is_used() {
    let trial = Trial::new().await;
    trial.openid.rotate();
    let mailbox = trial.granted().await;
    let mut known = vec![trial.refresh_token(&mailbox).await];
    for turn in 1..=3 {
        trial.openid.fault(Endpoint::Introspection, &Fault::Hold);
        trial.openid.forget_requests();
        let (access, mailbox2, server) =
            (trial.access.clone(), mailbox.clone(), trial.server.clone());
        let opening = tokio::spawn(async move { open(&access, &mailbox2, &server).await });
        // Nobody has signed in with the new access token yet.
        trial.openid.wait_until_held(1);
        let stored = trial.refresh_token(&mailbox).await;
        assert!(!known.contains(&stored), "turn {turn}");
        known.push(stored);
        trial.openid.clear_faults();
        opening.await.unwrap().unwrap();
        assert_eq!(trial.shows(&mailbox).await, "green");

        // A token of an hour is renewed in its last five minutes and not before.
        trial.openid.forget_requests();
        trial.later(HOUR - TimeDelta::minutes(6));
        trial.open(&mailbox).await.unwrap();
        assert_eq!(trial.asked(), (0, 1), "turn {turn}");
        trial.later(TimeDelta::minutes(2));
    }
    assert_eq!(trial.stored(&mailbox).await.claimed_by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_in_two_processes_are_one_request() {
    let trial = Trial::new().await;
    trial.openid.rotate();
    let mailbox = trial.granted().await;
    let others = trial.another_process().await;
    trial.openid.fault(Endpoint::Token, &Fault::Hold);
    let opening: Vec<_> = (0..8)
        .map(|number| {
            let access = match number % 2 {
                0 => trial.access.clone(),
                _ => others.clone(),
            };
            let (mailbox, server) = (mailbox.clone(), trial.server.clone());
            tokio::spawn(async move { open(&access, &mailbox, &server).await })
        })
        .collect();
    trial.openid.wait_until_held(1);
    sleep(A_WHILE).await;
    assert_eq!(trial.asked(), (1, 0));
    trial.openid.clear_faults();
    for opening in opening {
        opening.await.unwrap().unwrap();
    }
    assert_eq!(trial.asked(), (1, 8));
    assert_eq!(trial.shows(&mailbox).await, "green");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_out_of_order_is_no_red_light() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    trial.open(&mailbox).await.unwrap();
    let busy = json!({"error": "temporarily_unavailable"});
    let html = "<html><h1>502 Bad Gateway</h1></html>";
    let waits = |status| Fault::json(status, &busy).with_header("Retry-After", "120");
    // What may have been lost is asked for three times in a row.
    for (name, fault, waits, times) in [
        ("503", waits(503), true, 1),
        ("429", waits(429), true, 1),
        ("500", Fault::json(500, &busy), false, 1),
        ("no JSON", Fault::answer(503, html), false, 1),
        ("closed", Fault::CloseBefore, false, 3),
        ("a gateway", Fault::answer(502, html), false, 3),
        ("nothing", Fault::answer(200, ""), false, 3),
    ] {
        trial.openid.forget_requests();
        trial.openid.fault(Endpoint::Token, &fault);
        // Three minutes before its end the token is to be replaced, and still good.
        trial.later(HOUR - TimeDelta::minutes(3));
        trial.open(&mailbox).await.unwrap();
        assert_eq!(trial.asked(), (times, 1), "{name}");
        trial.later(TimeDelta::minutes(1));
        trial.open(&mailbox).await.unwrap();
        let asked = if waits { times } else { times * 2 };
        assert_eq!(trial.asked(), (asked, 2), "{name}");

        trial.later(TimeDelta::minutes(2));
        let closed = trial.refusal(&mailbox).await;
        let Closed::Provider { retry_after, .. } = &closed else {
            panic!("{name}: {closed:?}");
        };
        assert_eq!(retry_after.is_some(), waits, "{name}");
        assert_eq!(trial.asked(), (asked + times, 2), "{name}");
        assert_eq!(trial.shows(&mailbox).await, "green", "{name}");

        trial.openid.clear_faults();
        trial.later(TimeDelta::minutes(3));
        trial.open(&mailbox).await.unwrap();
        assert_eq!(trial.asked(), (asked + times + 1, 3), "{name}");
    }
    trial.openid.stop();
    trial.later(HOUR);
    let closed = trial.refusal(&mailbox).await;
    assert!(matches!(closed, Closed::Provider { .. }), "{closed:?}");
    assert_eq!(trial.shows(&mailbox).await, "green");
    assert!(trial.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_goes_on_when_nobody_waits_for_it_any_more() {
    let trial = Trial::new().await;
    trial.openid.rotate();
    let mailbox = trial.granted().await;
    let old = trial.refresh_token(&mailbox).await;
    trial.openid.fault(Endpoint::Token, &Fault::Hold);
    let (access, mailbox2, server) = (trial.access.clone(), mailbox.clone(), trial.server.clone());
    let opening = tokio::spawn(async move { open(&access, &mailbox2, &server).await });
    trial.openid.wait_until_held(1);
    opening.abort();
    assert!(opening.await.unwrap_err().is_cancelled());
    trial.openid.clear_faults();
    let began = Instant::now();
    while trial.refresh_token(&mailbox).await == old {
        assert!(began.elapsed() < Duration::from_secs(10), "it is lost");
        sleep(Duration::from_millis(10)).await;
    }
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_meanwhile_voids_a_late_renewal() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let opening = |mailbox: &entities::mailboxes::Model| {
        trial.openid.fault(Endpoint::Token, &Fault::Hold);
        let (access, mailbox, server) =
            (trial.access.clone(), mailbox.clone(), trial.server.clone());
        let opening = tokio::spawn(async move { open(&access, &mailbox, &server).await });
        trial.openid.wait_until_held(1);
        opening
    };

    // The owner signs in again: that grant is used, and stays.
    let late = opening(&mailbox);
    let (refresh, token) = (
        trial.openid.refresh_grant(SALES, SCOPES),
        trial.openid.mail_token(SALES),
    );
    trial.give(&mailbox, &refresh, &token, HOUR).await;
    trial.openid.clear_faults();
    late.await.unwrap().unwrap();
    assert_eq!(trial.refresh_token(&mailbox).await, refresh);
    trial.openid.forget_requests();
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (0, 1));

    // The same, and the provider refuses the old grant: that says nothing of the new one.
    trial.later(HOUR);
    trial.openid.revoke_account(SALES);
    let late = opening(&mailbox);
    let (refresh, token) = (
        trial.openid.refresh_grant(SALES, SCOPES),
        trial.openid.mail_token(SALES),
    );
    trial.give(&mailbox, &refresh, &token, HOUR).await;
    trial.openid.clear_faults();
    late.await.unwrap().unwrap();
    assert_eq!(trial.shows(&mailbox).await, "green");

    // The mailbox is disconnected: nothing that opens it comes back, and the light says why.
    trial.later(HOUR);
    let late = opening(&mailbox);
    trial.access.disconnect(mailbox.id).await.unwrap();
    trial.openid.clear_faults();
    late.await.unwrap().unwrap_err();
    assert_eq!(trial.shows(&mailbox).await, "red disconnected");
    assert_eq!(credentials::find(trial.store(), mailbox.id).await, Ok(None));
    trial.refusal(&mailbox).await;
    assert_eq!(trial.shows(&mailbox).await, "red disconnected");
    assert_eq!(trial.told().await, ["light.red disconnected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claim_of_a_process_that_was_killed_keeps_nobody_waiting() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let gone = format!("{}0", Owner::this_process("7"));
    let until = at(60);
    credentials::claim(trial.store(), mailbox.id, &gone, trial.clock.now(), until)
        .await
        .unwrap()
        .unwrap();
    let began = Instant::now();
    trial.open(&mailbox).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(trial.asked(), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_lasts_as_long_as_whoever_has_it_lives() {
    let trial = Trial::new().await;
    trial.openid.rotate();
    let mailbox = trial.granted().await;
    let others = trial.another_process().await;
    trial.openid.fault(Endpoint::Token, &Fault::Hold);
    let opening = |access: &Access| {
        let (access, mailbox, server) = (access.clone(), mailbox.clone(), trial.server.clone());
        tokio::spawn(async move { open(&access, &mailbox, &server).await })
    };
    let first = opening(&trial.access);
    trial.openid.wait_until_held(1);
    let second = opening(&others);
    for _ in 0..2 {
        trial.later(CLAIM - TimeDelta::seconds(1));
        let began = Instant::now();
        let until = trial.clock.now() + CLAIM;
        while trial.stored(&mailbox).await.claimed_until != Some(until) {
            assert!(began.elapsed() < Duration::from_secs(30), "no sign of life");
            sleep(Duration::from_millis(10)).await;
        }
    }
    sleep(A_WHILE).await;
    assert_eq!(trial.asked(), (1, 0));
    trial.openid.clear_faults();
    for opening in [first, second] {
        opening.await.unwrap().unwrap();
    }
    assert_eq!(trial.asked(), (1, 2));

    // One on another machine that gives no more signs of life is not waited for longer than that.
    trial.later(HOUR);
    let now = trial.clock.now();
    credentials::claim(trial.store(), mailbox.id, "far away", now, now + CLAIM)
        .await
        .unwrap()
        .unwrap();
    trial.openid.forget_requests();
    let waiting = opening(&others);
    sleep(A_WHILE).await;
    assert_eq!(trial.asked(), (0, 0));
    trial.later(CLAIM);
    waiting.await.unwrap().unwrap();
    assert_eq!(trial.asked(), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again_while_the_old_token_is_taken_again() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let cut = |times| {
        trial.openid.forget_requests();
        let at = Endpoint::Token;
        trial.openid.fault_next(times, at, &Fault::CloseAfter(40));
    };
    trial.openid.rotate_with_grace(Duration::from_secs(30));
    cut(2);
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.asked(), (3, 1));

    // As often as that, and then not before the next scan.
    trial.later(HOUR);
    cut(3);
    let closed = trial.refusal(&mailbox).await;
    assert!(matches!(closed, Closed::Provider { .. }), "{closed:?}");
    assert_eq!(trial.asked(), (3, 0));
    trial.later(TimeDelta::seconds(30));
    trial.open(&mailbox).await.unwrap();

    // Where it is not, that costs the permission.
    trial.openid.rotate();
    trial.later(HOUR);
    cut(1);
    trial.refusal(&mailbox).await;
    assert_eq!(trial.asked(), (2, 0));
    assert_eq!(trial.shows(&mailbox).await, "red consent_revoked");
    assert_eq!(trial.told().await, ["light.red consent_revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_token_of_a_program_is_one_request_for_two_processes() {
    let trial = Trial::new().await;
    trial.client(Flow::AppOnly).await;
    trial.openid.app_tokens_open(Some(SALES));
    let mailbox = trial.mailbox(SALES).await;
    let others = trial.another_process().await;
    trial.openid.fault(Endpoint::Token, &Fault::Hold);
    let opening: Vec<_> = [&trial.access, &others, &trial.access, &others]
        .into_iter()
        .map(|access| {
            let (access, mailbox, server) = (access.clone(), mailbox.clone(), trial.server.clone());
            tokio::spawn(async move { open(&access, &mailbox, &server).await })
        })
        .collect();
    trial.openid.wait_until_held(1);
    sleep(A_WHILE).await;
    trial.openid.clear_faults();
    for opening in opening {
        opening.await.unwrap().unwrap();
    }
    assert_eq!(trial.openid.token_requests("client_credentials"), 1);
    assert_eq!(trial.shows(&mailbox).await, "green");

    // What was made room for and never came opens nothing, and is no lost permission.
    let mailbox = trial.mailbox(EVE).await;
    trial.openid.set_client_secret(CLIENT_ID, "another-secret");
    trial.refusal(&mailbox).await;
    assert_eq!(trial.shows(&mailbox).await, "red client_secret_wrong");
    trial.client(Flow::AuthorizationCode).await;
    trial.refusal(&mailbox).await;
    assert_eq!(trial.shows(&mailbox).await, "red never_authorized");
}
