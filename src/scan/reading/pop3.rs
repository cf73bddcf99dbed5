//! Reads a POP3 maildrop, the newest message first, ahead of what is done with the messages, in a task of its own.
//!
//! Each message is asked for alone, so one that breaks the connection is named at once. What came before it is handed on
//! first: no message has to come twice. Knows nothing of the database; what is new, the plan says.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::FolderId;
use tokio::sync::mpsc;

use super::{Batch, Body, ByUidl, Delivered, End, Found, Largest, Missing, ReadError, Step, WHOLE};
use crate::blobs::{BlobError, BlobStore, BlobWriter};
use crate::clock::Clock;
use crate::imap::{Announced, Uid};
use crate::message;
use crate::pop3::{Listed, Session};
use crate::store::deliveries::uidl::Owed;
use crate::transport::{Protocol, ServerError, Violation};

/// Stands for UIDVALIDITY in the ledger: higher than any that IMAP has, so neither takes the other's numbers for its own.
pub(in crate::scan) const VALIDITY: i64 = 1 << 32;
/// So many are looked at for their age before those that are young enough are read.
const WINDOW: usize = 200;
/// Bytes of a message that say when it came.
const HEAD: usize = 64 << 10;
/// The most bytes and messages that are handed on at once.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
const BATCH_MESSAGES: usize = 200;

/// What is to be read of a maildrop.
#[derive(Debug)]
pub(in crate::scan) struct Pop3Plan {
    /// The folder's row.
    pub folder: FolderId,
    /// Listed and not in the ledger, in the order in which they are to be read.
    pub new: Vec<Listed>,
    /// Asked for in vain before, and still listed.
    pub again: Vec<(Listed, Owed)>,
    /// Asked for in vain before, and no longer listed.
    pub gone: Vec<Owed>,
    /// The highest number that a delivery of this folder has.
    pub last_uid: u32,
    /// Mail that came before this moment is not read.
    pub since: Option<DateTime<Utc>>,
    /// The most messages to read.
    pub limit: Option<usize>,
    /// Larger messages are named and not read.
    pub largest: Largest,
    /// When to leave what is left for the next scan.
    pub leave_rest_at: Option<DateTime<Utc>>,
    /// How many the server counts, where it lists fewer.
    pub counted: Option<(u64, u64)>,
}

/// Reads message after message; says everything through `found`.
pub(in crate::scan) struct Pop3Reader {
    pub session: Session,
    pub files: BlobStore,
    /// Tells this scan's unfinished files from others'.
    pub scan_name: String,
    pub clock: Arc<dyn Clock>,
    /// When to leave for a session with a new access token.
    pub leave_at: Option<DateTime<Utc>>,
    pub found: mpsc::Sender<Found>,
}

/// What became of one message.
enum Outcome {
    /// It came.
    Delivered(Delivered),
    /// It came and is too old.
    Old(DateTime<Utc>),
    /// It did not.
    Missing(Missing),
}

impl Pop3Reader {
    /// Reads what `plan` names, then signs out.
    pub(in crate::scan) async fn read(mut self, mut plan: Pop3Plan) -> Result<End, ReadError> {
        let again = std::mem::take(&mut plan.again);
        let gone = std::mem::take(&mut plan.gone);
        for owed in gone {
            let mut batch = plan.empty_batch();
            batch.gone.extend(uid_of(&owed));
            batch.step = Step::Again(owed.attempts);
            self.say(Found::Batch(batch)).await?;
        }
        for (listed, owed) in again {
            self.ask_again(&plan, &listed, &owed).await?;
        }
        let mut new = std::mem::take(&mut plan.new);
        if plan.since.is_none() {
            new.truncate(plan.limit.unwrap_or(usize::MAX));
            self.say(Found::Announced(new.len())).await?;
        }
        let mut left = plan.limit.unwrap_or(usize::MAX);
        let mut uid = plan.last_uid;
        let mut new = new.into_iter().peekable();
        while left > 0 && new.peek().is_some() {
            let window: Vec<Listed> = new.by_ref().take(WINDOW).collect();
            self.read_window(&plan, window, &mut uid, &mut left).await?;
            let late = plan.leave_rest_at.is_some_and(|at| at <= self.clock.now());
            if late && left > 0 && new.peek().is_some() {
                self.session.quit().await;
                return Ok(End::BacklogLeft);
            }
        }
        self.session.quit().await;
        match plan.counted {
            None => Ok(End::Whole),
            Some((counted, listed)) => Err(ServerError::broke(
                Protocol::Pop3,
                format!("it counts {counted} messages and lists {listed}"),
            )
            .into()),
        }
    }

