//! Lists that rules share by name; what they are looked up for is not known here.

use chrono::{DateTime, Utc};
use entities::ids::RuleListId;
use entities::names::Names;
use entities::rule_lists::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QueryOrder};

use super::{StoreError, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleListFields {
    /// Unique name.
    pub name: String,
    /// Addresses, domains or other texts, as written.
    pub members: Vec<String>,
}

/// All, by name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Name).all(db).await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: RuleListFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: RuleListId,
    fields: RuleListFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one.
pub async fn delete(db: &impl ConnectionTrait, id: RuleListId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: RuleListFields, now: DateTime<Utc>) -> ActiveModel {
    let members = fields.members.into_iter();
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        members: Set(Names(members.map(|member| text::clean(&member)).collect())),
        created_at: NotSet,
        updated_at: Set(now),
    }
}

#[cfg(test)]
#[path = "rule_lists_tests.rs"]
mod tests;
