//! Announcements that could not be delivered, by the mailbox that they are about.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::outbox::{Channel, Model};
use serde::Serialize;

use super::output;
use crate::access::announce::{Event, Mail, What};
use crate::store::{self, Store, StoreError};

/// For how long it is worth telling.
const SHOWN_FOR: TimeDelta = TimeDelta::weeks(1);
/// More are not read.
const MOST: u64 = 1_000;

/// One that was given up, as `mailroom status --json` prints it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Untold {
    channel: &'static str,
    to: Option<String>,
    asked_at: DateTime<Utc>,
    given_up_at: Option<DateTime<Utc>>,
    error: Option<String>,
}

/// Those of the last week, the newest first, by address of the mailbox.
pub(super) async fn read(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<HashMap<String, Vec<Untold>>, StoreError> {
    let mut untold: HashMap<String, Vec<Untold>> = HashMap::new();
    for row in store::outbox::given_up(store, now - SHOWN_FOR, MOST).await? {
        let Some((to, event)) = read_body(&row) else {
            continue;
        };
        let one = Untold {
            channel: row.channel.as_str(),
            to,
            asked_at: row.created_at,
            given_up_at: row.given_up_at,
            error: row.error,
        };
        for mailbox in about(event) {
            untold.entry(mailbox).or_default().push(one.clone());
        }
    }
    Ok(untold)
}

/// To whom, and what; nothing for what a later version asked for.
fn read_body(row: &Model) -> Option<(Option<String>, Event)> {
    match row.channel {
        Channel::Webhook => Some((None, serde_json::from_value(row.body.clone()).ok()?)),
        Channel::Mail => {
            let Mail { to, event } = serde_json::from_value(row.body.clone()).ok()?;
            Some((Some(to), event))
        }
    }
}

fn about(event: Event) -> Vec<String> {
    match event.what {
        What::Red(light) | What::Recovered(light) | What::Reminder(light) => vec![light.mailbox],
        What::Expiring(credential) => credential.mailboxes,
    }
}

impl Untold {
    pub(super) fn sentence(&self) -> String {
        let to = match &self.to {
            Some(to) => format!("by mail to {to}"),
            None => format!("by {}", self.channel),
        };
        format!(
            "The announcement of {} {to} was given up: {}.",
            output::moment(self.asked_at),
            self.error.as_deref().unwrap_or("nobody knows why")
        )
    }
}
