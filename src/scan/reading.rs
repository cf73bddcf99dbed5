//! Reads the chosen folders of one mailbox, ahead of what is done with the messages, in a task of its own.
//!
//! What was announced is accounted for: each UID is delivered, gone, or named as missing. Knows nothing of
//! the database.

mod delivery;
mod trouble;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::FolderId;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::imap::{Announced, Examined, ImapError, Session, Uid, UidValidity};
use crate::store::blob_files::{BlobFiles, WrittenBlob};
pub(super) use trouble::{Breach, Trouble};

/// Messages up to this many bytes are fetched whole, larger ones in pieces straight to a file.
pub(super) const WHOLE: u64 = 256 * 1024;
/// The most bytes and messages that one command asks for.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
const BATCH_MESSAGES: usize = 200;
/// How many UIDs one window spans at first; sparse folders widen it.
const WINDOW: u32 = 1_000;
const WIDEST_WINDOW: u32 = 1 << 22;
const FEW_IN_WINDOW: usize = 100;

/// What is to be read.
#[derive(Debug)]
pub(super) struct Plan {
    /// Folders in their order, each with what is known of it.
    pub folders: Vec<FolderPlan>,
    /// Mail that the server received before this moment is not read.
    pub since: Option<DateTime<Utc>>,
    /// The most messages to read.
    pub limit: Option<usize>,
    /// Larger messages are named and not read.
    pub largest: u64,
    /// Messages that broke a connection of this scan.
    pub trouble: Trouble,
}

/// One folder and its cursor.
#[derive(Debug, Clone)]
pub(super) struct FolderPlan {
    /// Its row.
    pub id: FolderId,
    /// Decoded name.
    pub name: String,
    /// UIDVALIDITY under which `last_uid` counts.
    pub uid_validity: Option<UidValidity>,
    /// The highest UID accounted for.
    pub last_uid: u32,
    /// UIDs that were announced and not delivered, to be asked for again, and how often they were.
    pub again: Vec<(Uid, i32)>,
}

/// What the reader found.
#[derive(Debug)]
pub(super) enum Found {
    /// So many messages more are going to be delivered.
    Announced(usize),
    /// So many messages were left out for being older than the start date.
    TooOld(usize),
    /// A part of a folder, complete up to its cursor.
    Batch(Batch),
    /// A folder that can't be opened; the others go on.
    NoFolder {
        /// Why, with its decoded name.
        error: ImapError,
    },
}

/// A part of a folder: everything that was announced between the last cursor and this one.
#[derive(Debug)]
pub(super) struct Batch {
    /// Its row.
    pub folder: FolderId,
    /// UIDVALIDITY under which the UIDs count; 0 for files.
    pub uid_validity: i64,
    /// Delivered messages.
    pub delivered: Vec<Delivered>,
    /// Announced and not delivered.
    pub missing: Vec<Missing>,
    /// Asked for again, but no longer there.
    pub gone: Vec<Uid>,
    /// Everything up to this UID is accounted for; nothing when only old gaps were asked for again.
    pub cursor: Option<Uid>,
    /// HIGHESTMODSEQ when the folder was opened.
    pub highest_modseq: Option<u64>,
    /// Whether the folder was known under another UIDVALIDITY before.
    pub renewed: bool,
    /// Set where these were asked for so often in vain before.
    pub owed: Option<i32>,
}

impl Batch {
    /// How many of those that were announced it accounts for.
    pub(super) fn announced(&self) -> u64 {
        match self.owed {
            Some(_) => 0,
            None => (self.delivered.len() + self.missing.len() + self.gone.len()) as u64,
        }
    }
}

/// One message as delivered.
#[derive(Debug)]
pub(super) struct Delivered {
    /// Its UID; for a file a number made of its bytes.
    pub uid: i64,
    /// When the server received it.
    pub internal_date: Option<DateTime<Utc>>,
    /// Its bytes.
    pub body: Body,
}

/// The bytes of a message.
#[derive(Debug)]
pub(super) enum Body {
    /// Here.
    Whole(Vec<u8>),
    /// In a file, durable.
    File(WrittenBlob),
}

