//! The ledger: one copy of a message in one folder.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::{DecisionId, DeliveryId, FolderId, MessageId, ScanId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: DeliveryId,
    /// Where it lies.
    pub folder_id: FolderId,
    /// UIDVALIDITY it was announced under; 0 for files, 2³² over POP3, which no IMAP server can have.
    pub uid_validity: i64,
    /// Its UID; over POP3 a number of ours in the order in which messages were first seen.
    pub uid: i64,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// When a failed one is tried again.
    pub next_try_at: Option<DateTimeUtc>,
    /// Why it failed, for a person.
    pub error: Option<String>,
    /// Its raw bytes; nothing when it was gone before it was read.
    pub blob_hash: Option<String>,
    /// Size announced or read, in bytes.
    pub size: i64,
    /// When the server received it.
    pub internal_date: Option<DateTimeUtc>,
    /// The message it is a copy of, once decided.
    pub message_id: Option<MessageId>,
    /// The scan that kept it.
    pub scan_id: Option<ScanId>,
    /// When it was kept.
    pub kept_at: DateTimeUtc,
    /// The decision that a person wants made anew, until that is done.
    pub asked_anew: Option<DecisionId>,
    /// Who discarded it.
    pub discarded_by: Option<String>,
    /// When.
    pub discarded_at: Option<DateTimeUtc>,
    /// Why, in that person's words.
    pub discard_reason: Option<String>,
    /// Its lasting name where it was read over POP3 (RFC 1939 §7); unique in its folder.
    pub uidl: Option<String>,
    /// Since when it is no longer in its folder on the server, as far as is known.
    pub vanished_at: Option<DateTimeUtc>,
    /// What the server calls the message in every folder of the mailbox, where it does (X-GM-MSGID, RFC 8474 EMAILID).
    pub server_id: Option<String>,
    /// A person looked at what a rule held and wants it dealt with.
    pub released: bool,
    /// When that was.
    pub released_at: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::folders::Entity",
        from = "Column::FolderId",
        to = "crate::folders::Column::Id"
    )]
    Folder,
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::blobs::Entity",
        from = "Column::BlobHash",
        to = "crate::blobs::Column::Hash"
    )]
    Blob,
    /// Each row that was decided names one of these.
    #[sea_orm(
        belongs_to = "crate::messages::Entity",
        from = "Column::MessageId",
        to = "crate::messages::Column::Id"
    )]
    Message,
}

impl Related<crate::folders::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Folder.def()
    }
}

impl Related<crate::blobs::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Blob.def()
    }
}

impl Related<crate::messages::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Message.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a delivery is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Kept, not decided.
    Pending,
    /// Decided and carried out.
    Done,
    /// Decided: nothing to do.
    Ignored,
    /// Tried without success, will be tried again.
    Failed,
    /// Tried too often, waits for a person.
    Held,
    /// Announced, but away when it was asked for.
    Gone,
    /// Left alone because a person said so.
    Discarded,
}

impl DeliveryState {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Ignored => "ignored",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Gone => "gone",
            Self::Discarded => "discarded",
        }
    }
}
