//! Every address of every record: one index answers who has an address.

use entities::record_addresses::{ActiveModel, Column, Entity, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::{StoreError, bulk, late_links, record_names, text};

/// An address of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    /// The address, stored in lower case; `@` and a domain stands for every address there.
    pub email: String,
    /// Which sort of record.
    pub record_kind: RecordKind,
    /// Its id.
    pub record_id: i64,
    /// Which field has it (`email`, `other_emails`, `domains`).
    pub field: String,
}

/// A record that has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The address, lower-cased.
    pub email: String,
    /// Which sort of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: i64,
    /// Which field has it.
    pub field: String,
    /// How a person calls the record.
    pub name: String,
}

/// Who has these addresses, written in any case; oldest record first.
pub async fn holders_of(
    db: &impl ConnectionTrait,
    emails: &[&str],
) -> Result<Vec<Holder>, StoreError> {
    let emails: Vec<String> = emails.iter().map(|email| text::email(email)).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let mut holders = Vec::new();
    for piece in bulk::distinct(&emails) {
        let mut select = Query::select();
        select
            .columns([
                (Entity, Column::Email),
                (Entity, Column::RecordKind),
                (Entity, Column::RecordId),
                (Entity, Column::Field),
            ])
            .from(Entity)
            .and_where(Expr::col((Entity, Column::Email)).is_in(piece))
            .order_by((Entity, Column::Id), sea_orm::Order::Asc);
        record_names::join(
            &mut select,
            (Entity, Column::RecordKind),
            (Entity, Column::RecordId),
        );
        for row in db.query_all(&select).await? {
            let Some(name) = record_names::read(&row)? else {
                continue;
            };
            holders.push(Holder {
                email: row.try_get("", "email")?,
                kind: row.try_get("", "record_kind")?,
                id: row.try_get("", "record_id")?,
                field: row.try_get("", "field")?,
                name,
            });
        }
    }
    Ok(holders)
}

/// Adds those that are not there yet, and has older mail with them linked late.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    addresses: Vec<NewAddress>,
) -> Result<u64, StoreError> {
    let wanted: Vec<String> = addresses.iter().map(|new| new.email.clone()).collect();
    let rows = addresses
        .into_iter()
        .map(|new| ActiveModel {
            id: NotSet,
            email: Set(text::email(&new.email)),
            record_kind: Set(new.record_kind),
            record_id: Set(new.record_id),
            field: Set(new.field),
        })
        .collect();
    let inserted = bulk::insert_missing(
        db,
        rows,
        &[Column::Email, Column::RecordKind, Column::RecordId],
    )
    .await?;
    if inserted > 0 {
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        late_links::ask(db, &wanted).await?;
    }
    Ok(inserted)
}

/// Gives a record exactly these addresses, each with its field.
pub async fn replace(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    id: i64,
    addresses: &[(&str, &str)],
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::RecordKind.eq(kind))
        .filter(Column::RecordId.eq(id))
        .exec(db)
        .await?;
    let addresses = addresses
        .iter()
        .map(|(email, field)| NewAddress {
            email: (*email).to_owned(),
            record_kind: kind,
            record_id: id,
            field: (*field).to_owned(),
        })
        .collect();
    insert_missing(db, addresses).await?;
    Ok(())
}

/// The addresses of these records of one sort.
pub async fn of_records(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    ids: &[i64],
) -> Result<Vec<Model>, StoreError> {
    let select = Entity::find()
        .filter(Column::RecordKind.eq(kind))
        .order_by_asc(Column::Id);
    bulk::rows_in(db, select, Column::RecordId, ids).await
}

#[cfg(test)]
#[path = "record_addresses_tests.rs"]
mod tests;