    async fn read_window(
        &mut self,
        plan: &Pop3Plan,
        window: Vec<Listed>,
        uid: &mut u32,
        left: &mut usize,
    ) -> Result<(), ReadError> {
        let mut batch = plan.empty_batch();
        let (mut young, old) = self.by_age(plan, window).await?;
        if !old.is_empty() {
            self.say(Found::TooOld(old.len())).await?;
            batch.by_uidl.old = old;
        }
        young.truncate(*left);
        let mut bytes = 0;
        for listed in young {
            *uid = uid.saturating_add(1);
            let outcome = self.fetch(plan, &listed, *uid).await;
            let breach = match outcome {
                Ok((outcome, breach)) => {
                    *left = left.saturating_sub(1);
                    bytes += listed.size;
                    self.put(plan, outcome, listed.uidl, *uid, &mut batch)
                        .await?;
                    breach
                }
                Err(error) => {
                    // Whatever came is whole, and need not come again.
                    self.hand_on(&mut batch, plan).await?;
                    return Err(error);
                }
            };
            let count = batch.delivered.len() + batch.missing.len();
            if breach.is_some() || bytes >= BATCH_BYTES || count >= BATCH_MESSAGES {
                bytes = 0;
                self.hand_on(&mut batch, plan).await?;
            }
            if let Some(error) = breach {
                return Err(ReadError::Spent(error));
            }
            self.leave_in_time(&mut batch, plan).await?;
        }
        self.hand_on(&mut batch, plan).await
    }

    /// Those young enough as far as can be told before they are read, and the names of those that are too old.
    async fn by_age(
        &mut self,
        plan: &Pop3Plan,
        window: Vec<Listed>,
    ) -> Result<(Vec<Listed>, Vec<(String, DateTime<Utc>)>), ReadError> {
        let Some(since) = plan.since else {
            return Ok((window, Vec::new()));
        };
        let (mut young, mut old) = (Vec::new(), Vec::new());
        for listed in window {
            let header = self.session.header(listed.number).await?;
            match header.as_deref().and_then(message::came_at) {
                Some(came) if came < since => old.push((listed.uidl, came)),
                _ => young.push(listed),
            }
        }
        Ok((young, old))
    }

    async fn put(
        &mut self,
        plan: &Pop3Plan,
        outcome: Outcome,
        uidl: String,
        uid: u32,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        if plan.since.is_some() && !matches!(outcome, Outcome::Old(_)) {
            self.say(Found::Announced(1)).await?;
        }
        match outcome {
            Outcome::Old(came) => {
                batch.by_uidl.old.push((uidl, came));
                return self.say(Found::TooOld(1)).await;
            }
            Outcome::Delivered(delivered) => batch.delivered.push(delivered),
            Outcome::Missing(missing) => batch.missing.push(missing),
        }
        batch.by_uidl.names.insert(i64::from(uid), uidl);
        batch.step = Step::UpTo(Uid(uid));
        Ok(())
    }

    /// Says a batch that has anything in it, and begins another.
    async fn hand_on(&mut self, batch: &mut Batch, plan: &Pop3Plan) -> Result<(), ReadError> {
        let full = std::mem::replace(batch, plan.empty_batch());
        if full.step == Step::None && full.by_uidl.old.is_empty() {
            return Ok(());
        }
        self.say(Found::Batch(full)).await
    }

    async fn ask_again(
        &mut self,
        plan: &Pop3Plan,
        listed: &Listed,
        owed: &Owed,
    ) -> Result<(), ReadError> {
        let Some(uid) = uid_of(owed) else {
            return Ok(());
        };
        // It was young enough when it was listed first.
        let whole = Pop3Plan {
            since: None,
            new: Vec::new(),
            again: Vec::new(),
            gone: Vec::new(),
            ..*plan
        };
        let (outcome, breach) = self.fetch(&whole, listed, uid.0).await?;
        let mut batch = plan.empty_batch();
        batch.step = Step::Again(owed.attempts);
        match outcome {
            Outcome::Delivered(delivered) => batch.delivered.push(delivered),
            Outcome::Missing(missing) => batch.missing.push(missing),
            Outcome::Old(_) => {}
        }
        self.say(Found::Batch(batch)).await?;
        match breach {
            None => Ok(()),
            Some(error) => Err(ReadError::Spent(error)),
        }
    }

