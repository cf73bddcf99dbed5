//! Asks which messages of the open folder are there, and which fit (RFC 3501 §6.4.4): numbers come back, nothing else.
//!
//! What is there is asked for by FETCH, whose short answers are noticed; servers have answered SEARCH with nothing over a
//! full folder. SEARCH is for looking, window by window: one long answer would be slow to read.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use imap_proto::{AttributeValue, MailboxDatum, Response};

use super::command::Command;
use super::uid::Uid;
use super::wire::Wire;
use crate::transport::ServerError;

/// What is looked for; all that is given must fit.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A part of the Message-ID.
    pub message_id: Option<String>,
    /// Parts of the sender's name or address.
    pub from: Vec<String>,
    /// Parts of the subject.
    pub subject: Vec<String>,
    /// Received by the server on this day or later.
    pub since: Option<NaiveDate>,
    /// Received by the server before this day.
    pub before: Option<NaiveDate>,
    /// Each of these is a part of the subject or of the sender.
    pub words: Vec<String>,
}

/// Never shows what of a mail is looked for.
impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").finish_non_exhaustive()
    }
}

/// The UIDs that are there between two, both included, ascending.
pub(crate) async fn uids(wire: &mut Wire, first: Uid, last: Uid) -> Result<Vec<Uid>, ServerError> {
    let first = first.max(Uid(1));
    if first > last {
        return Ok(Vec::new());
    }
    let mut found = BTreeSet::new();
    let command = Command::new("UID FETCH")
        .word(&format!("{first}:{last}"))?
        .word("(UID)")?;
    wire.run(command, &mut |response, _| {
        let Response::Fetch(_, attributes) = response else {
            return;
        };
        let uid = attributes.iter().find_map(|attribute| match attribute {
            AttributeValue::Uid(number) => Some(Uid(*number)),
            _ => None,
        });
        // `n:*` and the like bring others, too.
        found.extend(uid.filter(|uid| (first..=last).contains(uid)));
    })
    .await?;
    Ok(found.into_iter().collect())
}

/// The UIDs between two, both included, that fit `wanted`, ascending.
pub(crate) async fn search(
    wire: &mut Wire,
    wanted: &Wanted,
    first: Uid,
    last: Uid,
) -> Result<Vec<Uid>, ServerError> {
    let mut found = BTreeSet::new();
    wire.run(command(wanted, first, last)?, &mut |response, _| {
        if let Response::MailboxData(MailboxDatum::Search(numbers)) = response {
            let uids = numbers.iter().copied().map(Uid);
            found.extend(uids.filter(|uid| (first..=last).contains(uid)));
        }
    })
    .await?;
    Ok(found.into_iter().collect())
}

fn command(wanted: &Wanted, first: Uid, last: Uid) -> Result<Command, ServerError> {
    let mut command = Command::new("UID SEARCH");
    let texts = wanted.from.iter().chain(&wanted.subject);
    let texts = texts.chain(&wanted.words).chain(&wanted.message_id);
    if !texts.into_iter().all(|text| text.is_ascii()) {
        command = command.word("CHARSET UTF-8")?;
    }
    command = command.word(&format!("UID {first}:{last}"))?;
    if let Some(day) = wanted.since {
        command = command.word(&format!("SINCE {}", date(day)))?;
    }
    if let Some(day) = wanted.before {
        command = command.word(&format!("BEFORE {}", date(day)))?;
    }
    if let Some(id) = &wanted.message_id {
        command = command.word("HEADER Message-ID")?.string(id)?;
    }
    for text in &wanted.from {
        command = command.word("FROM")?.string(text)?;
    }
    for text in &wanted.subject {
        command = command.word("SUBJECT")?.string(text)?;
    }
    for text in &wanted.words {
        command = command.word("OR SUBJECT")?.string(text)?;
        command = command.word("FROM")?.string(text)?;
    }
    Ok(command)
}

/// A day as SEARCH has it (`1-Feb-2026`), whatever the language of this machine.
fn date(day: NaiveDate) -> String {
    day.format("%-d-%b-%Y").to_string()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
