//! Which way a message went, told by whose addresses stand where.

use rules::{Address, Direction, Identified, MessageFacts, Role};

use super::Own;

/// The receivers that are ours. What others are called alike (`support@`) says nothing of us.
pub(super) fn our_recipients(facts: &MessageFacts, own: &Own) -> Vec<Address> {
    let receivers = facts.to.iter().chain(&facts.cc).chain(&facts.bcc);
    receivers
        .filter(|to| own.is_colleague(&to.email))
        .cloned()
        .collect()
}

/// From outside, to outside, or between our own.
pub(super) fn tell(facts: &MessageFacts, own: &Own) -> Direction {
    // What a trusted server refused as ours came from outside, whatever From says; our own sent mail nobody checks.
    let forged = facts.authentication.identity() == Identified::Weak;
    if forged || !facts.from.iter().any(|from| own.has(&from.email)) {
        return Direction::Received;
    }
    let mut receivers = facts
        .to
        .iter()
        .chain(&facts.cc)
        .chain(&facts.bcc)
        .peekable();
    if receivers.peek().is_none() || receivers.any(|to| !own.is_colleague(&to.email)) {
        return Direction::Sent;
    }
    // A web form writes as ourselves to ourselves; the person behind it is in Reply-To, or in the form.
    let form = facts
        .author
        .as_ref()
        .is_some_and(|author| author.role == Role::Form);
    if form
        || facts
            .reply_to
            .first()
            .is_some_and(|reply| !own.has(&reply.email))
    {
        return Direction::Received;
    }
    Direction::Internal
}

#[cfg(test)]
#[path = "direction_tests.rs"]
mod tests;
