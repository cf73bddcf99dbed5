//! Talks to authorization servers.

mod client;
mod error;
mod signals;

pub use client::Provider;
pub use error::OAuthError;
pub use signals::{Signal, Stage, judge};
