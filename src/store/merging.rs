//! One record's row put into another's, and out of it again.
//!
//! Rows are handled by the names of their columns here, as contacts, leads and organizations differ in nothing else.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, LeadId, OrganizationId, TicketId};
use entities::record_kind::RecordKind;
use entities::{contacts, leads, links, organizations, tickets};
use sea_orm::prelude::Json;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::record_moves::Record;
use super::{StoreError, bulk, persons};

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
        write(db, target).await?;
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
    write(db, target).await
}

/// Puts the row that went back under its own number.
pub async fn restore(db: &impl ConnectionTrait, gone: &Gone) -> Result<(), StoreError> {
    match gone.kind {
        RecordKind::Contact => {
            let row: contacts::Model = model(gone)?;
            row.into_active_model().insert(db).await?;
        }
        RecordKind::Lead => {
            let row: leads::Model = model(gone)?;
            row.into_active_model().insert(db).await?;
        }
        RecordKind::Organization => {
            let row: organizations::Model = model(gone)?;
            row.into_active_model().insert(db).await?;
        }
        RecordKind::Ticket => {}
    }
    Ok(())
}

/// Whether contacts, tickets or messages name an organization.
pub async fn is_named(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let linked = links::Entity::find()
        .filter(links::Column::RecordKind.eq(RecordKind::Organization))
        .filter(links::Column::RecordId.eq(organization.0))
        .count(db)
        .await?;
    Ok(linked > 0 || has_people(db, organization).await?)
}

/// Whether a contact or a ticket is of an organization.
pub async fn has_people(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let people = contacts::Entity::find()
        .filter(contacts::Column::OrganizationId.eq(organization))
        .count(db)
        .await?;
    let named = tickets::Entity::find()
        .filter(tickets::Column::OrganizationId.eq(organization))
        .count(db)
        .await?;
    Ok(people + named > 0)
}

/// Whether a ticket is of a contact.
pub async fn has_tickets(
    db: &impl ConnectionTrait,
    contact: ContactId,
) -> Result<bool, StoreError> {
    let tickets = tickets::Entity::find()
        .filter(tickets::Column::ContactId.eq(contact))
        .count(db)
        .await?;
    Ok(tickets > 0)
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

/// Has the contacts and tickets that name one record name another; says which.
pub async fn point_elsewhere(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
) -> Result<(Vec<ContactId>, Vec<TicketId>), StoreError> {
    let mut people = Vec::new();
    if from.0 == RecordKind::Organization {
        people = contacts::Entity::find()
            .select_only()
            .column(contacts::Column::Id)
            .filter(contacts::Column::OrganizationId.eq(from.1))
            .into_tuple()
            .all(db)
            .await?;
        name_organization(db, &people, (from.1, to.1)).await?;
    }
    let Some(column) = ticket_column(from.0) else {
        return Ok((people, Vec::new()));
    };
    let named: Vec<TicketId> = tickets::Entity::find()
        .select_only()
        .column(tickets::Column::Id)
        .filter(column.eq(from.1))
        .into_tuple()
        .all(db)
        .await?;
    name_in_tickets(db, &named, column, (from.1, to.1)).await?;
    Ok((people, named))
}

/// Has contacts and tickets name `to` again that name `instead` since, as far as they still do.
pub async fn point_back(
    db: &impl ConnectionTrait,
    to: Record,
    instead: Record,
    people: &[ContactId],
    named: &[TicketId],
) -> Result<(), StoreError> {
    name_organization(db, people, (instead.1, to.1)).await?;
    match ticket_column(to.0) {
        Some(column) => name_in_tickets(db, named, column, (instead.1, to.1)).await,
        None => Ok(()),
    }
}

async fn name_organization(
    db: &impl ConnectionTrait,
    people: &[ContactId],
    (from, to): (i64, i64),
) -> Result<(), StoreError> {
    for piece in bulk::distinct(people) {
        contacts::Entity::update_many()
            .col_expr(contacts::Column::OrganizationId, Expr::value(to))
            .filter(contacts::Column::Id.is_in(piece))
            .filter(contacts::Column::OrganizationId.eq(from))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn name_in_tickets(
    db: &impl ConnectionTrait,
    named: &[TicketId],
    column: tickets::Column,
    (from, to): (i64, i64),
) -> Result<(), StoreError> {
    for piece in bulk::distinct(named) {
        tickets::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(tickets::Column::Id.is_in(piece))
            .filter(column.eq(from))
            .exec(db)
            .await?;
    }
    Ok(())
}

fn ticket_column(kind: RecordKind) -> Option<tickets::Column> {
    match kind {
        RecordKind::Contact => Some(tickets::Column::ContactId),
        RecordKind::Organization => Some(tickets::Column::OrganizationId),
        RecordKind::Lead | RecordKind::Ticket => None,
    }
}

/// Writes the whole row, and anew by what it is found.
async fn write(db: &impl ConnectionTrait, target: Gone) -> Result<(), StoreError> {
    match target.kind {
        RecordKind::Contact => {
            let row: contacts::Model = model(&target)?;
            let row = contacts::Model {
                phone_key: persons::phone_key(&row.phone),
                name_key: persons::name_key(&row.first_name, &row.last_name),
                ..row
            };
            row.into_active_model().reset_all().update(db).await?;
        }
        RecordKind::Lead => {
            let row: leads::Model = model(&target)?;
            let row = leads::Model {
                phone_key: persons::phone_key(&row.phone),
                name_key: persons::name_key(&row.first_name, &row.last_name),
                ..row
            };
            row.into_active_model().reset_all().update(db).await?;
        }
        RecordKind::Organization => {
            let row: organizations::Model = model(&target)?;
            let row = organizations::Model {
                phone_key: persons::phone_key(&row.phone),
                ..row
            };
            row.into_active_model().reset_all().update(db).await?;
        }
        RecordKind::Ticket => {}
    }
    Ok(())
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
