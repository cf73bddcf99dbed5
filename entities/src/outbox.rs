//! Effects on the outside world that wait to be delivered.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{MessageId, OutboxId, ScanId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: OutboxId,
    /// How it is delivered.
    pub channel: Channel,
    /// The same for the same effect, however often it is tried; unique.
    pub key: String,
    /// What is delivered.
    pub body: Json,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next; none once it is delivered or given up.
    pub next_try_at: Option<DateTimeUtc>,
    /// When it was delivered.
    pub delivered_at: Option<DateTimeUtc>,
    /// When it was given up.
    pub given_up_at: Option<DateTimeUtc>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// The message because of which a rule asked; none where no rule did.
    pub message_id: Option<MessageId>,
    /// Name of that rule.
    pub rule: Option<String>,
    /// The scan in which it asked.
    pub scan_id: Option<ScanId>,
    /// The scanner whose rules ask.
    pub scanner_id: Option<ScannerId>,
    /// From then on it is not delivered any more.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was found too late to be delivered.
    pub expired_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How something is delivered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An HTTP request to the address in the settings.
    Webhook,
    /// A message through the SMTP server in the settings.
    Mail,
    /// An answer by itself, from a mailbox of ours; it waits until such mail can be sent.
    Reply,
    /// A message passed on, from a mailbox of ours; it waits as well.
    Forward,
}

impl Channel {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Mail => "mail",
            Self::Reply => "reply",
            Self::Forward => "forward",
        }
    }
}
