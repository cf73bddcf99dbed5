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
    /// Highest UID that is kept; 0 for none.
    pub last_uid: i64,
    /// HIGHESTMODSEQ where the server has one (RFC 7162).
    pub highest_modseq: Option<i64>,
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
