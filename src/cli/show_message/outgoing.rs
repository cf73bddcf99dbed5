//! What rules had sent because of a message, or to be sent, as `mailroom message show` tells it.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::outbox::{Channel, Model};
use serde::Serialize;

use crate::cli::output;
use crate::store::{Store, StoreError, outbox};

/// One mail.
#[derive(Debug, Serialize)]
pub(super) struct Outgoing {
    what: What,
    to: String,
    rule: String,
    state: State,
    asked_at: DateTime<Utc>,
    /// When it was sent, given up or found too late.
    ended_at: Option<DateTime<Utc>>,
    /// From then on it is not sent any more.
    expires_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
    error: Option<String>,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Answer,
    Forward,
    Notice,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Waiting,
    Sent,
    GivenUp,
    Expired,
}

/// In the order in which it was asked for.
pub(super) async fn of(store: &Store, message: MessageId) -> Result<Vec<Outgoing>, StoreError> {
    let rows = outbox::asked::for_message(store, message).await?;
    Ok(rows.into_iter().map(Outgoing::of_row).collect())
}

impl Outgoing {
    fn of_row(row: Model) -> Self {
        let (state, ended_at) = match (row.delivered_at, row.given_up_at, row.expired_at) {
            (Some(sent), ..) => (State::Sent, Some(sent)),
            (None, Some(given_up), _) => (State::GivenUp, Some(given_up)),
            (None, None, Some(expired)) => (State::Expired, Some(expired)),
            (None, None, None) => (State::Waiting, None),
        };
        let to = row.body.get("to").and_then(|to| to.as_str());
        Self {
            what: match row.channel {
                Channel::Reply => What::Answer,
                Channel::Forward => What::Forward,
                Channel::Mail | Channel::Webhook => What::Notice,
            },
            to: to.unwrap_or_default().to_owned(),
            rule: row.rule.unwrap_or_default(),
            state,
            asked_at: row.created_at,
            ended_at,
            expires_at: row.expires_at,
            error: row.error,
        }
    }

    /// As a line.
    pub(super) fn say(&self) -> String {
        let what = match self.what {
            What::Answer => "answer",
            What::Forward => "passed on",
            What::Notice => "notice",
        };
        let at = self.ended_at.map(output::moment).unwrap_or_default();
        let how_far = match (self.state, self.expires_at) {
            (State::Sent, _) => format!("sent at {at}"),
            (State::GivenUp, _) => format!("given up at {at}"),
            (State::Expired, _) => format!("expired at {at}: nobody could send it in time"),
            (State::Waiting, Some(end)) => format!("waits, at most until {}", output::moment(end)),
            (State::Waiting, None) => "waits".to_owned(),
        };
        let error = self.error.iter().map(|error| format!(": {error}"));
        let Self { to, rule, .. } = self;
        format!(
            "Sending  {what} to {to} by rule {rule}, {how_far}{}",
            error.collect::<String>()
        )
    }
}

#[cfg(test)]
#[path = "outgoing_tests.rs"]
mod tests;
