//! Changes messages of a folder where a rule asks for it: flags and their folder (RFC 3501 §6.4.6, RFC 6851, RFC 4315).
//!
//! The only commands of ours that change anything on a server, and the only ones before which a folder is opened with
//! SELECT. Nothing here removes a message that was not copied before.

use imap_proto::{Response, ResponseCode};

use super::command::Command;
use super::refusal::Failure;
use super::uid::{Uid, UidValidity, sets};
use super::wire::Wire;
use crate::transport::ServerError;

/// The longest set of UIDs in one command: with a folder's name beside it the line stays under 8,000 bytes.
const LONGEST_SET: usize = 4_000;

/// A folder that is open for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The generation of its UIDs.
    pub uid_validity: UidValidity,
    /// Whether this login may change nothing in it.
    pub read_only: bool,
    /// The flags that it keeps, as the server spells them, with `\*` where it keeps new ones; nothing where the server does
    /// not say, and then it keeps all (RFC 3501 §7.1).
    pub keeps: Option<Vec<String>>,
}

impl Selected {
    /// Whether the folder keeps this flag.
    #[must_use]
    pub fn keeps(&self, flag: &str) -> bool {
        self.keeps.as_ref().is_none_or(|kept| {
            let new_ones = !flag.starts_with('\\') && kept.iter().any(|kept| kept == "\\*");
            new_ones || kept.iter().any(|kept| kept.eq_ignore_ascii_case(flag))
        })
    }
}

/// What is to become of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flagging {
    /// They are set.
    Set,
    /// They are taken away.
    Unset,
}

/// Opens the folder that the server spells `raw` and people call `name`, for changes.
pub(crate) async fn select(
    wire: &mut Wire,
    name: &str,
    raw: &str,
) -> Result<Selected, ServerError> {
    let (mut uid_validity, mut keeps) = (None, None);
    let outcome = wire
        .run(Command::new("SELECT").string(raw)?, &mut |response, _| {
            let Response::Data { outcome, .. } = response else {
                return;
            };
            match &outcome.code {
                Some(ResponseCode::UidValidity(number)) => {
                    uid_validity = Some(UidValidity(*number));
                }
                Some(ResponseCode::PermanentFlags(flags)) => {
                    keeps = Some(flags.iter().map(ToString::to_string).collect());
                }
                _ => {}
            }
        })
        .await;
    let said = match outcome {
        Ok(said) => said,
        Err(Failure::Refused(refusal)) => return Err(refusal.at_folder(name)),
        Err(Failure::Broken(error)) => return Err(error),
    };
    let uid_validity = uid_validity.ok_or_else(|| ServerError::NoUidValidity {
        name: name.to_owned(),
    })?;
    Ok(Selected {
        uid_validity,
        read_only: said.code.as_deref() == Some("READ-ONLY"),
        keeps,
    })
}

/// Sets flags of messages in the open folder, or takes them away. Messages that are no longer there are passed over.
pub(crate) async fn store_flags(
    wire: &mut Wire,
    uids: &[Uid],
    flagging: Flagging,
    flags: &[String],
) -> Result<(), ServerError> {
    let item = match flagging {
        Flagging::Set => "+FLAGS.SILENT",
        Flagging::Unset => "-FLAGS.SILENT",
    };
    let flags = format!("({})", flags.join(" "));
    for set in sets(uids, LONGEST_SET) {
        let command = Command::new("UID STORE")
            .word(&set)?
            .word(item)?
            .word(&flags)?;
        wire.run(command, &mut |_, _| {}).await?;
    }
    Ok(())
}

/// Moves messages of the open folder to the one that the server spells `raw` and people call `name`. Messages that are no
/// longer there are passed over.
///
/// # Errors
/// [`ServerError::NoSuchFolder`] and [`ServerError::FolderForbidden`] are about the other folder.
pub(crate) async fn move_to(
    wire: &mut Wire,
    uids: &[Uid],
    name: &str,
    raw: &str,
) -> Result<(), ServerError> {
    for set in sets(uids, LONGEST_SET) {
        if wire.has("MOVE") {
            transfer(wire, "UID MOVE", &set, name, raw).await?;
        } else {
            transfer(wire, "UID COPY", &set, name, raw).await?;
            remove(wire, &set).await?;
        }
    }
    Ok(())
}

/// Removes messages of the open folder that are in another one already. Only of a server with UIDPLUS.
pub(crate) async fn remove_copied(wire: &mut Wire, uids: &[Uid]) -> Result<(), ServerError> {
    for set in sets(uids, LONGEST_SET) {
        remove(wire, &set).await?;
    }
    Ok(())
}

async fn transfer(
    wire: &mut Wire,
    verb: &'static str,
    set: &str,
    name: &str,
    raw: &str,
) -> Result<(), ServerError> {
    let command = Command::new(verb).word(set)?.string(raw)?;
    match wire.run(command, &mut |_, _| {}).await {
        Ok(_) => Ok(()),
        Err(Failure::Refused(refusal)) => Err(refusal.at_folder(name)),
        Err(Failure::Broken(error)) => Err(error),
    }
}

/// Only of a server with UIDPLUS, as EXPUNGE alone removes what others marked as well.
async fn remove(wire: &mut Wire, set: &str) -> Result<(), ServerError> {
    let mark = Command::new("UID STORE")
        .word(set)?
        .word("+FLAGS.SILENT")?
        .word("(\\Deleted)")?;
    wire.run(mark, &mut |_, _| {}).await?;
    let expunge = Command::new("UID EXPUNGE").word(set)?;
    wire.run(expunge, &mut |_, _| {}).await?;
    Ok(())
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
