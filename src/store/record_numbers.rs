//! How people call records by their numbers, in subjects too: `L-1042` is a lead, `T-7` a ticket.

use entities::ids::{LeadId, TicketId};
use entities::record_kind::RecordKind;

/// Letters before the number, and which sort of record they stand for.
const PREFIXES: [(&str, RecordKind); 2] = [(LEAD, RecordKind::Lead), (TICKET, RecordKind::Ticket)];
const LEAD: &str = "L";
const TICKET: &str = "T";

/// `L-1042`.
#[must_use]
pub fn of_lead(LeadId(id): LeadId) -> String {
    format!("{LEAD}-{id}")
}

/// `T-7`.
#[must_use]
pub fn of_ticket(TicketId(id): TicketId) -> String {
    format!("{TICKET}-{id}")
}

/// The record that is called so, whatever the case of the letters; nothing for what is no number. Whether there is such
/// a record nobody has looked.
#[must_use]
pub fn read(number: &str) -> Option<(RecordKind, i64)> {
    let (prefix, digits) = number.split_once('-')?;
    if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut prefixes = PREFIXES.iter();
    let (_, kind) = prefixes.find(|(known, _)| known.eq_ignore_ascii_case(prefix))?;
    Some((*kind, digits.parse().ok()?))
}

#[cfg(test)]
#[path = "record_numbers_tests.rs"]
mod tests;
