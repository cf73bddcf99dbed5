//! INTERNALDATE (RFC 3501 §9 `date-time`): when a server got a message.

use chrono::{DateTime, Utc};

/// The moment, or nothing if the server wrote something that is no date.
pub(crate) fn internal_date(text: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(date.with_timezone(&Utc))
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
