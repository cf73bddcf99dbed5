//! A POP3 server says anything: the session ends in an error or goes on, and nothing of us breaks.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mailroom_fuzz::panics;
use mailroom_fuzz::pop3::proofs::maildrop;

fuzz_target!(|input: &[u8]| {
    LazyLock::force(&panics::KEPT);
    panics::abort_unless_caught(|| maildrop(input));
});
