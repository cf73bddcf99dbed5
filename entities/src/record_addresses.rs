//! Every address of every record, so that one index answers who has an address.

use sea_orm::entity::prelude::*;

use crate::ids::RecordAddressId;
use crate::record_kind::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_addresses")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: RecordAddressId,
    /// Lower-cased address.
    pub email: String,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Which field has it (`email`, `other_emails`).
    pub field: String,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