    /// Fetches one message; the error beside it is how the connection broke over it.
    async fn fetch(
        &mut self,
        plan: &Pop3Plan,
        listed: &Listed,
        uid: u32,
    ) -> Result<(Outcome, Option<ServerError>), ReadError> {
        let missing = |size, reason, cure| {
            Outcome::Missing(Missing {
                announced: Announced {
                    uid: Uid(uid),
                    size,
                    internal_date: None,
                },
                reason,
                cure,
                doubt: None,
            })
        };
        let too_large = |size: u64| {
            let Largest { bytes, raise } = plan.largest;
            let reason =
                format!("The message has {size} bytes or more, and {bytes} are let through.");
            missing(size, reason, Some(raise))
        };
        let refused = |error: &ServerError| {
            let reason = format!("The server could not deliver this message. {error}");
            missing(listed.size, reason, None)
        };
        if listed.size > plan.largest.bytes {
            return Ok((too_large(listed.size), None));
        }
        match self.session.begin(listed.number, listed.size).await {
            Ok(()) => {}
            Err(error @ ServerError::ServerSaid { .. }) => return Ok((refused(&error), None)),
            Err(error) => return Err(error.into()),
        }
        let mut coming = Coming::default();
        loop {
            match self.session.piece().await {
                Ok(None) => break,
                Ok(Some(piece)) => {
                    let name = format!("{}-{}-{uid}", self.scan_name, plan.folder);
                    coming.add(&self.files, &name, &piece).await?;
                }
                Err(error) if may_be_the_message(&error) => {
                    return Ok((refused(&error), Some(error)));
                }
                Err(error) => return Err(error.into()),
            }
            if coming.size > plan.largest.bytes {
                // What is left of it stands between us and the next answer.
                let limit = plan.largest.bytes;
                let what = Violation::LongAnswer { limit };
                return Ok((too_large(coming.size), Some(ServerError::Hostile { what })));
            }
        }
        if coming.size == 0 {
            let reason = "The server lists this message and delivers no byte of it.";
            return Ok((missing(listed.size, reason.to_owned(), None), None));
        }
        let came = message::came_at(&coming.head);
        if let (Some(since), Some(came)) = (plan.since, came)
            && came < since
        {
            return Ok((Outcome::Old(came), None));
        }
        let delivered = Delivered {
            uid: i64::from(uid),
            internal_date: came,
            body: coming.finish().await?,
        };
        Ok((Outcome::Delivered(delivered), None))
    }

    async fn leave_in_time(&mut self, batch: &mut Batch, plan: &Pop3Plan) -> Result<(), ReadError> {
        if self.leave_at.is_none_or(|at| self.clock.now() < at) {
            return Ok(());
        }
        self.hand_on(batch, plan).await?;
        Err(ReadError::TokenEnds)
    }

    async fn say(&mut self, found: Found) -> Result<(), ReadError> {
        self.found.send(found).await.map_err(|_| ReadError::Stopped)
    }
}

impl Pop3Plan {
    fn empty_batch(&self) -> Batch {
        Batch {
            folder: self.folder,
            uid_validity: VALIDITY,
            delivered: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            step: Step::None,
            highest_modseq: None,
            by_uidl: ByUidl::default(),
        }
    }
}

/// Whether an error may come from what a message looks like on the wire, rather than from the network.
fn may_be_the_message(error: &ServerError) -> bool {
    matches!(
        error,
        ServerError::Protocol { .. } | ServerError::Hostile { .. }
    )
}

fn uid_of(owed: &Owed) -> Option<Uid> {
    u32::try_from(owed.uid).ok().map(Uid)
}

/// A message while it comes: in memory as long as it is small, then in a file.
#[derive(Default)]
struct Coming {
    head: Vec<u8>,
    whole: Vec<u8>,
    file: Option<BlobWriter>,
    size: u64,
}

impl Coming {
    async fn add(&mut self, files: &BlobStore, name: &str, piece: &[u8]) -> Result<(), BlobError> {
        let wanted = HEAD.saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(wanted));
        self.size += piece.len() as u64;
        if let Some(file) = &mut self.file {
            return file.write(piece).await;
        }
        self.whole.extend_from_slice(piece);
        if self.whole.len() as u64 > WHOLE {
            let mut file = files.begin(name).await?;
            file.write(&std::mem::take(&mut self.whole)).await?;
            self.file = Some(file);
        }
        Ok(())
    }

    async fn finish(self) -> Result<Body, BlobError> {
        Ok(match self.file {
            Some(file) => Body::Stored(file.finish().await?),
            None => Body::Whole(self.whole),
        })
    }
}
