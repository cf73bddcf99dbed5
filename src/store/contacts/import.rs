//! Thousands of contacts at once: known ones are found by their key in the other system, else by an address, and
//! changed; the others are made. A few statements for each thousand.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::contacts::{Column, Entity, Model};
use entities::ids::ContactId;
use entities::record_addresses::{Column as AddressColumn, Entity as AddressEntity};
use entities::record_kind::RecordKind;
use sea_orm::sea_query::{Alias, Expr, Func, IntoIden, Query, TableRef, Value, ValueTuple};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};

use super::{NewContact, addresses_of, insert_many};
use crate::store::{StoreError, bulk, persons, record_addresses, text};

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Contacts made.
    pub made: usize,
    /// Contacts that were known and of whom the import says something new.
    pub changed: usize,
}

const ROWS: usize = 1_000;

/// Makes or changes contacts. An empty text or nothing leaves a known contact's field as it is; addresses are
/// added, never taken away; of several rows for one person the later ones win.
///
/// # Errors
/// [`StoreError::InUse`] when an owner or organization does not exist; then a transaction is to be dropped.
pub async fn upsert_many(
    db: &impl ConnectionTrait,
    contacts: Vec<NewContact>,
    now: DateTime<Utc>,
) -> Result<Imported, StoreError> {
    let mut imported = Imported::default();
    for piece in contacts.chunks(ROWS) {
        let mut sorted = Sorted {
            known: Known::load(db, piece).await?,
            ..Sorted::default()
        };
        for contact in piece {
            sorted.add(contact);
        }
        imported.made += insert_many(db, &sorted.made, now).await?.len();
        let changed = only_different(db, sorted.changed).await?;
        imported.changed += change(db, &changed, now).await?;
    }
    Ok(imported)
}

/// A person of this import.
#[derive(Debug, Clone, Copy)]
enum Person {
    /// In the database; an index into [`Sorted::changed`] once it was met.
    Stored(ContactId),
    /// Met before in this piece: an index into [`Sorted::made`].
    Made(usize),
}

/// Whom keys and addresses belong to.
#[derive(Debug, Default)]
struct Known {
    by_external_id: HashMap<String, Person>,
    by_email: HashMap<String, Holder>,
}

/// Who has an address, and whether the other system knows them already.
#[derive(Debug, Clone, Copy)]
struct Holder {
    person: Person,
    keyed: bool,
}

impl Known {
    async fn load(db: &impl ConnectionTrait, contacts: &[NewContact]) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let keys = contacts
            .iter()
            .filter_map(|contact| contact.external_id.as_deref())
            .map(text::key);
        let found: Vec<(ContactId, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::ExternalId])
            .filter(Column::ExternalId.is_in(keys))
            .into_tuple()
            .all(db)
            .await?;
        for (id, key) in found {
            known.by_external_id.insert(key, Person::Stored(id));
        }

        let emails: Vec<String> = contacts
            .iter()
            .flat_map(NewContact::addresses)
            .map(|(email, _)| email)
            .collect();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        for piece in bulk::distinct(&emails) {
            let found: Vec<(String, ContactId, Option<String>)> = AddressEntity::find()
                .select_only()
                .column(AddressColumn::Email)
                .columns([Column::Id, Column::ExternalId])
                .join(JoinType::InnerJoin, contact_of_address())
                .filter(AddressColumn::RecordKind.eq(RecordKind::Contact))
                .filter(AddressColumn::Email.is_in(piece))
                .order_by_asc(Column::Id)
                .into_tuple()
                .all(db)
                .await?;
            for (email, id, key) in found {
                known.by_email.entry(email).or_insert(Holder {
                    person: Person::Stored(id),
                    keyed: key.is_some(),
                });
            }
        }
        Ok(known)
    }

    /// Two persons may share an address, but a key in the other system is one person's alone.
    fn find(&self, contact: &NewContact) -> Option<Person> {
        let key = contact.external_id.as_deref().map(text::key);
        if let Some(person) = key.as_ref().and_then(|key| self.by_external_id.get(key)) {
            return Some(*person);
        }
        contact
            .addresses()
            .filter_map(|(email, _)| self.by_email.get(&email))
            .find(|holder| key.is_none() || !holder.keyed)
            .map(|holder| holder.person)
    }

    fn remember(&mut self, contact: &NewContact, person: Person) {
        let key = contact.external_id.as_deref().map(text::key);
        for (email, _) in contact.addresses() {
            let holder = self.by_email.entry(email).or_insert(Holder {
                person,
                keyed: false,
            });
            holder.keyed |= key.is_some();
        }
        if let Some(key) = key {
            self.by_external_id.insert(key, person);
        }
    }
}

/// From an address to its contact; no foreign key says so, as records of every sort have addresses.
fn contact_of_address() -> RelationDef {
    AddressEntity::belongs_to(Entity)
        .from(AddressColumn::RecordId)
        .to(Column::Id)
        .into()
}

/// One piece of an import, told apart into new and known persons, each once.
#[derive(Debug, Default)]
struct Sorted {
    known: Known,
    made: Vec<NewContact>,
    changed: Vec<(ContactId, NewContact)>,
    position: HashMap<ContactId, usize>,
}

impl Sorted {
    fn add(&mut self, contact: &NewContact) {
        let person = self
            .known
            .find(contact)
            .unwrap_or(Person::Made(self.made.len()));
        self.known.remember(contact, person);
        let met = match person {
            Person::Made(index) => self.made.get_mut(index),
            Person::Stored(id) => self
                .position
                .get(&id)
                .and_then(|index| self.changed.get_mut(*index))
                .map(|(_, met)| met),
        };
        match (met, person) {
            (Some(met), _) => merge(met, contact),
            (None, Person::Made(_)) => self.made.push(contact.clone()),
            (None, Person::Stored(id)) => {
                self.position.insert(id, self.changed.len());
                self.changed.push((id, contact.clone()));
            }
        }
    }
}

