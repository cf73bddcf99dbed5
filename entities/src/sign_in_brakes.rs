//! Hosts that refused many sign-ins lately and are left alone.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_brakes")]
pub struct Model {
    /// The host, lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub host: String,
    /// Refused sign-ins since the window began.
    pub refusals: i32,
    /// When counting began.
    pub window_began_at: DateTimeUtc,
    /// Until when nobody signs in there.
    pub closed_until: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
