//! When a message came, for servers that don't tell: by its topmost Received (RFC 5321 §4.4), which the last server wrote,
//! else by what its sender says (Date).

use chrono::{DateTime, Utc};

use super::headers::Headers;
use super::notes::Notes;
use super::{date, fields};

/// Reads the header of a message, or its beginning.
pub(super) fn read(raw: &[u8]) -> Option<DateTime<Utc>> {
    let mut notes = Notes::default();
    let lines = fields::with_line_feeds(raw);
    let fields = fields::Fields::read(&lines, &mut notes);
    let headers = Headers::decode(&fields.list, None, &mut notes);
    let received = headers.first("received").and_then(|trace| {
        let (_, moment) = trace.rsplit_once(';')?;
        date::parse(moment.trim())
    });
    let came = received.or_else(|| headers.all("date").find_map(date::parse))?;
    Some(came.with_timezone(&Utc))
}

#[cfg(test)]
#[path = "arrival_tests.rs"]
mod tests;
