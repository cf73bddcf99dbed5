//! Who is told one thing, and the rows of the outbox that tell them.

use chrono::{DateTime, Utc};
use entities::mailboxes;
use entities::outbox::Channel;
use entities::users::Role;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::{Event, Whom};
use crate::store::outbox::NewRow;
use crate::store::{StoreError, outbox, users};

/// Where one announcement goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channels {
    /// To the webhook.
    pub webhook: bool,
    /// To these people, a mail each.
    pub mail: Vec<String>,
}

/// The body of a row that is a mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// What about.
    pub event: Event,
}

/// The rows that tell `event` on `channels`; `name` is the same whenever the same is told.
#[must_use]
pub fn rows(event: &Event, name: &str, channels: &Channels) -> Vec<NewRow> {
    let to_webhook = channels.webhook.then(|| NewRow {
        channel: Channel::Webhook,
        key: format!("{name}-webhook"),
        body: serde_json::json!(event),
        asked: None,
    });
    let to_people = channels.mail.iter().map(|to| NewRow {
        channel: Channel::Mail,
        key: format!("{name}-mail-{to}"),
        body: serde_json::json!(Mail {
            to: to.clone(),
            event: event.clone(),
        }),
        asked: None,
    });
    to_webhook.into_iter().chain(to_people).collect()
}

/// The webhook, and by mail the mailbox's owner, the admins and whom the settings name, each once.
pub(super) async fn channels(
    db: &impl ConnectionTrait,
    whom: &Whom,
    mailbox: Option<&mailboxes::Model>,
) -> Result<Channels, StoreError> {
    let mut people = Vec::new();
    if let Some(also) = &whom.mail {
        let owner = mailbox.and_then(|mailbox| mailbox.owner_id);
        let users = users::list(db).await?;
        let told = users
            .into_iter()
            .filter(|user| user.active && (user.role == Role::Admin || owner == Some(user.id)));
        people.extend(told.map(|user| user.email));
        people.extend(also.iter().map(|address| address.to_lowercase()));
        people.sort();
        people.dedup();
    }
    Ok(Channels {
        webhook: whom.webhook,
        mail: people,
    })
}

/// Puts the rows into the outbox and says how many were not there yet.
pub(super) async fn tell(
    db: &impl ConnectionTrait,
    event: &Event,
    name: &str,
    channels: &Channels,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let mut asked = 0;
    for row in rows(event, name, channels) {
        asked += usize::from(outbox::insert(db, row, now).await?);
    }
    Ok(asked)
}
