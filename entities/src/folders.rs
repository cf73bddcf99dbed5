//! The cursor: how far a folder of a scanner is kept.

use sea_orm::entity::prelude::*;

use crate::ids::{FolderId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "folders")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: FolderId,
    /// Whose folder.
    pub scanner_id: ScannerId,
    /// Decoded name; the source path for imported files.
    pub name: String,
    /// UIDVALIDITY of the last scan; nothing before the first (RFC 9051 §2.3.1.1).
    pub uid_validity: Option<i64>,
    /// Highest UID that is accounted for or in the backlog; 0 for none.
    pub last_uid: i64,
    /// HIGHESTMODSEQ where the server has one (RFC 7162).
    pub highest_modseq: Option<i64>,
    /// Lowest UID of the older mail that is still to be read; nothing when there is none.
    pub backlog_first: Option<i64>,
    /// Highest UID of the older mail that is still to be read, at most `last_uid`.
    pub backlog_last: Option<i64>,
    /// About how many messages of it are left; nothing when that is not known yet.
    pub backlog_left: Option<i64>,
    /// About how many messages it had when it began.
    pub backlog_total: Option<i64>,
    /// The scanner's start date under which it was read; nothing means from the first message on.
    pub read_since: Option<Date>,
    /// Where connections broke, so that the next scan asks for less at once.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub narrowed: Option<Json>,
    /// UIDVALIDITY at the last complete look, which found nothing left to do; nothing before the first.
    pub seen_uid_validity: Option<i64>,
    /// EXISTS then.
    pub seen_exists: Option<i64>,
    /// UIDNEXT then, where the server says it.
    pub seen_uid_next: Option<i64>,
    /// HIGHESTMODSEQ then, where the server has one that can be relied on.
    pub seen_highest_modseq: Option<i64>,
    /// Whether something went whose UIDs are still to be found.
    pub sweep_owed: bool,
    /// When its UIDs were last gone through.
    pub swept_at: Option<DateTimeUtc>,
    /// How often in a row a look found another UIDVALIDITY than the one before.
    pub renewals: i32,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Each row names one of these.
    #[sea_orm(
        belongs_to = "crate::scanners::Entity",
        from = "Column::ScannerId",
        to = "crate::scanners::Column::Id"
    )]
    Scanner,
}

impl Related<crate::scanners::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Scanner.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
