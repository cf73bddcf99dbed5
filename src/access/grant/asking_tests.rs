//! What a token endpoint wants is kept by all: every mailbox, every process.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::mailboxes;
use futures_util::future::join_all;
use parts::openid::{Endpoint, Fault};
use serde_json::json;

use crate::access::trial::{SALES, SCOPES, Trial, open};
use crate::access::{Access, Closed};
use crate::clock::Clock as _;

const SECOND: TimeDelta = TimeDelta::seconds(1);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// So many mailboxes, granted long ago, whose access tokens have ended.
async fn granted(trial: &Trial, count: usize) -> Vec<mailboxes::Model> {
    let mut granted = Vec::new();
    for number in 0..count {
        let address = format!("box{number}@example.com");
        let mailbox = trial.mailbox(&address).await;
        let refresh = trial.openid.refresh_grant(&address, SCOPES);
        trial.give(&mailbox, &refresh, "ended", -SECOND).await;
        granted.push(mailbox);
    }
    granted
}

/// Opens all at once, in two processes by turns.
async fn open_all(
    trial: &Trial,
    processes: [&Access; 2],
    mailboxes: &[mailboxes::Model],
) -> Vec<Result<(), Closed>> {
    let opening = mailboxes.iter().zip(processes.into_iter().cycle());
    join_all(opening.map(|(mailbox, access)| open(access, mailbox, &trial.server))).await
}

fn count_left_alone(opened: &[Result<(), Closed>]) -> usize {
    let alone = opened.iter().filter(|opened| match opened {
        Err(Closed::Provider {
            retry_after: Some(_),
            ..
        }) => true,
        Err(Closed::Provider { .. }) => false,
        other => panic!("{other:?}"),
    });
    alone.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_wishes_is_kept_by_all_mailboxes_in_all_processes() {
    let trial = Trial::new().await;
    let others = trial.another_process().await;
    let both = [&trial.access, &others];
    let open_before = trial.mailbox(SALES).await;
    let refresh = trial.openid.refresh_grant(SALES, SCOPES);
    let token = trial.openid.mail_token(SALES);
    trial.give(&open_before, &refresh, &token, HOUR).await;
    trial.later(HOUR - MINUTE * 3);
    let mailboxes = granted(&trial, 12).await;
    let busy = Fault::json(429, &json!({"error": "temporarily_unavailable"}));
    let busy = busy.with_header("Retry-After", "120");
    trial.openid.fault(Endpoint::Token, &busy);

    let (first, rest) = mailboxes.split_first().unwrap();
    let closed = trial.refusal(first).await;
    let Closed::Provider { retry_after, .. } = &closed else {
        panic!("{closed:?}");
    };
    assert_eq!(retry_after.map(|wait| wait.as_secs()), Some(120));
    let closed = open_all(&trial, both, rest).await;
    assert_eq!(count_left_alone(&closed), rest.len());
    assert_eq!(trial.asked(), (1, 0));
    let told = closed.last().unwrap().as_ref().unwrap_err().to_string();
    assert!(told.contains(" is left alone until 12:59:00 UTC"), "{told}");
    // Whose token is good still needs no provider.
    open(&others, &open_before, &trial.server).await.unwrap();
    assert_eq!(trial.asked(), (1, 1));

    // When the wait is over one goes first, of all.
    trial.later(MINUTE * 2);
    let closed = open_all(&trial, both, &mailboxes).await;
    assert_eq!(count_left_alone(&closed), mailboxes.len());
    assert_eq!(trial.asked(), (2, 1));
    assert_eq!(trial.shows(first).await, "unknown");

    trial.openid.clear_faults();
    trial.later(MINUTE * 2);
    open(&others, first, &trial.server).await.unwrap();
    for opened in open_all(&trial, both, rest).await {
        opened.unwrap();
    }
    assert_eq!(trial.asked(), (2 + mailboxes.len(), 1 + mailboxes.len()));
    assert!(trial.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_a_day_is_kept_for_an_hour() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let busy = Fault::answer(503, "").with_header("Retry-After", "86400");
    trial.openid.fault_next(1, Endpoint::Token, &busy);
    trial.refusal(&mailbox).await;
    trial.later(HOUR - SECOND);
    trial.refusal(&mailbox).await;
    assert_eq!(trial.asked(), (1, 0));
    trial.later(SECOND);
    trial.open(&mailbox).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_say_how_long_is_asked_more_and_more_rarely() {
    let trial = Trial::new().await;
    let others = trial.another_process().await;
    let mailboxes = granted(&trial, 2).await;
    let down = Fault::answer(503, "<html>");
    trial.openid.fault(Endpoint::Token, &down);
    let began = trial.clock.now();
    let (mut asked_at, mut seen) = (Vec::new(), 0);
    while trial.clock.now() < began + HOUR {
        for (access, mailbox) in [&trial.access, &others].into_iter().zip(&mailboxes) {
            let closed = open(access, mailbox, &trial.server).await.unwrap_err();
            assert!(matches!(closed, Closed::Provider { .. }), "{closed:?}");
        }
        let (asked, _) = trial.asked();
        if asked > seen {
            assert_eq!(asked, seen + 1);
            asked_at.push((trial.clock.now() - began).num_seconds());
            seen = asked;
        }
        trial.later(SECOND * 15);
    }
    // After 30 s, 1, 2, 4 and 8 minutes, then every quarter of an hour.
    let expected = [0, 30, 90, 210, 450, 930, 1830, 2730];
    assert_eq!(asked_at, expected);

    trial.openid.clear_faults();
    trial.later(MINUTE * 15);
    for mailbox in &mailboxes {
        trial.open(mailbox).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_one_account_keeps_nobody_else_from_asking() {
    let trial = Trial::new().await;
    let mailboxes = granted(&trial, 3).await;
    let [revoked, first, second] = mailboxes.as_slice() else {
        panic!("three");
    };
    trial.openid.revoke_account(&revoked.address);
    trial.refusal(revoked).await;
    assert_eq!(trial.shows(revoked).await, "red consent_revoked");
    trial.open(first).await.unwrap();

    // Whoever goes first after a wait may be one of these: the provider is in order all the same.
    let down = Fault::answer(503, "<html>");
    trial.openid.fault_next(1, Endpoint::Token, &down);
    trial.refusal(second).await;
    trial.later(MINUTE);
    trial.refusal(revoked).await;
    assert_eq!(trial.shows(revoked).await, "red consent_revoked");
    trial.open(second).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_gets_there_keeps_no_other_machine_from_asking() {
    let trial = Trial::new().await;
    let mailboxes = granted(&trial, 2).await;
    trial.openid.stop();
    for mailbox in &mailboxes {
        let closed = trial.refusal(mailbox).await;
        let Closed::Provider { words, retry_after } = &closed else {
            panic!("{closed:?}");
        };
        assert!(words.contains("could not be reached"), "{words}");
        assert_eq!(*retry_after, None);
    }
    trial.openid.start_again();
    for mailbox in &mailboxes {
        trial.open(mailbox).await.unwrap();
    }
}
