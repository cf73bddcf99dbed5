//! Reads the chosen folders of one mailbox, ahead of what is done with the messages, in a task of its own.
//!
//! New mail of all folders first, then what they owe, then older mail, looking for new mail in between. What was
//! announced is accounted for: each UID is delivered, gone, or named as missing. It asks the database what the ledger has
//! already, and writes nothing.

mod announcing;
mod delivery;
mod found;
mod holding;
mod known;
mod looking;
mod older;
mod opening;
mod plan;
pub(super) mod pop3;
mod recognising;
mod trouble;
mod windows;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{FolderId, MailboxId};
use entities::scanners::Backfill;
use tokio::sync::mpsc;

use crate::blobs::BlobStore;
use crate::clock::Clock;
use crate::imap::{Announced, Examined, ServerError, Session};
use announcing::Told;
pub(super) use delivery::WHOLE;
use delivery::is_refusal;
pub(super) use found::{
    Batch, Begun, Body, ByUidl, Delivered, End, Found, Missing, Postponed, ReadError, Shrunk, Step,
};
use holding::Holding;
pub(super) use known::Ledger;
use looking::AtHand;
pub(super) use looking::{LookOwed, Looked};
pub(super) use plan::{Course, Largest, Plan, Stretch};
pub(super) use recognising::Recognised;
pub(super) use trouble::{Breach, Trouble};
pub(super) use windows::{BATCH_BYTES, BATCH_MESSAGES};
use windows::{WINDOW, next_span, portions, window};

/// More UIDs than this since the last look are read as older mail, so that today's mail does not wait for last month's.
pub(super) const CATCH_UP: u32 = 5_000;

/// What reading needs.
pub(super) struct Reader {
    /// The signed-in connection.
    pub session: Session,
    /// INBOX as it was when the mailbox was opened.
    pub inbox: Examined,
    /// Whose messages are recognised.
    pub mailbox: MailboxId,
    /// Large messages.
    pub files: BlobStore,
    /// What is kept already.
    pub ledger: Ledger,
    /// Tells this scan's unfinished files from others'.
    pub scan_name: String,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// When to leave for a session with a new access token.
    pub leave_at: Option<DateTime<Utc>>,
    /// Who is told.
    pub found: mpsc::Sender<Found>,
}

/// One connection's way through the folders.
struct Round {
    reader: Reader,
    since: Option<DateTime<Utc>>,
    /// How many messages may still be read.
    left: usize,
    largest: Largest,
    backfill: Backfill,
    leave_backlog_at: Option<DateTime<Utc>>,
    trouble: Trouble,
    /// The folder that is open.
    opened: Option<(FolderId, Examined)>,
    at_hand: AtHand,
    /// Whether the mailbox has several folders that are read, once that is known.
    other_folders: Option<bool>,
    holding: Holding,
    /// What the server said of a folder, while the others went on.
    of_a_folder: Option<ServerError>,
    /// Whether anything was announced, or delivered, over this connection.
    announced_any: bool,
    delivered_any: bool,
    /// Whether it asks for what the ledger knows to be owed.
    asking_again: bool,
}

impl Reader {
    /// Reads what `plan` names and gives the session back.
    pub(super) async fn read(self, plan: Plan) -> Result<(End, Session), ReadError> {
        let mut round = Round {
            at_hand: AtHand::new(self.inbox),
            reader: self,
            since: plan.since,
            left: plan.limit.unwrap_or(usize::MAX),
            largest: plan.largest,
            backfill: plan.backfill,
            leave_backlog_at: plan.leave_backlog_at,
            trouble: plan.trouble,
            opened: None,
            other_folders: None,
            holding: Holding::default(),
            of_a_folder: None,
            announced_any: false,
            delivered_any: false,
            asking_again: false,
        };
        let end = round.read(plan.folders).await?;
        let session = round.reader.session;
        match round.of_a_folder {
            None => Ok((end, session)),
            Some(error) => {
                session.logout().await;
                Err(error.into())
            }
        }
    }
}

