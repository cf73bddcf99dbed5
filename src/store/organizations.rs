//! Organizations: companies and other bodies.

use chrono::{DateTime, Utc};
use entities::ids::OrganizationId;
use entities::names::Names;
use entities::organizations::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{StoreError, record_addresses, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationFields {
    /// Unique name.
    pub name: String,
    /// Mail domains, lower-cased.
    pub domains: Vec<String>,
    /// Telephone number as written.
    pub phone: String,
    /// Web address.
    pub website: String,
}

/// All, by name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Name).all(db).await?)
}

/// The one with this key.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: OrganizationId,
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

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: OrganizationFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: OrganizationId,
    fields: OrganizationFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one with its addresses; its contacts stay.
pub async fn delete(db: &impl ConnectionTrait, id: OrganizationId) -> Result<(), StoreError> {
    record_addresses::replace(db, RecordKind::Organization, id.0, &[]).await?;
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: OrganizationFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        domains: Set(Names(fields.domains)),
        phone: Set(text::clean(&fields.phone)),
        website: Set(text::clean(&fields.website)),
        created_at: NotSet,
        updated_at: Set(now),
    }
}
