//! Takes back what one rule, one scan or all scans of a mailbox did: links, tags, leads, tickets and changes of tickets,
//! and mail that waits to be sent.
//!
//! What a person has touched since stays and is told, and so is what was sent. Decisions stay as well: they are history.

mod changes;
mod deeds;
mod known;
mod moved;
mod work;

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::{LeadId, LinkId, MessageId, TicketId};
use entities::leads::LeadStatus;
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use entities::undos::UndoScope;
use entities::{leads, tickets};
use serde::{Deserialize, Serialize};

pub use deeds::{Deed, Work};

use super::tickets::number;
use crate::store::undos::{self, Made, NewUndo, Scope};
use crate::store::{self, StoreError, Tx, outbox, record_locks, record_moves, server_changes};

/// What is taken back, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// How much of each sort.
    pub counts: Counts,
    /// What stays, and why.
    pub kept: Vec<Kept>,
    /// How many answers, messages passed on and notices were sent: nobody gets them back.
    #[serde(default)]
    pub sent: u64,
    /// What of the work of which rules on which messages went.
    #[serde(skip)]
    pub work: BTreeSet<Work>,
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
    /// Messages that are moved back on their server, or no longer moved and flagged there.
    #[serde(default)]
    pub on_server: u64,
    /// Reports about addresses that go.
    #[serde(default)]
    pub bounces: u64,
    /// Answers, messages to pass on and notices that waited and are not sent any more.
    #[serde(default)]
    pub unsent: u64,
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
    record_locks::own(tx).await?;
    let mut undone = Undone::default();
    let links = undos::links_made(tx, scope).await?;
    let mut stays = Staying {
        links: moved::keep(tx, scope, &links, &mut undone).await?,
        records: HashSet::new(),
    };
    for lead in leads_made(tx, scope, &links).await? {
        undo_lead(tx, &lead, &mut undone, &mut stays).await?;
    }
    for ticket in tickets_made(tx, scope, &links).await? {
        undo_ticket(tx, &ticket, &mut undone, &mut stays).await?;
    }
    known::undo(tx, scope, &links, &mut undone, &mut stays).await?;
    changes::undo(tx, scope, teller, &mut undone).await?;
    let links: Vec<Made> = links.into_iter().filter(|one| stays.leaves(one)).collect();
    let ids: Vec<LinkId> = links.iter().map(|link| link.id).collect();
    undone.counts.links += undos::delete_links(tx, &ids).await?;
    for link in links {
        undone.note(link.message_id, link.author, Deed::Linked(link.record_kind));
    }
    for (message, rule) in undos::tagged(tx, scope).await? {
        if let Some(rule) = rule {
            undone.note(message, rule, Deed::Tagged);
        }
    }
    undone.counts.tags += undos::delete_tags(tx, scope).await?;
    undone.counts.bounces += undos::delete_bounces(tx, scope).await?;
    work::undo(tx, scope, teller, &mut undone).await?;
    for back in server_changes::take_back(tx, scope, teller.now).await? {
        undone.counts.on_server += 1;
        if let Some(message) = back.message_id {
            undone.note(message, back.rule, back.change.into());
        }
    }
    withdraw(tx, scope, &mut undone).await?;
    if !undone.counts.is_empty() {
        tell(tx, scope, teller, undone.counts).await?;
    }
    Ok(undone)
}

/// What was to be sent and waits is sent no more; how much was sent is told.
async fn withdraw(tx: &Tx, scope: &Scope, undone: &mut Undone) -> Result<(), StoreError> {
    for unsent in outbox::asked::withdraw(tx, scope).await? {
        undone.counts.unsent += 1;
        undone.note(unsent.message_id, unsent.rule, unsent.channel.into());
    }
    undone.sent = outbox::asked::delivered(tx, scope).await?;
    Ok(())
}

async fn tell(
    tx: &Tx,
    scope: &Scope,
    teller: Teller<'_>,
    counts: Counts,
) -> Result<(), StoreError> {
    let new = NewUndo {
        scope: match scope {
            Scope::Rule(_) => UndoScope::Rule,
            Scope::Scan(_) => UndoScope::Scan,
            Scope::Mailbox(_) => UndoScope::Mailbox,
        },
        name: teller.name.to_owned(),
        counts: serde_json::to_value(counts).unwrap_or_default(),
        author: teller.author.to_owned(),
        created_at: teller.now,
    };
    undos::tell(tx, new).await.map(drop)
}

