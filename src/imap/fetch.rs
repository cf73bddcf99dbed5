//! Reads messages of the open folder by UID (RFC 3501 §6.4.8): whole ones, pieces of big ones, and the few header fields
//! that tell a message from others.
//!
//! Only raw bytes are ever asked for: ENVELOPE and BODYSTRUCTURE are what servers get wrong and parsers die of. Servers
//! mix in lines that nobody asked for; only lines with a UID that was asked for count.

use std::borrow::Cow;
use std::collections::HashSet;

use imap_proto::{AttributeValue, MessageSection, Response, SectionPath};

use super::announce::uid_of;
use super::command::Command;
use super::scanner::Shape;
use super::uid::{Uid, sets};
use super::wire::Wire;
use crate::transport::ServerError;

/// The longest set of UIDs in one command: with the rest of the line it stays under 8,000 bytes (RFC 2683 §3.2.1.5).
const LONGEST_SET: usize = 7_900;

/// What is asked for to recognise a message: the fields that its identity is made of, and the one that says in which
/// charset they may be written.
const TELLING_FIELDS: &str = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE SUBJECT CONTENT-TYPE)]";

/// A message that was delivered, or a part of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: Uid,
    /// All bytes that were asked for.
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

/// The whole messages, as far as the server delivers them.
pub(crate) async fn fetch(wire: &mut Wire, uids: &[Uid]) -> Result<Vec<Fetched>, ServerError> {
    each(wire, uids, "BODY.PEEK[]", false).await
}

/// The header fields that tell messages from each other, as far as the server delivers them.
pub(crate) async fn fetch_telling_fields(
    wire: &mut Wire,
    uids: &[Uid],
) -> Result<Vec<Fetched>, ServerError> {
    each(wire, uids, TELLING_FIELDS, true).await
}

async fn each(
    wire: &mut Wire,
    uids: &[Uid],
    item: &str,
    header: bool,
) -> Result<Vec<Fetched>, ServerError> {
    let mut missing: HashSet<Uid> = uids.iter().copied().collect();
    let mut messages = Vec::with_capacity(missing.len());
    for set in sets(uids, LONGEST_SET) {
        let command = Command::new("UID FETCH")
            .word(&set)?
            .word(&format!("(UID {item})"))?;
        wire.run(command, &mut |response, shape| {
            let Some((uid, None | Some(0), bytes)) = body_of(response, shape, header) else {
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
) -> Result<Option<Vec<u8>>, ServerError> {
    let offset = u32::try_from(offset).map_err(|_| {
        ServerError::protocol(
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
            if let Some((theirs, at, bytes)) = body_of(response, shape, false)
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

fn body_of<'a>(
    response: &'a Response<'_>,
    shape: Shape,
    header: bool,
) -> Option<(Uid, Option<u32>, Cow<'a, [u8]>)> {
    let Response::Fetch(_, attributes) = response else {
        return None;
    };
    let uid = uid_of(attributes)?;
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section,
            index,
            data: Some(data),
        } if header == (*section == Some(SectionPath::Full(MessageSection::Header)))
            && (header || section.is_none()) =>
        {
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
