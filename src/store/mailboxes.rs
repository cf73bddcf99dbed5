//! Mailboxes: one address's account on a mail server.

use chrono::{DateTime, Utc};
use entities::ids::{MailServerId, MailboxId, UserId};
use entities::mailboxes::{ActiveModel, Column, Entity, MailboxKind, Model};
use entities::names::Names;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct MailboxFields {
    /// Address, stored in lower case; unique.
    pub address: String,
    /// User name to log in with, as written.
    pub login: String,
    /// The server that holds it.
    pub mail_server_id: MailServerId,
    /// Who it belongs to.
    pub kind: MailboxKind,
    /// The owner of a personal mailbox.
    pub owner_id: Option<UserId>,
    /// Whether it is scanned at all.
    pub active: bool,
    /// Other addresses of the same account.
    pub aliases: Vec<String>,
    /// Accounts that may sign in for it.
    pub delegates: Vec<String>,
}

/// All, by address.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Address).all(db).await?)
}

/// The address of each.
pub async fn addresses(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Address)
        .into_tuple()
        .all(db)
        .await?)
}

/// The active ones of a mail server, by address.
pub async fn active_on(
    db: &impl ConnectionTrait,
    server: MailServerId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::MailServerId.eq(server))
        .filter(Column::Active.eq(true))
        .order_by_asc(Column::Address)
        .all(db)
        .await?)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: MailboxId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one with this address, written in any case.
pub async fn find_by_address(
    db: &impl ConnectionTrait,
    address: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Address.eq(text::email(address)))
        .one(db)
        .await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: MailboxFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(&fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: MailboxId,
    fields: MailboxFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(&fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one, with its members, credential, light and lease.
///
/// # Errors
/// [`StoreError::InUse`] while a scanner reads it.
pub async fn delete(db: &impl ConnectionTrait, id: MailboxId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: &MailboxFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        address: Set(text::email(&fields.address)),
        login: Set(text::clean(&fields.login)),
        mail_server_id: Set(fields.mail_server_id),
        kind: Set(fields.kind),
        owner_id: Set(fields.owner_id),
        active: Set(fields.active),
        aliases: Set(emails(&fields.aliases)),
        delegates: Set(emails(&fields.delegates)),
        created_at: NotSet,
        updated_at: Set(now),
    }
}

fn emails(addresses: &[String]) -> Names {
    Names(addresses.iter().map(|it| text::email(it)).collect())
}

#[cfg(test)]
#[path = "mailboxes_tests.rs"]
mod tests;
