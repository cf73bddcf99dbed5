//! From a mail server's name to an encrypted stream, whatever is spoken over it, and what can go wrong between us and it.
//!
//! Shared by the rooms that speak IMAP and POP3: looking up, connecting (RFC 8305), TLS, what SASL mechanisms say, errors
//! with their remedies. Knows no command of either protocol, no database and no schedule.

pub(crate) mod connect;
pub(crate) mod endpoint;
pub(crate) mod error;
pub(crate) mod fault;
#[cfg(any(test, fuzzing))]
pub(crate) mod proofs;
mod remedy;
pub(crate) mod sasl;
pub(crate) mod stranger;
mod stream;
pub(crate) mod tls;
mod violation;
mod visit;
mod wire;
mod words;

pub use endpoint::{Endpoint, Limits, Login, Protocol, Tls, Waiting};
pub use error::ServerError;
pub use fault::{CertificateFault, Speaks, Step};
pub(crate) use stream::Stream;
pub use tls::Agreed;
pub use violation::Violation;
pub(crate) use visit::Door;
pub use visit::{Timed, Visit};
pub(crate) use wire::{Failure, Wire, greet};
pub(crate) use words::clean;
