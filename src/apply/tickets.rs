//! Tickets that rules make, and those that get another status by a message.

use entities::ids::{ContactId, OrganizationId, TicketId};
use entities::links::AuthorKind;
use entities::record_kind::RecordKind as Kind;
use entities::tickets::TicketStatus;
use rules::{Candidate, Evidence, RecordKind, RecordRef, TicketFields};

use super::owners::{self, Asking};
use super::{Changes, Effects, Subject};
use crate::kinds::{stored_ticket_priority, stored_ticket_status};
use crate::records::tickets::{self, Author, TicketWish, Wanted};
use crate::store::workloads::Work;
use crate::store::{self, StoreError, Tx};

/// Makes the ticket of whom the message is from, of a stranger the contact and organization that rules before made, and links the message to it; says why not where one was made of it
/// before, and links to that.
pub(super) async fn make(
    tx: &Tx,
    changes: &mut Changes,
    subject: Subject<'_>,
    fields: &mut TicketFields,
    rule: &str,
    candidates: &[Candidate],
    effects: &mut Effects,
) -> Result<Option<String>, StoreError> {
    let wish = TicketWish {
        title: fields.title.clone(),
        description: fields.description.clone(),
        status: TicketStatus::Open,
        priority: stored_ticket_priority(fields.priority),
        contact: sender(candidates, RecordKind::Contact)
            .map(ContactId)
            .or(effects.contact),
        organization: sender(candidates, RecordKind::Organization)
            .map(OrganizationId)
            .or(effects.organization),
        owner: fields.owner.clone(),
        message: Some(subject.message),
        rule: Some(rule.to_owned()),
    };
    let (made, is_new) = tickets::create_once(tx, wish, subject.now).await?;
    let record = RecordRef {
        kind: RecordKind::Ticket,
        id: made.id.0,
    };
    if is_new && let Some(choice) = &mut fields.owner_choice {
        let asking = Asking {
            rule,
            action: "create_ticket",
            work: Work::Tickets,
        };
        let chosen = owners::choose(tx, subject, asking, choice, &mut fields.owner).await?;
        if let Some(owner) = chosen.user {
            store::owners::set(tx, (Kind::Ticket, made.id.0), owner).await?;
        }
    }
    let reason = (!is_new).then(|| {
        let number = store::record_numbers::of_ticket(made.id);
        format!("ticket {number} was made of this message before")
    });
    if subject.refused.contains(&record) {
        return Ok(reason.map(|reason| {
            format!("{reason}; a person said that the message does not belong there")
        }));
    }
    changes.link(subject, record, &[Evidence::Origin], rule);
    effects.add_link(record, &made.title);
    Ok(reason)
}

/// The record of this sort that has the sender's address or domain and nobody has to be asked about.
fn sender(candidates: &[Candidate], kind: RecordKind) -> Option<i64> {
    let from = |evidence: &Evidence| match evidence {
        Evidence::Address { role, .. } | Evidence::Domain { role, .. } => role.is_sender(),
        Evidence::Person { .. } => true,
        _ => false,
    };
    candidates
        .iter()
        .filter(|one| one.record.kind == kind && one.is_sure())
        .find(|one| one.evidence.iter().any(from))
        .map(|one| one.record.id)
}

/// Changes tickets as a rule says; says why not where all of them are so already.
pub(super) async fn change(
    tx: &Tx,
    subject: Subject<'_>,
    found: &[RecordRef],
    change: rules::TicketChange,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    let author = Author {
        kind: AuthorKind::Rule,
        name: rule,
        message: Some(subject.message),
        scan: subject.scan,
        scanner: Some(subject.scanner),
    };
    let mut changed = false;
    for record in found {
        let ticket = TicketId(record.id);
        let wanted = Wanted {
            status: change.status.map(stored_ticket_status),
            priority: change.priority.map(stored_ticket_priority),
        };
        changed |= tickets::change(tx, ticket, wanted, author, subject.now).await?;
    }
    Ok((!changed).then(|| format!("it is {change} already")))
}
