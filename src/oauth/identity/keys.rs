//! The keys that providers sign with, fetched when they are needed and kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex as Turn;
use url::Url;

use super::distrust::Distrust;
use super::jwk::{self, Key};
use super::signed::Signed;
use crate::oauth::error::{Fate, OAuthError};
use crate::oauth::wire::Http;

/// Tokens with made-up keys must not become questions to the provider.
const BETWEEN_QUESTIONS: TimeDelta = TimeDelta::minutes(1);
/// A key that the provider withdrew is trusted no longer than this.
const KEPT: TimeDelta = TimeDelta::days(1);

/// What is known of providers' keys, by the address where they are published. One for the whole program.
#[derive(Debug, Default)]
pub struct Keys(Mutex<HashMap<Url, Arc<Turn<Held>>>>);

#[derive(Debug, Default)]
struct Held {
    keys: Vec<Key>,
    read_at: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
}

impl Keys {
    /// None known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that a token is signed with. Asks the provider when it is not known, or all were read long ago, at most
    /// once a minute; meanwhile others who want keys from the same address wait.
    pub(super) async fn key(
        &self,
        http: &Http,
        url: &Url,
        token: &Signed<'_>,
        now: DateTime<Utc>,
    ) -> Result<Key, OAuthError> {
        let held = self.held(url);
        let mut held = held.lock().await;
        let fresh = held.read_at.is_some_and(|at| now - at < KEPT);
        if fresh && let Some(key) = held.find(token) {
            return Ok(key);
        }
        if let Some(wait) = held.wait(now) {
            return held.find(token).ok_or(OAuthError::Transient {
                words: "The provider's keys were asked for a moment ago, and the one wanted was not among them."
                    .to_owned(),
                retry_after: Some(wait),
                fate: Fate::Declined,
            });
        }
        held.asked_at = Some(now);
        match fetch(http, url).await {
            Ok(keys) => {
                held.keys = keys;
                held.read_at = Some(now);
                held.find(token).ok_or_else(|| Distrust::UnknownKey.into())
            }
            // A provider whose keys can't be had for a while does not lock out those who sign in.
            Err(error) => held.find(token).ok_or(error),
        }
    }

    fn held(&self, url: &Url) -> Arc<Turn<Held>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(url.clone()).or_default())
    }
}

impl Held {
    fn wait(&self, now: DateTime<Utc>) -> Option<std::time::Duration> {
        let wait = BETWEEN_QUESTIONS - (now - self.asked_at?);
        wait.to_std().ok().filter(|wait| !wait.is_zero())
    }

    /// A token that names no key is signed with the only one there is.
    fn find(&self, token: &Signed<'_>) -> Option<Key> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(token));
        let key = fitting.next()?;
        (token.key_id.is_some() || fitting.next().is_none()).then(|| key.clone())
    }
}

async fn fetch(http: &Http, url: &Url) -> Result<Vec<Key>, OAuthError> {
    let answer = http.get(url).await?;
    let set = (answer.status == 200)
        .then(|| serde_json::from_slice(&answer.body).ok())
        .flatten();
    set.as_ref()
        .and_then(jwk::keys)
        .ok_or_else(|| OAuthError::Transient {
            words: format!(
                "The provider's keys can't be read (status {}).",
                answer.status
            ),
            retry_after: answer.retry_after,
            fate: Fate::Declined,
        })
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