fn merge(met: &mut NewContact, later: &NewContact) {
    for (old, new) in [
        (&mut met.first_name, &later.first_name),
        (&mut met.last_name, &later.last_name),
        (&mut met.phone, &later.phone),
    ] {
        if !new.is_empty() {
            old.clone_from(new);
        }
    }
    met.external_id = later.external_id.clone().or(met.external_id.take());
    met.organization_id = later.organization_id.or(met.organization_id);
    met.owner_id = later.owner_id.or(met.owner_id);
    if met.email.is_none() {
        met.email.clone_from(&later.email);
    } else {
        met.other_emails.extend(later.email.clone());
    }
    met.other_emails.extend(later.other_emails.iter().cloned());
}

/// Leaves out those of whom the import says nothing new.
async fn only_different(
    db: &impl ConnectionTrait,
    changed: Vec<(ContactId, NewContact)>,
) -> Result<Vec<(ContactId, NewContact)>, StoreError> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| id.0).collect();
    let stored: HashMap<ContactId, Model> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?
        .into_iter()
        .map(|contact| (contact.id, contact))
        .collect();
    let had = record_addresses::of_records(db, RecordKind::Contact, &ids).await?;
    let had: HashSet<(i64, &str)> = had
        .iter()
        .map(|address| (address.record_id, address.email.as_str()))
        .collect();
    Ok(changed
        .into_iter()
        .filter(|(id, new)| {
            stored.get(id).is_none_or(|old| says_more(new, old))
                || new
                    .addresses()
                    .any(|(email, _)| !had.contains(&(id.0, email.as_str())))
        })
        .collect())
}

/// Whether a field of `new` has something else than `old`.
fn says_more(new: &NewContact, old: &Model) -> bool {
    let other = |new: &str, old: &str| !new.is_empty() && text::clean(new) != *old;
    let key = new.external_id.as_deref().map(text::key);
    other(&new.first_name, &old.first_name)
        || other(&new.last_name, &old.last_name)
        || other(&new.phone, &old.phone)
        || (new.organization_id.is_some() && new.organization_id != old.organization_id)
        || (new.owner_id.is_some() && new.owner_id != old.owner_id)
        || (key.is_some() && key != old.external_id)
}

async fn change(
    db: &impl ConnectionTrait,
    changed: &[(ContactId, NewContact)],
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    if changed.is_empty() {
        return Ok(0);
    }
    let values = changed
        .iter()
        .map(|(id, new)| {
            ValueTuple::Many(vec![
                id.0.into(),
                filled(&new.first_name),
                filled(&new.last_name),
                filled(&new.phone),
                new.organization_id.into(),
                new.owner_id.into(),
                new.external_id.as_deref().map(text::key).into(),
            ])
        })
        .collect();
    let import = Alias::new("import");
    let said = |name: &'static str| Expr::col((import.clone(), Alias::new(name)));
    // What the import does not say stays as it is.
    let or_stays = |name, column| Func::coalesce([said(name), Expr::col((Entity, column))]);
    let statement = Query::update()
        .table(Entity)
        .value(Column::FirstName, or_stays("column2", Column::FirstName))
        .value(Column::LastName, or_stays("column3", Column::LastName))
        .value(Column::Phone, or_stays("column4", Column::Phone))
        .value(
            Column::OrganizationId,
            or_stays("column5", Column::OrganizationId),
        )
        .value(Column::OwnerId, or_stays("column6", Column::OwnerId))
        .value(Column::ExternalId, or_stays("column7", Column::ExternalId))
        .value(Column::UpdatedAt, now)
        .from(TableRef::ValuesList(values, import.clone().into_iden()))
        .and_where(Expr::col((Entity, Column::Id)).eq(said("column1")))
        .to_owned();
    db.execute(&statement).await?;
    let ids: Vec<ContactId> = changed.iter().map(|(id, _)| *id).collect();
    write_keys(db, &ids).await?;

    let addresses = changed
        .iter()
        .flat_map(|(id, new)| addresses_of(*id, new))
        .collect();
    record_addresses::insert_missing(db, addresses).await?;
    Ok(changed.len())
}

/// Names and numbers may come from the row, the import or both: their keys are made of what is there now.
async fn write_keys(db: &impl ConnectionTrait, ids: &[ContactId]) -> Result<(), StoreError> {
    let rows: Vec<Model> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let values: Vec<ValueTuple> = rows
        .into_iter()
        .filter_map(|row| {
            let phone = persons::phone_key(&row.phone);
            let name = persons::name_key(&row.first_name, &row.last_name);
            let other = phone != row.phone_key || name != row.name_key;
            other.then(|| ValueTuple::Three(row.id.0.into(), phone.into(), name.into()))
        })
        .collect();
    if values.is_empty() {
        return Ok(());
    }
    let keys = Alias::new("keys");
    let key = |name: &'static str| Expr::col((keys.clone(), Alias::new(name)));
    let statement = Query::update()
        .table(Entity)
        .value(Column::PhoneKey, key("column2"))
        .value(Column::NameKey, key("column3"))
        .from(TableRef::ValuesList(values, keys.clone().into_iden()))
        .and_where(Expr::col((Entity, Column::Id)).eq(key("column1")))
        .to_owned();
    db.execute(&statement).await?;
    Ok(())
}

fn filled(said: &str) -> Value {
    (!said.is_empty()).then(|| text::clean(said)).into()
}
