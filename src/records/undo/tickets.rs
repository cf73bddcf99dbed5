//! Takes back tickets that rules made.

use entities::ids::TicketId;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;

use super::Undoing;
use super::linked::MadeOf;
use crate::store::{StoreError, Tx, record_numbers, tickets, undos};

/// Of what these were made.
pub(super) async fn made(tx: &Tx, ids: &[i64]) -> Result<Vec<MadeOf>, StoreError> {
    let ids: Vec<TicketId> = ids.iter().copied().map(TicketId).collect();
    let found = tickets::by_ids(tx, &ids).await?.into_iter();
    Ok(found
        .map(|ticket| MadeOf {
            id: ticket.id.0,
            rule: ticket.rule,
            message: ticket.message_id,
        })
        .collect())
}

/// Takes one away, unless a person had to do with it.
pub(super) async fn undo(tx: &Tx, id: i64, undoing: &mut Undoing<'_>) -> Result<(), StoreError> {
    let ticket = TicketId(id);
    // Nobody touches it any more before it is gone.
    tickets::by_id_locked(tx, ticket).await?;
    let changes = tickets::changes(tx, ticket).await?;
    let by_person = changes
        .iter()
        .any(|change| change.author_kind == AuthorKind::Person);
    let why = if by_person {
        Some(format!(
            "a person changed the status of {}",
            record_numbers::of_ticket(ticket)
        ))
    } else if undos::is_linked_by_a_person(tx, RecordKind::Ticket, id).await? {
        Some("a person linked mail to it".to_owned())
    } else {
        None
    };
    if let Some(why) = why {
        undoing.keep((RecordKind::Ticket, id), why);
    } else {
        undoing.note_links_to(tx, (RecordKind::Ticket, id)).await?;
        undoing.undone.counts.links += undos::delete_ticket(tx, ticket).await?;
        undoing.undone.counts.tickets += 1;
    }
    Ok(())
}
