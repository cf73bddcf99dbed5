//! One record's row put into another's, and out of it again.
//!
//! Rows are handled by the names of their columns here, as contacts, leads and organizations differ in nothing else.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, LeadId, OrganizationId};
use entities::record_kind::RecordKind;
use entities::{contacts, leads, organizations};
use sea_orm::prelude::Json;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::record_moves::Record;
use super::{StoreError, organization_names, persons};

/// A row that went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gone {
    kind: RecordKind,
    row: Map<String, Json>,
}

/// A column of organizations.
const DOMAINS: &str = "domains";
/// A column of most records.
const UPDATED_AT: &str = "updated_at";

impl Gone {
    /// Writes a column; says which, and what was there.
    fn put(&mut self, name: &str, value: Json) -> (String, Json) {
        let before = self.row.insert(name.to_owned(), value);
        (name.to_owned(), before.unwrap_or_default())
    }

    /// Somebody changes it now; what was kept of the time before, where it keeps that.
    fn touch(&mut self, now: DateTime<Utc>) -> Result<Option<(String, Json)>, StoreError> {
        if !self.row.contains_key(UPDATED_AT) {
            return Ok(None);
        }
        let now = serde_json::to_value(now).map_err(|_| StoreError::Broken("no time".into()))?;
        Ok(Some(self.put(UPDATED_AT, now)))
    }

    /// Whether nobody has changed it since.
    fn is_from(&self, moment: DateTime<Utc>) -> bool {
        let at = self.text(UPDATED_AT).map(str::parse::<DateTime<Utc>>);
        at.is_some_and(|at| at == Ok(moment))
    }

    fn domains(&self) -> Vec<String> {
        self.row.get(DOMAINS).map(strings).unwrap_or_default()
    }

    /// What a column has, if that is text.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        self.row.get(column)?.as_str()
    }

    /// What a column has, if that is a number.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<i64> {
        self.row.get(column)?.as_i64()
    }
}

/// The columns that a record which lacks them gets from its double.
fn fillable(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Contact => &[
            "first_name",
            "last_name",
            "organization_id",
            "phone",
            "owner_id",
            "external_id",
        ],
        RecordKind::Lead => &[
            "first_name",
            "last_name",
            "company",
            "email",
            "phone",
            "title",
            "description",
            "source",
            "campaign",
            "owner_id",
        ],
        RecordKind::Organization => &["phone", "website", "owner_id"],
        RecordKind::Ticket => &[],
    }
}

/// Whether there is such a record.
pub async fn exists(db: &impl ConnectionTrait, record: Record) -> Result<bool, StoreError> {
    Ok(read(db, record).await?.is_some())
}

/// A record's row, if there is one. Tickets are not merged.
pub async fn read(
    db: &impl ConnectionTrait,
    (kind, id): Record,
) -> Result<Option<Gone>, StoreError> {
    let row = match kind {
        RecordKind::Contact => {
            let found = contacts::Entity::find_by_id(ContactId(id)).one(db).await?;
            found.map(columns)
        }
        RecordKind::Lead => {
            let found = leads::Entity::find_by_id(LeadId(id)).one(db).await?;
            found.map(columns)
        }
        RecordKind::Organization => {
            let key = OrganizationId(id);
            let found = organizations::Entity::find_by_id(key).one(db).await?;
            found.map(columns)
        }
        RecordKind::Ticket => None,
    };
    let row = row.transpose()?;
    Ok(row.map(|row| Gone { kind, row }))
}

/// Gives a record what it lacks and `gone` has, and an organization all domains of both; says which columns, and what
/// they were.
pub async fn fill(
    db: &impl ConnectionTrait,
    gone: &Gone,
    to: i64,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Json)>, StoreError> {
    let Some(mut target) = read(db, (gone.kind, to)).await? else {
        return Ok(Vec::new());
    };
    let mut filled = Vec::new();
    for name in fillable(gone.kind) {
        let Some(value) = gone.row.get(*name).filter(|value| !is_empty(value)) else {
            continue;
        };
        if target.row.get(*name).is_none_or(is_empty) {
            filled.push(target.put(name, value.clone()));
        }
    }
    let (own, further) = (target.domains(), gone.domains());
    if further.iter().any(|domain| !own.contains(domain)) {
        let further = further.into_iter().filter(|one| !own.contains(one));
        let all: Vec<String> = own.iter().cloned().chain(further).collect();
        filled.push(target.put(DOMAINS, all.into()));
    }
    if !filled.is_empty() {
        filled.extend(target.touch(now)?);
        write(db, &target).await?;
    }
    Ok(filled)
}

