#![allow(clippy::unwrap_used)]

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use entities::lights::LightState;
use entities::outbox::Channel;
use entities::users::Role;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{Duty, FORGOTTEN_AT_ONCE, GIVEN_UP, Hindrance, TOLD, Undone};
use crate::clock::Clock as _;
use crate::scan::trial::Trial;
use crate::store::fixture::at;
use crate::store::lights::{self, Showing};
use crate::store::outbox::NewRow;
use crate::store::sessions::NewSession;
use crate::store::users::UserFields;
use crate::store::{Store, StoreError, outbox, sessions, users};

/// A trial whose light turned red, and was told so, two days ago.
async fn red() -> Trial {
    let mut trial = Trial::new().await;
    trial.worker.scanning.access.whom.webhook = true;
    let red = Showing {
        cause: Some("consent_revoked".to_owned()),
        ..Showing::plain(LightState::Red)
    };
    let store = trial.store();
    lights::set(store, trial.mailbox, red, at(0)).await.unwrap();
    trial.clock.set(at(0) + TimeDelta::days(2));
    trial
}

async fn rename(store: &Store, from: &str, to: &str) {
    let renamed = format!("ALTER TABLE {from} RENAME TO {to}");
    store.execute_unprepared(&renamed).await.unwrap();
}

async fn ask(store: &Store, key: &str) {
    let row = NewRow {
        channel: Channel::Webhook,
        key: key.to_owned(),
        body: json!({"type": "light.red"}),
        asked: None,
    };
    outbox::insert(store, row, at(0)).await.unwrap();
}

async fn keys(store: &Store) -> Vec<String> {
    let rows = outbox::list(store, 9_999).await.unwrap().into_iter();
    rows.map(|row| row.key).rev().collect()
}

#[tokio::test]
async fn what_can_not_be_done_keeps_nothing_else_from_being_done() {
    for (table, duty) in [
        ("oauth_clients", Duty::Announcements),
        ("authorizations", Duty::Authorizations),
        ("sign_in_links", Duty::SignInLinks),
    ] {
        let trial = red().await;
        let store = trial.store();
        let fields = UserFields {
            email: "anna@example.com".to_owned(),
            name: "Anna".to_owned(),
            role: Role::User,
            active: true,
        };
        let user = users::insert(store, fields, at(0)).await.unwrap();
        let session = NewSession {
            id_hash: "ab".to_owned(),
            user_id: user.id,
            expires_at: at(1),
            browser: String::new(),
            remote: String::new(),
            code_due: false,
        };
        sessions::insert(store, session, at(0)).await.unwrap();
        rename(store, table, "away").await;

        let undone = trial.worker.look_after().await;
        assert_eq!(undone.len(), 1, "{undone:?}");
        let (failed, Hindrance::Store(StoreError::Broken(_))) = &undone[0] else {
            panic!("{undone:?}");
        };
        assert_eq!(*failed, duty);
        let told = keys(store).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("-reminder-2"), "{told:?}");
        let session = sessions::find(store, "ab", at(-1), at(0)).await.unwrap();
        assert!(session.is_none(), "{duty:?}");

        rename(store, "away", table).await;
        assert_eq!(trial.worker.look_after().await, []);
    }
}

/// What is logged meanwhile.
fn logged(of: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, of);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn each_thing_that_can_not_be_done_is_complained_of_once() {
    let broken = || Hindrance::Store(StoreError::Broken("no such table".to_owned()));
    let mut undone = Undone::default();
    let mut tell = |duties: &[Duty]| {
        let failed: Vec<_> = duties.iter().map(|duty| (*duty, broken())).collect();
        logged(|| undone.tell(&failed)).lines().count()
    };
    assert_eq!(tell(&[]), 0);
    assert_eq!(tell(&[Duty::Sessions]), 1);
    assert_eq!(tell(&[Duty::Sessions]), 0);
    assert_eq!(tell(&[Duty::Outbox, Duty::Sessions]), 1);
    assert_eq!(tell(&[Duty::Outbox]), 1, "sessions are looked after again");
    assert_eq!(tell(&[Duty::Outbox, Duty::Sessions]), 1);
    assert_eq!(tell(&[]), 2);
    let said = logged(|| Undone::default().tell(&[(Duty::Outbox, broken())]));
    assert!(
        said.contains("Outbox") && said.contains("no such table"),
        "{said}"
    );
}

#[tokio::test]
async fn what_was_told_is_forgotten_after_a_month_and_what_was_not_after_three() {
    let trial = Trial::new().await;
    let store = trial.store();
    for key in ["told", "given up", "waits"] {
        ask(store, key).await;
    }
    let row = outbox::claim(store, at(0), at(9)).await.unwrap().unwrap();
    outbox::delivered(store, row.id, at(0)).await.unwrap();
    let row = outbox::claim(store, at(0), at(9)).await.unwrap().unwrap();
    outbox::failed(store, &row, "410", None, at(0))
        .await
        .unwrap();
    let a_moment = TimeDelta::seconds(1);
    for (now, left) in [
        (at(0) + TOLD, &["told", "given up", "waits"][..]),
        (at(0) + TOLD + a_moment, &["given up", "waits"]),
        (at(0) + GIVEN_UP, &["given up", "waits"]),
        (at(0) + GIVEN_UP + a_moment, &["waits"]),
    ] {
        trial.clock.set(now);
        assert_eq!(trial.worker.look_after().await, []);
        assert_eq!(keys(store).await, *left, "{now}");
    }
}

#[tokio::test]
async fn a_long_past_is_forgotten_piece_by_piece() {
    let trial = Trial::new().await;
    let store = trial.store();
    for number in 0..=FORGOTTEN_AT_ONCE {
        ask(store, &number.to_string()).await;
    }
    while let Some(row) = outbox::claim(store, at(0), at(9)).await.unwrap() {
        outbox::delivered(store, row.id, at(0)).await.unwrap();
    }
    trial.clock.set(trial.clock.now() + TOLD + TOLD);
    assert_eq!(trial.worker.look_after().await, []);
    assert_eq!(keys(store).await, [FORGOTTEN_AT_ONCE.to_string()]);
    assert_eq!(trial.worker.look_after().await, []);
    assert!(keys(store).await.is_empty());
}

#[tokio::test]
async fn an_object_that_nobody_named_is_removed_when_that_is_sure() {
    let trial = Trial::new().await;
    assert_eq!(trial.worker.look_after().await, []);
    let mut writer = trial.worker.scanning.files.begin("killed").await.unwrap();
    writer.write(b"Subject: Never named").await.unwrap();
    let object = writer.finish().await.unwrap().object;
    let file = trial.data.path().join("blobs").join(object);
    std::fs::File::options()
        .write(true)
        .open(&file)
        .and_then(|file| file.set_modified(at(0).into()))
        .unwrap();
    for (days, there) in [(1, true), (2, true), (3, true), (4, false)] {
        trial.clock.set(at(0) + TimeDelta::days(days));
        assert_eq!(trial.worker.look_after().await, []);
        assert_eq!(file.exists(), there, "after {days} days");
    }
}

#[tokio::test]
async fn what_goes_on_beside_the_scans_begins_again_when_it_breaks_off() {
    let trial = Trial::new().await;
    let begun = AtomicUsize::new(0);
    let breaks_off_once = |_| async {
        let times = begun.fetch_add(1, Ordering::Relaxed);
        assert!(times > 0, "a defect");
    };
    trial.worker.clone().go_on(breaks_off_once).await;
    assert_eq!(begun.into_inner(), 2);
}
