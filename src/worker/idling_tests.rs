#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use chrono::TimeDelta;
use entities::lights::LightState;
use sandbox::{Fault, Feature, Harm, Options, Verb};

use super::*;
use crate::clock::Clock as _;
use crate::scan::trial::{ADDRESS, Trial};
use crate::scan::{Ending, Report};
use crate::store::fixture::{at, scanner_fields};
use crate::store::lights::Showing;
use crate::store::scanners::ScannerFields;
use crate::store::{self, idlings};
use crate::worker::{Turn, Worker};

const AT_MOST: Duration = Duration::from_secs(30);

fn fields(trial: &Trial, name: &str) -> ScannerFields {
    ScannerFields {
        schedule: "*/5 * * * *".to_owned(),
        idle: true,
        ..scanner_fields(name, trial.mailbox)
    }
}

/// A scanner of INBOX that was scanned once and whose mailbox is waited in.
async fn waiting(trial: Trial) -> Trial {
    let fields = fields(&trial, "sales");
    store::scanners::update(trial.store(), trial.scanner, fields, at(0))
        .await
        .unwrap();
    assert_eq!(trial.turn().await.report(), "done");
    trial
}

pub(super) async fn waiting_at(options: Options) -> Trial {
    waiting(Trial::empty(store::fixture::sqlite().await, options).await).await
}

/// Another process of the same kind.
fn other(trial: &Trial, most: usize) -> Worker {
    Worker {
        owner: crate::owner::Owner::this_process("other"),
        idling: Idling::up_to(most),
        ..trial.worker.clone()
    }
}

pub(super) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(AT_MOST, waiting).await;
    assert!(waited.is_ok(), "{what} did not come about");
}

pub(super) async fn claim(trial: &Trial) -> entities::idlings::Model {
    idlings::find(trial.store(), trial.mailbox)
        .await
        .unwrap()
        .unwrap()
}

/// What a person finds out about the waiting.
pub(super) async fn reason(trial: &Trial) -> String {
    claim(trial).await.reason.unwrap_or_default()
}

pub(super) async fn news(worker: &Worker) {
    tokio::time::timeout(AT_MOST, worker.idling.news())
        .await
        .unwrap();
}

pub(super) async fn scanned(worker: &Worker) -> Report {
    match worker.run_one().await.unwrap() {
        Turn::Done(report) => *report,
        Turn::Idle => panic!("nothing is due"),
    }
}

#[tokio::test]
async fn news_is_read_over_the_session_that_waited() {
    let mut trial = waiting_at(Options::default()).await;
    for _ in 0..3 {
        trial.deliver("INBOX");
        news(&trial.worker).await;
        assert_eq!(scanned(&trial.worker).await.counts.leads, 1);
    }
    assert_eq!(trial.provider.connections(), 1);
    trial.has_everything_once().await;
    assert_eq!(claim(&trial).await.scanner_id, trial.scanner);

    trial.worker.end_waiting().await;
    assert_eq!(trial.worker.idling.len(), 0);
    let claim = claim(&trial).await;
    assert_eq!((claim.owner, claim.since), (None, None));
    assert!(trial.is_due(trial.clock.now()).await, "others take it over");
}

#[tokio::test]
async fn whatever_else_is_scanned_uses_the_session_and_is_followed_by_a_look() {
    let mut trial = waiting_at(Options::default()).await;
    let second = ScannerFields {
        idle: false,
        ..fields(&trial, "second")
    };
    let second = store::scanners::insert(trial.store(), second, at(0))
        .await
        .unwrap();
    let report = scanned(&trial.worker).await;
    assert_eq!(report.scanner, "second");
    news(&trial.worker).await;
    assert_eq!(scanned(&trial.worker).await.scanner, "sales");
    trial.deliver("INBOX");
    news(&trial.worker).await;
    assert_eq!(scanned(&trial.worker).await.counts.leads, 1);
    assert_eq!(trial.provider.connections(), 1);
    assert!(second.id != trial.scanner);
}

