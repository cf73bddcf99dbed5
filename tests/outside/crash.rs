//! A program killed at any moment loses nothing and doubles nothing.

mod moment;

use std::time::{Duration, Instant};

use parts::mail::Generator;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::moment::{Moment, Pace};
use super::contents::Database;
use super::office::{MAILBOXES, Office};
use super::program::Program;
use super::seed::seed;
use super::waiting::until;

const MESSAGES: usize = 3_000;
/// So many of them are files of their own.
const LARGE: usize = 60;
/// Large scans, killed while much is on its way.
const KILLS_OF_LARGE: usize = 60;
/// Small ones, which get as far as their report and their lease.
const KILLS_OF_SMALL: usize = 100;
const SMALL: &str = "limit_per_scan: 60";
const LONG: Duration = Duration::from_mins(2);
/// Leases outlive this; a scan after a kill must not have to wait for one.
const LEASE: Duration = Duration::from_secs(30);

/// With large messages among the others.
fn office() -> Office {
    let half = (MESSAGES - LARGE) / 2;
    let mut office = Office::with_messages(half);
    office.deliver(
        Generator::new(6, MAILBOXES[0])
            .mean_size(500_000)
            .take(LARGE),
    );
    office.deliver(Generator::new(7, MAILBOXES[0]).mean_size(6_000).take(half));
    office
}

fn set_up(office: &Office, keys: &str) -> Program {
    let program = Program::new();
    program.apply(&office.setup(keys));
    program.import_contacts(&office.contacts_csv());
    program
}

/// Scans a little undisturbed, to learn how long it takes.
fn pace(office: &Office) -> Pace {
    let program = set_up(office, SMALL);
    let database = Database::open(&program.url());
    let began = Instant::now();
    let mut scan = program.start(["scan", "--all"]);
    until("the first messages are kept", LONG, || {
        (database.steps() > 0).then_some(())
    });
    let start = began.elapsed();
    until("the scan ends", LONG, || scan.ended());
    Pace {
        start,
        whole: began.elapsed(),
    }
}

/// Kills scans of one program until so many are dead or there is nothing left to scan; says how many were killed.
fn scan_and_kill(
    program: &Program,
    office: &Office,
    pace: Pace,
    kills: usize,
    rng: &mut StdRng,
) -> usize {
    let database = Database::open(&program.url());
    let mut killed = 0;
    for turn in 0.. {
        let all = 2 * office.copies() as u64;
        if killed == kills || database.steps() == all {
            break;
        }
        let mut scan = program.start(["scan", "--all"]);
        let running = Moment::any(turn, pace, rng).comes(&mut scan, program);
        killed += usize::from(running);
        scan.kill();
    }
    killed
}

/// Lets the program do the rest, and looks whether everything is there once.
fn assert_whole(program: &Program, office: &Office) -> usize {
    let began = Instant::now();
    let mut scan = program.start(["scan", "--all"]);
    let database = Database::open(&program.url());
    until("a scan runs", LEASE / 2, || {
        (database.is_scanning(scan.process()) || scan.ended().is_some()).then_some(())
    });
    println!("waited {:?} for a lease", began.elapsed());
    assert_eq!(scan.wait(LONG), Some(0), "{}", scan.said());
    while database.steps() < 2 * office.copies() as u64 {
        program.scan_all();
    }
    let contents = program.contents();
    office.assert_everything_once(&contents);
    contents.assert_reported();

    program.scan_all();
    program.contents().assert_same(&contents);
    contents.cut()
}

#[test]
fn killed_at_any_of_160_moments_every_message_and_every_lead_is_there_once() {
    let mut rng = StdRng::seed_from_u64(seed());
    let office = office();
    let pace = pace(&office);
    println!("{pace:?}");

    let mut cut = 0;
    for (keys, kills) in [("", KILLS_OF_LARGE), (SMALL, KILLS_OF_SMALL)] {
        let mut killed = 0;
        while killed < kills {
            let program = set_up(&office, keys);
            killed += scan_and_kill(&program, &office, pace, kills - killed, &mut rng);
            println!("{killed} of {kills} killed ({keys})");
            cut += assert_whole(&program, &office);
        }
    }
    println!("{cut} scans were cut");
    assert!(cut > KILLS_OF_SMALL / 2, "few scans were hit: {cut}");
}
