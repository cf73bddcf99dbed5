//! Facts to candidates: which records a message may belong to, and the evidence for each.
//!
//! Evidence, strongest first: a person said so; the message answers one that is linked to the record; its subject has
//! the record's number; an address of it is in a search field of the record; the domain of one is the organization's.
//! What is in doubt ([`rules::Doubt`]) stays a candidate, for a person to say. Never knows where a message came from.

mod asked;
mod belonging;
mod choices;
mod doubts;
mod fields;
mod found;
mod known;
mod number;
mod standing;

use rules::{Candidate, Evidence, MessageFacts, RecordRef, Role};

use entities::ids::MessageId;

pub use asked::{Asked, roles};
pub use fields::SearchFields;
pub use known::Known;
pub use standing::standing;

use asked::{addresses, named, names_of_organization};
use found::Found;

/// The records that the message may belong to, the best first; within one record the strongest evidence first.
#[must_use]
pub fn candidates(message: MessageId, facts: &MessageFacts, known: &Known) -> Vec<Candidate> {
    let mut found = Found::default();
    said_by_people(&mut found, message, facts, known);
    answered(&mut found, facts, known);
    numbered(&mut found, facts, known);
    addressed(&mut found, facts, known);
    known.choices.settle(&mut found, facts);
    doubts::tell(&mut found, facts);
    found.into_candidates()
}

/// What people said of this message, and of those it answers: there it holds for senders who belong to the record.
fn said_by_people(found: &mut Found, message: MessageId, facts: &MessageFacts, known: &Known) {
    for choice in known.choices.of(message, &facts.parents()) {
        if !choice.belongs {
            if choice.itself || !belonging::is_from(choice.record, facts, known) {
                found.exclude(choice.record);
            } else {
                // The conversation is not the record's, but what its own people write in it is.
                found.keep_out_of_thread(choice.record);
            }
        } else if choice.itself || belonging::belongs(choice.record, facts, known) {
            let evidence = Evidence::Person {
                user: choice.user.to_owned(),
            };
            found.add(choice.record, choice.name, evidence);
            if choice.itself {
                found.settle(choice.record);
            }
        }
    }
}

/// The records that a message does not belong to, as a person said of itself.
#[must_use]
pub fn refused(message: MessageId, known: &Known) -> Vec<RecordRef> {
    let said = known.choices.of(message, &[]).into_iter();
    said.filter(|choice| !choice.belongs)
        .map(|choice| choice.record)
        .collect()
}

/// Whether a person has said of a message itself where it belongs, or where not.
#[must_use]
pub fn is_settled(message: MessageId, known: &Known) -> bool {
    !known.choices.of(message, &[]).is_empty()
}

fn answered(found: &mut Found, facts: &MessageFacts, known: &Known) {
    for parent in facts.parents() {
        for linked in known.linked_to(parent) {
            if found.is_out_of_thread(linked.record) {
                continue;
            }
            let evidence = Evidence::Thread {
                message_id: parent.to_owned(),
                stranger: !belonging::belongs(linked.record, facts, known),
            };
            found.add(linked.record, &linked.name, evidence);
        }
    }
}

fn numbered(found: &mut Found, facts: &MessageFacts, known: &Known) {
    for (record, number) in number::read(&facts.subject) {
        if let Some(name) = known.numbered(record)
            && belonging::belongs(record, facts, known)
        {
            found.add(record, name, Evidence::Number { number });
        }
    }
}

fn addressed(found: &mut Found, facts: &MessageFacts, known: &Known) {
    if let Some(email) = named(facts).filter(|email| !known.own.has(email)) {
        at_address(found, email, Role::Named, known);
    }
    for (email, role) in addresses(facts) {
        if known.own.has(email) {
            continue;
        }
        at_address(found, email, role, known);
        // The nearest domain that is listed: a branch's mail is not also its parent's.
        let listed = names_of_organization(email)
            .into_iter()
            .find(|domain| !known.holders_of(domain).is_empty());
        if let Some(domain) = listed {
            for holder in known.holders_of(&domain) {
                let evidence = Evidence::Domain {
                    domain: domain.trim_start_matches('@').to_owned(),
                    role,
                };
                found.add(holder.record, &holder.name, evidence);
            }
        }
    }
}

fn at_address(found: &mut Found, email: &str, role: Role, known: &Known) {
    for holder in known.holders_of(email) {
        let evidence = Evidence::Address {
            email: email.to_owned(),
            role,
            field: holder.field.clone(),
        };
        found.add(holder.record, &holder.name, evidence);
    }
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
