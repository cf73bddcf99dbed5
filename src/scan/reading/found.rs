//! What the reader tells: folders begun, messages announced, and batches that account for what was announced.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::FolderId;
use tokio::sync::oneshot;

use super::looking::{LookOwed, Looked};
use super::plan::Stretch;
use super::recognising::Recognised;
use super::trouble::Breach;
use crate::blobs::{BlobError, WrittenBlob};
use crate::imap::{Announced, Examined, ServerError, ServerId, Uid, UidValidity};
use crate::store::StoreError;

/// What the reader found; of what was delivered it says `D`.
#[derive(Debug)]
pub(in crate::scan) enum Found<D = Delivered> {
    /// A folder seen for the first time, or under a new UIDVALIDITY: all that is there is its backlog now.
    Begun(Begun),
    /// What is to be read as older mail: so much has come since the last look, or a look found so much missing.
    Postponed(Postponed),
    /// So many messages more are going to be delivered.
    Announced(usize),
    /// So many messages were left out for being older than the start date.
    TooOld(usize),
    /// A part of a folder, complete as far as its step says.
    Batch(Batch<D>),
    /// A folder that can't be opened; the others go on.
    NoFolder {
        /// Why, with its decoded name.
        error: ServerError,
    },
    /// Messages that are kept already.
    Recognised(Recognised),
    /// A folder that was read to its end.
    Looked(Looked),
    /// A folder whose look could not come to its end.
    LookOwed(LookOwed),
    /// What the server says that can't be so, as a sentence.
    Notice(String),
    /// To be answered when all that was found before is kept.
    KeepUp(oneshot::Sender<()>),
}

/// A folder at its first look.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Begun {
    /// Its row.
    pub folder: FolderId,
    /// UIDVALIDITY from now on.
    pub uid_validity: UidValidity,
    /// The highest UID there.
    pub last_uid: u32,
    /// How many messages the server says are there.
    pub exists: u32,
    /// HIGHESTMODSEQ when the folder was opened.
    pub highest_modseq: Option<u64>,
}

/// Mail that joins the backlog.
#[derive(Debug, Clone, Copy)]
pub(in crate::scan) struct Postponed {
    /// Its folder's row.
    pub folder: FolderId,
    /// UIDVALIDITY under which the UIDs count.
    pub uid_validity: UidValidity,
    /// Its UIDs.
    pub stretch: Stretch,
    /// The cursor from now on; none of the UIDs above it is older mail.
    pub last_uid: u32,
    /// HIGHESTMODSEQ when the folder was opened.
    pub highest_modseq: Option<u64>,
}

/// A part of a folder: everything that was announced in it.
#[derive(Debug)]
pub(in crate::scan) struct Batch<D = Delivered> {
    /// Its row.
    pub folder: FolderId,
    /// UIDVALIDITY under which the UIDs count; 0 for files.
    pub uid_validity: i64,
    /// Delivered messages.
    pub delivered: Vec<D>,
    /// Announced and not delivered.
    pub missing: Vec<Missing>,
    /// Asked for, but no longer there.
    pub gone: Vec<Uid>,
    /// What it means for the folder.
    pub step: Step,
    /// HIGHESTMODSEQ when the folder was opened.
    pub highest_modseq: Option<u64>,
    /// What POP3 has of them beside.
    pub by_uidl: ByUidl,
    /// Whether its messages may be known under another UIDVALIDITY.
    pub renumbered: bool,
}

/// What a POP3 mailbox knows messages by, and what was left out of it.
#[derive(Debug, Default)]
pub(in crate::scan) struct ByUidl {
    /// Lasting names, by the numbers that deliveries have in the ledger.
    pub names: HashMap<i64, String>,
    /// Names of messages that are older than the start date, and when they were received.
    pub old: Vec<(String, DateTime<Utc>)>,
}

/// What a batch means for its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Step {
    /// New mail: everything up to this UID is accounted for.
    UpTo(Uid),
    /// A part of the older mail is accounted for.
    Backlog(Shrunk),
    /// Asked for again; so often it was in vain before.
    Again(i32),
    /// Nothing: files have no UIDs.
    None,
}

/// A backlog of which a part is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) struct Shrunk {
    /// Before.
    pub was: Stretch,
    /// After.
    pub left: Option<Stretch>,
    /// How many messages the server announced in the part, known and too old ones too.
    pub messages: usize,
    /// How many messages the server says are in the folder.
    pub exists: u32,
}

