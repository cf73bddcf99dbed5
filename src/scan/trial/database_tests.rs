#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::time::Duration;

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::{Fault, Harm, Moment, Options, Verb};
use sea_orm::ConnectionTrait as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{Connection as _, Executor as _};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Trial;
use crate::scan::{Counts, Ending, Report};
use crate::store::{self, StoreError, fixture};

fn failed(report: Report) -> String {
    match report.ending {
        Ending::Failed { cause, error, .. } => format!("{cause}: {error}"),
        other => panic!("{other:?}"),
    }
}

/// A second program on the same SQLite file.
async fn another(trial: &Trial) -> SqliteConnection {
    let path = trial.fixture.url.trim_start_matches("sqlite://");
    let path = path.split('?').next().unwrap();
    let options = SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options).await.unwrap()
}

#[tokio::test]
async fn a_full_sqlite_disk_fails_the_scan_and_what_was_kept_stays() {
    let fixture = fixture::single_connection().await;
    let mut trial = Trial::on(fixture, Options::default()).await;
    trial.turn().await;
    // The file may not grow much: the next batch does not fit, a report does.
    for _ in 0..40 {
        trial.deliver_noise("INBOX", 60_000);
    }
    let pages = trial.pages().await + 20;
    trial.limit_pages(pages).await;
    let report = trial.scan_now().await;
    trial.limit_pages(1_000_000).await;
    let text = failed(report.unwrap());
    assert_snapshot!(text);
    let seen = trial.seen().await;
    assert_eq!(seen.report(), "failed database");
    assert_eq!(
        (seen.light(), seen.health()),
        ("green".to_owned(), "retrying".to_owned())
    );
    trial.heals().await;
}

