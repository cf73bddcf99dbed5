//! Until when a certificate is good (RFC 5280 §4.1.2.5), read from its DER: the rest of it is judged by others.

use chrono::{DateTime, NaiveDateTime, Utc};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The last moment at which the certificate is good, or nothing if it can't be read.
pub(crate) fn valid_until(certificate: &[u8]) -> Option<DateTime<Utc>> {
    let mut outer = certificate;
    let mut certificate = element(&mut outer, SEQUENCE)?;
    let mut fields = element(&mut certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        any(&mut fields)?;
    }
    let (_serial, _algorithm, _issuer) = (any(&mut fields)?, any(&mut fields)?, any(&mut fields)?);
    let mut validity = element(&mut fields, SEQUENCE)?;
    let _not_before = any(&mut validity)?;
    let (tag, not_after) = any(&mut validity)?;
    let text = std::str::from_utf8(not_after).ok()?;
    let text = match tag {
        // Two digits of a year are 1950 to 2049.
        UTC_TIME if text >= "50" => format!("19{text}"),
        UTC_TIME => format!("20{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let moment = NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some(moment.and_utc())
}

fn element<'a>(from: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    any(from)
        .filter(|(found, _)| *found == tag)
        .map(|(_, content)| content)
}

/// Takes the next element: its tag and its content.
fn any<'a>(from: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, rest) = from.split_first()?;
    let (&length, mut rest) = rest.split_first()?;
    let length = if length < 0x80 {
        usize::from(length)
    } else {
        let (bytes, after) = rest.split_at_checked(usize::from(length & 0x7f))?;
        rest = after;
        if bytes.len() > 4 {
            return None;
        }
        bytes
            .iter()
            .fold(0, |length, byte| (length << 8) | usize::from(*byte))
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *from = rest;
    Some((tag, content))
}

#[cfg(test)]
#[path = "validity_tests.rs"]
mod tests;
