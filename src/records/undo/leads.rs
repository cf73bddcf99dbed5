//! Takes back leads that rules made.

use entities::ids::LeadId;
use entities::leads::LeadStatus;
use entities::record_kind::RecordKind;

use super::Undoing;
use super::linked::MadeOf;
use crate::store::{StoreError, Tx, leads, record_moves, undos};

/// Of what these were made.
pub(super) async fn made(tx: &Tx, ids: &[i64]) -> Result<Vec<MadeOf>, StoreError> {
    let ids: Vec<LeadId> = ids.iter().copied().map(LeadId).collect();
    let found = leads::by_ids(tx, &ids).await?.into_iter();
    Ok(found
        .map(|lead| MadeOf {
            id: lead.id.0,
            rule: lead.rule,
            message: lead.message_id,
        })
        .collect())
}

/// Takes one away, unless somebody works on it.
pub(super) async fn undo(tx: &Tx, id: i64, undoing: &mut Undoing<'_>) -> Result<(), StoreError> {
    let Some(lead) = leads::by_id(tx, LeadId(id)).await? else {
        return Ok(());
    };
    let record = (RecordKind::Lead, id);
    let why = if lead.status != LeadStatus::Open {
        Some(format!("it is {} already", lead.status.as_str()))
    } else if !record_moves::of_record(tx, record).await?.is_empty() {
        Some("another lead was merged into it".to_owned())
    } else if undos::is_linked_by_a_person(tx, RecordKind::Lead, id).await? {
        Some("a person linked mail to it".to_owned())
    } else {
        None
    };
    if let Some(why) = why {
        undoing.keep(record, why);
    } else {
        undoing.note_links_to(tx, record).await?;
        undoing.undone.counts.links += undos::delete_lead(tx, lead.id).await?;
        undoing.undone.counts.leads += 1;
    }
    Ok(())
}