#[tokio::test]
async fn a_death_in_silence_or_with_a_goodbye_is_noticed_and_mended() {
    let faults = [
        Fault::silent_idle(),
        Fault::on(Verb::Idle, Harm::Bye("Idle for too long".to_owned())),
    ];
    for fault in faults {
        let mut trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
        let times = &mut trial.worker.scanning.access.limits.waiting;
        times.renewal = Duration::from_millis(100);
        times.parting = Duration::from_millis(300);
        times.crowd = Duration::from_millis(10);
        trial.inject(fault.times(1));
        let mut trial = waiting(trial).await;
        until("The end", async || trial.worker.idling.len() == 0).await;
        until("The look", async || trial.is_due(trial.clock.now()).await).await;
        assert_eq!(claim(&trial).await.deaths, 1);

        trial.deliver("INBOX");
        assert_eq!(scanned(&trial.worker).await.counts.leads, 1);
        trial.deliver("INBOX");
        news(&trial.worker).await;
        assert_eq!(scanned(&trial.worker).await.counts.leads, 1);
        assert_eq!(trial.provider.connections(), 2);
        trial.has_everything_once().await;
    }
}

#[tokio::test]
async fn connections_that_die_again_and_again_are_left_to_the_schedule_for_an_hour() {
    let trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    trial.inject(Fault::on(Verb::Idle, Harm::Bye("Go away".to_owned())));
    let trial = waiting(trial).await;
    for _ in 1..5 {
        until("The end", async || trial.worker.idling.len() == 0).await;
        until("The count", async || claim(&trial).await.owner.is_none()).await;
        trial.turn().await;
    }
    until("Rest", async || claim(&trial).await.resting_until.is_some()).await;
    assert_eq!(
        reason(&trial).await,
        "Connections that wait for new mail ended 5 times soon after they began; for an hour new mail is found by the schedule. The last time: The server closed the connection: \"Go away\"."
    );
    // Meanwhile the schedule goes on, and nobody waits.
    assert_eq!(trial.turn().await.report(), "done");
    assert_eq!(trial.worker.idling.len(), 0);
    trial.provider.clear_faults();
    trial.later(TimeDelta::minutes(70)).await;
    scanned(&trial.worker).await;
    assert_eq!(trial.worker.idling.len(), 1);
    assert_eq!(reason(&trial).await, "");
}

#[tokio::test]
async fn a_server_that_can_not_tell_is_polled_and_that_is_said() {
    let trial = waiting_at(Options::default().without(Feature::Idle)).await;
    until("Rest", async || claim(&trial).await.resting_until.is_some()).await;
    assert_eq!(
        reason(&trial).await,
        "The server does not tell of new mail as it arrives (no IDLE); the schedule finds it."
    );
    let trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    trial.inject(Fault::on(
        Verb::Idle,
        Harm::Answer("NO Not here".to_owned()),
    ));
    let mut trial = waiting(trial).await;
    until("Rest", async || claim(&trial).await.resting_until.is_some()).await;
    assert_eq!(
        reason(&trial).await,
        "The server declined to tell of new mail as it arrives (IDLE): \"Not here\"; the schedule finds it."
    );
    trial.deliver("INBOX");
    let seen = trial.turn().await;
    assert_eq!(
        (seen.report(), seen.health()),
        ("done".to_owned(), "ok".to_owned())
    );
    trial.has_everything_once().await;
    assert_eq!(trial.worker.idling.len(), 0);
}

#[tokio::test]
async fn waiting_ends_within_a_look_when_it_is_no_longer_wanted() {
    for what in [
        "disconnected",
        "paused",
        "red",
        "scanner changed",
        "credential changed",
        "idle no more",
    ] {
        let trial = waiting_at(Options::default()).await;
        trial.worker.watch_once(true).await.unwrap();
        assert_eq!(trial.worker.idling.len(), 1, "nothing changed yet");
        let (store, id) = (trial.store(), trial.scanner);
        match what {
            "disconnected" => {
                let access = &trial.worker.scanning.access;
                access.disconnect(trial.mailbox).await.unwrap();
            }
            "paused" => drop(store::scanners::pause(store, id, "anna").await.unwrap()),
            "red" => {
                let red = Showing::plain(LightState::Red);
                store::lights::set(store, trial.mailbox, red, at(1))
                    .await
                    .unwrap();
            }
            "credential changed" => {
                let kind = entities::credentials::CredentialKind::Password;
                trial.give(kind, "another").await;
            }
            _ => {
                let fields = ScannerFields {
                    idle: what != "idle no more",
                    ..fields(&trial, "sales")
                };
                store::scanners::update(store, id, fields, at(1))
                    .await
                    .unwrap();
            }
        }
        trial.worker.watch_once(true).await.unwrap();
        assert_eq!(trial.worker.idling.len(), 0, "{what}");
        assert_eq!(claim(&trial).await.owner, None, "{what}");
    }
}

