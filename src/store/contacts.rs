//! Contacts: persons we know. Their addresses are written with them.

mod import;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::contacts::{ActiveModel, Column, Entity, Model};
use entities::ids::{ContactId, OrganizationId, UserId};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::record_addresses::NewAddress;
use super::{StoreError, bulk, persons, record_addresses, text};

pub use import::{Imported, upsert_many};

/// A contact to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewContact {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where they work.
    pub organization_id: Option<OrganizationId>,
    /// Telephone number as written.
    pub phone: String,
    /// Who looks after them.
    pub owner_id: Option<UserId>,
    /// Key in another system.
    pub external_id: Option<String>,
    /// Main address, stored in lower case.
    pub email: Option<String>,
    /// Further addresses.
    pub other_emails: Vec<String>,
}

impl NewContact {
    /// Every address as it is stored, each with its field.
    fn addresses(&self) -> impl Iterator<Item = (String, &'static str)> {
        let main = self.email.iter().map(|email| (email, "email"));
        let others = self
            .other_emails
            .iter()
            .map(|email| (email, "other_emails"));
        main.chain(others)
            .map(|(email, field)| (text::email(email), field))
            .filter(|(email, _)| !email.is_empty())
    }

    fn row(&self, now: DateTime<Utc>) -> ActiveModel {
        ActiveModel {
            id: NotSet,
            first_name: Set(text::clean(&self.first_name)),
            last_name: Set(text::clean(&self.last_name)),
            organization_id: Set(self.organization_id),
            phone: Set(text::clean(&self.phone)),
            owner_id: Set(self.owner_id),
            external_id: Set(self.external_id.as_deref().map(text::key)),
            created_at: Set(now),
            updated_at: Set(now),
            phone_key: Set(persons::phone_key(&self.phone)),
            name_key: Set(persons::name_key(&self.first_name, &self.last_name)),
        }
    }
}

/// Makes contacts with their addresses and gives them back in the same order.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    contacts: &[NewContact],
    now: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    let rows = contacts.iter().map(|new| new.row(now)).collect();
    let made = bulk::insert_all(db, rows, |contact: &Model| contact.id.0).await?;
    let addresses = made
        .iter()
        .zip(contacts)
        .flat_map(|(model, new)| addresses_of(model.id, new))
        .collect();
    record_addresses::insert_missing(db, addresses).await?;
    Ok(made)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: ContactId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Which of these keys in another system contacts have.
pub async fn known_keys(
    db: &impl ConnectionTrait,
    keys: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let keys: Vec<String> = keys.iter().map(|key| text::key(key)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut known = HashSet::new();
    for piece in bulk::distinct(&keys) {
        let found: Vec<String> = Entity::find()
            .select_only()
            .column(Column::ExternalId)
            .filter(Column::ExternalId.is_in(piece))
            .into_tuple()
            .all(db)
            .await?;
        known.extend(found);
    }
    Ok(known)
}

/// The newest first, at most `limit` of those made before `before`.
pub async fn list(
    db: &impl ConnectionTrait,
    before: Option<ContactId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
}

/// At most a hundred of those with this telephone number or this name, as [`persons`] has them, with the names of their
/// organizations; the oldest first.
pub async fn like(
    db: &impl ConnectionTrait,
    phone_key: Option<&str>,
    name_key: Option<&str>,
) -> Result<Vec<(Model, Option<String>)>, StoreError> {
    let mut found = Vec::new();
    let alike = [(Column::PhoneKey, phone_key), (Column::NameKey, name_key)];
    for (column, key) in alike {
        let Some(key) = key else { continue };
        let select = Entity::find().filter(column.eq(key));
        found.extend(select.order_by_asc(Column::Id).limit(100).all(db).await?);
    }
    let ids: Vec<OrganizationId> = found.iter().filter_map(|one| one.organization_id).collect();
    let organizations = super::organizations::names_of(db, &ids).await?;
    Ok(found
        .into_iter()
        .map(|one| {
            let organization = one.organization_id.and_then(|id| organizations.get(&id));
            let name = organization.cloned();
            (one, name)
        })
        .collect())
}

/// Where these contacts work, as far as that is known.
pub async fn organizations_of(
    db: &impl ConnectionTrait,
    ids: &[ContactId],
) -> Result<Vec<(ContactId, OrganizationId)>, StoreError> {
    let mut found = Vec::new();
    for piece in bulk::distinct(ids) {
        let some: Vec<(ContactId, OrganizationId)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::OrganizationId])
            .filter(Column::Id.is_in(piece))
            .filter(Column::OrganizationId.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        found.extend(some);
    }
    Ok(found)
}

fn addresses_of(id: ContactId, new: &NewContact) -> impl Iterator<Item = NewAddress> {
    new.addresses().map(move |(email, field)| NewAddress {
        email,
        record_kind: RecordKind::Contact,
        record_id: id.0,
        field: field.to_owned(),
    })
}

#[cfg(test)]
#[path = "contacts_tests.rs"]
mod tests;