impl Batch {
    /// Nothing yet of an open folder.
    pub(super) fn of(folder: FolderId, examined: &Examined) -> Self {
        Self {
            folder,
            uid_validity: i64::from(examined.uid_validity.0),
            delivered: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            step: Step::None,
            highest_modseq: examined.highest_modseq,
            by_uidl: ByUidl::default(),
            renumbered: false,
        }
    }

    /// What was delivered, apart from all else.
    pub(in crate::scan) fn parted(mut self) -> (Vec<Delivered>, Self) {
        (std::mem::take(&mut self.delivered), self)
    }
}

impl<D> Batch<D> {
    /// With these as delivered.
    pub(in crate::scan) fn with<E>(self, delivered: Vec<E>) -> Batch<E> {
        Batch {
            folder: self.folder,
            uid_validity: self.uid_validity,
            delivered,
            missing: self.missing,
            gone: self.gone,
            step: self.step,
            highest_modseq: self.highest_modseq,
            renumbered: self.renumbered,
            by_uidl: self.by_uidl,
        }
    }

    /// How many of those that were announced it accounts for.
    pub(in crate::scan) fn announced(&self) -> u64 {
        match self.step {
            Step::Again(_) => 0,
            _ => (self.delivered.len() + self.missing.len() + self.gone.len()) as u64,
        }
    }
}

impl Found {
    /// The same, a batch made into another one by `pack`.
    pub(in crate::scan) async fn packed<E, Packing, Error>(
        self,
        pack: impl FnOnce(Batch) -> Packing,
    ) -> Result<Found<E>, Error>
    where
        Packing: Future<Output = Result<Batch<E>, Error>>,
    {
        Ok(match self {
            Self::Batch(batch) => Found::Batch(pack(batch).await?),
            Self::Begun(begun) => Found::Begun(begun),
            Self::Postponed(postponed) => Found::Postponed(postponed),
            Self::Announced(count) => Found::Announced(count),
            Self::TooOld(count) => Found::TooOld(count),
            Self::NoFolder { error } => Found::NoFolder { error },
            Self::Recognised(recognised) => Found::Recognised(recognised),
            Self::Looked(looked) => Found::Looked(looked),
            Self::LookOwed(owed) => Found::LookOwed(owed),
            Self::Notice(notice) => Found::Notice(notice),
            Self::KeepUp(kept) => Found::KeepUp(kept),
        })
    }
}

/// One message as delivered.
#[derive(Debug)]
pub(in crate::scan) struct Delivered {
    /// Its UID; for a file a number made of its bytes.
    pub uid: i64,
    /// When the server received it.
    pub internal_date: Option<DateTime<Utc>>,
    /// What the server calls it in every folder of the mailbox.
    pub server_id: Option<ServerId>,
    /// Its bytes.
    pub body: Body,
}

/// The bytes of a message.
#[derive(Debug)]
pub(in crate::scan) enum Body {
    /// Here.
    Whole(Vec<u8>),
    /// In the blob store, durable.
    Stored(WrittenBlob),
}

/// One message that was announced and not delivered, or that could not even be announced.
#[derive(Debug)]
pub(in crate::scan) struct Missing {
    /// What the server said of it.
    pub announced: Announced,
    /// Why, as a sentence.
    pub reason: String,
    /// Asking again can't help before somebody has done this: it is too large.
    pub cure: Option<&'static str>,
    /// Whether it may be the server's or the network's trouble rather than this message's.
    pub doubt: Option<Doubt>,
}

impl Missing {
    /// One that the server lists and never shows.
    pub(super) fn unshown(uid: Uid) -> Self {
        Self {
            announced: Announced::bare(uid),
            reason: "The server lists this message and does not show it.".to_owned(),
            cure: None,
            doubt: None,
        }
    }
}

/// What broke over a message before anything of the kind had worked over that connection.
#[derive(Debug, Clone)]
pub(in crate::scan) enum Doubt {
    /// Its announcement.
    Announcement(ServerError),
    /// Its delivery.
    Delivery,
}

/// How far reading came when nothing was in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum End {
    /// To the end, or to the limit.
    Whole,
    /// Older mail is left for the next scan, which may begin at once.
    BacklogLeft,
}

/// Why reading stopped before its end.
#[derive(Debug, thiserror::Error)]
pub(in crate::scan) enum ReadError {
    /// The server or the way to it.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The connection broke over messages.
    #[error("{}", .0.error)]
    Breach(Box<Breach>),
    /// The blob store.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The ledger could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A POP3 connection that is good for nothing more; what it broke over is accounted for.
    #[error(transparent)]
    Spent(ServerError),
    /// The session would soon be ended by the server, as the access token ends.
    #[error("the access token ends")]
    TokenEnds,
    /// Nobody listens any more.
    #[error("the scan was stopped")]
    Stopped,
}
