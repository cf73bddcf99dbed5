//! Folds the days of long ago: of each rule and scanner into one row, and of rules that are gone into none.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::ids::ScannerId;
use entities::rule_hits::{Column, Entity, Model};
use entities::rules;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::MESSAGES;
use crate::store::{Store, StoreError, Tx, bulk};

/// Folds at most `limit` rows of days before `before`, the oldest first; says how many. What rules that are gone came to is
/// forgotten; those whose names begin with `kept` are in no table and never gone.
///
/// # Errors
/// When the database does not answer; then nothing was done.
pub async fn fold(
    store: &Store,
    before: NaiveDate,
    kept: &str,
    limit: u64,
) -> Result<u64, StoreError> {
    let tx = store.begin().await?;
    let old = Entity::find()
        .filter(Column::Day.lt(before))
        .filter(Column::Day.gt(folded()))
        .order_by_asc(Column::Day)
        .order_by_asc(Column::ScannerId)
        .order_by_asc(Column::Rule)
        .limit(limit)
        .all(&tx)
        .await?;
    let count = old.len() as u64;
    if delete(&tx, &old).await? != count {
        // Another worker is at it; what it has folded is not folded twice.
        return Ok(0);
    }
    super::upsert(&tx, summed(old)).await?;
    forget_gone(&tx, kept).await?;
    tx.commit().await?;
    Ok(count)
}

/// The day of what is folded, before all others.
fn folded() -> NaiveDate {
    NaiveDate::default()
}

/// One row of each rule and scanner.
fn summed(rows: Vec<Model>) -> Vec<Model> {
    let mut sums: BTreeMap<(ScannerId, String), Model> = BTreeMap::new();
    for row in rows {
        let key = (row.scanner_id, row.rule.clone());
        if let Some(sum) = sums.get_mut(&key) {
            sum.matched = sum.matched.saturating_add(row.matched);
            sum.done = sum.done.saturating_add(row.done);
            sum.last_at = sum.last_at.max(row.last_at);
        } else {
            let day = folded();
            sums.insert(key, Model { day, ..row });
        }
    }
    sums.into_values().collect()
}

/// Deletes these rows; says how many were there still.
async fn delete(tx: &Tx, rows: &[Model]) -> Result<u64, StoreError> {
    let mut by_day: BTreeMap<(NaiveDate, ScannerId), Vec<&str>> = BTreeMap::new();
    for row in rows {
        let rules = by_day.entry((row.day, row.scanner_id)).or_default();
        rules.push(&row.rule);
    }
    let mut deleted = 0;
    for ((day, scanner), rules) in by_day {
        for piece in bulk::distinct(&rules) {
            let these = Entity::delete_many()
                .filter(Column::Day.eq(day))
                .filter(Column::ScannerId.eq(scanner))
                .filter(Column::Rule.is_in(piece));
            deleted += these.exec(tx).await?.rows_affected;
        }
    }
    Ok(deleted)
}

/// Forgets what was folded of rules that are no more.
async fn forget_gone(db: &impl ConnectionTrait, kept: &str) -> Result<(), StoreError> {
    let names = Query::select()
        .column(rules::Column::Name)
        .from(rules::Entity)
        .to_owned();
    Entity::delete_many()
        .filter(Column::Day.eq(folded()))
        .filter(Column::Rule.ne(MESSAGES))
        .filter(Column::Rule.not_like(format!("{kept}%")))
        .filter(Column::Rule.not_in_subquery(names))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
#[path = "folding_tests.rs"]
mod tests;
