//! One e-mail, however many deliveries it has.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::MessageId;
use crate::names::Names;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: MessageId,
    /// Fingerprint that tells the same mail apart from others, unique.
    pub identity: String,
    /// Message-ID without angle brackets (RFC 5322 §3.6.4).
    pub rfc_message_id: Option<String>,
    /// Decoded subject.
    pub subject: String,
    /// Lower-cased address of the first From; empty when there is none.
    pub from_email: String,
    /// Its display name.
    pub from_name: String,
    /// Whom a reply goes to, when it is somebody else.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub sender: Option<Json>,
    /// To, Cc and Bcc addresses.
    #[sea_orm(column_type = "JsonBinary")]
    pub recipients: Json,
    /// The Date header.
    pub date: Option<DateTimeUtc>,
    /// When the server received it, else when it was kept.
    pub received_at: DateTimeUtc,
    /// What sort of mail it is.
    pub kind: MessageKind,
    /// Which sign told the kind.
    pub kind_reason: String,
    /// Which way it went.
    pub direction: Direction,
    /// Raw size in bytes.
    pub size: i64,
    /// How many files are attached.
    pub attachments: i32,
    /// Its raw bytes.
    pub blob_hash: String,
    /// What could not be read, in plain words.
    #[sea_orm(column_type = "JsonBinary")]
    pub notes: Names,
    /// When it was stored.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What sort of mail a message is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Written by a person to somebody.
    Personal,
    /// Newsletters, lists, notifications to many.
    Bulk,
    /// Automatic answers.
    AutoReply,
    /// A delivery report (RFC 3464).
    Bounce,
    /// An invitation or an answer to one.
    Calendar,
    /// Sent by a machine to one receiver.
    System,
}

impl MessageKind {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Bulk => "bulk",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::Calendar => "calendar",
            Self::System => "system",
        }
    }
}

/// Which way a message went.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From outside to us.
    Received,
    /// From us to outside.
    Sent,
    /// From us to us.
    Internal,
}

impl Direction {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
            Self::Internal => "internal",
        }
    }
}
