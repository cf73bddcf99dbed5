//! Real servers for tests: PostgreSQL, Dovecot, an OpenID provider, an SMTP server, an S3-compatible service; a bad
//! network before them; a real browser to use them and the product with; and the mail to fill them with.
//!
//! Each starts on free loopback ports in a temporary folder of its own and is gone with the test, also when the
//! test is killed. A server that is not installed fails the test with the sentence that says how to install it.
#![expect(clippy::panic, reason = "a server that can't start is a failed test")]

mod account;
pub mod browser;
pub mod certificates;
pub mod dovecot;
pub mod fault_proxy;
mod free_port;
mod guard;
pub mod http_receiver;
pub mod mail;
pub mod openid;
pub mod postgres;
pub mod s3;
pub mod smtp;
mod steered;

pub use browser::{Browser, browser, browser_elsewhere};
pub use certificates::Certificates;
pub use dovecot::Dovecot;
pub use fault_proxy::FaultProxy;
pub use free_port::free_port;
pub use http_receiver::{HttpReceiver, http_receiver, http_receiver_over_tls};
pub use openid::{OpenId, openid};
pub use postgres::{Postgres, own_postgres, postgres};
pub use s3::{S3, s3};
pub use smtp::{Smtp, smtp};