impl Round {
    async fn read(&mut self, mut courses: Vec<Course>) -> Result<End, ReadError> {
        self.look_for_new(&mut courses).await?;
        for course in &mut courses {
            let asked = self.ask_again(course).await;
            self.asking_again = false;
            self.pass_over(course, asked).await?;
        }
        let mut end = self.read_backlogs(&mut courses).await?;
        if end == End::Whole {
            self.finish_looks(&mut courses).await?;
            // What a look found missing and had no time for.
            let waits = |course: &Course| !course.closed && course.backlog.is_some();
            if self.left > 0 && courses.iter().any(waits) {
                end = End::BacklogLeft;
            }
        }
        self.settle_doubts().await?;
        Ok(end)
    }

    async fn look_for_new(&mut self, courses: &mut [Course]) -> Result<(), ReadError> {
        for course in courses.iter_mut().filter(|course| !course.closed) {
            let read = self.read_new(course).await;
            self.pass_over(course, read).await?;
        }
        Ok(())
    }

    /// A folder in trouble does not stop the others.
    async fn pass_over(
        &mut self,
        course: &mut Course,
        read: Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        match read {
            Err(ReadError::Server(
                error @ (ServerError::NoSuchFolder { .. }
                | ServerError::FolderForbidden { .. }
                | ServerError::NoUidValidity { .. }),
            )) => {
                course.closed = true;
                self.say(Found::NoFolder { error }).await
            }
            Err(ReadError::Server(error))
                if is_about_a_folder(&error) && self.reader.session.is_open() =>
            {
                course.closed = true;
                self.of_a_folder.get_or_insert(error);
                Ok(())
            }
            read => read,
        }
    }

    /// Reads what lies above the cursor.
    async fn read_new(&mut self, course: &mut Course) -> Result<(), ReadError> {
        self.opened = None;
        let examined = self.open(course).await?;
        if course.is_unchanged(&examined, self.reader.clock.now()) {
            // Another folder may be the one that is open.
            self.opened = None;
            return Ok(());
        }
        let Some(mut rest) = course.above(&examined) else {
            return Ok(());
        };
        let end_is_known = examined.uid_next.is_some();
        if end_is_known && rest.span() > CATCH_UP {
            return self.postpone(course, &examined, rest, rest.last).await;
        }
        let mut span = if end_is_known { WINDOW } else { u32::MAX };
        while self.left > 0 {
            let asked = window(
                rest,
                span,
                Backfill::OldestFirst,
                &self.trouble.cuts(course.id),
            );
            let told = self.announce(course, asked).await?;
            span = next_span(span, told.messages.len());
            let seen = told.uids().into_iter().max();
            let covered = match seen {
                _ if end_is_known => Some(asked),
                Some(last) => Some(Stretch {
                    last: last.0,
                    ..asked
                }),
                None => None,
            };
            if let Some(covered) = covered {
                self.read_window(course, &examined, covered, told, Ahead::New)
                    .await?;
            }
            match rest.without(asked, Backfill::OldestFirst) {
                Some(more) => rest = more,
                None => break,
            }
        }
        Ok(())
    }

    /// Has what lies in `stretch` up to the cursor, which stands at `last_uid` from now on, read as older mail.
    async fn postpone(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        stretch: Stretch,
        last_uid: u32,
    ) -> Result<(), ReadError> {
        course.last_uid = last_uid;
        if let Some(below) = stretch.up_to(last_uid) {
            course.backlog = Some(below.with(course.backlog));
        }
        self.say(Found::Postponed(Postponed {
            folder: course.id,
            uid_validity: examined.uid_validity,
            stretch,
            last_uid,
            highest_modseq: examined.highest_modseq,
        }))
        .await
    }

