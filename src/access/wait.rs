//! Waits in an open mailbox for news, for as long as its provider and its token let a session wait.

use std::time::Duration;

use entities::mail_servers;
use tokio_util::sync::CancellationToken;

use super::habits::waiting;
use super::{Access, Entered, Opened};
use crate::imap::{Waiting, Woken};

/// How a session waits at one server.
#[derive(Debug, Clone, Copy)]
pub struct Times(Waiting);

/// Why waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// A message came or went, or may have.
    News,
    /// The folder was numbered anew, since the last look at it.
    Renumbered,
    /// It was asked to end.
    Stopped,
    /// The server would soon have ended the session with its access token.
    TokenEnds,
    /// The server can't tell of news, or declined to with these words.
    NotOffered {
        /// The server's words, if it said any.
        words: Option<String>,
    },
    /// The server wants to be left alone for so long.
    Throttled {
        /// How long.
        wait: Duration,
    },
    /// The connection ended.
    Died {
        /// How, as a sentence.
        error: String,
    },
}

impl Access {
    /// How a session waits at this server.
    #[must_use]
    pub fn times(&self, server: &mail_servers::Model) -> Times {
        Times(waiting(server, self.limits.waiting))
    }

    /// Waits in a folder until there is news or `stop` is cancelled.
    pub async fn wait(
        &self,
        opened: &Opened,
        folder: &str,
        Times(times): Times,
        stop: &CancellationToken,
    ) -> Waited {
        let Entered::Imap(session, _) = &opened.session else {
            return Waited::NotOffered { words: None };
        };
        let woken = tokio::select! {
            woken = session.wait(folder, times, stop) => woken,
            () = self.token_ends(opened) => return Waited::TokenEnds,
        };
        match woken {
            Ok(Woken::Arrival | Woken::Removal) => Waited::News,
            Ok(Woken::Renumbered) => Waited::Renumbered,
            Ok(Woken::Stopped) => Waited::Stopped,
            Ok(Woken::NotOffered { words }) => Waited::NotOffered { words },
            Err(error) => match error.said_wait() {
                Some(wait) => Waited::Throttled { wait },
                None => Waited::Died {
                    error: error.to_string(),
                },
            },
        }
    }

    async fn token_ends(&self, opened: &Opened) {
        let Some(at) = opened.renew_at else {
            return std::future::pending().await;
        };
        let left = at - self.clock.now();
        tokio::time::sleep(left.to_std().unwrap_or_default()).await;
    }
}