#[tokio::test]
async fn one_worker_waits_and_when_it_falls_silent_another_takes_over() {
    let mut trial = waiting_at(Options::default()).await;
    let second = other(&trial, 8);
    trial.deliver("INBOX");
    news(&trial.worker).await;
    // It is due, for the one that waits.
    assert_eq!(second.run_one().await.unwrap(), Turn::Idle);
    assert_eq!(scanned(&trial.worker).await.counts.leads, 1);

    // The first renews its claim in time.
    trial.clock.set(at(50));
    trial.worker.watch_once(true).await.unwrap();
    trial.clock.set(at(100));
    second.watch_once(true).await.unwrap();
    assert_eq!(second.run_one().await.unwrap(), Turn::Idle);

    // Now it does not.
    trial.clock.set(at(111));
    second.watch_once(true).await.unwrap();
    assert_eq!(scanned(&second).await.scanner, "sales");
    assert_eq!(second.idling.len(), 1);
    trial.deliver("INBOX");
    news(&second).await;
    assert_eq!(scanned(&second).await.counts.leads, 1);

    // Back again, the first finds that it lost its place.
    trial.worker.watch_once(true).await.unwrap();
    assert_eq!(trial.worker.idling.len(), 0);
    second.watch_once(true).await.unwrap();
    assert_eq!(second.idling.len(), 1);
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_person_waits_for_nobody_who_waits() {
    let mut trial = waiting_at(Options::default()).await;
    trial.deliver("INBOX");
    let person = other(&trial, 0);
    let (progress, _) = tokio::sync::watch::channel(crate::scan::Counts::default());
    let report = person
        .scan_now(trial.placed().await, progress)
        .await
        .unwrap();
    assert_eq!(report.unwrap().counts.leads, 1);
    assert_eq!(person.idling.len(), 0);
    // The wait ended with the news; whether or not the person was first, it is followed by a look.
    news(&trial.worker).await;
    trial.worker.watch_once(true).await.unwrap();
    assert_eq!(scanned(&trial.worker).await.scanner, "sales");
    assert_eq!(trial.worker.idling.len(), 1);
    trial.has_everything_once().await;
}

#[tokio::test]
async fn no_more_are_waited_in_than_may_be() {
    let mut trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    trial.worker.idling = Idling::up_to(0);
    let trial = waiting(trial).await;
    assert_eq!(trial.worker.idling.len(), 0);
    let row = claim(&trial).await;
    assert_eq!((row.owner, row.resting_until), (None, None));
    assert_eq!(
        reason(&trial).await,
        "The worker waits for new mail in as many mailboxes as it may (0, see `idle_sessions`); here the schedule finds it."
    );
    let seen = trial.seen().await;
    assert!(seen.wait() <= Some(RESYNC), "{:?}", seen.wait());
    assert!(trial.provider.uids(ADDRESS, "INBOX").unwrap().is_empty());

    // Where there is room again, it is said no more.
    let roomy = other(&trial, 1);
    trial.later(TimeDelta::minutes(5)).await;
    scanned(&roomy).await;
    assert_eq!(roomy.idling.len(), 1);
    assert_eq!(reason(&trial).await, "");
}

#[tokio::test]
async fn a_server_that_asks_to_be_left_alone_is_by_all_scanners_and_loses_no_trust() {
    let trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    let busy = "BAD Request is throttled. Suggested Backoff Time: 90000 milliseconds";
    let fault = Fault::on(Verb::Idle, Harm::Answer(busy.to_owned()));
    trial.inject(fault.times(1));
    let trial = waiting(trial).await;
    until("The end", async || trial.worker.idling.len() == 0).await;
    until("The claim's end", async || {
        claim(&trial).await.owner.is_none()
    })
    .await;
    let now = trial.clock.now();
    until("The wait", async || {
        !trial.is_due(now + TimeDelta::seconds(89)).await
            && trial.is_due(now + TimeDelta::seconds(90)).await
    })
    .await;
    assert_eq!(claim(&trial).await.deaths, 0);
}

#[tokio::test]
async fn another_scanner_s_failure_ends_the_wait_with_a_look() {
    let trial = waiting_at(Options::default()).await;
    let second = ScannerFields {
        idle: false,
        ..fields(&trial, "second")
    };
    store::scanners::insert(trial.store(), second, at(0))
        .await
        .unwrap();
    let goodbye = Harm::Bye("Going down".to_owned());
    trial.inject(Fault::on(Verb::Open, goodbye).times(2));
    let report = scanned(&trial.worker).await;
    assert_eq!(report.scanner, "second");
    assert!(matches!(report.ending, Ending::Failed { .. }), "{report:?}");
    assert_eq!(trial.worker.idling.len(), 0);
    assert!(trial.is_due(trial.clock.now()).await, "the look");
}

#[tokio::test]
async fn news_without_any_is_not_believed_for_ever() {
    let trial = waiting_at(Options::default()).await;
    for _ in 0..FALSE_NEWS {
        assert_eq!(trial.worker.idling.len(), 1);
        trial.worker.idling.note_news(trial.mailbox, false);
        let now = trial.clock.now();
        store::scanners::set_next_scan(trial.store(), trial.scanner, Some(now))
            .await
            .unwrap();
        scanned(&trial.worker).await;
    }
    assert_eq!(trial.worker.idling.len(), 0);
    assert_eq!(
        reason(&trial).await,
        "The server tells of new mail again and again where there is none; for an hour the schedule finds it."
    );
}

#[tokio::test]
async fn news_takes_no_place_from_what_is_due() {
    let trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    let places = crate::worker::places::Places::of(1);
    let all_news = places.of_news.take("localhost");
    let (_, place) = trial
        .worker
        .take_next(&places)
        .await
        .unwrap()
        .expect("the scanner is due");
    assert!(!places.of_schedules.is_free());
    assert!(trial.worker.take_next(&places).await.unwrap().is_none());
    drop((all_news, place));
}

#[tokio::test]
async fn a_look_at_what_waits_writes_nothing_where_all_is_well() {
    let trial = waiting_at(Options::default()).await;
    let other = store::Store::open(&trial.fixture.url).await.unwrap();
    // Whoever wants to write waits for this one, in vain.
    let writing = other.begin().await.unwrap();
    trial.worker.watch_once(false).await.unwrap();
    assert_eq!(trial.worker.idling.len(), 1);
    drop(writing);
}

#[tokio::test]
async fn a_scan_of_a_process_that_never_waits_says_nothing_of_waiting() {
    let mut trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    trial.worker.idling = Arc::default();
    let trial = waiting(trial).await;
    let found = idlings::find(trial.store(), trial.mailbox).await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn news_that_is_heard_before_the_scan_gives_its_lease_back_keeps_its_place() {
    let mut trial = waiting_at(Options::default()).await;
    let (store, now) = (trial.store().clone(), trial.clock.now());
    let owner = trial.worker.owner.to_string();
    let lease = store::leases::take(&store, trial.mailbox, &owner, now, trial.worker.lease);
    let lease = lease.await.unwrap().unwrap();
    let places = crate::worker::places::Places::of(1);
    let long = places.of_schedules.take("elsewhere.example");

    trial.deliver("INBOX");
    news(&trial.worker).await;
    assert!(trial.worker.take_next(&places).await.unwrap().is_none());
    store::leases::release(&store, &lease).await.unwrap();
    let next = trial.worker.take_next(&places).await.unwrap();
    assert!(next.is_some(), "no long scan keeps it waiting");
    assert!(!trial.worker.idling.has_woken());
    drop((next, long));
}

#[tokio::test]
async fn the_lease_outlasts_a_sign_out_that_takes_its_time() {
    let mut trial = Trial::empty(store::fixture::sqlite().await, Options::default()).await;
    trial.worker.idling = Idling::up_to(0);
    trial.worker.lease = TimeDelta::milliseconds(300);
    let fields = fields(&trial, "sales");
    store::scanners::update(trial.store(), trial.scanner, fields, at(0))
        .await
        .unwrap();
    let slow = Fault::on(Verb::Logout, Harm::Stall(sandbox::Moment::Before));
    let slow = trial.provider.inject(slow);
    let worker = trial.worker.clone();
    let scan = tokio::spawn(async move { worker.run_one().await });
    until("The sign-out", async || trial.provider.struck(slow) == 1).await;

    let lease = async || {
        let leases = store::leases::list(trial.store()).await.unwrap();
        leases.into_iter().next().unwrap().expires_at
    };
    let before = lease().await;
    trial
        .clock
        .set(trial.clock.now() + TimeDelta::milliseconds(200));
    until("A heartbeat", async || lease().await > before).await;
    trial.provider.clear(slow);
    assert!(matches!(scan.await.unwrap(), Ok(Turn::Done(_))));
}
