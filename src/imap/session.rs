//! A handle on one signed-in connection, whose stream lives in a task of its own.
//!
//! A caller that stops waiting leaves the command to finish there, so the next answer is never taken for the last
//! one; a panic over what a server sent ends that task and nothing else; dropping the handle ends the connection.

mod changing;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::announce::{self, Announced};
use super::command::Command;
use super::examine::{Examined, examine};
use super::fetch::{Fetched, fetch, fetch_piece, fetch_telling_fields};
use super::folders::{FolderInfo, Listed, list, spelling};
use super::idle::{self, Woken};
use super::notes::MOST_WARNINGS;
use super::search::{Wanted, search, uids};
use super::sign_in::ignore;
use super::status::uid_next;
use super::uid::Uid;
use super::wire::Wire;
use crate::transport::ServerError;
use crate::transport::Waiting;

/// Calls that may wait for the one that runs.
const WAITING: usize = 16;
/// How long a goodbye is waited for: Exchange counts sessions that did not say it.
const GOODBYE: Duration = Duration::from_secs(2);

/// A signed-in connection. Calls are answered in their order. After a clean NO or BAD the session goes on; after
/// anything worse [`Session::is_open`] is false and every further call gets that same error.
#[derive(Debug)]
pub struct Session {
    jobs: mpsc::Sender<Job>,
    fate: Arc<OnceLock<ServerError>>,
    warnings: Arc<Mutex<Vec<String>>>,
    capabilities: Vec<String>,
    _connection: DropGuard,
}

/// What the task owns.
pub(super) struct Connection {
    pub(super) wire: Wire,
    listed: Option<Listed>,
    /// Each folder as it was when it was opened last.
    pub(super) seen: HashMap<String, Examined>,
}

impl Connection {
    /// How the server spells a name, as far as that is known.
    fn spelling(&self, name: &str) -> String {
        self.odd_spelling(name).unwrap_or_else(|| spelling(name))
    }

    fn odd_spelling(&self, name: &str) -> Option<String> {
        self.listed.as_ref()?.odd_spelling(name)
    }
}

/// One call; says whether the connection can be used further.
type Job = Box<dyn for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, bool> + Send>;

impl Session {
    /// Runs `opening` in a task of its own and keeps the connection there.
    pub(crate) async fn start(
        opening: impl Future<Output = Result<Wire, ServerError>> + Send + 'static,
    ) -> Result<Self, ServerError> {
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        let (jobs, queue) = mpsc::channel(WAITING);
        let (ready, opened) = oneshot::channel();
        // In a box: what opening needs is given back when it is done, and the task lives on.
        let opening = Box::pin(opening);
        tokio::spawn(async move {
            let work = async {
                match AssertUnwindSafe(opening)
                    .catch_unwind()
                    .await
                    .unwrap_or(Err(ServerError::Crashed))
                {
                    Ok(mut wire) => {
                        if ready
                            .send(Ok((wire.capabilities(), wire.take_warnings())))
                            .is_ok()
                        {
                            serve(
                                Connection {
                                    wire,
                                    listed: None,
                                    seen: HashMap::new(),
                                },
                                queue,
                            )
                            .await;
                        }
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            };
            tokio::select! {
                () = work => {}
                () = stop.cancelled() => {}
            }
        });
        let (capabilities, warnings) = opened.await.unwrap_or(Err(ServerError::Crashed))?;
        let warnings = Arc::new(Mutex::new(warnings));
        Ok(Self {
            jobs,
            fate: Arc::default(),
            warnings,
            capabilities,
            _connection: guard,
        })
    }

    /// The folders of the mailbox.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn folders(&self) -> Result<Vec<FolderInfo>, ServerError> {
        self.ask(|connection| Box::pin(folders(connection))).await
    }

    /// Opens a folder, by the name that [`Session::folders`] gives it, for reading only.
    ///
    /// # Errors
    /// See [`ServerError`]; [`ServerError::NoSuchFolder`] and others leave the session usable, with no folder open.
    pub async fn examine(&self, folder: &str) -> Result<Examined, ServerError> {
        let folder = folder.to_owned();
        self.ask(|connection| Box::pin(open_folder(connection, folder)))
            .await
    }

    /// UIDNEXT of a folder, asked for without opening it, for servers that do not say it then (Winmail); nothing where the
    /// server does not say it here either.
    ///
    /// # Errors
    /// See [`ServerError`]; only what ends the session.
    pub async fn uid_next(&self, folder: &str) -> Result<Option<Uid>, ServerError> {
        let folder = folder.to_owned();
        self.ask(|connection| {
            Box::pin(async move {
                let raw = connection.spelling(&folder);
                uid_next(&mut connection.wire, &raw).await
            })
        })
        .await
    }

    /// What is in the open folder between two UIDs, both included; ascending, each UID once.
    ///
    /// # Errors
    /// See [`ServerError`]; a result that may be short is always an error.
    pub async fn announce(&self, first: Uid, last: Uid) -> Result<Vec<Announced>, ServerError> {
        self.ask(move |connection| Box::pin(announce::announce(&mut connection.wire, first, last)))
            .await
    }

    /// What is in the open folder between two sequence numbers, both included; ascending by UID, each UID once.
    ///
    /// # Errors
    /// See [`ServerError`]; many servers answer BAD to a number that is not there.
    pub async fn announce_numbered(
        &self,
        numbers: RangeInclusive<u32>,
    ) -> Result<Vec<Announced>, ServerError> {
        self.ask(move |connection| {
            Box::pin(announce::announce_numbered(&mut connection.wire, numbers))
        })
        .await
    }

    /// The sequence number and the UID of the last message in the open folder; nothing where there is none.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn newest(&self) -> Result<Option<(u32, Uid)>, ServerError> {
        self.ask(|connection| Box::pin(announce::newest(&mut connection.wire)))
            .await
    }

