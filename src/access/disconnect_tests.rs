//! Whoever leaves, or signs in anew, is not contradicted by what began before.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::mailboxes;
use entities::oauth_clients::Flow;
use parts::openid::{Endpoint, Fault};
use tokio::task::JoinHandle;

use crate::access::Closed;
use crate::access::trial::{EVE, SALES, SCOPES, Trial, open};
use crate::clock::Clock as _;
use crate::store::StoreError;
use crate::store::leases::{self, assert_held};

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Has the mailbox opened, and comes back while the mail server asks the provider about the token.
fn opening(trial: &Trial, mailbox: &mailboxes::Model) -> JoinHandle<Result<(), Closed>> {
    trial.openid.fault(Endpoint::Introspection, &Fault::Hold);
    let (access, mailbox, server) = (trial.access.clone(), mailbox.clone(), trial.server.clone());
    let opening = tokio::spawn(async move { open(&access, &mailbox, &server).await });
    trial.openid.wait_until_held(1);
    opening
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_opens_just_when_it_is_disconnected_stays_disconnected() {
    let trial = Trial::new().await;
    let others = trial.another_process().await;
    let mailbox = trial.granted().await;
    let opening = opening(&trial, &mailbox);
    others.disconnect(mailbox.id).await.unwrap();
    trial.openid.clear_faults();
    let closed = opening.await.unwrap().unwrap_err();
    assert_eq!(closed.code(), "disconnected", "{closed}");
    assert_eq!(trial.shows(&mailbox).await, "red disconnected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_signs_in_for_itself_stays_out_until_somebody_asks_for_a_try() {
    let trial = Trial::new().await;
    trial.client(Flow::AppOnly).await;
    trial.openid.app_tokens_open(Some(SALES));
    let mailbox = trial.mailbox(SALES).await;
    let opening = opening(&trial, &mailbox);
    trial.access.disconnect(mailbox.id).await.unwrap();
    trial.openid.clear_faults();
    let closed = opening.await.unwrap().unwrap_err();
    assert_eq!(closed.code(), "disconnected", "{closed}");
    let diagnosis = trial
        .access
        .diagnose(&mailbox, &trial.server)
        .await
        .unwrap();
    assert!(!diagnosis.well);
    assert_eq!(trial.refusal(&mailbox).await.code(), "disconnected");
    assert_eq!(trial.shows(&mailbox).await, "red disconnected");

    trial.access.try_again(&mailbox).await.unwrap();
    trial.open(&mailbox).await.unwrap();
    assert_eq!(trial.shows(&mailbox).await, "green");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_a_replaced_credential_is_not_shown() {
    let trial = Trial::new().await;
    let mailbox = trial.mailbox(SALES).await;
    let somebody_elses = trial.openid.refresh_grant(EVE, SCOPES);
    trial
        .give(&mailbox, &somebody_elses, "ended", TimeDelta::zero())
        .await;
    let opening = opening(&trial, &mailbox);
    let refresh = trial.openid.refresh_grant(SALES, SCOPES);
    trial
        .give(&mailbox, &refresh, "ended", TimeDelta::zero())
        .await;
    trial.openid.clear_faults();
    opening.await.unwrap().unwrap();
    assert_eq!(trial.shows(&mailbox).await, "green");
    assert!(trial.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_a_mailbox_can_keep_nothing_any_more_once_it_is_disconnected() {
    let trial = Trial::new().await;
    let mailbox = trial.granted().await;
    let now = trial.clock.now();
    let lease = leases::take(trial.store(), mailbox.id, "a worker", now, HOUR).await;
    let lease = lease.unwrap().unwrap();
    trial.access.disconnect(mailbox.id).await.unwrap();
    let tx = trial.store().begin().await.unwrap();
    let held = assert_held(&tx, &lease, now).await;
    assert_eq!(held, Err(StoreError::LeaseLost));
}
