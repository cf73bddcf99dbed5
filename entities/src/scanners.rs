//! What is done with a mailbox.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{MailboxId, ScannerId};
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scanners")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: ScannerId,
    /// Unique name.
    pub name: String,
    /// The mailbox it reads.
    pub mailbox_id: MailboxId,
    /// Decoded folder names.
    #[sea_orm(column_type = "JsonBinary")]
    pub folders: Names,
    /// Cron line of five fields.
    pub schedule: String,
    /// IANA name (`Europe/Rome`).
    pub time_zone: String,
    /// Whether the schedule starts it.
    pub enabled: bool,
    /// Who paused it; nothing when it is not paused.
    pub paused_by: Option<String>,
    /// Mail received before this day is not read.
    pub start_date: Option<Date>,
    /// The most messages one scan keeps.
    pub limit_per_scan: Option<i32>,
    /// Record fields that are searched for addresses (`email`, `other_emails`).
    #[sea_orm(column_type = "JsonBinary")]
    pub search_fields: Names,
    /// Whether it wants to hear at once of new mail in its first folder or INBOX (IDLE).
    pub idle: bool,
    /// When the schedule starts it next; nothing means at once.
    pub next_scan_at: Option<DateTimeUtc>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// In which order older mail is read.
    pub backfill: Backfill,
    /// Larger messages are named and not read, in MiB; nothing for the limit of all scanners.
    pub max_message_mib: Option<i32>,
    /// Senders whose mail it keeps and otherwise leaves alone.
    #[sea_orm(column_type = "JsonBinary")]
    pub exceptions: Names,
    /// Ready-made rules that are ticked (`bind`), by name.
    #[sea_orm(column_type = "JsonBinary")]
    pub presets: Names,
    /// E-mail of the user to whom belongs what they make; nothing for the owner of the mailbox.
    pub preset_owner: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::mailboxes::Entity",
        from = "Column::MailboxId",
        to = "crate::mailboxes::Column::Id"
    )]
    Mailbox,
}

impl Related<crate::mailboxes::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Mailbox.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// In which order a scanner reads older mail.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Backfill {
    /// From yesterday back to the start date.
    #[default]
    NewestFirst,
    /// From the start date on to yesterday.
    OldestFirst,
}

impl Backfill {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewestFirst => "newest_first",
            Self::OldestFirst => "oldest_first",
        }
    }
}
