//! Trials by the dozen: one scan under each fault, and one more by the schedule when it is over.

use sandbox::{Fault, Options};

use super::Trial;

/// Scans once under each fault, and once more by the schedule when it is over.
pub(super) async fn table(options: Options, faults: &[(&str, Fault)]) -> String {
    let mut text = String::new();
    for (name, fault) in faults {
        let trial = Trial::with(options.clone()).await;
        trial.inject(fault.clone());
        text += &passing(&trial, name).await;
    }
    text
}

/// One scan in trouble that passes by itself: the light stays as it was, the schedule tries again.
pub(super) async fn passing(trial: &Trial, name: &str) -> String {
    let seen = trial.turn().await;
    assert!(!seen.light().starts_with("red"), "{name}: {}", seen.light());
    assert!(seen.scan.finished_at.is_some(), "{name}");
    assert!(seen.wait() > Some(chrono::TimeDelta::zero()), "{name}");
    let text = seen.text(name);
    trial.provider.clear_faults();
    trial.heals().await;
    text
}
