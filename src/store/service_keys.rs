//! Service keys: callback addresses and API clients, and from where they may be used.

use chrono::{DateTime, Utc};
use entities::ids::ServiceKeyId;
use entities::names::Names;
use entities::service_keys::{ActiveModel, Column, Entity, Model, ServiceKeyKind};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{StoreError, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKeyFields {
    /// Unique name.
    pub name: String,
    /// What it is for.
    pub kind: ServiceKeyKind,
    /// Whether it may be used.
    pub active: bool,
    /// IP addresses and CIDR blocks it may be used from; empty for any.
    pub allowed_ips: Vec<String>,
    /// Last part of its callback address, unique.
    pub callback_path: String,
}

/// All, by name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Name).all(db).await?)
}

/// The one with this key.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: ServiceKeyId,
) -> Result<Option<Model>, StoreError> {
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

/// The one whose callback address ends so.
pub async fn find_by_callback_path(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::CallbackPath.eq(text::key(path)))
        .one(db)
        .await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: ServiceKeyFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: ServiceKeyId,
    fields: ServiceKeyFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one.
///
/// # Errors
/// [`StoreError::InUse`] while an OAuth client's callback is named by it.
pub async fn delete(db: &impl ConnectionTrait, id: ServiceKeyId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: ServiceKeyFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        kind: Set(fields.kind),
        active: Set(fields.active),
        allowed_ips: Set(Names(fields.allowed_ips)),
        callback_path: Set(text::key(&fields.callback_path)),
        created_at: NotSet,
        updated_at: Set(now),
    }
}

#[cfg(test)]
#[path = "service_keys_tests.rs"]
mod tests;
