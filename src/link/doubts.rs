//! Which candidates a person has to be asked about. Nobody is linked by guess.

use rules::{Direction, Doubt, Evidence, Identified, MessageFacts};

use super::found::{Found, key};

/// Marks the candidates that are in doubt.
pub(super) fn tell(found: &mut Found, facts: &MessageFacts) {
    let (holders, settled) = (found.holders(), found.settled());
    // Mail that we sent is checked by nobody on its way to our own folder of sent mail.
    let weak = facts.direction == Direction::Received
        && facts.authentication.identity() == Identified::Weak;
    for candidate in found.each() {
        let kind = candidate.record.kind;
        let alone = |evidence: &Evidence| match key(evidence) {
            Some(key) => holders.get(&(kind, key)).is_none_or(|all| all.len() < 2),
            None => !matches!(evidence, Evidence::Thread { stranger: true, .. }),
        };
        candidate.doubt = if settled.contains(&candidate.record) {
            None
        } else if weak {
            Some(Doubt::WeakIdentity)
        } else if candidate.evidence.iter().any(alone) {
            None
        } else if candidate.evidence.iter().any(|one| key(one).is_some()) {
            Some(Doubt::Tie)
        } else {
            Some(Doubt::Stranger)
        };
    }
}
