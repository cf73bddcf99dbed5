//! Whether the sender of a message has to do with a record: that is what answers and numbers in subjects are worth.

use rules::{MessageFacts, RecordRef};

use super::Known;
use super::asked::{senders, site_of};

/// Whether the sender is one of us, has an address of the record, is at the domain of one or of its organization, or was
/// sender or receiver of mail that is linked to it.
pub(super) fn belongs(record: RecordRef, facts: &MessageFacts, known: &Known) -> bool {
    senders(facts).any(|email| {
        known.own.has(email)
            || holds(record, email, known)
            || known.took_part(record, email)
            || site_of(email).is_some_and(|site| known.is_at(record, site))
    })
}

/// Whether that is known without looking at the record's mail.
pub(super) fn is_plain(record: RecordRef, facts: &MessageFacts, known: &Known) -> bool {
    senders(facts).any(|email| known.own.has(email) || holds(record, email, known))
}

/// Whether the sender has an address of the record.
pub(super) fn is_from(record: RecordRef, facts: &MessageFacts, known: &Known) -> bool {
    senders(facts).any(|email| holds(record, email, known))
}

fn holds(record: RecordRef, email: &str, known: &Known) -> bool {
    let holders = known.holders_of(email).iter();
    holders.map(|holder| holder.record).any(|has| has == record)
}
