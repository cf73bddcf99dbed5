//! Relinking by hand: a person says where a message belongs and where it does not. What was said is remembered, so that
//! no rule undoes it, and mail that follows goes the same way.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, LeadId, MessageId, OrganizationId, TicketId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind;
use serde_json::json;

use crate::store::link_choices::{self, NewChoice};
use crate::store::links::{self, NewLink};
use crate::store::{
    StoreError, Tx, contacts, decisions, leads, messages, organizations, record_locks, tickets,
};

/// A record by its sort and its key.
pub type Which = (RecordKind, i64);

/// What a person says of one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relinking {
    /// It belongs to these.
    pub to: Vec<Which>,
    /// It does not belong to these.
    pub not: Vec<Which>,
    /// Who says so.
    pub by: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relinked {
    /// It is done; these links were not there before, and these are gone.
    Done {
        /// Links that were made.
        linked: Vec<Which>,
        /// Links that were taken away.
        unlinked: Vec<Which>,
    },
    /// There is no such message; nothing was done.
    NoMessage,
    /// There is no such record; nothing was done.
    NoRecord(Which),
}

/// Does what the person says and remembers it.
pub async fn relink(
    tx: &Tx,
    message: MessageId,
    wish: &Relinking,
    now: DateTime<Utc>,
) -> Result<Relinked, StoreError> {
    record_locks::share(tx).await?;
    let Some(row) = messages::by_id(tx, message).await? else {
        return Ok(Relinked::NoMessage);
    };
    for which in &wish.to {
        if name_of(tx, *which).await?.is_none() {
            return Ok(Relinked::NoRecord(*which));
        }
    }
    let sender = row.sender.as_ref().and_then(|sender| sender.get("email"));
    let sender = sender.and_then(|email| email.as_str());
    let email = sender.unwrap_or(&row.from_email).to_owned();
    let choice = |(record_kind, record_id): Which, belongs| NewChoice {
        message_id: message,
        record_kind,
        record_id,
        belongs,
        email: email.clone(),
        chosen_by: wish.by.clone(),
        removed: None,
        chosen_at: now,
    };
    let (mut linked, mut unlinked) = (Vec::new(), Vec::new());
    for which in &wish.not {
        let mut said = choice(*which, false);
        if let Some(link) = links::remove(tx, message, which.0, which.1).await? {
            said.removed = Some(json!({
                "evidence": link.evidence,
                "author_kind": link.author_kind.as_str(),
                "author": link.author,
                "created_at": link.created_at,
            }));
            unlinked.push(*which);
        }
        link_choices::insert(tx, said).await?;
    }
    for which in &wish.to {
        let link = NewLink {
            message_id: message,
            record_kind: which.0,
            record_id: which.1,
            evidence: json!([{"by": "person", "user": wish.by}]),
            author_kind: AuthorKind::Person,
            author: wish.by.clone(),
            scan_id: None,
            scanner_id: None,
            created_at: now,
        };
        // What a rule linked and a person confirms is the person's: no undoing of the rule takes it.
        if links::put(tx, link).await? {
            linked.push(*which);
        }
        link_choices::insert(tx, choice(*which, true)).await?;
    }
    decisions::settle(tx, message).await?;
    Ok(Relinked::Done { linked, unlinked })
}

/// How a person calls a record; nothing where there is none.
pub async fn name_of(tx: &Tx, (kind, id): Which) -> Result<Option<String>, StoreError> {
    Ok(match kind {
        RecordKind::Contact => contacts::by_id(tx, ContactId(id))
            .await?
            .map(|contact| contact.full_name()),
        RecordKind::Lead => leads::by_id(tx, LeadId(id))
            .await?
            .map(|lead| lead.full_name()),
        RecordKind::Organization => organizations::by_id(tx, OrganizationId(id))
            .await?
            .map(|organization| organization.name),
        RecordKind::Ticket => tickets::by_id(tx, TicketId(id))
            .await?
            .map(|ticket| ticket.title),
    })
}

#[cfg(test)]
#[path = "relinking_tests.rs"]
mod tests;
