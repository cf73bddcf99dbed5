//! Tells a program over HTTP, signed so that it knows us (Standard Webhooks 1.0).
//!
//! Follows no redirect and reads no answer beyond its head. Never knows what is told.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;

use super::{Attempt, OutboxError};
use crate::config::Webhook;
use crate::retry_after;
use crate::trust::Authorities;

/// For everything: name, connection, TLS, request and answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Tells one receiver.
#[derive(Debug)]
pub(super) struct Caller {
    client: reqwest::Client,
    receiver: Webhook,
}

impl Caller {
    pub(super) fn new(receiver: Webhook, authorities: &Authorities) -> Result<Self, OutboxError> {
        let unusable = |error: &dyn std::fmt::Display| OutboxError::Webhook(error.to_string());
        let tls = authorities
            .configuration()
            .map_err(|error| unusable(&error))?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .timeout(TIME_LIMIT)
            .user_agent(concat!("Mailroom/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| unusable(&error))?;
        Ok(Self { client, receiver })
    }

    /// Sends `body`; `id` is the same for every try.
    pub(super) async fn call(&self, id: &str, body: String, now: DateTime<Utc>) -> Attempt {
        let timestamp = now.timestamp();
        let signature = signature(&self.receiver.secret, id, timestamp, &body);
        let sent = self
            .client
            .post(self.receiver.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) => judge(answer.status().as_u16(), answer.headers()),
            Err(error) => Attempt::Failed {
                why: trouble(&error),
                retry_after: None,
            },
        }
    }
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
fn signature(secret: &SecretSlice<u8>, id: &str, timestamp: i64, body: &str) -> String {
    // HMAC takes a key of any length; there is no error to come.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret()) else {
        return String::new();
    };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn judge(status: u16, headers: &HeaderMap) -> Attempt {
    match status {
        200..=299 => Attempt::Delivered,
        410 => Attempt::Refused {
            why: "The receiver wants no more of these (410 Gone)".to_owned(),
        },
        300..=399 => Attempt::Failed {
            why: format!("The receiver answered {status}, a redirect, and none is followed"),
            retry_after: None,
        },
        _ => Attempt::Failed {
            why: format!("The receiver answered {status}"),
            retry_after: retry_after::wait(headers).and_then(|wait| TimeDelta::from_std(wait).ok()),
        },
    }
}

/// The innermost reason, without the address, which may hold a secret.
fn trouble(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!(
            "The receiver did not answer within {} s",
            TIME_LIMIT.as_secs()
        );
    }
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    if reason.is::<reqwest::Error>() {
        return "The receiver can't be reached".to_owned();
    }
    format!("The receiver can't be reached: {reason}")
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
