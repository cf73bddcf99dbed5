//! Tickets: how a new one is filled, what makes none, and which ones a message says something of.

use crate::compile::action::TicketPlan;
use crate::decision::TicketFields;
use crate::facts::{Candidate, Facts, Identified, RecordKind, RecordRef};
use crate::rule::ticket::TicketChange;

use super::{lead, no_lead, owner};

/// The fields of the ticket; the error names the field and the failure.
pub(super) fn fill(
    facts: &Facts,
    plan: &TicketPlan,
    template: impl Fn(&str) -> Result<String, String>,
) -> Result<TicketFields, (&'static str, String)> {
    let (title, description) = lead::what_it_is_about(&facts.message);
    let mut fields = TicketFields {
        title,
        description,
        owner: String::new(),
        owner_choice: None,
        priority: plan.spec.priority,
    };
    for (name, source) in &plan.templates {
        let value = template(source).map_err(|cause| (*name, cause))?;
        match *name {
            "title" => fields.title = lead::fit(name, &value, lead::TITLE),
            "description" => fields.description = lead::fit(name, &value, lead::LONG),
            _ => fields.owner = lead::fit(name, &value, lead::ADDRESS),
        }
    }
    fields.owner_choice = owner::choice(facts, plan.owner.as_ref(), &mut fields.owner);
    Ok(fields)
}

/// Why the message makes no ticket, if it makes none. Unlike a lead it may be a known person's.
pub(super) fn why_none(facts: &Facts, plan: &TicketPlan) -> Option<String> {
    no_lead::way(facts)
        .or_else(|| no_lead::kind(&facts.message, plan.spec.kinds.as_deref()))
        .or_else(|| {
            let ticket = tickets(facts).next()?;
            Some(format!("it belongs to ticket {}", ticket.name))
        })
        .or_else(|| no_lead::no_sender(facts))
        .or_else(|| no_lead::spam(&facts.message))
        .or_else(|| no_lead::identity(&facts.message))
}

/// The tickets that get another status by the message; else why none does.
pub(super) fn to_change(facts: &Facts, change: TicketChange) -> Result<Vec<RecordRef>, String> {
    if facts.message.authentication.identity() == Identified::Weak {
        return Err(format!(
            "the message may not be from whom it says, so no ticket becomes {change} by it"
        ));
    }
    let found: Vec<RecordRef> = tickets(facts).map(|ticket| ticket.record).collect();
    if found.is_empty() {
        return Err("no ticket is known that the message belongs to".to_owned());
    }
    Ok(found)
}

fn tickets(facts: &Facts) -> impl Iterator<Item = &Candidate> {
    facts
        .candidates
        .iter()
        .filter(|one| one.record.kind == RecordKind::Ticket && one.is_sure())
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
