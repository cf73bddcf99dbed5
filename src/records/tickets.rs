//! Tickets: making one, opening it again when its sender writes, and its being answered.

use chrono::{DateTime, Utc};
use entities::ids::{ContactId, MessageId, OrganizationId, ScanId, ScannerId, TicketId};
use entities::links::AuthorKind;
use entities::tickets::{Model, TicketPriority, TicketStatus};

use crate::store::tickets::{self, NewChange, NewTicket};
use crate::store::{StoreError, Tx, contacts, users};

/// What a new ticket is to be; empty texts are empty fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketWish {
    /// What it is about.
    pub title: String,
    /// Longer text.
    pub description: String,
    /// How far it is.
    pub status: TicketStatus,
    /// How soon it has to be.
    pub priority: TicketPriority,
    /// Who asks.
    pub contact: Option<ContactId>,
    /// For whom they ask; the contact's own where none is given.
    pub organization: Option<OrganizationId>,
    /// E-mail of the user who is to own it; nobody does when there is no such user.
    pub owner: String,
    /// The message it is made from.
    pub message: Option<MessageId>,
    /// The rule that makes it.
    pub rule: Option<String>,
}

/// Who changes a ticket, and because of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author<'a> {
    /// What sort of author.
    pub kind: AuthorKind,
    /// Name of the rule, or the person's address.
    pub name: &'a str,
    /// The message that made them do so.
    pub message: Option<MessageId>,
    /// The scan in which it happens.
    pub scan: Option<ScanId>,
    /// The scanner whose rules say so.
    pub scanner: Option<ScannerId>,
}

/// Makes a ticket, unless one was made of the same message; says whether it is new.
pub async fn create_once(
    tx: &Tx,
    wish: TicketWish,
    now: DateTime<Utc>,
) -> Result<(Model, bool), StoreError> {
    if let Some(message) = wish.message {
        let made = tickets::for_messages(tx, &[message]).await?;
        if let Some(ticket) = made.into_iter().next() {
            return Ok((ticket, false));
        }
    }
    let owner_id = match wish.owner.as_str() {
        "" => None,
        email => users::find_by_email(tx, email).await?.map(|user| user.id),
    };
    let organization_id = match (wish.organization, wish.contact) {
        (None, Some(contact)) => contacts::by_id(tx, contact)
            .await?
            .and_then(|contact| contact.organization_id),
        (organization, _) => organization,
    };
    let new = NewTicket {
        title: wish.title,
        description: wish.description,
        status: wish.status,
        priority: wish.priority,
        contact_id: wish.contact,
        organization_id,
        owner_id,
        message_id: wish.message,
        rule: wish.rule,
        created_at: now,
    };
    Ok((tickets::insert(tx, new).await?, true))
}

/// What is to become of a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How far it is from now on.
    pub status: Option<TicketStatus>,
    /// How soon it has to be done from now on.
    pub priority: Option<TicketPriority>,
}

/// Changes a ticket; says whether it did, and not where it is so already or is gone.
pub async fn change(
    tx: &Tx,
    ticket: TicketId,
    wanted: Wanted,
    author: Author<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(before) = tickets::by_id_locked(tx, ticket).await? else {
        return Ok(false);
    };
    let status = wanted.status.unwrap_or(before.status);
    let priority = wanted.priority.unwrap_or(before.priority);
    if (before.status, before.priority) == (status, priority) {
        return Ok(false);
    }
    let change = NewChange {
        ticket_id: ticket,
        before: before.status,
        after: status,
        priority: (before.priority != priority).then_some((before.priority, priority)),
        author_kind: author.kind,
        author: author.name.to_owned(),
        message_id: author.message,
        scan_id: author.scan,
        scanner_id: author.scanner,
        created_at: now,
    };
    tickets::change(tx, change).await
}

/// Gives a ticket another status; says which it had, and nothing where it has it already or is gone.
pub async fn set_status(
    tx: &Tx,
    ticket: TicketId,
    status: TicketStatus,
    author: Author<'_>,
    now: DateTime<Utc>,
) -> Result<Option<TicketStatus>, StoreError> {
    let Some(before) = tickets::by_id_locked(tx, ticket).await? else {
        return Ok(None);
    };
    let wanted = Wanted {
        status: Some(status),
        priority: None,
    };
    let changed = change(tx, ticket, wanted, author, now).await?;
    Ok(changed.then_some(before.status))
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
