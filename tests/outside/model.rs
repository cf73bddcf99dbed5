//! Mail comes, goes and moves, folders are renamed, deleted and renumbered, while scans run and are killed: in the end
//! ledger and server agree.
//!
//! One seed is one mailbox on a real Dovecot with a program of its own. `MAILROOM_TEST_SEED` runs that one alone.

mod agreement;
mod gate;
mod mailbox;
mod step;
mod trial;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use parts::{Dovecot, postgres};

use self::trial::Trial;
use super::seed::{self, SEED};

const SEEDS: u64 = 50;
/// One waits for its program most of the time.
const AT_ONCE: usize = 6;
/// One seed in so many runs on PostgreSQL.
const ON_POSTGRES: u64 = 5;
const PASSWORD: &str = "correct horse";

fn address(seed: u64) -> String {
    format!("m{seed}@ours.example")
}

/// Runs one seed; what it did where it failed.
fn run(seed: u64, dovecot: &Dovecot, database_url: Option<String>) -> Result<(), String> {
    let trial = Mutex::new(Trial::new(seed, dovecot, database_url));
    let ran = catch_unwind(AssertUnwindSafe(|| trial.lock().unwrap().run()));
    ran.map_err(|_| {
        let trial = trial.into_inner().unwrap_or_else(PoisonError::into_inner);
        trial.told()
    })
}

#[test]
fn ledger_and_server_agree_whatever_happens_while_scans_run() {
    let seeds: Vec<u64> = seed::given().map_or_else(
        || {
            let first = rand::random_range(0..1_000_000);
            (first..first + SEEDS).collect()
        },
        |seed| vec![seed],
    );
    println!("seeds {seeds:?}");
    let began = Instant::now();
    let builder = seeds.iter().fold(Dovecot::builder(), |builder, seed| {
        builder.user(&address(*seed), PASSWORD)
    });
    let (dovecot, postgres) = (builder.start(), postgres());
    let left = Mutex::new(seeds.into_iter());
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(seed) = left.lock().unwrap().next() else {
                        break;
                    };
                    let database_url = seed
                        .is_multiple_of(ON_POSTGRES)
                        .then(|| postgres.new_database());
                    if let Err(steps) = run(seed, &dovecot, database_url) {
                        println!("{SEED}={seed} failed:\n{steps}");
                        failed.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    println!("{:?}", began.elapsed());
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "these seeds failed: {failed:?}");
}

#[test]
fn a_renamed_folder_is_named_as_missing_and_doubles_nothing_under_its_new_name() {
    let dovecot = Dovecot::builder().user(&address(0), PASSWORD).start();
    Trial::new(0, &dovecot, None).run_a_rename();
}