    /// The UIDs that are in the open folder between two, both included; ascending. Cheaper than [`Session::announce`].
    ///
    /// # Errors
    /// See [`ServerError`]; a result that may be short is always an error.
    pub async fn uids(&self, first: Uid, last: Uid) -> Result<Vec<Uid>, ServerError> {
        self.ask(move |connection| Box::pin(uids(&mut connection.wire, first, last)))
            .await
    }

    /// The UIDs of the open folder between two, both included, of messages that fit; ascending. Servers differ in what
    /// they take for a part of a text, and some find nothing where there is something.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn search(
        &self,
        wanted: &Wanted,
        first: Uid,
        last: Uid,
    ) -> Result<Vec<Uid>, ServerError> {
        let wanted = wanted.clone();
        self.ask(move |connection| {
            Box::pin(async move { search(&mut connection.wire, &wanted, first, last).await })
        })
        .await
    }

    /// Fetches whole messages of the open folder. UIDs that the server leaves out of an otherwise good answer are
    /// missing from the result; the caller accounts for them, and bounds the batch by the sizes announced.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn fetch(&self, uids: &[Uid]) -> Result<Vec<Fetched>, ServerError> {
        let uids = uids.to_vec();
        self.ask(|connection| Box::pin(async move { fetch(&mut connection.wire, &uids).await }))
            .await
    }

    /// Fetches the header fields that tell messages of the open folder from each other; as [`Session::fetch`] otherwise.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn fetch_telling_fields(&self, uids: &[Uid]) -> Result<Vec<Fetched>, ServerError> {
        let uids = uids.to_vec();
        self.ask(|connection| {
            Box::pin(async move { fetch_telling_fields(&mut connection.wire, &uids).await })
        })
        .await
    }

    /// Fetches at most `len` bytes of a message from byte `offset` on: fewer at its end, none behind it, and nothing
    /// at all if the server does not deliver this message.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn fetch_piece(
        &self,
        uid: Uid,
        offset: u64,
        len: u32,
    ) -> Result<Option<Vec<u8>>, ServerError> {
        self.ask(move |connection| Box::pin(fetch_piece(&mut connection.wire, uid, offset, len)))
            .await
    }

    /// Waits for news of a folder with IDLE (RFC 2177), which is said anew now and then. News is also what
    /// happened since this session opened the folder last. Whoever stops waiting, by `stop` or by dropping this, has the
    /// IDLE ended before the next call is answered.
    ///
    /// # Errors
    /// See [`ServerError`]; a renewal without an answer is [`ServerError::Timeout`].
    pub async fn wait(
        &self,
        folder: &str,
        times: Waiting,
        stop: &CancellationToken,
    ) -> Result<Woken, ServerError> {
        let folder = folder.to_owned();
        let stop = stop.child_token();
        let waiting = stop.clone();
        let _ended = stop.drop_guard();
        self.ask(move |connection| Box::pin(idle::wait(connection, folder, times, waiting)))
            .await
    }

    /// Says goodbye, as far as that takes no more than a moment.
    pub async fn logout(self) {
        let goodbye = self.ask(|connection| {
            Box::pin(async {
                connection
                    .wire
                    .run(Command::new("LOGOUT"), &mut ignore)
                    .await
                    .map_err(ServerError::from)
            })
        });
        drop(timeout(GOODBYE, goodbye).await);
    }

    /// Whether it can be used further, as far as is known without asking the server.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.fate.get().is_none() && !self.jobs.is_closed()
    }

    /// What the server says it can do, upper case.
    #[must_use]
    pub fn capabilities(&self) -> &[String] {
        &self.capabilities
    }

    /// Warnings and alerts of the server so far, for a person to read (RFC 3501 §7.1 ALERT).
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, ServerError>>
        + Send
        + 'static,
    ) -> Result<T, ServerError> {
        let (answer, answered) = oneshot::channel();
        let fate = Arc::clone(&self.fate);
        let warnings = Arc::clone(&self.warnings);
        let job: Job = Box::new(move |connection| {
            Box::pin(async move {
                let working = AssertUnwindSafe(async { work(&mut *connection).await });
                let result = working
                    .catch_unwind()
                    .await
                    .unwrap_or(Err(ServerError::Crashed));
                let over = connection.wire.is_over();
                if let Err(error) = &result
                    && over
                {
                    drop(fate.set(error.clone()));
                }
                keep(connection.wire.take_warnings(), &warnings);
                drop(answer.send(result));
                !over
            })
        });
        if self.jobs.send(job).await.is_err() {
            return Err(self.ended());
        }
        answered.await.unwrap_or_else(|_| Err(self.ended()))
    }

    fn ended(&self) -> ServerError {
        self.fate
            .get()
            .cloned()
            .unwrap_or(ServerError::Closed { words: None })
    }
}

