//! Connects, signs in and reads folders by UID (RFC 3501): bytes and UIDs go out, nothing else.
//!
//! Every trap of the library underneath is dealt with here and nowhere else: the command loop waits for our own tag and
//! never takes a short answer for success, a guard bounds what a server may make us hold, and each session lives in
//! a task of its own. Knows no database, no rules, no schedule; never changes anything on the server.

mod command;
mod connect;
mod date;
mod endpoint;
mod error;
mod examine;
mod fault;
mod fetch;
mod folders;
mod guard;
mod mutf7;
mod notes;
mod open;
mod refusal;
mod remedy;
mod said;
mod sasl;
mod scanner;
mod session;
mod sign_in;
mod tls;
mod uid;
mod visit;
mod wire;

#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
#[path = "imap/session_tests.rs"]
mod session_tests;

pub use endpoint::{Endpoint, Limits, Login, Tls};
pub use error::ImapError;
pub use examine::Examined;
pub use fault::{CertificateFault, Speaks, Step};
pub use fetch::{Announced, Fetched};
pub use folders::{FolderInfo, SpecialUse};
pub use open::open;
pub use scanner::Violation;
pub use session::Session;
pub use tls::Agreed;
pub use uid::{Uid, UidValidity};
#[cfg(test)]
pub(crate) use visit::visit_at;
pub use visit::{Door, Timed, Visit, visit};
