//! Takes away what rules made. Knows nothing of who may still want it.

use std::collections::BTreeMap;

use entities::ids::{LeadId, LinkId, MessageId, TicketId};
use entities::record_kind::RecordKind;
use entities::{bounces, leads, links, message_tags, record_addresses, tickets};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{Scope, scanners_of};
use crate::store::tag_askers::Tagged;
use crate::store::{StoreError, bulk};

/// Takes links away; says how many were there.
pub async fn delete_links(db: &impl ConnectionTrait, ids: &[LinkId]) -> Result<u64, StoreError> {
    let mut gone = 0;
    for piece in bulk::distinct(ids) {
        let deleted = links::Entity::delete_many()
            .filter(links::Column::Id.is_in(piece))
            .exec(db)
            .await?;
        gone += deleted.rows_affected;
    }
    Ok(gone)
}

/// Takes tags of its away; says how many.
pub async fn delete_tags(
    db: &impl ConnectionTrait,
    scope: &Scope,
    tags: &[Tagged],
) -> Result<u64, StoreError> {
    use message_tags::Column as Tag;
    let mut by_tag: BTreeMap<&str, Vec<MessageId>> = BTreeMap::new();
    for (message, tag) in tags {
        by_tag.entry(tag).or_default().push(*message);
    }
    let mut gone = 0;
    for (tag, messages) in by_tag {
        for piece in bulk::distinct(&messages) {
            let deleted = message_tags::Entity::delete_many()
                .filter(scope.of_tags())
                .filter(Tag::Tag.eq(tag))
                .filter(Tag::MessageId.is_in(piece))
                .exec(db)
                .await?;
            gone += deleted.rows_affected;
        }
    }
    Ok(gone)
}

/// Takes away what it read of bounces; says how many. A rule reads none.
pub async fn delete_bounces(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, StoreError> {
    let mine = match scope {
        Scope::Rule(_) => return Ok(0),
        Scope::Scan(id) => bounces::Column::ScanId.eq(*id),
        Scope::Mailbox(id) => bounces::Column::ScannerId.in_subquery(scanners_of(*id)),
    };
    let deleted = bounces::Entity::delete_many().filter(mine).exec(db).await?;
    Ok(deleted.rows_affected)
}

/// Takes a lead away with its addresses and every link to it; says how many links those were.
pub async fn delete_lead(db: &impl ConnectionTrait, id: LeadId) -> Result<u64, StoreError> {
    let links = delete_around(db, RecordKind::Lead, id.0).await?;
    leads::Entity::delete_by_id(id).exec(db).await?;
    Ok(links)
}

/// Takes a ticket away with every link to it; says how many links those were.
pub async fn delete_ticket(db: &impl ConnectionTrait, id: TicketId) -> Result<u64, StoreError> {
    let links = delete_around(db, RecordKind::Ticket, id.0).await?;
    tickets::Entity::delete_by_id(id).exec(db).await?;
    Ok(links)
}

/// Takes every address of a record and every link to it away; says how many links those were.
pub async fn delete_around(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    id: i64,
) -> Result<u64, StoreError> {
    record_addresses::Entity::delete_many()
        .filter(record_addresses::Column::RecordKind.eq(kind))
        .filter(record_addresses::Column::RecordId.eq(id))
        .exec(db)
        .await?;
    let deleted = links::Entity::delete_many()
        .filter(links::Column::RecordKind.eq(kind))
        .filter(links::Column::RecordId.eq(id))
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}
