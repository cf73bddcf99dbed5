//! Asks what is in the open folder without fetching it (RFC 3501 §6.4.5, §6.4.8), by UID and by sequence number: servers
//! leave messages out of one answer that they name in another. Lines that nobody asked for count nowhere.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use imap_proto::{AttributeValue, Response};

use super::command::Command;
use super::date::internal_date;
use super::uid::Uid;
use super::wire::Wire;
use crate::transport::ServerError;

/// A longer identifier of a server's is not used (RFC 8474 §7 `objectid` has at most 255).
const LONGEST_ID: usize = 255;

/// A message that the server says is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Its UID.
    pub uid: Uid,
    /// Its size in bytes as the server has it; servers err, and 0 also means that it did not say.
    pub size: u64,
    /// When the server got it, if the server says something sensible.
    pub internal_date: Option<DateTime<Utc>>,
    /// What the server calls it in every folder, if it does.
    pub server_id: Option<ServerId>,
}

impl Announced {
    /// One of which nothing is known but its UID.
    #[must_use]
    pub fn bare(uid: Uid) -> Self {
        Self {
            uid,
            size: 0,
            internal_date: None,
            server_id: None,
        }
    }
}

/// What a server calls a message, in whichever folders of the mailbox it lies and however often it is moved: Gmail's
/// `X-GM-MSGID`, or `EMAILID` (RFC 8474 §5.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(Arc<str>);

impl ServerId {
    /// Nothing where it is empty or longer than any that the RFC allows.
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        (1..=LONGEST_ID)
            .contains(&id.len())
            .then(|| Self(id.into()))
    }

    /// As the server spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is there between two UIDs, both included, ascending.
pub(crate) async fn announce(
    wire: &mut Wire,
    first: Uid,
    last: Uid,
) -> Result<Vec<Announced>, ServerError> {
    let first = first.max(Uid(1));
    if first > last {
        return Ok(Vec::new());
    }
    let command = Command::new("UID FETCH").word(&format!("{first}:{last}"))?;
    told(wire, command, |_, uid| (first..=last).contains(&uid)).await
}

/// What is there between two sequence numbers, both included and not 0, ascending by UID.
pub(crate) async fn announce_numbered(
    wire: &mut Wire,
    numbers: RangeInclusive<u32>,
) -> Result<Vec<Announced>, ServerError> {
    let (first, last) = numbers.into_inner();
    let command = Command::new("FETCH").word(&format!("{first}:{last}"))?;
    told(wire, command, |number, _| (first..=last).contains(&number)).await
}

async fn told(
    wire: &mut Wire,
    command: Command,
    asked_for: impl Fn(u32, Uid) -> bool + Send + Sync,
) -> Result<Vec<Announced>, ServerError> {
    let items = if wire.has("X-GM-EXT-1") {
        "(UID RFC822.SIZE INTERNALDATE X-GM-MSGID)"
    } else if wire.has("OBJECTID") {
        "(UID RFC822.SIZE INTERNALDATE EMAILID)"
    } else {
        "(UID RFC822.SIZE INTERNALDATE)"
    };
    let mut found: BTreeMap<Uid, Announced> = BTreeMap::new();
    wire.run(command.word(items)?, &mut |response, _| {
        let Response::Fetch(number, attributes) = response else {
            return;
        };
        let Some(uid) = uid_of(attributes).filter(|uid| asked_for(*number, *uid)) else {
            return;
        };
        let message = found.entry(uid).or_insert_with(|| Announced::bare(uid));
        for attribute in attributes {
            match attribute {
                AttributeValue::Rfc822Size(size) => message.size = u64::from(*size),
                AttributeValue::InternalDate(date) => message.internal_date = internal_date(date),
                AttributeValue::GmailMsgId(id) => {
                    message.server_id = ServerId::new(&id.to_string());
                }
                AttributeValue::EmailId(id) => message.server_id = ServerId::new(id),
                _ => {}
            }
        }
    })
    .await?;
    Ok(found.into_values().collect())
}

/// The last message: its sequence number, which is how many there really are, and its UID. Nothing in an empty folder,
/// where some servers answer BAD (RFC 3501 §9 `seq-number`).
pub(crate) async fn newest(wire: &mut Wire) -> Result<Option<(u32, Uid)>, ServerError> {
    let mut last = None;
    let command = Command::new("FETCH").word("*")?.word("(UID)")?;
    let outcome = wire
        .run(command, &mut |response, _| {
            if let Response::Fetch(number, attributes) = response
                && let Some(uid) = uid_of(attributes)
            {
                last = last.max(Some((*number, uid)));
            }
        })
        .await
        .map_err(ServerError::from);
    match outcome {
        Ok(_) => Ok(last),
        Err(ServerError::ServerSaid { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<Uid> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(number) => Some(Uid(*number)),
        _ => None,
    })
}

#[cfg(test)]
#[path = "announce_tests.rs"]
mod tests;