    /// Asks once more for what was announced earlier and did not come.
    async fn ask_again(&mut self, course: &mut Course) -> Result<(), ReadError> {
        if course.again.is_empty() || course.closed {
            return Ok(());
        }
        let examined = self.open(course).await?;
        self.asking_again = true;
        for (uid, attempts) in std::mem::take(&mut course.again) {
            let batch = match self.announce(course, Stretch::one(uid)).await {
                Ok(Told { messages, silent }) => {
                    let gone = messages.is_empty() && silent.is_empty();
                    let owed = if gone {
                        self.still_owed(uid).await?
                    } else {
                        None
                    };
                    let mut batch = self.deliver(course, &examined, messages).await?;
                    batch.missing.extend(silent);
                    batch.gone.extend((gone && owed.is_none()).then_some(uid));
                    batch.missing.extend(owed);
                    batch
                }
                Err(ReadError::Server(error)) if is_refusal(&error) => {
                    let mut batch = Batch::of(course.id, &examined);
                    batch.missing.push(Missing::unannounced(uid, &error));
                    batch
                }
                Err(error) => return Err(error),
            };
            let step = Step::Again(attempts);
            self.say(Found::Batch(Batch { step, ..batch })).await?;
        }
        Ok(())
    }

    /// Delivers one window in batches, each complete up to where its step says.
    async fn read_window(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        window: Stretch,
        told: Told,
        ahead: Ahead,
    ) -> Result<(), ReadError> {
        let all = told.uids();
        course.looking.add(&all);
        let (young, old) = self.by_age(told.messages);
        if old > 0 {
            self.say(Found::TooOld(old)).await?;
        }
        let (order, fresh) = match ahead {
            Ahead::New => (Backfill::OldestFirst, young),
            Ahead::Backlog => {
                let fresh = self.not_yet_known(course, examined, window, young);
                (self.backfill, fresh.await?)
            }
        };
        let from_backlog = ahead == Ahead::Backlog;
        let fresh = self
            .recognise(course, examined, fresh, from_backlog)
            .await?;
        let portions = portions(
            window,
            fresh,
            order,
            self.left,
            &self.trouble.cuts(course.id),
        );
        let count = portions.iter().map(|portion| portion.messages.len()).sum();
        self.left -= count;
        self.say(Found::Announced(count)).await?;
        let mut silent = told.silent;
        for portion in portions {
            let covers = portion.covers;
            let mut batch = self.deliver(course, examined, portion.messages).await?;
            let (of_portion, others): (Vec<_>, Vec<_>) = silent
                .into_iter()
                .partition(|missing| covers.contains(missing.announced.uid));
            batch.missing.extend(of_portion);
            silent = others;
            let messages = all.iter().filter(|uid| covers.contains(**uid)).count();
            batch.renumbered = from_backlog && course.renewed == Some(true);
            batch.step = match ahead {
                Ahead::New => course.climb(covers),
                Ahead::Backlog => course.shrink(covers, order, messages, examined),
            };
            self.say(Found::Batch(batch)).await?;
            let now = self.reader.clock.now();
            self.outlasts(now)?;
            if ahead == Ahead::Backlog && self.is_to_leave_backlog(now) {
                break;
            }
        }
        Ok(())
    }

    /// Whether the access token does. Asked after a batch, so that however short its life each token brings the scan
    /// further.
    fn outlasts(&self, now: DateTime<Utc>) -> Result<(), ReadError> {
        match self.reader.leave_at {
            Some(at) if now >= at => Err(ReadError::TokenEnds),
            _ => Ok(()),
        }
    }

    /// Those young enough, and how many are too old. What has no date is read.
    fn by_age(&self, announced: Vec<Announced>) -> (Vec<Announced>, usize) {
        let all = announced.len();
        let young: Vec<Announced> = announced
            .into_iter()
            .filter(|message| match (self.since, message.internal_date) {
                (Some(since), Some(date)) => date >= since,
                _ => true,
            })
            .collect();
        let old = all - young.len();
        (young, old)
    }
}

/// On which side of the cursor a window lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ahead {
    /// Above it.
    New,
    /// Below it.
    Backlog,
}

/// A NO to a command about one folder; whatever else a server says holds for the others too.
fn is_about_a_folder(error: &ServerError) -> bool {
    matches!(
        error,
        ServerError::ServerSaid { .. } | ServerError::Unavailable { .. }
    )
}
