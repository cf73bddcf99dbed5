//! Which messages that a server announces are kept already, so that their bytes need not be fetched again.

use std::collections::HashMap;

use entities::deliveries::{Column, Entity, Relation};
use entities::ids::{FolderId, MailboxId};
use entities::{folders, messages, scanners};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use crate::store::{StoreError, bulk, text};

/// Bytes that are kept of an earlier delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Their hash.
    pub blob_hash: String,
    /// Their number.
    pub size: i64,
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    blob_hash: String,
    size: i64,
}

/// What is kept of a mailbox's messages that the server calls so, by that name.
pub async fn by_server_ids(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    server_ids: &[&str],
) -> Result<HashMap<String, Vec<Kept>>, StoreError> {
    let keys: Vec<String> = server_ids.iter().map(|id| text::key(id)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut kept = HashMap::new();
    for piece in bulk::distinct(&keys) {
        let select = of_mailbox(mailbox)
            .column_as(Column::ServerId, "key")
            .filter(Column::ServerId.is_in(piece));
        collect(db, select, &mut kept).await?;
    }
    Ok(kept)
}

/// What is kept of a mailbox's messages with these fingerprints, by fingerprint.
pub async fn by_identities(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
    identities: &[&str],
) -> Result<HashMap<String, Vec<Kept>>, StoreError> {
    let mut kept = HashMap::new();
    for piece in bulk::distinct(identities) {
        let select = of_mailbox(mailbox)
            .join(JoinType::InnerJoin, Relation::Message.def())
            .column_as(messages::Column::Identity, "key")
            .filter(messages::Column::Identity.is_in(piece));
        collect(db, select, &mut kept).await?;
    }
    Ok(kept)
}

/// Whether a folder has deliveries of another UIDVALIDITY that may be on the server still.
pub async fn has_older(
    db: &impl ConnectionTrait,
    folder: FolderId,
    uid_validity: i64,
) -> Result<bool, StoreError> {
    let others = Column::UidValidity
        .lt(uid_validity)
        .or(Column::UidValidity.gt(uid_validity));
    let one: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Uid)
        .filter(Column::FolderId.eq(folder))
        .filter(others)
        .filter(Column::VanishedAt.is_null())
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// Whether a mailbox has more than one folder that was ever looked at.
pub async fn has_several_folders(
    db: &impl ConnectionTrait,
    mailbox: MailboxId,
) -> Result<bool, StoreError> {
    let some: Vec<FolderId> = folders::Entity::find()
        .select_only()
        .column(folders::Column::Id)
        .join(JoinType::InnerJoin, folders::Relation::Scanner.def())
        .filter(scanners::Column::MailboxId.eq(mailbox))
        .limit(2)
        .into_tuple()
        .all(db)
        .await?;
    Ok(some.len() > 1)
}

fn of_mailbox(mailbox: MailboxId) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::BlobHash)
        .column(Column::Size)
        .join(JoinType::InnerJoin, Relation::Folder.def())
        .join(JoinType::InnerJoin, folders::Relation::Scanner.def())
        .filter(scanners::Column::MailboxId.eq(mailbox))
        .filter(Column::BlobHash.is_not_null())
        .order_by_asc(Column::Id)
}

async fn collect(
    db: &impl ConnectionTrait,
    select: Select<Entity>,
    kept: &mut HashMap<String, Vec<Kept>>,
) -> Result<(), StoreError> {
    for row in select.into_model::<Row>().all(db).await? {
        let one = Kept {
            blob_hash: row.blob_hash,
            size: row.size,
        };
        let known = kept.entry(row.key).or_default();
        if !known.contains(&one) {
            known.push(one);
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "recognised_tests.rs"]
mod tests;
