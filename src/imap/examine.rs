//! Opens a folder for reading only (RFC 3501 §6.3.2, RFC 7162): nothing on the server changes by it.

use imap_proto::{MailboxDatum, Response, ResponseCode};

use super::command::Command;
use super::refusal::Failure;
use super::uid::{Uid, UidValidity};
use super::wire::Wire;
use crate::transport::ServerError;

/// A folder as it was when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined {
    /// Messages in it.
    pub exists: u32,
    /// The generation of its UIDs.
    pub uid_validity: UidValidity,
    /// The lowest UID that a new message can get, if the server says.
    pub uid_next: Option<Uid>,
    /// Grows with each change in the folder, if the server counts them (RFC 7162).
    pub highest_modseq: Option<u64>,
    /// Whether UIDs last beyond this session; false where the server says `UIDNOTSTICKY` (RFC 4315).
    pub lasting_uids: bool,
}

/// Opens the folder that the server spells `raw` and people call `name`.
pub(crate) async fn examine(
    wire: &mut Wire,
    name: &str,
    raw: &str,
) -> Result<Examined, ServerError> {
    let mut exists = 0;
    let mut uid_validity = None;
    let mut uid_next = None;
    let mut highest_modseq = None;
    let mut lasting_uids = true;

    let mut command = Command::new("EXAMINE").string(raw)?;
    if wire.has("CONDSTORE") || wire.has("QRESYNC") {
        command = command.word("(CONDSTORE)")?;
    }
    let outcome = wire
        .run(command, &mut |response, _| match response {
            // Zimbra counts up while it opens the folder: the last number is the right one.
            Response::MailboxData(MailboxDatum::Exists(number)) => exists = *number,
            Response::Data { outcome, .. } => match &outcome.code {
                Some(ResponseCode::UidValidity(number)) => {
                    uid_validity = Some(UidValidity(*number));
                }
                Some(ResponseCode::UidNext(number)) => {
                    uid_next = Some(Uid(*number)).filter(|uid| uid.0 > 0);
                }
                Some(ResponseCode::HighestModSeq(number)) => {
                    highest_modseq = Some(*number).filter(|number| *number > 0);
                }
                Some(ResponseCode::UidNotSticky) => lasting_uids = false,
                _ => {}
            },
            _ => {}
        })
        .await;
    match outcome {
        Ok(_) => {}
        Err(Failure::Refused(refusal)) => return Err(refusal.at_folder(name)),
        Err(Failure::Broken(error)) => return Err(error),
    }
    let uid_validity = uid_validity.ok_or_else(|| ServerError::NoUidValidity {
        name: name.to_owned(),
    })?;
    Ok(Examined {
        exists,
        uid_validity,
        uid_next,
        highest_modseq,
        lasting_uids,
    })
}
