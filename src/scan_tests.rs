//! Every trouble on the way ends in a sentence that says what to do, a report, the right light or health, and
//! nothing lost. Each table is a list of faults; what comes of them is in the snapshots.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "scan/answers_tests.rs"]
mod answers;
#[path = "scan/database_tests.rs"]
mod database;
#[path = "scan/messages_tests.rs"]
mod messages;
#[path = "scan/opening_tests.rs"]
mod opening;
#[path = "scan/owed_tests.rs"]
mod owed;
#[path = "scan/wire_tests.rs"]
mod wire;

use sandbox::{Fault, Options};

use super::trial::Trial;

/// Scans once under each fault, and once more by the schedule when it is over.
async fn table(options: Options, faults: &[(&str, Fault)]) -> String {
    let mut text = String::new();
    for (name, fault) in faults {
        let trial = Trial::with(options.clone()).await;
        trial.inject(fault.clone());
        text += &passing(&trial, name).await;
    }
    text
}

/// One scan in trouble that passes by itself: the light stays as it was, the schedule tries again.
async fn passing(trial: &Trial, name: &str) -> String {
    let seen = trial.turn().await;
    assert!(!seen.light().starts_with("red"), "{name}: {}", seen.light());
    assert!(seen.scan.finished_at.is_some(), "{name}");
    assert!(seen.wait() > Some(chrono::TimeDelta::zero()), "{name}");
    let text = seen.text(name);
    trial.provider.clear_faults();
    trial.heals().await;
    text
}
