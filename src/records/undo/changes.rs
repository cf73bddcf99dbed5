//! Tickets get back the status and priority that they had before rules changed it, unless somebody else changed it since.

use std::collections::HashSet;

use entities::ids::{TicketChangeId, TicketId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::ticket_changes::Model;

use super::{Deed, Teller, Undoing, Undone};
use crate::records::tickets::{Author, Wanted, change};
use crate::store::undos;
use crate::store::{StoreError, Tx, tickets};

impl Undoing<'_> {
    /// Takes back the changes of the next tickets.
    pub(super) async fn undo_ticket_changes(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let behind = TicketId(self.behind);
        let changed = undos::tickets_changed(tx, self.scope, behind, self.part).await?;
        let last = changed.last().map(|ticket| ticket.0);
        for ticket in changed {
            let made = undos::changes_made(tx, self.scope, ticket).await?;
            let mine = made.into_iter().map(|change| change.id).collect();
            undo_of(tx, ticket, &mine, self.teller, &mut self.undone).await?;
        }
        Ok(last)
    }
}

/// Of the changes that hold, the last ones are taken back as long as they are `mine`.
async fn undo_of(
    tx: &Tx,
    ticket: TicketId,
    mine: &HashSet<TicketChangeId>,
    teller: Teller<'_>,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    // What a person does meanwhile comes after this, not between.
    tickets::by_id_locked(tx, ticket).await?;
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
