//! What scanners came to day by day: added to as each scan ends, so that an overview reads a few rows for each scanner and
//! goes through no scan and no message.

use chrono::NaiveDate;
use entities::scan_days::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::StoreError;

/// What all scanners together came to on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Day {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// Messages read.
    pub kept: i64,
    /// Messages linked.
    pub linked: i64,
    /// Leads made.
    pub leads: i64,
    /// Messages that came to wait for a person.
    pub held: i64,
}

/// Adds what one scan came to.
pub async fn add(db: &impl ConnectionTrait, more: Model) -> Result<(), StoreError> {
    let row = ActiveModel {
        scanner_id: Set(more.scanner_id),
        day: Set(more.day),
        kept: Set(more.kept),
        linked: Set(more.linked),
        leads: Set(more.leads),
        failed: Set(more.failed),
        held: Set(more.held),
    };
    let sum = |column: Column| {
        Expr::col((Entity, column)).add(Expr::col((Alias::new("excluded"), column)))
    };
    let conflict = OnConflict::columns([Column::ScannerId, Column::Day])
        .value(Column::Kept, sum(Column::Kept))
        .value(Column::Linked, sum(Column::Linked))
        .value(Column::Leads, sum(Column::Leads))
        .value(Column::Failed, sum(Column::Failed))
        .value(Column::Held, sum(Column::Held))
        .to_owned();
    Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What each scanner came to on one day; those without a scan are missing.
pub async fn of_day(db: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Day.eq(day))
        .order_by_asc(Column::ScannerId)
        .all(db)
        .await?)
}

/// What all came to on each day from `first` on, the first day first; days without a scan are missing.
pub async fn since(db: &impl ConnectionTrait, first: NaiveDate) -> Result<Vec<Day>, StoreError> {
    // Cast, because PostgreSQL sums numbers of 64 bits to one of any size.
    let sum = |column: Column| Expr::col(column).sum().cast_as("bigint");
    Ok(Entity::find()
        .select_only()
        .column(Column::Day)
        .column_as(sum(Column::Kept), "kept")
        .column_as(sum(Column::Linked), "linked")
        .column_as(sum(Column::Leads), "leads")
        .column_as(sum(Column::Held), "held")
        .filter(Column::Day.gte(first))
        .group_by(Column::Day)
        .order_by_asc(Column::Day)
        .into_model()
        .all(db)
        .await?)
}

/// Forgets the days before `before`.
pub async fn forget(db: &impl ConnectionTrait, before: NaiveDate) -> Result<u64, StoreError> {
    let forgotten = Entity::delete_many()
        .filter(Column::Day.lt(before))
        .exec(db)
        .await?;
    Ok(forgotten.rows_affected)
}

#[cfg(test)]
#[path = "scan_days_tests.rs"]
mod tests;
