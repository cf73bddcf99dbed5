use std::process::Command;
use std::time::{Duration, Instant};

use super::{Owner, started};

#[test]
fn this_process_is_here() {
    let owner = Owner::this_process("a|b").to_string();
    assert!(owner.starts_with("a/b|"));
    assert!(!Owner::is_gone(&owner));
}

#[test]
fn a_process_that_ended_is_gone() {
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let mut owner = Owner::this_process("child");
    owner.process = child.id();
    owner.started = started(child.id()).unwrap();
    assert!(!Owner::is_gone(&owner.to_string()));
    child.kill().unwrap();
    // Dead, though listed until its parent asks.
    let owner = owner.to_string();
    let killed = Instant::now();
    while !Owner::is_gone(&owner) {
        assert!(
            killed.elapsed() < Duration::from_secs(10),
            "a zombie counts as alive"
        );
    }
    child.wait().unwrap();
    assert!(Owner::is_gone(&owner));
}

#[test]
fn what_runs_elsewhere_or_is_not_understood_is_not_gone() {
    let mut owner = Owner::this_process("far");
    owner.machine = "another".to_owned();
    owner.process = 4_000_000;
    assert!(!Owner::is_gone(&owner.to_string()));
    assert!(!Owner::is_gone("somebody"));
    assert!(!Owner::is_gone(""));
}
