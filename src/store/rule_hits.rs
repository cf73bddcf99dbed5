//! How often rules match: counted by scanner and day, so that workers don't wait for each other over one row. Days of long
//! ago are folded into one row of each rule and scanner, so that the table grows with the rules and not with the years.

mod folding;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::ids::ScannerId;
use entities::rule_hits::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{StoreError, bulk, text};

pub use folding::fold;

/// Matches are counted by day for so long.
pub const BY_DAY: TimeDelta = TimeDelta::days(92);

/// What stands in the place of a rule's name where the messages themselves are counted.
const MESSAGES: &str = "";

/// What one rule came to for one scanner on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits {
    /// For whose messages.
    pub scanner_id: ScannerId,
    /// The rule's name; nothing counts the messages that were decided.
    pub rule: Option<String>,
    /// How many messages it matched.
    pub matched: i64,
    /// How many of its actions were carried out.
    pub done: i64,
    /// When.
    pub at: DateTime<Utc>,
}

/// What one rule came to since rules are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// How many messages it matched.
    pub matched: i64,
    /// How many of its actions were carried out.
    pub done: i64,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// Adds to what was counted, always in one order, so that two who write can't wait for each other.
pub async fn add(db: &impl ConnectionTrait, mut hits: Vec<Hits>) -> Result<(), StoreError> {
    hits.sort_by(|one, other| (one.scanner_id, &one.rule).cmp(&(other.scanner_id, &other.rule)));
    let rows = hits.into_iter().map(|hits| Model {
        scanner_id: hits.scanner_id,
        day: hits.at.date_naive(),
        rule: text::key(hits.rule.as_deref().unwrap_or(MESSAGES)),
        matched: hits.matched,
        done: hits.done,
        last_at: hits.at,
    });
    upsert(db, rows.collect()).await
}

/// Adds rows to those that are there; they are the later ones.
async fn upsert(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), StoreError> {
    let rows: Vec<ActiveModel> = rows
        .into_iter()
        .map(|row| ActiveModel {
            scanner_id: Set(row.scanner_id),
            day: Set(row.day),
            rule: Set(row.rule),
            matched: Set(row.matched),
            done: Set(row.done),
            last_at: Set(row.last_at),
        })
        .collect();
    let sum = |column: Column| {
        Expr::col((Entity, column)).add(Expr::col((Alias::new("excluded"), column)))
    };
    let conflict = OnConflict::columns([Column::ScannerId, Column::Day, Column::Rule])
        .value(Column::Matched, sum(Column::Matched))
        .value(Column::Done, sum(Column::Done))
        .update_column(Column::LastAt)
        .to_owned();
    for piece in bulk::pieces(rows, bulk::columns_of::<Entity>()) {
        Entity::insert_many(piece)
            .on_conflict(conflict.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// What each rule came to, by name; those that never matched are missing.
pub async fn totals(db: &impl ConnectionTrait) -> Result<HashMap<String, Total>, StoreError> {
    let rows: Vec<(String, i64, i64, DateTime<Utc>)> = Entity::find()
        .select_only()
        .column(Column::Rule)
        .column_as(summed(Column::Matched), "matched")
        .column_as(summed(Column::Done), "done")
        .column_as(Column::LastAt.max(), "last_at")
        .filter(Column::Rule.ne(MESSAGES))
        .group_by(Column::Rule)
        .order_by_asc(Column::Rule)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(rule, matched, done, last_at)| {
            let total = Total {
                matched,
                done,
                last_at,
            };
            (rule, total)
        })
        .collect())
}

/// The same for each scanner by itself, of the rules whose names begin so.
pub async fn totals_of_scanners(
    db: &impl ConnectionTrait,
    prefix: &str,
) -> Result<HashMap<(ScannerId, String), Total>, StoreError> {
    let rows: Vec<(ScannerId, String, i64, i64, DateTime<Utc>)> = Entity::find()
        .select_only()
        .column(Column::ScannerId)
        .column(Column::Rule)
        .column_as(summed(Column::Matched), "matched")
        .column_as(summed(Column::Done), "done")
        .column_as(Column::LastAt.max(), "last_at")
        .filter(Column::Rule.starts_with(prefix))
        .group_by(Column::ScannerId)
        .group_by(Column::Rule)
        .into_tuple()
        .all(db)
        .await?;
    let totals = rows
        .into_iter()
        .map(|(scanner, rule, matched, done, last_at)| {
            let total = Total {
                matched,
                done,
                last_at,
            };
            ((scanner, rule), total)
        });
    Ok(totals.collect())
}

/// How many messages were decided for each scanner on the days after this one; of days that were folded nothing is known.
pub async fn decided_after(
    db: &impl ConnectionTrait,
    day: NaiveDate,
) -> Result<HashMap<ScannerId, i64>, StoreError> {
    let rows: Vec<(ScannerId, i64)> = Entity::find()
        .select_only()
        .column(Column::ScannerId)
        .column_as(summed(Column::Matched), "matched")
        .filter(Column::Rule.eq(MESSAGES))
        .filter(Column::Day.gt(day))
        .group_by(Column::ScannerId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// PostgreSQL's sum of big integers is no big integer.
fn summed(column: Column) -> Expr {
    column.sum().cast_as("BIGINT")
}

#[cfg(test)]
#[path = "rule_hits_tests.rs"]
mod tests;
