//! Two workers on one PostgreSQL share the mailboxes, and one may die at any moment.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::DateTime;
use entities::scans::{self, ScanOutcome, ScanTrigger};
use parts::mail::Generator;
use parts::postgres;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::contents::{Contents, Database};
use super::office::{MAILBOXES, Office};
use super::program::{Program, Running};
use super::seed::seed;
use super::waiting::until;

const NAMES: [&str; 2] = ["one", "two"];
const KILLS: usize = 150;
const MAIL: usize = 3_000;
const MAIL_AT_FIRST: usize = 1_500;
/// So little that nearly every kill finds work, and that scans get as far as their report and their lease.
const A_LITTLE: &str = "schedule: '* * * * * *', limit_per_scan: 25";
/// About as long as one takes, so that kills fall into it and between two.
const A_SCAN: Duration = Duration::from_millis(400);
/// A kill that waits for one of these, by turns with one that waits for some time, comes right after a commit.
const STEPS: u64 = 50;
const LONG: Duration = Duration::from_secs(150);
/// How fast a worker that is told to stop is gone.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

fn worker(program: &Program, name: &str) -> Running {
    program.start(["worker", "--name", name])
}

/// Some time, or until more messages are kept or decided.
fn wait_for_a_moment(turn: usize, all: u64, database: &Database, rng: &mut StdRng) {
    let began = Instant::now();
    let moment = rng.random_range(Duration::ZERO..A_SCAN);
    let steps = (database.steps() + rng.random_range(1..=STEPS)).min(all);
    until("the moment comes", LONG, || {
        let came = if turn.is_multiple_of(2) {
            database.steps() >= steps
        } else {
            began.elapsed() >= moment
        };
        came.then_some(())
    });
}

fn wait_until_all_is_decided(database: &Database, office: &Office, workers: &[Running]) {
    until("everything is decided", LONG, || {
        let steps = database.steps();
        assert!(
            steps <= 2 * office.copies() as u64,
            "{steps} steps for {} copies: {workers:?}",
            office.copies()
        );
        (steps == 2 * office.copies() as u64).then_some(())
    });
}

/// Fails when a mailbox was scanned by two at a time.
fn assert_one_at_a_time(contents: &Contents) {
    let mut by_mailbox: BTreeMap<&str, Vec<&scans::Model>> = BTreeMap::new();
    for scan in &contents.scans {
        by_mailbox
            .entry(contents.address_of(scan.scanner_id))
            .or_default()
            .push(scan);
    }
    assert_eq!(by_mailbox.len(), MAILBOXES.len());
    for (mailbox, mut scans) in by_mailbox {
        scans.sort_by_key(|scan| scan.started_at);
        for pair in scans.windows(2) {
            let ended = pair[0].finished_at.unwrap();
            assert!(ended <= pair[1].started_at, "{mailbox}: {pair:?}");
        }
    }
}

fn assert_leases_are_back(contents: &Contents) {
    for lease in &contents.leases {
        assert_eq!(lease.expires_at, DateTime::UNIX_EPOCH, "{lease:?}");
    }
}

#[test]
fn two_workers_of_which_one_dies_150_times_do_everything_once() {
    let mut rng = StdRng::seed_from_u64(seed());
    let postgres = postgres();
    let program = Program::on(postgres.new_database());
    let mut office = Office::with_messages(MAIL_AT_FIRST);
    program.apply(&office.setup_by_folder(A_LITTLE));
    program.import_contacts(&office.contacts_csv());
    let database = Database::open(&program.url());
    let mut workers = NAMES.map(|name| worker(&program, name));
    let mut more = Generator::new(5, MAILBOXES[0]);

    for turn in 0..KILLS {
        office.deliver(more.by_ref().take((MAIL - MAIL_AT_FIRST) / KILLS));
        let first = rng.random_range(0..NAMES.len());
        let victim = until("one scans", LONG, || {
            let mut both = (0..NAMES.len()).cycle().skip(first).take(NAMES.len());
            both.find(|one| database.is_scanning(workers[*one].process()))
        });
        wait_for_a_moment(turn, 2 * office.copies() as u64, &database, &mut rng);
        let next = worker(&program, NAMES[victim]);
        std::mem::replace(&mut workers[victim], next).kill();
    }
    println!("{KILLS} killed, {} steps done", database.steps());
    wait_until_all_is_decided(&database, &office, &workers);

    for worker in workers {
        // Before that a signal ends it at once, which is no stop.
        until("it runs", LONG, || {
            worker
                .said()
                .contains("Running the schedules")
                .then_some(())
        });
        assert_eq!(worker.terminate(STOPS_WITHIN), Some(0));
    }
    let contents = database.contents();
    office.assert_everything_once(&contents);
    assert_one_at_a_time(&contents);
    assert_leases_are_back(&contents);
    contents.assert_reported();
    assert!(contents.cut() > KILLS / 2, "few scans were hit");
    println!("{} scans, {} cut", contents.scans.len(), contents.cut());
    for name in NAMES {
        let own = format!("{name}|");
        let scanned = contents
            .scans
            .iter()
            .any(|scan| scan.worker.starts_with(&own));
        assert!(scanned, "{name} never had a mailbox");
    }
    for scan in &contents.scans {
        assert_eq!(scan.trigger, ScanTrigger::Schedule);
        assert!(
            matches!(scan.outcome, ScanOutcome::Done | ScanOutcome::Cut),
            "{scan:?}"
        );
    }
}

#[test]
fn a_worker_told_to_stop_gives_its_mailbox_back_within_seconds() {
    let postgres = postgres();
    let program = Program::on(postgres.new_database());
    let office = Office::with_messages(1_200);
    program.apply(&office.setup(""));
    program.import_contacts(&office.contacts_csv());
    let database = Database::open(&program.url());
    let worker = worker(&program, "one");
    until("the scan is on its way", LONG, || {
        (database.steps() > 0).then_some(())
    });
    assert_eq!(worker.terminate(STOPS_WITHIN), Some(0));

    let contents = database.contents();
    assert_leases_are_back(&contents);
    assert!(
        database.steps() < 2 * office.copies() as u64,
        "it was not stopped on its way"
    );
    let cut: Vec<_> = contents
        .scans
        .iter()
        .filter(|scan| scan.outcome == ScanOutcome::Cut)
        .collect();
    assert!(!cut.is_empty(), "{:?}", contents.scans);
    for scan in cut {
        assert_eq!(scan.cause.as_deref(), Some("stopped"));
        assert!(scan.finished_at.is_some());
    }

    let began = Instant::now();
    program.scan_all();
    println!("the rest took {:?}", began.elapsed());
    office.assert_everything_once(&program.contents());
}