/// One message that was announced and not delivered.
#[derive(Debug)]
pub(super) struct Missing {
    /// What the server said of it.
    pub announced: Announced,
    /// Why, as a sentence.
    pub reason: String,
    /// Asking again can't help before somebody has done this.
    pub cure: Option<&'static str>,
}

/// Why reading stopped before its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    /// The server or the way to it.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The connection broke over messages that were being delivered.
    #[error("{}", .0.error)]
    Breach(Box<Breach>),
    /// The disk.
    #[error(
        "A large message could not be written to the data folder: {0}. Free space there or mend the disk; the message will be read again."
    )]
    Disk(#[from] std::io::Error),
    /// The session would soon be ended by the server, as the access token ends.
    #[error("the access token ends")]
    TokenEnds,
    /// Nobody listens any more.
    #[error("the scan was stopped")]
    Stopped,
}

/// Reads folder after folder; says everything through `found`.
pub(super) struct Reader {
    pub session: Session,
    pub files: BlobFiles,
    /// Tells this scan's unfinished files from others'.
    pub scan_name: String,
    pub clock: Arc<dyn Clock>,
    /// When to leave for a session with a new access token.
    pub leave_at: Option<DateTime<Utc>>,
    pub found: mpsc::Sender<Found>,
}

impl Reader {
    /// Reads what `plan` names and gives the session back. A folder in trouble does not stop the others.
    pub(super) async fn read(self, plan: Plan) -> Result<Session, ReadError> {
        let mut left = plan.limit.unwrap_or(usize::MAX);
        let mut trouble = None;
        for folder in &plan.folders {
            let read = match self.session.examine(&folder.name).await {
                Ok(examined) => self.read_folder(&plan, folder, &examined, &mut left).await,
                Err(error) => Err(error.into()),
            };
            match read {
                Err(ReadError::Imap(
                    error @ (ImapError::NoSuchFolder { .. }
                    | ImapError::FolderForbidden { .. }
                    | ImapError::NoUidValidity { .. }),
                )) => self.say(Found::NoFolder { error }).await?,
                Err(ReadError::Imap(error))
                    if is_about_a_folder(&error) && self.session.is_open() =>
                {
                    trouble.get_or_insert(error);
                }
                read => read?,
            }
        }
        match trouble {
            None => Ok(self.session),
            Some(error) => {
                self.session.logout().await;
                Err(error.into())
            }
        }
    }

    async fn read_folder(
        &self,
        plan: &Plan,
        folder: &FolderPlan,
        examined: &Examined,
        left: &mut usize,
    ) -> Result<(), ReadError> {
        let visit = Visit {
            plan,
            folder,
            examined,
        };
        let same = folder.uid_validity == Some(examined.uid_validity);
        if same {
            self.ask_again(&visit).await?;
        }
        let mut first = if same {
            folder.last_uid.saturating_add(1)
        } else {
            1
        };
        // Without UIDNEXT the end is not known; one open window takes it all.
        let last = examined
            .uid_next
            .map_or(u32::MAX, |next| next.0.saturating_sub(1));
        let mut span = if examined.uid_next.is_some() {
            WINDOW
        } else {
            u32::MAX
        };
        if examined.uid_next.is_none() && examined.exists == 0 {
            return Ok(());
        }
        while first <= last && *left > 0 {
            let end = first.saturating_add(span - 1).min(last);
            let announced = self.session.announce(Uid(first), Uid(end)).await?;
            span = next_span(span, announced.len());
            let end = if examined.uid_next.is_some() {
                end
            } else {
                announced.last().map_or(first - 1, |message| message.uid.0)
            };
            self.read_window(&visit, announced, Uid(end), left).await?;
            if end == u32::MAX || examined.uid_next.is_none() {
                break;
            }
            first = end + 1;
        }
        Ok(())
    }

