//! Facts to candidates: which records a message may belong to, and the evidence for each.
//!
//! Evidence, strongest first: the message answers one that is linked to the record; an address of the message
//! is in a search field of the record. Never knows where a message came from.

mod known;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rules::{Address, Candidate, Evidence, MessageFacts, RecordRef, Role};

pub use known::{Known, SearchFields};

/// The most addresses of one message that are looked up.
const MOST_ADDRESSES: usize = 200;

/// The records that `facts` may belong to, the best first; within one record the strongest evidence first.
#[must_use]
pub fn candidates(facts: &MessageFacts, known: &Known) -> Vec<Candidate> {
    let mut found: BTreeMap<RecordRef, Candidate> = BTreeMap::new();
    let mut add = |record: RecordRef, name: &str, evidence: Evidence| {
        let candidate = found.entry(record).or_insert_with(|| Candidate {
            record,
            name: name.to_owned(),
            evidence: Vec::new(),
            doubt: None,
        });
        if !candidate.evidence.contains(&evidence) {
            candidate.evidence.push(evidence);
        }
    };
    for parent in facts.parents() {
        for linked in known.linked_to(parent) {
            add(
                linked.record,
                &linked.name,
                Evidence::Thread {
                    message_id: parent.to_owned(),
                    stranger: false,
                },
            );
        }
    }
    for (address, role) in addresses(facts) {
        for holder in known.holders_of(&address.email) {
            let evidence = Evidence::Address {
                email: address.email.clone(),
                role,
                field: holder.field.clone(),
            };
            add(holder.record, &holder.name, evidence);
        }
    }
    let mut candidates: Vec<Candidate> = found.into_values().collect();
    for candidate in &mut candidates {
        candidate
            .evidence
            .sort_by_key(|evidence| Reverse(evidence.weight()));
    }
    candidates.sort_by_key(|candidate| (Reverse(candidate.weight()), candidate.record));
    candidates
}

/// The addresses of a message that are looked up, each with its place.
pub(crate) fn addresses(facts: &MessageFacts) -> impl Iterator<Item = (&Address, Role)> {
    [
        (&facts.from, Role::From),
        (&facts.reply_to, Role::ReplyTo),
        (&facts.to, Role::To),
        (&facts.cc, Role::Cc),
        (&facts.bcc, Role::Bcc),
    ]
    .into_iter()
    .flat_map(|(addresses, role)| addresses.iter().map(move |address| (address, role)))
    .take(MOST_ADDRESSES)
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
