#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use entities::examinations::Model;
use entities::lights::LightState;
use sandbox::Fault;

use crate::clock::Clock as _;
use crate::scan::trial::Trial;
use crate::store::{examinations, lights};

async fn ask(trial: &Trial) {
    let now = trial.clock.now();
    let asked = examinations::ask(trial.store(), trial.mailbox, None, now).await;
    assert_eq!(asked, Ok(true));
}

async fn last(trial: &Trial) -> Model {
    let last = examinations::find(trial.store(), trial.mailbox).await;
    last.unwrap().unwrap()
}

#[tokio::test]
async fn what_a_person_asks_for_is_looked_at_once_and_written_down() {
    let trial = Trial::new().await;
    assert_eq!(trial.worker.examine_one().await, Ok(false));
    ask(&trial).await;
    assert_eq!(trial.worker.examine_one().await, Ok(true));
    assert_eq!(trial.worker.examine_one().await, Ok(false));
    let last = last(&trial).await;
    assert_eq!(last.finished_at, Some(trial.clock.now()));
    let report = last.report.unwrap();
    assert_eq!(report["well"], true, "{report}");
    let names: Vec<_> = report["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.last(), Some(&"EXAMINE INBOX"));
    let light = lights::find(trial.store(), trial.mailbox).await.unwrap();
    assert_eq!(light, None, "looking sets no light");
}

#[tokio::test]
async fn while_its_mailbox_is_scanned_and_although_it_is_red_a_mailbox_is_looked_at() {
    let trial = Trial::new().await;
    let now = trial.clock.now();
    let (store, an_hour) = (trial.store(), TimeDelta::hours(1));
    let lease = crate::store::leases::take(store, trial.mailbox, "another", now, an_hour).await;
    assert!(lease.unwrap().is_some());
    let red = lights::Showing::plain(LightState::Red);
    let tx = store.begin().await.unwrap();
    lights::set(&tx, trial.mailbox, red, now).await.unwrap();
    tx.commit().await.unwrap();
    ask(&trial).await;
    assert_eq!(trial.worker.examine_one().await, Ok(true));
    let report = last(&trial).await.report.unwrap();
    let todo = report["todo"].as_str().unwrap();
    assert!(todo.starts_with("The light is still red"), "{todo}");
    let light = lights::find(store, trial.mailbox).await.unwrap().unwrap();
    assert_eq!(
        (light.state, light.probe_at),
        (LightState::Red, Some(now)),
        "a worker is to try it"
    );
}

#[tokio::test]
async fn one_that_the_worker_can_not_end_is_taken_by_the_next() {
    let trial = Trial::new().await;
    trial.inject(Fault::stall(sandbox::Verb::Login));
    ask(&trial).await;
    let worker = trial.worker.clone();
    let examining = tokio::spawn(async move { worker.examine_one().await });
    while last(&trial).await.taken_at.is_none() {
        tokio::task::yield_now().await;
    }
    trial.worker.stop.cancel();
    assert_eq!(examining.await.unwrap(), Ok(true));
    assert_eq!(last(&trial).await.finished_at, None);

    trial.provider.clear_faults();
    let mut next = trial.worker.clone();
    next.stop = tokio_util::sync::CancellationToken::new();
    assert_eq!(next.examine_one().await, Ok(false), "it may still come");
    trial.clock.set(trial.clock.now() + examinations::LONGEST);
    assert_eq!(next.examine_one().await, Ok(true));
    assert!(last(&trial).await.finished_at.is_some());
}
