//! A program killed at any moment loses nothing and doubles nothing.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::contents::Database;
use super::office::Office;
use super::program::{Program, Running};
use super::seed::seeded;
use super::waiting::until;

const MESSAGES: usize = 3_000;
/// Those of two workers (`two_workers`) come to as many again.
const KILLS: usize = 150;
/// A scan makes a handful of commits to begin with, then a few for each batch.
const COMMITS: u32 = 16;
const LONG: Duration = Duration::from_mins(2);
/// Leases outlive this; a scan after a kill must not have to wait for one.
const LEASE: Duration = Duration::from_secs(30);

/// How long an undisturbed scan takes.
#[derive(Debug)]
struct Pace {
    /// Until the first message is kept.
    start: Duration,
    /// To the end.
    whole: Duration,
}

fn set_up(office: &Office) -> Program {
    let program = Program::new();
    program.apply(&office.setup(""));
    program.import_contacts(&office.contacts_csv());
    program
}

/// Scans undisturbed, to learn how long it takes.
fn pace(office: &Office) -> Pace {
    let program = set_up(office);
    let database = Database::open(&program.url());
    let began = Instant::now();
    let mut scan = program.start(["scan", "--all"]);
    until("the first messages are kept", LONG, || {
        (database.steps() > 0).then_some(())
    });
    let start = began.elapsed();
    until("the scan ends", LONG, || scan.ended());
    let pace = Pace {
        start,
        whole: began.elapsed(),
    };
    office.assert_everything_once(&database.contents());
    pace
}

/// When a scan is killed.
#[derive(Debug)]
enum Moment {
    /// So long after its start.
    After(Duration),
    /// In the middle of a commit: when the database's log is seen to change for the so-many-th time.
    Commit(u32),
}

impl Moment {
    /// By turns: a moment out of a piece of the way that is so long that the kills are spread over all of it, and
    /// a commit.
    fn any(turn: usize, pace: &Pace, rng: &mut StdRng) -> Self {
        if turn.is_multiple_of(2) {
            let piece = pace.whole.saturating_sub(pace.start) * 2 / u32::try_from(KILLS).unwrap();
            Self::After(rng.random_range(Duration::ZERO..pace.start + piece))
        } else {
            Self::Commit(rng.random_range(1..COMMITS))
        }
    }

    /// Waits for it; says whether the scan was still running.
    fn comes(&self, scan: &mut Running, log: &Path) -> bool {
        let began = Instant::now();
        let (mut last, mut changes) = (Changed::of(log), 0);
        until("the moment comes", LONG, || {
            let now = Changed::of(log);
            changes += u32::from(now != last);
            last = now;
            let came = match self {
                Self::After(time) => began.elapsed() >= *time,
                Self::Commit(number) => changes >= *number,
            };
            if came {
                return Some(true);
            }
            scan.ended().map(|_| false)
        })
    }
}

/// What tells that a file was written.
#[derive(Debug, PartialEq, Eq)]
struct Changed(Option<(u64, SystemTime)>);

impl Changed {
    fn of(file: &Path) -> Self {
        let seen = fs::metadata(file).and_then(|seen| Ok((seen.len(), seen.modified()?)));
        Self(seen.ok())
    }
}

/// Lets scans run until each is killed; says how many were killed before they had ended by themselves.
fn scan_and_kill(program: &Program, pace: &Pace, kills: usize, rng: &mut StdRng) -> usize {
    let log = program.path("data/mailroom.db-wal");
    for turn in 0..kills {
        let mut scan = program.start(["scan", "--all"]);
        if !Moment::any(turn, pace, rng).comes(&mut scan, &log) {
            return turn;
        }
        scan.kill();
    }
    kills
}

#[test]
fn killed_at_a_hundred_and_fifty_moments_every_message_and_every_lead_is_there_once() {
    let mut rng = seeded();
    let office = Office::with_messages(MESSAGES);
    let pace = pace(&office);
    println!("{pace:?}");

    let (mut killed, mut cut) = (0, 0);
    while killed < KILLS {
        let program = set_up(&office);
        killed += scan_and_kill(&program, &pace, KILLS - killed, &mut rng);
        println!(
            "{killed} killed, {} steps done",
            Database::open(&program.url()).steps()
        );

        let began = Instant::now();
        program.scan_all();
        assert!(
            began.elapsed() < pace.whole + LEASE / 2,
            "waited for a lease"
        );
        let contents = program.contents();
        office.assert_everything_once(&contents);
        contents.assert_reported();
        cut += contents.cut();

        program.scan_all();
        program.contents().assert_same(&contents);
    }
    assert!(cut > 0, "no scan was hit");
    println!("{cut} scans were cut");
}
