//! Which candidates a person has to be asked about. Nobody is linked by guess.

use std::collections::HashMap;

use rules::{Candidate, Direction, Doubt, Evidence, Identified, MessageFacts, RecordRef, Role};

use super::asked::site_of;
use super::found::{Found, Shared, key};

/// Marks the candidates that are in doubt.
pub(super) fn tell(found: &mut Found, facts: &MessageFacts) {
    let (holders, settled) = (found.holders(), found.settled());
    // Mail that we sent is checked by nobody on its way to our own folder of sent mail.
    let received = facts.direction == Direction::Received;
    let identity = facts.authentication.identity();
    let weak = received && identity == Identified::Weak;
    let lent = received && identity != Identified::Strong && answers_go_elsewhere(facts);
    for candidate in found.each() {
        candidate.doubt = if settled.contains(&candidate.record) {
            None
        } else if weak {
            Some(Doubt::WeakIdentity)
        } else {
            doubt(candidate, lent, facts.authorless.is_some(), &holders)
        };
    }
}

/// Why the evidence for a candidate is not enough. From says little where it is `lent` to whoever gets the answers, and
/// nothing of whoever filled in a form that is `authorless`: a record of the site's address is not that person's.
fn doubt(
    candidate: &Candidate,
    lent: bool,
    authorless: bool,
    holders: &HashMap<Shared, Vec<RecordRef>>,
) -> Option<Doubt> {
    let is_lent = |evidence: &Evidence| {
        lent && matches!(
            evidence,
            Evidence::Address {
                role: Role::From,
                ..
            } | Evidence::Domain {
                role: Role::From,
                ..
            }
        )
    };
    let says_nothing = |evidence: &Evidence| match evidence {
        Evidence::Thread { stranger, .. } => *stranger,
        Evidence::Address { role, .. } => {
            *role == Role::Named || authorless && matches!(role, Role::From | Role::ReplyTo)
        }
        _ => false,
    };
    let kind = candidate.record.kind;
    let alone = |evidence: &Evidence| {
        key(evidence)
            .and_then(|key| holders.get(&(kind, key)))
            .is_none_or(|all| all.len() < 2)
    };
    let mut telling = candidate
        .evidence
        .iter()
        .filter(|evidence| !says_nothing(evidence))
        .peekable();
    if telling.peek().is_none() {
        return Some(Doubt::Stranger);
    }
    let mut plain = telling.filter(|evidence| !is_lent(evidence)).peekable();
    if plain.peek().is_none() {
        return Some(Doubt::WeakIdentity);
    }
    (!plain.any(alone)).then_some(Doubt::Tie)
}

/// Whether answers go to another domain than that of From: what a customer's stolen name is good for.
fn answers_go_elsewhere(facts: &MessageFacts) -> bool {
    let (Some(from), Some(reply)) = (facts.from.first(), facts.reply_to.first()) else {
        return false;
    };
    let place = |email, domain| site_of(email).map_or(domain, str::to_owned);
    !reply.email.is_empty()
        && place(&from.email, from.domain().to_owned())
            != place(&reply.email, reply.domain().to_owned())
}