/// Takes from a record what [`fill`] gave it at `moved_at`, unless somebody has changed it since.
pub async fn clear(
    db: &impl ConnectionTrait,
    gone: &Gone,
    to: i64,
    filled: &[(String, Json)],
    (moved_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    if filled.is_empty() {
        return Ok(());
    }
    let Some(mut target) = read(db, (gone.kind, to)).await? else {
        return Ok(());
    };
    let (own, untouched) = (target.domains(), target.is_from(moved_at));
    target.touch(now)?;
    for (name, before) in filled {
        match name.as_str() {
            DOMAINS => {
                let had = strings(before);
                let theirs = gone.domains();
                let left = own.iter().cloned();
                let left = left.filter(|one| had.contains(one) || !theirs.contains(one));
                target.put(DOMAINS, left.collect::<Vec<String>>().into());
            }
            UPDATED_AT if untouched => {
                target.put(UPDATED_AT, before.clone());
            }
            _ if target.row.get(name) == gone.row.get(name) => {
                target.put(name, before.clone());
            }
            _ => {}
        }
    }
    write(db, &target).await
}

/// Puts the row that went back under its own number.
pub async fn restore(db: &impl ConnectionTrait, gone: &Gone) -> Result<(), StoreError> {
    match gone.kind {
        RecordKind::Contact => {
            contact(gone)?.into_active_model().insert(db).await?;
        }
        RecordKind::Lead => {
            lead(gone)?.into_active_model().insert(db).await?;
        }
        RecordKind::Organization => {
            organization(gone)?.into_active_model().insert(db).await?;
        }
        RecordKind::Ticket => {}
    }
    Ok(())
}

/// Removes the row of a record that has nothing of its own any more.
pub async fn delete(db: &impl ConnectionTrait, (kind, id): Record) -> Result<(), StoreError> {
    match kind {
        RecordKind::Contact => {
            contacts::Entity::delete_by_id(ContactId(id))
                .exec(db)
                .await?;
        }
        RecordKind::Lead => {
            leads::Entity::delete_by_id(LeadId(id)).exec(db).await?;
        }
        RecordKind::Organization => {
            organizations::Entity::delete_by_id(OrganizationId(id))
                .exec(db)
                .await?;
        }
        RecordKind::Ticket => {}
    }
    Ok(())
}

/// Writes the whole row.
async fn write(db: &impl ConnectionTrait, target: &Gone) -> Result<(), StoreError> {
    match target.kind {
        RecordKind::Contact => {
            let row = contact(target)?.into_active_model();
            row.reset_all().update(db).await?;
        }
        RecordKind::Lead => {
            let row = lead(target)?.into_active_model();
            row.reset_all().update(db).await?;
        }
        RecordKind::Organization => {
            let row = organization(target)?.into_active_model();
            row.reset_all().update(db).await?;
        }
        RecordKind::Ticket => {}
    }
    Ok(())
}

/// With the keys by which it is found made anew: another version may have kept the row.
fn contact(gone: &Gone) -> Result<contacts::Model, StoreError> {
    let row: contacts::Model = model(gone)?;
    Ok(contacts::Model {
        phone_key: persons::phone_key(&row.phone),
        name_key: persons::name_key(&row.first_name, &row.last_name),
        ..row
    })
}

/// As [`contact`].
fn lead(gone: &Gone) -> Result<leads::Model, StoreError> {
    let row: leads::Model = model(gone)?;
    Ok(leads::Model {
        phone_key: persons::phone_key(&row.phone),
        name_key: persons::name_key(&row.first_name, &row.last_name),
        ..row
    })
}

/// As [`contact`].
fn organization(gone: &Gone) -> Result<organizations::Model, StoreError> {
    let row: organizations::Model = model(gone)?;
    Ok(organizations::Model {
        phone_key: persons::phone_key(&row.phone),
        name_key: organization_names::key(&row.name),
        ..row
    })
}

fn columns(row: impl Serialize) -> Result<Map<String, Json>, StoreError> {
    match serde_json::to_value(row) {
        Ok(Json::Object(columns)) => Ok(columns),
        _ => Err(StoreError::Broken("a row is no row".to_owned())),
    }
}

fn model<M: DeserializeOwned>(gone: &Gone) -> Result<M, StoreError> {
    serde_json::from_value(Json::Object(gone.row.clone()))
        .map_err(|error| StoreError::Broken(error.to_string()))
}

fn strings(value: &Json) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}
