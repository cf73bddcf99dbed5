//! Organizations: companies and other bodies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{OrganizationId, UserId};
use entities::names::Names;
use entities::organizations::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk, persons, record_addresses, text};

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

/// The names of these.
pub async fn names_of(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
) -> Result<HashMap<OrganizationId, String>, StoreError> {
    let mut names = HashMap::new();
    for piece in bulk::distinct(ids) {
        let found: Vec<(OrganizationId, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name])
            .filter(Column::Id.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        names.extend(found);
    }
    Ok(names)
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

/// Whether this is the telephone number of one, as [`persons`] has it.
pub async fn any_has_phone(db: &impl ConnectionTrait, key: &str) -> Result<bool, StoreError> {
    let one: Option<OrganizationId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::PhoneKey.eq(key))
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: OrganizationFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    let made = row.insert(db).await?;
    write_domains(db, &made).await?;
    Ok(made)
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
    let changed = row.update(db).await?;
    write_domains(db, &changed).await?;
    Ok(changed)
}

/// Says who looks after one.
pub async fn set_owner(
    db: &impl ConnectionTrait,
    id: OrganizationId,
    owner: UserId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::OwnerId, Expr::value(owner))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives organizations further domains; those that they have stay.
pub async fn add_domains(
    db: &impl ConnectionTrait,
    id: OrganizationId,
    domains: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(old) = by_id(db, id).await? else {
        return Ok(());
    };
    let mut all = old.domains.0.clone();
    all.extend(
        domains
            .iter()
            .filter(|domain| !old.domains.0.contains(domain))
            .cloned(),
    );
    if all.len() == old.domains.0.len() {
        return Ok(());
    }
    let row = ActiveModel {
        domains: Set(Names(all)),
        updated_at: Set(now),
        ..old.into()
    };
    let changed = row.update(db).await?;
    write_domains(db, &changed).await
}

/// Domains are found where addresses are.
async fn write_domains(db: &impl ConnectionTrait, of: &Model) -> Result<(), StoreError> {
    let domains: Vec<String> = of
        .domains
        .0
        .iter()
        .map(|domain| format!("@{domain}"))
        .collect();
    let domains: Vec<(&str, &str)> = domains
        .iter()
        .map(|domain| (domain.as_str(), "domains"))
        .collect();
    record_addresses::replace(db, RecordKind::Organization, of.id.0, &domains).await
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
        phone_key: Set(persons::phone_key(&fields.phone)),
        phone: Set(text::clean(&fields.phone)),
        website: Set(text::clean(&fields.website)),
        created_at: NotSet,
        updated_at: Set(now),
        owner_id: NotSet,
    }
}
