//! Takes back contacts and organizations that rules made.

use entities::ids::{ContactId, OrganizationId};
use entities::made_records::Model;
use entities::record_kind::RecordKind;

use super::Undoing;
use super::linked::MadeOf;
use crate::store::record_moves::Record;
use crate::store::{
    StoreError, Tx, contacts, made_records, merging, organizations, record_moves, record_uses,
    undos,
};

/// Of what these were made.
pub(super) async fn made(
    tx: &Tx,
    kind: RecordKind,
    ids: &[i64],
) -> Result<Vec<MadeOf>, StoreError> {
    let found = made_records::of_records(tx, kind, ids).await?.into_iter();
    Ok(found
        .map(|made| MadeOf {
            id: made.record_id,
            rule: Some(made.rule),
            message: Some(made.message_id),
        })
        .collect())
}

/// Takes one away. What was changed, merged or linked by a person since stays, and an organization that somebody is at.
pub(super) async fn undo(
    tx: &Tx,
    record: Record,
    undoing: &mut Undoing<'_>,
) -> Result<(), StoreError> {
    let found = made_records::of_records(tx, record.0, &[record.1]).await?;
    let Some(made) = found.first() else {
        return Ok(());
    };
    if let Some(why) = why_kept(tx, made).await? {
        undoing.keep(record, why);
        return Ok(());
    }
    undoing.note_links_to(tx, record).await?;
    let counts = &mut undoing.undone.counts;
    counts.links += undos::delete_around(tx, record.0, record.1).await?;
    merging::delete(tx, record).await?;
    made_records::forget(tx, record).await?;
    match record.0 {
        RecordKind::Contact => counts.contacts += 1,
        _ => counts.organizations += 1,
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
