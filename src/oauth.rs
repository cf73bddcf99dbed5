//! Talks to authorization servers: begins a sign-in, turns codes and refresh tokens into access tokens, and says whose
//! they are (RFC 6749, 7636, 8628, 7009, 8414, 9207; OpenID Connect Core).
//!
//! Speaks HTTP and stores nothing: what it is given it answers, once. An answer is judged before anything parses it, so
//! that an outage is never taken for a lost grant. Never knows mailboxes, the database or pages.

mod answer;
mod begin;
mod callback;
mod client;
mod device;
mod discover;
mod error;
mod habits;
mod identity;
mod issuer;
pub mod presets;
mod revoke;
mod signals;
mod token;
mod wire;

#[cfg(test)]
mod script;

pub use begin::{Begun, Wish, admin_consent_url, begin};
pub use callback::{check_issuer, refused_at_authorization};
pub use client::{Client, Endpoints, Provider};
pub use device::{DeviceCode, DevicePoll, poll_device, start_device};
pub use discover::{Discovered, discover};
pub use error::{Fate, OAuthError};
pub use identity::{Identity, Keys, identity};
pub use revoke::revoke;
pub use token::{Granted, app_token, exchange, missing_scopes, refresh};
pub use wire::{Http, HttpError, Timeouts, may_be_asked};
