//! Rules in their order; what they mean is not known here.

use chrono::{DateTime, Utc};
use entities::ids::RuleId;
use entities::rules::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::prelude::Json;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{StoreError, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFields {
    /// Unique name.
    pub name: String,
    /// Lower is tried first.
    pub position: i32,
    /// Whether it is tried.
    pub enabled: bool,
    /// The rule as in its file.
    pub definition: Json,
}

/// All, in the order they are tried.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Name)
        .all(db)
        .await?)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: RuleId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one with this name.
pub async fn find_by_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Name.eq(text::key(name)))
        .one(db)
        .await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: RuleFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: RuleId,
    fields: RuleFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one.
pub async fn delete(db: &impl ConnectionTrait, id: RuleId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: RuleFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        position: Set(fields.position),
        enabled: Set(fields.enabled),
        definition: Set(text::clean_json(fields.definition)),
        created_at: NotSet,
        updated_at: Set(now),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
