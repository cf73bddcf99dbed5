//! A stand-in mail provider for the demo and for fault tests.
//!
//! It is a small but true `IMAP4rev1` server (RFC 3501) over mailboxes in memory: a state, not a script. Commands are
//! read and answers are written by `imap-codec`, so that the product is not tested against its own reading of the RFC;
//! raw bytes are sent only by faults. It never knows the product: it speaks to it over a socket like any provider.

mod account;
mod certificate;
mod fault;
mod folder;
mod provider;
#[cfg(test)]
mod raw_client;
mod record;
mod reply;
pub mod samples;
mod server;
mod session;
mod wire;

pub use account::{MailboxLogin, SpecialUse};
pub use certificate::Certificate;
pub use fault::{At, Fault, FaultId, Harm, Moment, UidNextLie, Verb};
pub use provider::{Provider, SandboxError};
pub use record::{Line, Speaker};
pub use server::{Feature, Limits, Options, Running, Tls, serve};
