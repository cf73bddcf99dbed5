//! When people are away: nothing new becomes theirs meanwhile.

use sea_orm::entity::prelude::*;

use crate::ids::{AbsenceId, UserId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "absences")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key)]
    pub id: AbsenceId,
    /// Who.
    pub user_id: UserId,
    /// The first day that they are away.
    pub first_day: Date,
    /// The last day that they are away.
    pub last_day: Date,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
