//! Connects, signs in and reads a maildrop (RFC 1939): bytes and the lasting names of messages go out, nothing else.
//!
//! Never sends DELE: what is read stays on the server. A message is handed on in pieces while it comes, so memory does not
//! grow with it; lines, listings and answers are bounded, so a server can't make us hold what it likes. Knows no database,
//! no rules, no schedule.

mod capabilities;
mod listing;
mod open;
#[cfg(any(test, fuzzing))]
pub mod proofs;
mod refusal;
mod said;
mod session;
mod sign_in;
mod unstuffing;
mod visit;
mod wire;

#[cfg(test)]
#[path = "pop3/hostile_tests.rs"]
mod hostile_tests;
#[cfg(test)]
pub(crate) mod script;

pub use listing::{Listed, Listing};
pub use open::open;
pub use session::{Maildrop, Session};
pub(crate) use visit::{Door, Visit};
