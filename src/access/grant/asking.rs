//! Asks a provider's token endpoint: not while it wants to be left alone, and at once again when its answer was lost.
//!
//! An endpoint is one for each client, as providers count requests by app and tenant. What it said is in the database,
//! so that ten thousand mailboxes in any number of processes hear it once. It never knows whose tokens they are.

use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::client::Connected;
use crate::access::{Access, Closed};
use crate::oauth::{self, Fate, Granted, OAuthError};
use crate::store::StoreError;
use crate::store::endpoint_brakes::{self, Asking, Turn, Waits};

/// An endpoint that can't answer and does not say for how long.
const WAITS: Waits = Waits {
    first: TimeDelta::seconds(30),
    longest: TimeDelta::minutes(15),
    forgotten_after: TimeDelta::days(1),
};
/// One that wants to be left alone for longer is asked again after this.
const LONGEST_WISH: TimeDelta = TimeDelta::hours(1);
/// So long the others wait for the one that goes first after a wait.
const GOES_FIRST: TimeDelta = TimeDelta::seconds(30);
/// A provider takes a refresh token that it has replaced for seconds only, if at all: these are the pauses before it is
/// asked again with the same, and the last moment to begin with one, counted from the loss.
const AGAIN: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
const AGAIN_WITHIN: Duration = Duration::from_secs(10);

/// The leave to ask an endpoint.
#[derive(Debug)]
pub(super) struct Leave {
    endpoint: String,
    turn: Turn,
}

impl Access {
    /// Lets the caller ask, and bring back what became of it.
    ///
    /// # Errors
    /// [`Closed::Provider`] while the endpoint is left alone.
    pub(super) async fn leave_to_ask(&self, connected: &Connected) -> Result<Leave, Closed> {
        let client = &connected.client;
        let token = &client.endpoints.token;
        let endpoint = format!("{token} {}", client.client_id);
        let now = self.clock.now();
        match endpoint_brakes::take_turn(&self.store, &endpoint, now, now + GOES_FIRST).await? {
            Asking::Now(turn) => Ok(Leave { endpoint, turn }),
            Asking::After(until) => Err(Closed::Provider {
                words: format!(
                    "The authorization server {} is left alone until {}, as it could not answer or wanted fewer requests.",
                    token.host_str().unwrap_or_default(),
                    until.format("%H:%M:%S UTC"),
                ),
                retry_after: (until - now).to_std().ok(),
            }),
        }
    }

    /// The endpoint gave what it was asked for.
    pub(super) async fn was_answered(&self, leave: &Leave) -> Result<(), StoreError> {
        endpoint_brakes::answered(&self.store, &leave.endpoint, leave.turn).await
    }

    /// The endpoint gave nothing. Where that is about one account it is in order, and of what never got there it knows
    /// nothing: the fault may be this machine's, and others ask on.
    pub(super) async fn was_declined(
        &self,
        leave: &Leave,
        error: &OAuthError,
    ) -> Result<(), StoreError> {
        let retry_after = match error {
            OAuthError::Transient {
                fate: Fate::Unsent, ..
            } => return Ok(()),
            OAuthError::Transient { retry_after, .. } => retry_after,
            OAuthError::Red(_) | OAuthError::Cancelled { .. } => {
                return self.was_answered(leave).await;
            }
        };
        let wish = retry_after
            .filter(|wish| !wish.is_zero())
            .map(|wish| TimeDelta::from_std(wish).unwrap_or(LONGEST_WISH))
            .map(|wish| wish.min(LONGEST_WISH));
        let Leave { endpoint, turn } = leave;
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let until = endpoint_brakes::declined(&tx, endpoint, *turn, wish, WAITS, now).await?;
        tx.commit().await?;
        tracing::info!(endpoint, %until, "An authorization server is left alone for a while: {error}");
        Ok(())
    }
}

/// New tokens for a refresh token, or in the app's own name.
pub(super) async fn tokens(
    connected: &Connected,
    refresh_token: Option<&SecretString>,
) -> Result<Granted, OAuthError> {
    let mut asked = ask(connected, refresh_token).await;
    if !asked.as_ref().is_err_and(OAuthError::is_lost) {
        return asked;
    }
    let lost_at = Instant::now();
    for pause in AGAIN {
        let unanswered = matches!(
            asked,
            Err(OAuthError::Transient {
                fate: Fate::Lost | Fate::Unsent,
                retry_after: None,
                ..
            })
        );
        if !unanswered || lost_at.elapsed() > AGAIN_WITHIN {
            break;
        }
        sleep(pause).await;
        asked = ask(connected, refresh_token).await;
    }
    asked
}

async fn ask(
    connected: &Connected,
    refresh_token: Option<&SecretString>,
) -> Result<Granted, OAuthError> {
    let Connected { client, http, .. } = connected;
    match refresh_token {
        Some(refresh_token) => oauth::refresh(http, client, refresh_token).await,
        None => oauth::app_token(http, client).await,
    }
}

#[cfg(test)]
#[path = "asking_tests.rs"]
mod tests;
