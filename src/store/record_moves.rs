//! Records that became others, and what is needed to take that back.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, RecordMoveId};
use entities::record_kind::RecordKind;
use entities::record_moves::{ActiveModel, Column, Entity, Model, MoveReason};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::prelude::Json;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk, text};

/// One record among all.
pub type Record = (RecordKind, i64);

/// A move to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMove {
    /// Why.
    pub reason: MoveReason,
    /// What went.
    pub from: Record,
    /// What took its place.
    pub to: Record,
    /// What is needed to take it back.
    pub before: Json,
    /// The key in another system of a contact that went.
    pub from_key: Option<String>,
    /// Who did it.
    pub author: String,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Keeps a move.
pub async fn insert(db: &impl ConnectionTrait, new: NewMove) -> Result<Model, StoreError> {
    let row = ActiveModel {
        id: NotSet,
        reason: Set(new.reason),
        from_kind: Set(new.from.0),
        from_id: Set(new.from.1),
        to_kind: Set(new.to.0),
        to_id: Set(new.to.1),
        before: Set(text::clean_json(new.before)),
        author: Set(text::clean(&new.author)),
        created_at: Set(new.created_at),
        undone_at: Set(None),
        undone_by: Set(None),
        from_key: Set(new.from_key),
    };
    Ok(row.insert(db).await?)
}

/// The one with this key.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: RecordMoveId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The latest first, at most `limit`.
pub async fn list(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The moves of a record that still hold, the latest first.
pub async fn of_record(
    db: &impl ConnectionTrait,
    record: Record,
) -> Result<Vec<Model>, StoreError> {
    let from = Column::FromKind
        .eq(record.0)
        .and(Column::FromId.eq(record.1));
    let to = Column::ToKind.eq(record.0).and(Column::ToId.eq(record.1));
    Ok(Entity::find()
        .filter(Column::UndoneAt.is_null())
        .filter(from.or(to))
        .order_by_desc(Column::Id)
        .all(db)
        .await?)
}

/// The moves that still hold, the oldest first: at most `limit` of those behind `after`.
pub async fn standing(
    db: &impl ConnectionTrait,
    after: RecordMoveId,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::UndoneAt.is_null())
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// A contact of another system that was merged into another of its contacts here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its key there.
    pub key: String,
    /// The one that took its place.
    pub into: ContactId,
    /// By which it is taken back.
    pub moved: RecordMoveId,
}

/// Which of the contacts with these keys in another system were merged into others.
pub async fn merged_keys(
    db: &impl ConnectionTrait,
    keys: &[&str],
) -> Result<Vec<Merged>, StoreError> {
    let mut merged = Vec::new();
    for piece in bulk::distinct(keys) {
        let rows = Entity::find()
            .filter(Column::UndoneAt.is_null())
            .filter(Column::FromKey.is_in(piece))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        merged.extend(rows.into_iter().filter_map(|row| {
            Some(Merged {
                key: row.from_key?,
                into: ContactId(row.to_id),
                moved: row.id,
            })
        }));
    }
    Ok(merged)
}

/// Keeps that a move was taken back.
pub async fn mark_undone(
    db: &impl ConnectionTrait,
    id: RecordMoveId,
    author: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Unchanged(id),
        undone_at: Set(Some(now)),
        undone_by: Set(Some(text::clean(author))),
        ..<ActiveModel as Default>::default()
    };
    row.update(db).await?;
    Ok(())
}
