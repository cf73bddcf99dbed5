#![allow(clippy::unwrap_used, clippy::panic)]

use entities::ids::ScannerId;
use sandbox::Options;

use super::*;
use crate::clock::Clock as _;
use crate::scan::trial::Trial;
use crate::store::fixture::{self, at};
use crate::store::mail_servers::MailServerFields;

/// A scanner that is due, with a mailbox and a server of its own.
async fn scanner_at(trial: &Trial, name: &str, host: &str) -> ScannerId {
    let store = trial.store();
    let scanner = fixture::scanner(store, name).await;
    let mailbox = store::mailboxes::by_id(store, scanner.mailbox_id).await;
    let server = mailbox.unwrap().unwrap().mail_server_id;
    let fields = MailServerFields::generic(
        name,
        host,
        993,
        entities::mail_servers::TlsMode::Implicit,
        entities::mail_servers::AuthMethod::Password,
    );
    store::mail_servers::update(store, server, fields, at(0))
        .await
        .unwrap();
    scanner.id
}

/// Ten scanners of one host that is written in different ways are due, and one of another host in a minute.
async fn crowded() -> (Trial, ScannerId) {
    let trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    store::scanners::pause(trial.store(), trial.scanner, "anna")
        .await
        .unwrap();
    for number in 0..10 {
        let host = ["slow.example", "Slow.Example"][number % 2];
        scanner_at(&trial, &format!("slow{number}"), host).await;
    }
    let quick = scanner_at(&trial, "quick", "quick.example").await;
    let later = Some(trial.clock.now() + chrono::TimeDelta::minutes(1));
    store::scanners::set_next_scan(trial.store(), quick, later)
        .await
        .unwrap();
    (trial, quick)
}

/// Takes until nothing more is begun; whose scans those are.
async fn take_all(trial: &Trial, places: &Places) -> Vec<(String, Place)> {
    let mut taken = Vec::new();
    while let Some((next, place)) = trial.worker.take_next(places).await.unwrap() {
        match next {
            Next::Scan(scan) => taken.push((scan.placed.scanner.name, place)),
            Next::Knock(knock) => taken.push((knock.address(), place)),
        }
    }
    taken
}

#[tokio::test]
async fn a_host_leaves_a_place_for_what_is_due_elsewhere_a_moment_later() {
    for (places, of_one) in [(2, 1), (4, 3), (8, 6)] {
        let (trial, quick) = crowded().await;
        let places = Places::of(places);
        let slow = take_all(&trial, &places).await;
        assert_eq!(slow.len(), of_one);

        store::scanners::set_next_scan(trial.store(), quick, Some(at(0)))
            .await
            .unwrap();
        let then = take_all(&trial, &places).await;
        assert_eq!(then.first().unwrap().0, "quick");
        assert_eq!(then.len(), 1, "the other host has all it gets");
    }
}

#[tokio::test]
async fn where_there_is_one_host_it_has_all_places() {
    let (trial, quick) = crowded().await;
    store::scanners::pause(trial.store(), quick, "anna")
        .await
        .unwrap();
    let places = Places::of(4);
    assert_eq!(take_all(&trial, &places).await.len(), 4);
}

#[tokio::test]
async fn knocks_at_one_host_leave_a_place_as_well() {
    let (trial, _) = crowded().await;
    let store = trial.store();
    for scanner in store::scanners::list(store).await.unwrap() {
        if scanner.name.starts_with("slow") {
            let red = store::lights::Showing::plain(entities::lights::LightState::Red);
            store::lights::set(store, scanner.mailbox_id, red, at(0))
                .await
                .unwrap();
            store::lights::set_probe(store, scanner.mailbox_id, Some(at(0)))
                .await
                .unwrap();
        }
    }
    let places = Places::of(4);
    let knocks = take_all(&trial, &places).await;
    assert_eq!(knocks.len(), 3);
}

#[tokio::test]
async fn news_of_one_host_leaves_a_place_for_news_of_another() {
    let (trial, _) = crowded().await;
    let idling = &trial.worker.idling;
    for scanner in store::scanners::list(trial.store()).await.unwrap() {
        if scanner.name.starts_with("slow") {
            idling.wake(scanner.id, "Slow.example");
        }
    }
    let room = Room::of(4);
    let mut taken = Vec::new();
    while room.is_free()
        && let Some(one) = trial.worker.take_woken(&room).await.unwrap()
    {
        taken.push(room.take(&one.placed.server.host));
    }
    assert_eq!(taken.len(), 3);
    assert!(idling.has_woken(), "the others wait for their turn");
    taken.pop();
    assert!(trial.worker.take_woken(&room).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_paused_between_two_questions_is_not_taken() {
    let trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    let placed = trial.placed().await;
    store::scanners::pause(trial.store(), trial.scanner, "anna")
        .await
        .unwrap();
    for resumed in [false, true] {
        if resumed {
            let store = trial.store();
            store::scanners::resume(store, trial.scanner).await.unwrap();
        }
        let tried = trial.worker.take(placed.clone()).await.unwrap();
        assert_eq!(matches!(tried, Tried::Taken(_)), resumed);
    }
}
