//! Takes back contacts and organizations that rules made.

use entities::ids::{ContactId, OrganizationId};
use entities::made_records::Model;
use entities::record_kind::RecordKind;

use super::{Staying, Undone, binds, bound};
use crate::store::undos::{self, Made, Scope};
use crate::store::{
    StoreError, Tx, contacts, made_records, merging, organizations, record_moves, record_uses,
};

/// What was changed, merged or linked by a person since stays, and an organization that somebody is at.
pub(super) async fn undo(
    tx: &Tx,
    scope: &Scope,
    links: &[Made],
    undone: &mut Undone,
    stays: &mut Staying,
) -> Result<(), StoreError> {
    // Organizations have contacts.
    for kind in [RecordKind::Contact, RecordKind::Organization] {
        undo_kind(tx, scope, (kind, links), undone, stays).await?;
    }
    Ok(())
}

async fn undo_kind(
    tx: &Tx,
    scope: &Scope,
    (kind, links): (RecordKind, &[Made]),
    undone: &mut Undone,
    stays: &mut Staying,
) -> Result<(), StoreError> {
    let bound = bound(kind, links);
    let ids: Vec<i64> = bound.iter().map(|(id, _)| *id).collect();
    let mut all = made_records::of_records(tx, kind, &ids).await?;
    all.retain(|made| {
        binds(scope, Some(&made.rule)) && bound.contains(&(made.record_id, made.message_id))
    });
    for made in all {
        let record = (made.record_kind, made.record_id);
        if let Some(why) = why_kept(tx, &made).await? {
            stays.records.insert(record);
            undone.keep(record.0, record.1, why);
            continue;
        }
        undone.counts.links += undos::delete_around(tx, record.0, record.1).await?;
        merging::delete(tx, record).await?;
        made_records::forget(tx, record).await?;
        match record.0 {
            RecordKind::Contact => undone.counts.contacts += 1,
            _ => undone.counts.organizations += 1,
        }
    }
    Ok(())
}

async fn why_kept(tx: &Tx, made: &Model) -> Result<Option<&'static str>, StoreError> {
    let (kind, id) = (made.record_kind, made.record_id);
    let changed_at = match kind {
        RecordKind::Contact => contacts::by_id(tx, ContactId(id))
            .await?
            .map(|row| row.updated_at),
        _ => organizations::by_id(tx, OrganizationId(id))
            .await?
            .map(|row| row.updated_at),
    };
    Ok(if changed_at.is_some_and(|at| at > made.created_at) {
        Some("it was changed since")
    } else if !record_moves::of_record(tx, (kind, id)).await?.is_empty() {
        Some("another record became it, or it another")
    } else if undos::is_linked_by_a_person(tx, kind, id).await? {
        Some("a person linked mail to it")
    } else if kind == RecordKind::Contact && record_uses::has_tickets(tx, ContactId(id)).await? {
        Some("a ticket is of them")
    } else if kind == RecordKind::Organization
        && record_uses::has_people(tx, OrganizationId(id)).await?
    {
        Some("somebody is there")
    } else {
        None
    })
}
