//! Tickets get back the status and priority that they had before rules changed it, unless somebody else changed it since.

use std::collections::{BTreeMap, HashSet};

use entities::ids::{TicketChangeId, TicketId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::ticket_changes::Model;

use super::{Deed, Teller, Undone};
use crate::records::tickets::{Author, Wanted, change};
use crate::store::undos::{self, Scope};
use crate::store::{StoreError, Tx, tickets};

/// Takes back the changes of tickets that `scope` made.
pub(super) async fn undo(
    tx: &Tx,
    scope: &Scope,
    teller: Teller<'_>,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let mut by_ticket: BTreeMap<TicketId, HashSet<TicketChangeId>> = BTreeMap::new();
    for change in undos::changes_made(tx, scope).await? {
        by_ticket
            .entry(change.ticket_id)
            .or_default()
            .insert(change.id);
    }
    for (ticket, mine) in by_ticket {
        undo_of(tx, ticket, &mine, teller, undone).await?;
    }
    Ok(())
}

/// Of the changes that hold, the last ones are taken back as long as they are `mine`.
async fn undo_of(
    tx: &Tx,
    ticket: TicketId,
    mine: &HashSet<TicketChangeId>,
    teller: Teller<'_>,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let all = tickets::changes(tx, ticket).await?;
    let hold = all
        .iter()
        .filter(|change| !change.undone && change.author_kind != AuthorKind::Undo);
    let back: Vec<&Model> = hold
        .rev()
        .take_while(|change| mine.contains(&change.id))
        .collect();
    if back.len() < mine.len() {
        let why = "its status was changed by others since";
        undone.keep(RecordKind::Ticket, ticket.0, why);
    }
    let Some(first) = back.last() else {
        return Ok(());
    };
    let author = Author {
        kind: AuthorKind::Undo,
        name: teller.author,
        message: None,
        scan: None,
        scanner: None,
    };
    let wanted = Wanted {
        status: Some(first.before),
        priority: back.iter().rev().find_map(|change| change.priority_before),
    };
    change(tx, ticket, wanted, author, teller.now).await?;
    let ids: Vec<TicketChangeId> = back.iter().map(|change| change.id).collect();
    tickets::mark_undone(tx, &ids).await?;
    undone.counts.statuses += ids.len() as u64;
    for change in back {
        if let Some(message) = change.message_id {
            undone.note(message, change.author.clone(), Deed::ChangedTicket);
        }
    }
    Ok(())
}
