//! Asks about a folder without opening it (RFC 3501 §6.3.10). Only for what EXAMINE should have said and did not.

use imap_proto::{MailboxDatum, Response, StatusAttribute};

use super::command::Command;
use super::uid::Uid;
use super::wire::Wire;
use crate::transport::ServerError;

/// UIDNEXT of the folder that the server spells `raw`, if the server says it here at least: 163.com says it nowhere.
///
/// # Errors
/// Only what ends the session: a server that declines has nothing to say.
pub(crate) async fn uid_next(wire: &mut Wire, raw: &str) -> Result<Option<Uid>, ServerError> {
    let mut next = None;
    let command = Command::new("STATUS").string(raw)?.word("(UIDNEXT)")?;
    let outcome = wire
        .run(command, &mut |response, _| {
            // Whichever name it is told under: only one was asked about, and servers spell names in their own way.
            let Response::MailboxData(MailboxDatum::Status { status, .. }) = response else {
                return;
            };
            for attribute in status {
                if let StatusAttribute::UidNext(number) = attribute {
                    next = Some(Uid(*number)).filter(|uid| uid.0 > 0);
                }
            }
        })
        .await
        .map_err(ServerError::from);
    match outcome {
        Ok(_) => Ok(next),
        Err(_) if !wire.is_over() => Ok(None),
        Err(error) => Err(error),
    }
}