/// What is left alone.
struct Staying {
    links: HashSet<LinkId>,
    /// All links to these.
    records: HashSet<(RecordKind, i64)>,
}

impl Staying {
    fn leaves(&self, link: &Made) -> bool {
        let record = (link.record_kind, link.record_id);
        !self.links.contains(&link.id) && !self.records.contains(&record)
    }
}

impl Undone {
    fn note(&mut self, message: MessageId, rule: String, deed: Deed) {
        self.work.insert(Work {
            message,
            rule,
            deed,
        });
    }

    fn keep(&mut self, kind: RecordKind, id: i64, why: impl Into<String>) {
        self.kept.push(Kept {
            kind: kind.as_str().to_owned(),
            id,
            why: why.into(),
        });
    }
}

/// Whether a record that this rule made may be its work.
fn binds(scope: &Scope, rule: Option<&str>) -> bool {
    match scope {
        Scope::Rule(name) => rule == Some(name.as_str()),
        Scope::Scan(_) | Scope::Mailbox(_) => rule.is_some(),
    }
}

/// The leads that it made, the oldest first.
async fn leads_made(
    tx: &Tx,
    scope: &Scope,
    links: &[Made],
) -> Result<Vec<leads::Model>, StoreError> {
    let bound = bound(RecordKind::Lead, links);
    let ids: Vec<LeadId> = bound.iter().map(|(id, _)| LeadId(*id)).collect();
    let mut made = store::leads::by_ids(tx, &ids).await?;
    made.retain(|lead| {
        let origin = lead.message_id.map(|message| (lead.id.0, message));
        binds(scope, lead.rule.as_deref()) && origin.is_some_and(|origin| bound.contains(&origin))
    });
    made.sort_by_key(|lead| lead.id);
    Ok(made)
}

/// The tickets that it made, the oldest first.
async fn tickets_made(
    tx: &Tx,
    scope: &Scope,
    links: &[Made],
) -> Result<Vec<tickets::Model>, StoreError> {
    let bound = bound(RecordKind::Ticket, links);
    let ids: Vec<TicketId> = bound.iter().map(|(id, _)| TicketId(*id)).collect();
    let mut made = store::tickets::by_ids(tx, &ids).await?;
    made.retain(|ticket| {
        let origin = ticket.message_id.map(|message| (ticket.id.0, message));
        binds(scope, ticket.rule.as_deref()) && origin.is_some_and(|origin| bound.contains(&origin))
    });
    made.sort_by_key(|ticket| ticket.id);
    Ok(made)
}

fn bound(kind: RecordKind, links: &[Made]) -> HashSet<(i64, MessageId)> {
    let of_kind = links.iter().filter(|link| link.record_kind == kind);
    of_kind
        .map(|link| (link.record_id, link.message_id))
        .collect()
}

async fn undo_lead(
    tx: &Tx,
    lead: &leads::Model,
    undone: &mut Undone,
    stays: &mut Staying,
) -> Result<(), StoreError> {
    let LeadId(id) = lead.id;
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
        stays.records.insert(record);
        undone.keep(RecordKind::Lead, id, why);
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
    stays: &mut Staying,
) -> Result<(), StoreError> {
    let TicketId(id) = ticket.id;
    let changes = store::tickets::changes(tx, ticket.id).await?;
    let by_person = changes
        .iter()
        .any(|change| change.author_kind == AuthorKind::Person);
    let why = if by_person {
        Some(format!(
            "a person changed the status of {}",
            number(ticket.id)
        ))
    } else if undos::is_linked_by_a_person(tx, RecordKind::Ticket, id).await? {
        Some("a person linked mail to it".to_owned())
    } else {
        None
    };
    if let Some(why) = why {
        stays.records.insert((RecordKind::Ticket, id));
        undone.keep(RecordKind::Ticket, id, why);
    } else {
        undone.counts.links += undos::delete_ticket(tx, ticket.id).await?;
        undone.counts.tickets += 1;
    }
    Ok(())
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
