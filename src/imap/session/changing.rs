//! The calls of a session that change messages on the server.

use super::{Connection, Session, as_spelled};
use crate::imap::change::{self, Flagging, Selected};
use crate::imap::uid::Uid;
use crate::transport::ServerError;

impl Session {
    /// Opens a folder, by the name that [`Session::folders`] gives it, for changes.
    ///
    /// # Errors
    /// As [`Session::examine`].
    pub async fn select(&self, folder: &str) -> Result<Selected, ServerError> {
        let folder = folder.to_owned();
        self.ask(|connection| Box::pin(select_folder(connection, folder)))
            .await
    }

    /// Sets flags of messages in the folder that was selected, or takes them away. Messages that are no longer there are
    /// passed over.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn store_flags(
        &self,
        uids: &[Uid],
        flagging: Flagging,
        flags: &[String],
    ) -> Result<(), ServerError> {
        let (uids, flags) = (uids.to_vec(), flags.to_vec());
        self.ask(move |connection| {
            Box::pin(async move {
                change::store_flags(&mut connection.wire, &uids, flagging, &flags).await
            })
        })
        .await
    }

    /// Whether this server moves messages without removing what others marked for it.
    #[must_use]
    pub fn can_move(&self) -> bool {
        self.moves_at_once() || self.has("UIDPLUS")
    }

    /// Whether a move is one command, so that no copy is left behind where the connection ends in between.
    #[must_use]
    pub fn moves_at_once(&self) -> bool {
        self.has("MOVE")
    }

    /// Moves messages of the folder that was selected to another one; such as are no longer there are passed over. Only
    /// where [`Session::can_move`].
    ///
    /// # Errors
    /// See [`ServerError`]; [`ServerError::NoSuchFolder`] is about the other folder.
    pub async fn move_to(&self, uids: &[Uid], folder: &str) -> Result<(), ServerError> {
        let (uids, folder) = (uids.to_vec(), folder.to_owned());
        self.ask(move |connection| {
            Box::pin(async move {
                let raw = connection.spelling(&folder);
                change::move_to(&mut connection.wire, &uids, &folder, &raw).await
            })
        })
        .await
    }

    /// Removes messages of the folder that was selected of which there is a copy in another one. Only of a server with
    /// UIDPLUS.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn remove_copied(&self, uids: &[Uid]) -> Result<(), ServerError> {
        let uids = uids.to_vec();
        self.ask(move |connection| {
            Box::pin(async move { change::remove_copied(&mut connection.wire, &uids).await })
        })
        .await
    }

    fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }
}

async fn select_folder(connection: &mut Connection, name: String) -> Result<Selected, ServerError> {
    as_spelled(connection, &name, |wire, name, raw| {
        Box::pin(change::select(wire, name, raw))
    })
    .await
}
