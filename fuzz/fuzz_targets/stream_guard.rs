//! However a server's bytes are cut up, the guard lets the same through and objects to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailroom_fuzz::imap::proofs::stream_guard;

fuzz_target!(|input: &[u8]| stream_guard(input));
