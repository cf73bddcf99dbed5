//! Rules that asked for a link which another had made: it is theirs when the other's work is taken back.

use sea_orm::entity::prelude::*;

use crate::ids::{LinkId, ScanId, ScannerId};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_askers")]
pub struct Model {
    /// The link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub link_id: LinkId,
    /// Name of the rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub author: String,
    /// The scanner whose rules say so.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scanner_id: ScannerId,
    /// The scan in which it was asked for.
    pub scan_id: Option<ScanId>,
    /// Why, strongest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub evidence: Json,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
