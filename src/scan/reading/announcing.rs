//! Asks what is there in a window of UIDs. What the server can't answer as a whole is asked for in smaller parts, until
//! the UIDs are known that can't even be announced.

use super::Round;
use super::delivery::is_refusal;
use super::found::{Missing, ReadError};
use super::plan::{Course, Stretch};
use super::trouble::{Asked, Breach, may_be_the_message};
use crate::imap::{Announced, ServerError, Uid};

/// So many UIDs refused, and none announced, are the folder's trouble and not theirs.
const MOST_REFUSED: usize = 3;

/// What the server says of a window.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What is there, ascending.
    pub messages: Vec<Announced>,
    /// UIDs of which it can't speak.
    pub silent: Vec<Missing>,
}

impl Told {
    /// All UIDs it speaks of, or can't.
    pub(super) fn uids(&self) -> Vec<Uid> {
        let silent = self.silent.iter().map(|missing| missing.announced.uid);
        let messages = self.messages.iter().map(|message| message.uid);
        messages.chain(silent).collect()
    }
}

impl Round {
    /// What is in a window of the open folder.
    pub(super) async fn announce(
        &mut self,
        course: &Course,
        window: Stretch,
    ) -> Result<Told, ReadError> {
        let mut told = Told::default();
        let mut refused = None;
        let mut windows = vec![window];
        while let Some(window) = windows.pop() {
            let single = window.single();
            if let Some(uid) = single
                && let Some((error, doubt)) = self.trouble.unannounced(course.id, uid)
            {
                let missing = Missing::unannounced(uid, error);
                told.silent.push(Missing { doubt, ..missing });
                continue;
            }
            let asked = self
                .reader
                .session
                .announce(Uid(window.first), Uid(window.last))
                .await;
            match asked {
                Ok(messages) => {
                    self.announced_any |= !messages.is_empty();
                    told.messages.extend(messages);
                }
                Err(error) if is_refusal(&error) => {
                    match single {
                        None => windows.extend(window.halves().into_iter().rev()),
                        Some(uid) => told.silent.push(Missing::unannounced(uid, &error)),
                    }
                    if told.messages.is_empty() && told.silent.len() >= MOST_REFUSED {
                        return Err(error.into());
                    }
                    refused = Some(error);
                }
                Err(error) => return Err(self.broken(course, Asked::Announcement(window), error)),
            }
        }
        match refused {
            Some(error) if told.messages.is_empty() => Err(error.into()),
            _ => Ok(told),
        }
    }

    /// An error of the connection while it answered.
    pub(super) fn broken(&self, course: &Course, asked: Asked, error: ServerError) -> ReadError {
        if !may_be_the_message(&error) {
            return error.into();
        }
        let proven = match asked {
            Asked::Announcement(_) => self.announced_any,
            Asked::Messages(_) | Asked::Named(_) => self.delivered_any,
        };
        ReadError::Breach(Box::new(Breach {
            folder: course.id,
            asked,
            again: self.asking_again,
            proven,
            error,
        }))
    }
}

impl Missing {
    /// A UID of which the server can't say what is there.
    pub(super) fn unannounced(uid: Uid, error: &ServerError) -> Self {
        Self {
            announced: Announced::bare(uid),
            reason: format!("The server could not announce this message. {error}"),
            cure: None,
            doubt: None,
        }
    }
}
