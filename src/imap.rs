//! Connects, signs in and reads folders by UID (RFC 3501): bytes and UIDs go out, nothing else.
//!
//! Every trap of the library underneath is dealt with here and nowhere else: the command loop waits for our own tag and
//! never takes a short answer for success, a guard bounds what a server may make us hold, and each session lives in
//! a task of its own. Knows no database, no rules, no schedule. Only `change` changes anything
//! on the server.

mod announce;
mod change;
mod command;
mod date;
mod examine;
mod fetch;
mod folders;
mod guard;
mod idle;
mod mutf7;
mod notes;
mod open;
#[cfg(any(test, fuzzing))]
pub mod proofs;
mod refusal;
mod said;
mod scanner;
mod search;
mod session;
mod sign_in;
mod status;
mod uid;
mod visit;
mod wire;

#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
#[path = "imap/session_tests.rs"]
mod session_tests;

use crate::transport::{connect, endpoint, fault, sasl, stranger};

pub use crate::transport::{
    Agreed, CertificateFault, Endpoint, Limits, Login, Protocol, ServerError, Speaks, Step, Timed,
    Tls, Violation, Waiting,
};
pub use announce::{Announced, ServerId};
pub use change::{Flagging, Selected};
pub use examine::Examined;
pub use fetch::Fetched;
pub use folders::{FolderInfo, SpecialUse};
pub use idle::Woken;
pub use open::open;
pub use search::Wanted;
pub use session::Session;
pub use uid::{Uid, UidValidity};
pub(crate) use visit::{Door, Visit};
