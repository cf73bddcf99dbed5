//! Versions of the rules, in the order in which they were published.

use sea_orm::entity::prelude::*;

use crate::ids::RuleVersionId;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_versions")]
pub struct Model {
    /// Its number, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: RuleVersionId,
    /// What it holds.
    pub book_hash: String,
    /// Who published it.
    pub author: String,
    /// Where it came from: the name of a file, or `version 3`.
    pub source: String,
    /// Why, in that person's words.
    pub note: Option<String>,
    /// What it changed, as data.
    #[sea_orm(column_type = "JsonBinary")]
    pub changes: Json,
    /// When.
    pub created_at: DateTimeUtc,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
