//! More mail of a lead: where a rule makes leads, what a lead writes next goes with that lead.
//!
//! Only where nothing but that stands in the way of another lead, and nobody has to be asked whose mail it is.

use crate::facts::{Candidate, Facts, Kind, RecordKind};

use super::no_lead;

/// The lead whose mail it is, where a rule that makes leads of mail of these kinds makes none for that alone.
pub(super) fn lead_of<'f>(facts: &'f Facts, kinds: Option<&[Kind]>) -> Option<&'f Candidate> {
    let message = &facts.message;
    let refused = no_lead::way(facts)
        .or_else(|| no_lead::kind(message, kinds))
        .or_else(|| no_lead::spam(message))
        .or_else(|| no_lead::identity(message))
        .or_else(|| no_lead::authorless(message));
    if refused.is_some() {
        return None;
    }
    let mut senders = facts.sender_records();
    let is_contact = |one: &Candidate| one.record.kind == RecordKind::Contact;
    if facts.sender_records().any(is_contact) {
        return None;
    }
    senders.find(|one| one.record.kind == RecordKind::Lead && one.is_sure())
}

#[cfg(test)]
#[path = "follow_up_tests.rs"]
mod tests;