    /// Delivers one window in batches; the last one's cursor is the end of the window.
    async fn read_window(
        &self,
        visit: &Visit<'_>,
        announced: Vec<Announced>,
        end: Uid,
        left: &mut usize,
    ) -> Result<(), ReadError> {
        let (mut young, old) = visit.by_age(announced);
        if old > 0 {
            self.say(Found::TooOld(old)).await?;
        }
        let cut = young.len() > *left;
        young.truncate(*left);
        *left -= young.len();
        self.say(Found::Announced(young.len())).await?;
        let mut batches = in_batches(young, |uid| {
            visit.plan.trouble.is_alone(visit.folder.id, uid)
        });
        if batches.is_empty() {
            batches.push_back(Vec::new());
        }
        while let Some(announced) = batches.pop_front() {
            let last_of_batch = announced.last().map_or(end, |message| message.uid);
            let cursor = if batches.is_empty() && !cut {
                end
            } else {
                last_of_batch
            };
            let batch = self.deliver(visit, announced, Some(cursor)).await?;
            self.say(Found::Batch(batch)).await?;
            // After a batch, so that however short its life each token brings the scan further.
            self.leave_in_time()?;
        }
        Ok(())
    }

    fn leave_in_time(&self) -> Result<(), ReadError> {
        if self.leave_at.is_none_or(|at| self.clock.now() < at) {
            return Ok(());
        }
        Err(ReadError::TokenEnds)
    }

    /// Asks once more for what was announced earlier and did not come.
    async fn ask_again(&self, visit: &Visit<'_>) -> Result<(), ReadError> {
        for (uid, attempts) in &visit.folder.again {
            let announced = self.session.announce(*uid, *uid).await?;
            let batch = if announced.is_empty() {
                Batch {
                    gone: vec![*uid],
                    owed: Some(*attempts),
                    ..visit.empty_batch()
                }
            } else {
                let batch = self.deliver(visit, announced, None).await?;
                Batch {
                    owed: Some(*attempts),
                    ..batch
                }
            };
            self.say(Found::Batch(batch)).await?;
        }
        Ok(())
    }

    async fn say(&self, found: Found) -> Result<(), ReadError> {
        self.found.send(found).await.map_err(|_| ReadError::Stopped)
    }
}

/// One folder being read.
struct Visit<'a> {
    plan: &'a Plan,
    folder: &'a FolderPlan,
    examined: &'a Examined,
}

impl Visit<'_> {
    fn empty_batch(&self) -> Batch {
        Batch {
            folder: self.folder.id,
            uid_validity: i64::from(self.examined.uid_validity.0),
            delivered: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            cursor: None,
            highest_modseq: self.examined.highest_modseq,
            renewed: self
                .folder
                .uid_validity
                .is_some_and(|known| known != self.examined.uid_validity),
            owed: None,
        }
    }

    /// Those young enough, and how many are too old. What has no date is read.
    fn by_age(&self, announced: Vec<Announced>) -> (Vec<Announced>, usize) {
        let all = announced.len();
        let young: Vec<Announced> = announced
            .into_iter()
            .filter(|message| match (self.plan.since, message.internal_date) {
                (Some(since), Some(date)) => date >= since,
                _ => true,
            })
            .collect();
        let old = all - young.len();
        (young, old)
    }
}

/// A NO to a command about one folder; whatever else a server says holds for the others too.
fn is_about_a_folder(error: &ImapError) -> bool {
    matches!(
        error,
        ImapError::ServerSaid { .. } | ImapError::Unavailable { .. }
    )
}

/// Cuts a window so that one answer stays small; what `alone` names is a batch of its own.
fn in_batches(announced: Vec<Announced>, alone: impl Fn(Uid) -> bool) -> VecDeque<Vec<Announced>> {
    let mut batches: VecDeque<Vec<Announced>> = VecDeque::new();
    let mut bytes = 0;
    let mut closed = false;
    for message in announced {
        let was_closed = std::mem::replace(&mut closed, alone(message.uid));
        match batches.back_mut() {
            Some(batch)
                if !closed
                    && !was_closed
                    && batch.len() < BATCH_MESSAGES
                    && bytes + message.size <= BATCH_BYTES =>
            {
                bytes += message.size;
                batch.push(message);
            }
            _ => {
                bytes = message.size;
                batches.push_back(vec![message]);
            }
        }
    }
    batches
}

/// Wider while a window brings little, so that a folder with far-apart UIDs needs few commands.
fn next_span(span: u32, announced: usize) -> u32 {
    if announced < FEW_IN_WINDOW {
        span.saturating_mul(4).min(WIDEST_WINDOW)
    } else {
        WINDOW
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
