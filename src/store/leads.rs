//! Leads: somebody who may become a customer. Their addresses are written with them.

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, MessageId, UserId};
use entities::leads::{ActiveModel, Column, Entity, LeadStatus, Model};
use entities::record_kind::RecordKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Func, IntoIden, Query, TableRef, ValueTuple};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::record_addresses::NewAddress;
use super::{StoreError, Tx, bulk, persons, record_addresses, text};

/// A lead to make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewLead {
    /// Given name.
    pub first_name: String,
    /// Family name, or whatever name there is.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Address, stored in lower case; may be empty.
    pub email: String,
    /// Telephone number as written.
    pub phone: String,
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// Where it came from.
    pub source: String,
    /// Campaign name.
    pub campaign: String,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// The message it is made from.
    pub message_id: Option<MessageId>,
    /// The rule that makes it.
    pub rule: Option<String>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Makes leads with their addresses and gives them back in the same order.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    leads: Vec<NewLead>,
) -> Result<Vec<Model>, StoreError> {
    let rows = leads.into_iter().map(row).collect();
    let made = bulk::insert_all(db, rows, |lead: &Model| lead.id.0).await?;
    let addresses = made
        .iter()
        .filter(|lead| !lead.email.is_empty())
        .map(|lead| NewAddress {
            email: lead.email.clone(),
            record_kind: RecordKind::Lead,
            record_id: lead.id.0,
            field: "email".to_owned(),
        })
        .collect();
    record_addresses::insert_missing(db, addresses).await?;
    Ok(made)
}

/// Waits until no other transaction makes leads of these senders, then keeps others waiting until this one ends:
/// asked before looking for doubles.
pub async fn lock_senders(tx: &Tx, emails: &[&str]) -> Result<(), StoreError> {
    // SQLite has one writer at a time anyway.
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let mut emails: Vec<String> = emails.iter().map(|email| text::email(email)).collect();
    // Everybody locks in the same order, so that nobody waits in a circle.
    emails.sort_unstable();
    emails.dedup();
    if emails.is_empty() {
        return Ok(());
    }
    let values = emails
        .into_iter()
        .map(|email| ValueTuple::One(email.into()))
        .collect();
    let key = Func::cust("hashtextextended")
        .arg(Expr::col("column1"))
        .arg(0_i64);
    let statement = Query::select()
        .expr(Func::cust("pg_advisory_xact_lock").arg(key))
        .from(TableRef::ValuesList(values, "senders".into_iden()))
        .to_owned();
    tx.execute(&statement).await?;
    Ok(())
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: LeadId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The newest first, at most `limit` of those made before `before`.
pub async fn list(
    db: &impl ConnectionTrait,
    before: Option<LeadId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    Ok(select.all(db).await?)
}

/// At most a hundred of the open ones with this telephone number or this name, as [`persons`] has them; the oldest first.
pub async fn like(
    db: &impl ConnectionTrait,
    phone_key: Option<&str>,
    name_key: Option<&str>,
) -> Result<Vec<Model>, StoreError> {
    let mut found = Vec::new();
    let alike = [(Column::PhoneKey, phone_key), (Column::NameKey, name_key)];
    for (column, key) in alike {
        let Some(key) = key else { continue };
        let select = Entity::find()
            .filter(column.eq(key))
            .filter(Column::Status.eq(LeadStatus::Open));
        found.extend(select.order_by_asc(Column::Id).limit(100).all(db).await?);
    }
    Ok(found)
}

/// Those with these keys, in no order.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[LeadId]) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(db, Entity::find(), Column::Id, ids).await
}

/// Those made from these messages, oldest first.
pub async fn for_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<Model>, StoreError> {
    bulk::rows_in(
        db,
        Entity::find().order_by_asc(Column::Id),
        Column::MessageId,
        messages,
    )
    .await
}

/// Says how far one is.
pub async fn set_status(
    db: &impl ConnectionTrait,
    id: LeadId,
    status: LeadStatus,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn row(new: NewLead) -> ActiveModel {
    ActiveModel {
        phone_key: Set(persons::phone_key(&new.phone)),
        name_key: Set(persons::name_key(&new.first_name, &new.last_name)),
        id: NotSet,
        first_name: Set(text::clean(&new.first_name)),
        last_name: Set(text::clean(&new.last_name)),
        company: Set(text::clean(&new.company)),
        email: Set(text::email(&new.email)),
        phone: Set(text::clean(&new.phone)),
        title: Set(text::clean(&new.title)),
        description: Set(text::clean(&new.description)),
        source: Set(text::clean(&new.source)),
        campaign: Set(text::clean(&new.campaign)),
        status: Set(LeadStatus::Open),
        owner_id: Set(new.owner_id),
        message_id: Set(new.message_id),
        rule: Set(new.rule),
        created_at: Set(new.created_at),
    }
}

#[cfg(test)]
#[path = "leads_tests.rs"]
mod tests;
