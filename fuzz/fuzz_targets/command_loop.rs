//! A server says anything: the session ends in an error or goes on, and nothing of us breaks.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mailroom_fuzz::imap::proofs::command_loop;
use mailroom_fuzz::panics;

fuzz_target!(|input: &[u8]| {
    LazyLock::force(&panics::KEPT);
    panics::abort_unless_caught(|| command_loop(input));
});
