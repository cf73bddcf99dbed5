//! Who is in a message: every address of others, so that one index answers which messages have an address.

use std::collections::HashMap;

use entities::ids::MessageId;
use entities::message_addresses::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, IntoIden, Order, Query, SelectStatement, TableRef, ValueTuple};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{StoreError, bulk, text};
use crate::domains;

/// An address of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessageAddress {
    /// The message.
    pub message_id: MessageId,
    /// The address, stored in lower case.
    pub email: String,
    /// The strongest place it has there.
    pub role: &'static str,
}

/// Adds those that are not there yet.
pub async fn insert_missing(
    db: &impl ConnectionTrait,
    addresses: Vec<NewMessageAddress>,
) -> Result<u64, StoreError> {
    let rows = addresses
        .into_iter()
        .map(|new| {
            let email = text::email(&new.email);
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
            ActiveModel {
                site: Set(domains::site(domain).map(str::to_owned)),
                email: Set(email),
                message_id: Set(new.message_id),
                role: Set(new.role.to_owned()),
            }
        })
        .collect();
    bulk::insert_missing(db, rows, &[Column::Email, Column::MessageId]).await
}

/// Where these addresses stand in these messages, as far as they do.
pub async fn places(
    db: &impl ConnectionTrait,
    wanted: &[(MessageId, String)],
) -> Result<Vec<Model>, StoreError> {
    let messages = wanted.iter().map(|(message, _)| *message);
    let select = Entity::find().filter(Column::MessageId.is_in(messages));
    let emails: Vec<&str> = wanted.iter().map(|(_, email)| email.as_str()).collect();
    bulk::rows_in(db, select, Column::Email, &emails).await
}

/// The oldest message of each of these addresses that has any.
pub async fn oldest_of(
    db: &impl ConnectionTrait,
    emails: &[&str],
) -> Result<HashMap<String, MessageId>, StoreError> {
    let mut found = HashMap::new();
    for piece in bulk::distinct(emails) {
        let asked = piece
            .into_iter()
            .map(|email| ValueTuple::One(text::email(email).into()))
            .collect();
        // An address may have thousands of messages: of each only the first place of its index is looked at.
        let oldest: SelectStatement = Query::select()
            .column(Column::MessageId)
            .from(Entity)
            .and_where(Expr::col((Entity, Column::Email)).equals(("asked", "column1")))
            .order_by(Column::MessageId, Order::Asc)
            .limit(1)
            .to_owned();
        let select = Query::select()
            .column("column1")
            .expr_as(oldest, "oldest")
            .from(TableRef::ValuesList(asked, "asked".into_iden()))
            .to_owned();
        for row in db.query_all(&select).await? {
            if let Some(oldest) = row.try_get("", "oldest")? {
                found.insert(row.try_get("", "column1")?, oldest);
            }
        }
    }
    Ok(found)
}

/// The newest messages with what a record got: an address, or `@` and a domain. Only those before `below`.
pub async fn newest_with(
    db: &impl ConnectionTrait,
    wanted: &str,
    below: Option<MessageId>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let mut select = Entity::find()
        .select_only()
        .column(Column::MessageId)
        .distinct()
        .order_by_desc(Column::MessageId)
        .limit(limit);
    select = match wanted.strip_prefix('@') {
        // Of all addresses of the site some may be at another of its domains: whoever links sees to that.
        Some(domain) => select.filter(Column::Site.eq(domains::site(domain).unwrap_or(domain))),
        None => select.filter(Column::Email.eq(wanted)),
    };
    if let Some(below) = below {
        select = select.filter(Column::MessageId.lt(below));
    }
    Ok(select.into_tuple().all(db).await?)
}

#[cfg(test)]
#[path = "message_addresses_tests.rs"]
mod tests;