#[tokio::test]
async fn a_sqlite_that_others_hold_for_long_fails_the_scan_which_goes_on_later() {
    let fixture = fixture::single_connection().await;
    let mut trial = Trial::on(fixture, Options::default()).await;
    trial.worker.lease = TimeDelta::seconds(1);
    trial.pragma("busy_timeout = 50").await;
    let mut other = another(&trial).await;
    let scan = trial.scan_that_hangs_at_fetching().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    trial.provider.clear_faults();
    let error = scan.await.unwrap().unwrap_err();
    assert_snapshot!(error.to_string());
    other.execute("ROLLBACK").await.unwrap();
    trial.later(TimeDelta::seconds(2)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_sqlite_that_became_read_only_fails_the_scan_with_the_cure() {
    let fixture = fixture::single_connection().await;
    let trial = Trial::on(fixture, Options::default()).await;
    trial.turn().await;
    trial.pragma("query_only = ON").await;
    let error = trial.scan_now().await.unwrap_err();
    assert_eq!(error, StoreError::ReadOnly);
    assert_snapshot!(error.to_string());
    trial.pragma("query_only = OFF").await;
    trial.heals().await;
}

#[tokio::test]
async fn a_postgres_that_stops_in_the_middle_fails_a_persons_scan_and_loses_nothing() {
    let mut postgres = parts::own_postgres();
    let fixture = fixture::on_postgres(&postgres).await;
    let mut trial = Trial::on(fixture, Options::default()).await;
    trial.worker.lease = TimeDelta::seconds(1);
    let scan = trial.scan_that_hangs_at_fetching().await;
    postgres.stop();
    trial.provider.clear_faults();
    let error = scan.await.unwrap().unwrap_err();
    assert_snapshot!(error.to_string());
    postgres.start_again();
    trial.later(TimeDelta::seconds(2)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_worker_waits_with_its_report_until_postgres_is_back() {
    let mut postgres = parts::own_postgres();
    let fixture = fixture::on_postgres(&postgres).await;
    let mut trial = Trial::on(fixture, Options::default()).await;
    trial.turn().await;
    trial.deliver("INBOX");
    trial.later(TimeDelta::minutes(2)).await;
    trial.provider.clear_transcript();
    // Once the fault is lifted the connection ends, and only the report is left to be written.
    let stall = Fault::stall(Verb::Fetch).with(Harm::Drop(Moment::BeforeTagged));
    trial.inject(stall);
    let worker = trial.worker.clone();
    let turn = tokio::spawn(async move { worker.run_one().await });
    trial.until_said("UID FETCH").await;
    postgres.stop();
    trial.provider.clear_faults();
    trial.until_said("dropped by a fault").await;
    let postgres = tokio::task::spawn_blocking(move || {
        postgres.start_again();
        postgres
    })
    .await
    .unwrap();
    turn.await.unwrap().unwrap();
    let seen = trial.seen().await;
    assert_snapshot!(seen.text("PostgreSQL was away when the scan ended"));
    trial.provider.clear_faults();
    trial.heals().await;
    drop(postgres);
}

#[tokio::test]
async fn postgres_sessions_that_are_cut_fail_the_scan_and_lose_nothing() {
    let postgres = parts::postgres();
    let fixture = fixture::on_postgres(&postgres).await;
    let trial = Trial::on(fixture, Options::default()).await;
    trial.inject(Fault::stall(Verb::Fetch));
    let worker = trial.worker.clone();
    let turn = tokio::spawn(async move { worker.run_one().await });
    trial.until_said("UID FETCH").await;
    let url = trial.fixture.url.clone();
    postgres.cut_sessions(&url);
    trial.provider.clear_faults();
    turn.await.unwrap().unwrap();
    // The pool notices cut sessions by itself; either way nothing is lost.
    let seen = trial.seen().await;
    assert!(
        ["done", "failed database"].contains(&seen.report().as_str()),
        "{}",
        seen.report()
    );
    trial.heals().await;
}

#[tokio::test]
async fn a_report_that_could_not_be_kept_is_cut_by_the_next_scan_of_the_same_worker() {
    let trial = Trial::new().await;
    let started = crate::clock::Clock::now(&*trial.clock);
    let owner = trial.worker.owner.to_string();
    store::leases::take(
        trial.store(),
        trial.mailbox,
        &owner,
        started,
        TimeDelta::seconds(60),
    )
    .await
    .unwrap()
    .unwrap();
    let scan = store::scans::start(
        trial.store(),
        trial.scanner,
        &owner,
        entities::scans::ScanTrigger::Schedule,
        started,
    )
    .await
    .unwrap();
    trial.later(TimeDelta::seconds(61)).await;
    trial.heals().await;
    let cut = store::scans::by_id(trial.store(), scan)
        .await
        .unwrap()
        .unwrap();
    assert_snapshot!(format!("{}: {}", cut.outcome.as_str(), cut.error.unwrap()));
}

impl Trial {
    /// As many messages as wanted that zstd can't make smaller.
    fn deliver_noise(&mut self, folder: &str, bytes: usize) {
        self.deliver_raw(folder, |number| {
            let mut raw = format!(
                "Message-ID: <n{number}@mail.example>\r\nFrom: n{number}@mail.example\r\nSubject: Noise {number}\r\n\r\n"
            )
            .into_bytes();
            let mut noise = 0x9E37_79B9_u32 ^ number;
            while raw.len() < bytes {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                raw.push(b' ' + u8::try_from(noise % 95).unwrap());
            }
            raw
        });
    }

    async fn pragma(&self, words: &str) {
        self.store()
            .execute_unprepared(&format!("PRAGMA {words}"))
            .await
            .unwrap();
    }

    /// A scan that a person started and that waits for the server, in a task of its own.
    async fn scan_that_hangs_at_fetching(&self) -> JoinHandle<Result<Option<Report>, StoreError>> {
        self.inject(Fault::stall(Verb::Fetch));
        let (worker, placed) = (self.worker.clone(), self.placed().await);
        let (progress, _) = watch::channel(Counts::default());
        let scan = tokio::spawn(async move { worker.scan_now(placed, progress).await });
        self.until_said("UID FETCH").await;
        scan
    }

    async fn pages(&self) -> i64 {
        let row = self
            .store()
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Sqlite,
                "PRAGMA page_count",
            ))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index(0).unwrap()
    }

    async fn limit_pages(&self, pages: i64) {
        self.pragma(&format!("max_page_count = {pages}")).await;
    }

    /// Waits until the client has said this to the provider.
    async fn until_said(&self, words: &str) {
        let said = |line: &sandbox::Line| line.text.contains(words);
        let waiting = async {
            while !self.provider.transcript().iter().any(said) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(40), waiting).await;
        assert!(in_time.is_ok(), "{:#?}", self.provider.transcript());
    }
}
