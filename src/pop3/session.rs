//! One signed-in connection (RFC 1939's transaction state). Dropping it ends the connection.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

use super::listing::{self, Listing};
use super::refusal::Failure;
use super::wire::{Wire, broke};
use crate::transport::ServerError;

/// How long a goodbye is waited for: a maildrop stays locked until it is said.
const GOODBYE: Duration = Duration::from_secs(2);
/// Bytes kept of a header.
const HEADER: usize = 256 << 10;

/// A maildrop as it was when the session began; what comes later is in the next session's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maildrop {
    /// Messages in it.
    pub messages: u64,
    /// Their bytes, as the server counts them.
    pub bytes: u64,
}

/// A signed-in connection. After a clean `-ERR` it goes on; after anything worse, and after a message that was not read to
/// its end, [`Session::is_open`] is false.
pub struct Session {
    wire: Box<Wire>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("open", &self.is_open())
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(wire: Wire) -> Self {
        Self {
            wire: Box::new(wire),
        }
    }

    /// What is in the maildrop, counted (STAT).
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn stat(&mut self) -> Result<Maildrop, ServerError> {
        let said = self.wire.run("STAT", "").await?;
        let mut numbers = said.words.split(' ').map(|word| word.parse().ok());
        let (messages, bytes) = (numbers.next().flatten(), numbers.next().flatten());
        let (Some(messages), Some(bytes)) = (messages, bytes) else {
            self.wire.end();
            return Err(broke("it answered STAT with no numbers"));
        };
        Ok(Maildrop { messages, bytes })
    }

    /// What lies in a maildrop of so many messages; an empty one is not asked, as some servers refuse then.
    ///
    /// # Errors
    /// See [`ServerError`]; [`ServerError::NoUidl`] where messages have no lasting names.
    pub async fn list(&mut self, messages: u64) -> Result<Listing, ServerError> {
        if messages == 0 {
            return Ok(Listing::default());
        }
        listing::list(&mut self.wire).await
    }

    /// Whether messages have lasting names, as far as the first one tells (UIDL 1).
    ///
    /// # Errors
    /// See [`ServerError`]; [`ServerError::NoUidl`] where they have none.
    pub async fn has_names(&mut self, messages: u64) -> Result<(), ServerError> {
        if messages == 0 {
            return Ok(());
        }
        match self.wire.run("UIDL", " 1").await.map_err(ServerError::from) {
            Ok(_) => Ok(()),
            Err(ServerError::ServerSaid { words, .. }) => Err(ServerError::NoUidl { words }),
            Err(error) => Err(error),
        }
    }

    /// The header of a message (TOP), cut off after 256 KiB; nothing if the server does not tell.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn header(&mut self, number: u32) -> Result<Option<Vec<u8>>, ServerError> {
        match self
            .wire
            .begin_message("TOP", &format!(" {number} 0"), 0)
            .await
        {
            Ok(()) => {}
            Err(Failure::Refused(_)) => return Ok(None),
            Err(Failure::Broken(error)) => return Err(error),
        }
        let mut header = Vec::new();
        while let Some(piece) = self.piece().await? {
            let wanted = HEADER.saturating_sub(header.len());
            header.extend(piece.into_iter().take(wanted));
        }
        Ok(Some(header))
    }

    /// Begins to read a message of about `size` bytes (RETR); [`Session::piece`] has what comes.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn begin(&mut self, number: u32, size: u64) -> Result<(), ServerError> {
        Ok(self
            .wire
            .begin_message("RETR", &format!(" {number}"), size)
            .await?)
    }

    /// The next piece of the message that was begun, of about 256 KiB; nothing after its last.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, ServerError> {
        self.wire.piece().await
    }

    /// Says goodbye, as far as that takes no more than a moment. Nothing was marked as deleted, so nothing goes.
    pub async fn quit(mut self) {
        if self.is_open() {
            drop(timeout(GOODBYE, self.wire.run("QUIT", "")).await);
        }
    }

    /// The least time that the server wants between two sign-ins, if it says one.
    #[must_use]
    pub fn login_delay(&self) -> Option<Duration> {
        self.wire.capabilities.login_delay
    }

    /// Whether it can be used further, as far as is known without asking the server.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.wire.is_over()
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
