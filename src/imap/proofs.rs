//! What holds whatever a server sends, in whatever pieces it comes: for fuzzing, and for the seeds and findings that
//! are kept of it in `fuzz/seeds`.
//!
//! Built for tests and for fuzzing only. An input is a few bytes that say how the rest, which is what the server says,
//! is to be read.

mod command_loop;
mod stream_guard;

pub use command_loop::command_loop;
pub use stream_guard::stream_guard;

#[cfg(test)]
#[path = "proofs_tests.rs"]
mod tests;
