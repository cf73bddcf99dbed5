//! A stand-in mail provider for the demo and for fault tests.
//!
//! It is a small but true `IMAP4rev1` server (RFC 3501) over mailboxes in memory: a state, not a script. Commands are
//! read and answers are written by `imap-codec`, so that the product is not tested against its own reading of the RFC;
//! raw bytes are sent only by faults. Beside it stands a token endpoint (RFC 6749) whose access tokens open the
//! mailboxes. Its time is given from outside, so that a day passes as fast as a test wants. It never knows the product,
//! which speaks to it over a socket as to any provider.

mod account;
mod certificate;
mod fault;
mod folder;
mod oauth;
mod provider;
#[cfg(test)]
mod raw_client;
mod record;
mod reply;
pub mod samples;
mod server;
mod session;
mod time;
mod wire;

pub use account::{MailboxLogin, SpecialUse};
pub use certificate::Certificate;
pub use fault::{At, Fault, FaultId, Harm, Moment, UidNextLie, Verb};
pub use oauth::{
    CLIENT_ID, CLIENT_SECRET, Rotation, TokenFault, TokenRequest, TokenRules, serve_tokens,
};
pub use provider::{Provider, SandboxError};
pub use record::{Line, Speaker};
pub use server::{Feature, Limits, Options, Running, Tls, serve};
