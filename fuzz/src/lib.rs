//! The rooms of Mailroom that meet bytes of strangers, as the program has them.

pub mod domains;
pub mod imap;
pub mod message;
pub mod panics;
pub mod pop3;
pub mod transport;
pub mod trust;
