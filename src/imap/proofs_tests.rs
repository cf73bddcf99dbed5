#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use super::{command_loop, stream_guard};

/// Holds for every input that is kept: wire shapes of real servers and what fuzzing found.
fn holds_for_all(folder: &str, holds: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(folder);
    let mut count = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let held = std::panic::catch_unwind(|| holds(&bytes));
        assert!(held.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 10, "no seeds in {}", folder.display());
}

#[test]
fn the_command_loop_holds_for_every_seed_and_finding() {
    holds_for_all("command_loop", command_loop);
}

#[test]
fn the_stream_guard_holds_for_every_seed_and_finding() {
    holds_for_all("stream_guard", stream_guard);
}