fn keep(said: Vec<String>, warnings: &Mutex<Vec<String>>) {
    let mut warnings = warnings.lock().unwrap_or_else(PoisonError::into_inner);
    for words in said {
        if warnings.len() < MOST_WARNINGS && !warnings.contains(&words) {
            warnings.push(words);
        }
    }
}

async fn serve(mut connection: Connection, mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.recv().await {
        if !job(&mut connection).await {
            break;
        }
    }
}

async fn folders(connection: &mut Connection) -> Result<Vec<FolderInfo>, ServerError> {
    let folders = list(&mut connection.wire).await?;
    connection.listed = Some(Listed::of(&folders));
    Ok(folders)
}

pub(super) async fn open_folder(
    connection: &mut Connection,
    name: String,
) -> Result<Examined, ServerError> {
    let examined = as_spelled(connection, &name, |wire, name, raw| {
        Box::pin(examine(wire, name, raw))
    })
    .await?;
    connection.seen.insert(name, examined);
    Ok(examined)
}

/// Opens a folder. A name that the server does not know as we spell it may be one that it spells in its own way, or a
/// slip.
async fn as_spelled<T>(
    connection: &mut Connection,
    name: &str,
    open: impl for<'w> Fn(&'w mut Wire, &'w str, &'w str) -> BoxFuture<'w, Result<T, ServerError>>,
) -> Result<T, ServerError> {
    let raw = connection.spelling(name);
    let opened = match open(&mut connection.wire, name, &raw).await {
        Err(unknown @ ServerError::NoSuchFolder { .. }) if connection.listed.is_none() => {
            folders(connection).await?;
            match connection.odd_spelling(name) {
                Some(raw) => open(&mut connection.wire, name, &raw).await,
                None => Err(unknown),
            }
        }
        outcome => outcome,
    };
    opened.map_err(|error| match &connection.listed {
        Some(listed) => listed.explain(error),
        None => error,
    })
}
