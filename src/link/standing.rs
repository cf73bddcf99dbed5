//! What we know of whom a message is from, beside the records that have the address.

use entities::ids::MessageId;
use rules::{MessageFacts, Standing};

use super::Known;
use crate::domains;

/// Of the sender of this message; nothing is known of nobody.
#[must_use]
pub fn standing(message: MessageId, facts: &MessageFacts, known: &Known) -> Standing {
    let Some(sender) = facts.sender().filter(|sender| !sender.email.is_empty()) else {
        return Standing::default();
    };
    let colleague = known.own.has(&sender.email);
    Standing {
        colleague,
        our_domain: known.own.has_domain(sender.domain()),
        free_mail: domains::is_free_mail(sender.domain()),
        first_contact: !colleague && !known.has_met(&sender.email, message),
    }
}
