//! Organizations: companies and other bodies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::OrganizationId;
use entities::names::Names;
use entities::organizations::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::organization_names::{self, Picked};
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

/// The newest first, at most `limit` of those made before `before`.
pub async fn newest(
    db: &impl ConnectionTrait,
    before: Option<OrganizationId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
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

/// The one that this name means, however it is written.
pub async fn find_by_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Picked<Model>, StoreError> {
    let Some(key) = organization_names::key(name) else {
        return Ok(Picked::Nobody);
    };
    let alike = Entity::find()
        .filter(Column::NameKey.eq(key))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    let alike = alike.into_iter().map(|row| (row.name.clone(), row));
    Ok(organization_names::pick(alike, &text::key(name)))
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
        name_key: Set(organization_names::key(&fields.name)),
        phone: Set(text::clean(&fields.phone)),
        website: Set(text::clean(&fields.website)),
        created_at: NotSet,
        updated_at: Set(now),
        owner_id: NotSet,
    }
}
