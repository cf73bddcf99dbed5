//! Word of a message for one of our people: what stands in the outbox, and what a mail is written from. Of the
//! message's text it holds what the rule's own template names.

use chrono::{DateTime, Utc};
use entities::outbox::Channel;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::outbox::{self, Asked, NewRow};

/// The body of a row that is a mail about a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeMail {
    /// To whom.
    pub to: String,
    /// What about.
    pub notice: Notice,
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The message's number.
    pub message: i64,
    /// Its subject.
    pub subject: String,
    /// Whom it is from.
    pub from: String,
    /// The rule that tells.
    pub rule: String,
    /// What the rule says beside; may be empty.
    pub text: String,
}

/// Asks for it; says whether it was not asked for before. One message, rule and receiver make one.
pub async fn ask(
    db: &impl ConnectionTrait,
    mail: &NoticeMail,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Notice { message, rule, .. } = &mail.notice;
    let row = NewRow {
        channel: Channel::Mail,
        key: format!("notice-{message}-{}-{rule}", mail.to),
        body: serde_json::json!(mail),
        asked: Some(asked),
    };
    outbox::insert(db, row, now).await
}
