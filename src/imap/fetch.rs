//! Reads messages of the open folder by UID (RFC 3501 §6.4.8): what is there, whole messages, and pieces of big ones.
//!
//! Only sizes, dates and raw bytes are ever asked for: ENVELOPE and BODYSTRUCTURE are what servers get wrong and
//! parsers die of. Servers mix in lines that nobody asked for; only lines with a UID that was asked for count.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use imap_proto::{AttributeValue, Response};

use super::command::Command;
use super::date::internal_date;
use super::error::ImapError;
use super::scanner::Shape;
use super::uid::{Uid, sets};
use super::wire::Wire;

/// The longest set of UIDs in one command: with the rest of the line it stays under 8,000 bytes (RFC 2683 §3.2.1.5).
const LONGEST_SET: usize = 7_900;

/// A message that the server says is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// Its UID.
    pub uid: Uid,
    /// Its size in bytes as the server has it; servers err, and 0 also means that it did not say.
    pub size: u64,
    /// When the server got it, if the server says something sensible.
    pub internal_date: Option<DateTime<Utc>>,
}

/// A message that was delivered.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: Uid,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

/// Never shows the message.
impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched")
            .field("uid", &self.uid)
            .field("size", &self.bytes.len())
            .finish()
    }
}

/// What is there between two UIDs, both included, ascending.
pub(crate) async fn announce(
    wire: &mut Wire,
    first: Uid,
    last: Uid,
) -> Result<Vec<Announced>, ImapError> {
    let first = first.max(Uid(1));
    if first > last {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<Uid, Announced> = BTreeMap::new();
    let command = Command::new("UID FETCH")
        .word(&format!("{first}:{last}"))?
        .word("(UID RFC822.SIZE INTERNALDATE)")?;
    wire.run(command, &mut |response, _| {
        let Response::Fetch(_, attributes) = response else {
            return;
        };
        let Some(uid) = uid_of(attributes).filter(|uid| (first..=last).contains(uid)) else {
            return;
        };
        let message = found.entry(uid).or_insert(Announced {
            uid,
            size: 0,
            internal_date: None,
        });
        for attribute in attributes {
            match attribute {
                AttributeValue::Rfc822Size(size) => message.size = u64::from(*size),
                AttributeValue::InternalDate(date) => message.internal_date = internal_date(date),
                _ => {}
            }
        }
    })
    .await?;
    Ok(found.into_values().collect())
}

/// The whole messages, as far as the server delivers them.
pub(crate) async fn fetch(wire: &mut Wire, uids: &[Uid]) -> Result<Vec<Fetched>, ImapError> {
    let mut missing: HashSet<Uid> = uids.iter().copied().collect();
    let mut messages = Vec::with_capacity(missing.len());
    for set in sets(uids, LONGEST_SET) {
        let command = Command::new("UID FETCH")
            .word(&set)?
            .word("(UID BODY.PEEK[])")?;
        wire.run(command, &mut |response, shape| {
            let Some((uid, None | Some(0), bytes)) = body_of(response, shape) else {
                return;
            };
            if missing.remove(&uid) {
                messages.push(Fetched {
                    uid,
                    bytes: bytes.into_owned(),
                });
            }
        })
        .await?;
    }
    Ok(messages)
}

/// At most `length` bytes of a message from `offset` on; nothing if the server does not deliver the message, no bytes
/// if it ends before.
pub(crate) async fn fetch_piece(
    wire: &mut Wire,
    uid: Uid,
    offset: u64,
    length: u32,
) -> Result<Option<Vec<u8>>, ImapError> {
    let offset = u32::try_from(offset).map_err(|_| {
        ImapError::protocol(
            "it has a message of more than 4 GiB, which IMAP can't deliver in pieces",
        )
    })?;
    let mut piece = None;
    let command = Command::new("UID FETCH")
        .word(&uid.to_string())?
        .word(&format!("(UID BODY.PEEK[]<{offset}.{length}>)"))?;

    let usual = wire.limits.max_literal;
    wire.set_max_literal(u64::from(length));
    let outcome = wire
        .run(command, &mut |response, shape| {
            if let Some((theirs, at, bytes)) = body_of(response, shape)
                && (theirs, at.unwrap_or(0)) == (uid, offset)
            {
                piece = Some(bytes.into_owned());
            }
        })
        .await;
    wire.set_max_literal(usual);
    outcome?;
    Ok(piece)
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<Uid> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(number) => Some(Uid(*number)),
        _ => None,
    })
}

fn body_of<'a>(
    response: &'a Response<'_>,
    shape: Shape,
) -> Option<(Uid, Option<u32>, Cow<'a, [u8]>)> {
    let Response::Fetch(_, attributes) = response else {
        return None;
    };
    let uid = uid_of(attributes)?;
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section: None,
            index,
            data: Some(data),
        } => {
            let bytes = if shape.literals == 0 {
                unescape(data)
            } else {
                Cow::Borrowed(data.as_ref())
            };
            Some((uid, *index, bytes))
        }
        _ => None,
    })
}

/// A short message may come as a quoted string, whose backslashes the parser leaves in.
fn unescape(quoted: &[u8]) -> Cow<'_, [u8]> {
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut rest = quoted.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => bytes.extend(rest.next()),
            other => bytes.push(other),
        }
    }
    Cow::Owned(bytes)
}
