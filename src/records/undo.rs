//! Takes back what one rule, one scan or all scans of a mailbox did: links, tags, leads, tickets and changes of tickets.
//!
//! What a person has touched since stays and is told. Decisions stay as well: they are history.

mod known;
mod work;

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, TicketId};
use entities::leads::LeadStatus;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::undos::UndoScope;
use entities::{leads, ticket_changes, tickets};
use serde::{Deserialize, Serialize};

use super::tickets::{Author, number, take_back};
use crate::store::undos::{self, NewUndo, Scope};
use crate::store::{self, StoreError, Tx};

/// What is taken back, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// How much of each sort.
    pub counts: Counts,
    /// What stays, and why.
    pub kept: Vec<Kept>,
}

/// How much of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Leads that go.
    pub leads: u64,
    /// Tickets that go.
    pub tickets: u64,
    /// Tickets that get the status back that they had.
    pub statuses: u64,
    /// Links that go; those of other rules to records that go are counted too.
    pub links: u64,
    /// Tags that go.
    pub tags: u64,
    /// Contacts that go.
    #[serde(default)]
    pub contacts: u64,
    /// Organizations that go.
    #[serde(default)]
    pub organizations: u64,
    /// Assignees, statuses and priorities of messages that become what they were.
    #[serde(default)]
    pub work: u64,
}

impl Counts {
    /// Whether there is nothing to take back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A record that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What sort of record.
    pub kind: String,
    /// Its id.
    pub id: i64,
    /// Why it stays, for a person.
    pub why: String,
}

/// Who undoes, and under which name the scope is told in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Teller<'a> {
    /// The rule's name, the scan's number or the mailbox's address.
    pub name: &'a str,
    /// Who does it.
    pub author: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Takes back what `scope` did, and keeps that it was done. To see what it would do, drop the transaction.
pub async fn undo(tx: &Tx, scope: &Scope, teller: Teller<'_>) -> Result<Undone, StoreError> {
    let mut undone = Undone::default();
    for lead in undos::leads_made(tx, scope).await? {
        undo_lead(tx, &lead, &mut undone).await?;
    }
    for ticket in undos::tickets_made(tx, scope).await? {
        undo_ticket(tx, &ticket, &mut undone).await?;
    }
    known::undo(tx, scope, &mut undone).await?;
    for change in undos::changes_made(tx, scope).await? {
        undo_change(tx, &change, teller, &mut undone).await?;
    }
    undone.counts.links += undos::delete_links(tx, scope, &undone.kept_records()).await?;
    undone.counts.tags += undos::delete_tags(tx, scope).await?;
    undone.counts.work += work::undo(tx, scope, teller).await?;
    if !undone.counts.is_empty() {
        let new = NewUndo {
            scope: match scope {
                Scope::Rule(_) => UndoScope::Rule,
                Scope::Scan(_) => UndoScope::Scan,
                Scope::Mailbox(_) => UndoScope::Mailbox,
            },
            name: teller.name.to_owned(),
            counts: serde_json::to_value(undone.counts).unwrap_or_default(),
            author: teller.author.to_owned(),
            created_at: teller.now,
        };
        undos::tell(tx, new).await?;
    }
    Ok(undone)
}

impl Undone {
    fn keep(&mut self, kind: RecordKind, id: i64, why: impl Into<String>) {
        self.kept.push(Kept {
            kind: kind.as_str().to_owned(),
            id,
            why: why.into(),
        });
    }

    /// Their links stay with them.
    fn kept_records(&self) -> Vec<(RecordKind, i64)> {
        let kind = |kept: &Kept| match kept.kind.as_str() {
            "ticket" => RecordKind::Ticket,
            "contact" => RecordKind::Contact,
            "organization" => RecordKind::Organization,
            _ => RecordKind::Lead,
        };
        self.kept.iter().map(|kept| (kind(kept), kept.id)).collect()
    }
}

/// The ticket gets back the status it had, unless it was changed once more since.
async fn undo_change(
    tx: &Tx,
    change: &ticket_changes::Model,
    teller: Teller<'_>,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let last = store::tickets::changes(tx, change.ticket_id).await?.pop();
    if last.is_none_or(|last| last.id != change.id) {
        return Ok(());
    }
    let author = Author {
        kind: AuthorKind::Undo,
        name: teller.author,
        message: None,
        scan: None,
    };
    let changed = take_back(tx, change, author, teller.now).await?;
    undone.counts.statuses += u64::from(changed);
    Ok(())
}

async fn undo_lead(tx: &Tx, lead: &leads::Model, undone: &mut Undone) -> Result<(), StoreError> {
    let LeadId(id) = lead.id;
    if lead.status != LeadStatus::Open {
        let why = format!("it is {} already", lead.status.as_str());
        undone.keep(RecordKind::Lead, id, why);
    } else if undos::is_linked_by_a_person(tx, RecordKind::Lead, id).await? {
        undone.keep(RecordKind::Lead, id, "a person linked mail to it");
    } else {
        undone.counts.links += undos::delete_lead(tx, lead.id).await?;
        undone.counts.leads += 1;
    }
    Ok(())
}

async fn undo_ticket(
    tx: &Tx,
    ticket: &tickets::Model,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let TicketId(id) = ticket.id;
    let changes = store::tickets::changes(tx, ticket.id).await?;
    let by_person = changes
        .iter()
        .any(|change| change.author_kind == AuthorKind::Person);
    if by_person {
        let why = format!("a person changed the status of {}", number(ticket.id));
        undone.keep(RecordKind::Ticket, id, why);
    } else if undos::is_linked_by_a_person(tx, RecordKind::Ticket, id).await? {
        undone.keep(RecordKind::Ticket, id, "a person linked mail to it");
    } else {
        undone.counts.links += undos::delete_ticket(tx, ticket.id).await?;
        undone.counts.tickets += 1;
    }
    Ok(())
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
