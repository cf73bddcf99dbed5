//! Many rows in few statements, within the number of values a statement may bind.

use std::collections::HashSet;
use std::hash::Hash;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, ModelTrait, QueryFilter,
    Select, Value,
};

use super::StoreError;

/// SQLite binds at most 32,766 values a statement, PostgreSQL 65,535.
const VALUES: usize = 32_000;

/// Beyond this a longer statement saves nothing and only takes memory.
const ROWS: usize = 1_000;

/// How many rows of so many columns go into one statement.
pub(super) fn rows_per_statement(columns: usize) -> usize {
    (VALUES / columns.max(1)).clamp(1, ROWS)
}

/// The same values once each, in pieces that one `IN (…)` takes.
pub(super) fn distinct<T: Eq + Hash + Copy>(values: &[T]) -> Vec<Vec<T>> {
    let mut seen = HashSet::with_capacity(values.len());
    let distinct: Vec<T> = values
        .iter()
        .copied()
        .filter(|value| seen.insert(*value))
        .collect();
    distinct.chunks(VALUES).map(<[T]>::to_vec).collect()
}

/// The rows of `select` in which `column` is one of these values; of more values than a statement takes, piece by piece in
/// the order of each.
pub(super) async fn rows_in<E, V>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    column: E::Column,
    values: &[V],
) -> Result<Vec<E::Model>, StoreError>
where
    E: EntityTrait,
    V: Into<Value> + Eq + Hash + Copy,
{
    let mut found = Vec::new();
    for piece in distinct(values) {
        let piece = select.clone().filter(column.is_in(piece));
        found.extend(piece.all(db).await?);
    }
    Ok(found)
}

/// Cuts rows into statements.
pub(super) fn pieces<T>(rows: Vec<T>, columns: usize) -> impl Iterator<Item = Vec<T>> {
    let size = rows_per_statement(columns);
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let piece: Vec<T> = rows.by_ref().take(size).collect();
        (!piece.is_empty()).then_some(piece)
    })
}

/// Inserts the rows whose `key` is not there yet, leaves the others alone, and says how many were new.
pub(super) async fn insert_missing<A>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    key: &[<A::Entity as EntityTrait>::Column],
) -> Result<u64, StoreError>
where
    A: ActiveModelTrait + Send,
{
    let mut inserted = 0;
    for piece in pieces(rows, columns_of::<A::Entity>()) {
        inserted += A::Entity::insert_many(piece)
            .on_conflict(
                OnConflict::columns(key.iter().copied())
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    Ok(inserted)
}

/// Inserts the rows and gives them back in the same order with their keys.
pub(super) async fn insert_all<A>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    key: impl Fn(&<A::Entity as EntityTrait>::Model) -> i64,
) -> Result<Vec<<A::Entity as EntityTrait>::Model>, StoreError>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: ModelTrait + sea_orm::IntoActiveModel<A>,
{
    let mut inserted = Vec::with_capacity(rows.len());
    for piece in pieces(rows, columns_of::<A::Entity>()) {
        let mut models = A::Entity::insert_many(piece)
            .exec_with_returning(db)
            .await?;
        // RETURNING promises no order, but keys are given out in the order of VALUES.
        models.sort_unstable_by_key(&key);
        inserted.extend(models);
    }
    Ok(inserted)
}

/// How many columns a table has.
pub(super) fn columns_of<E: EntityTrait>() -> usize {
    E::Column::iter().count()
}
