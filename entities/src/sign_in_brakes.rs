//! Hosts that refused many sign-ins lately and are left alone, and accounts and addresses for which many were refused here.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_brakes")]
pub struct Model {
    /// The host in lower case; here it has a colon, as in `account:anna@example.com`, which no host has.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Refused sign-ins since the window began.
    pub refusals: i32,
    /// When counting began.
    pub window_began_at: DateTimeUtc,
    /// Until when nobody signs in there, or so.
    pub closed_until: Option<DateTimeUtc>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
