//! Announcements that can't be delivered, by the mailbox that they are about.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::outbox::{Channel, Model};
use serde::Serialize;

use super::output;
use crate::access::announce::{Event, Mail, What};
use crate::store::outbox::GIVEN_UP_SHOWN_FOR;
use crate::store::{self, Store, StoreError};

/// More are not read.
const MOST: u64 = 1_000;

/// One that was given up, or that failed and is tried again, as `mailroom status --json` prints it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Untold {
    channel: &'static str,
    to: Option<String>,
    asked_at: DateTime<Utc>,
    given_up_at: Option<DateTime<Utc>>,
    next_try_at: Option<DateTime<Utc>>,
    error: Option<String>,
}

/// Those that were given up in the last week or are tried again, the newest first, by address of the mailbox.
pub(super) async fn read(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<HashMap<String, Vec<Untold>>, StoreError> {
    let mut untold: HashMap<String, Vec<Untold>> = HashMap::new();
    for row in store::outbox::untold(store, now - GIVEN_UP_SHOWN_FOR, MOST).await? {
        let Some((to, event)) = read_body(&row) else {
            continue;
        };
        let one = Untold {
            channel: row.channel.as_str(),
            to,
            asked_at: row.created_at,
            given_up_at: row.given_up_at,
            next_try_at: row.next_try_at,
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
        Channel::Reply | Channel::Forward => None,
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
        let asked = output::moment(self.asked_at);
        let error = self.error.as_deref().unwrap_or("nobody knows why");
        let error = error.trim_end_matches('.');
        match self.next_try_at {
            Some(next) => format!(
                "The announcement of {asked} {to} did not get out yet: {error}. It is tried again at {}.",
                output::moment(next)
            ),
            None => format!("The announcement of {asked} {to} was given up: {error}."),
        }
    }
}
