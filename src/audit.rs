//! Compares a mailbox on its server with the ledger, folder by folder and UID by UID, so that "nothing is lost, nothing
//! is doubled" is a count and no promise.
//!
//! Reads no mail. Never knows scans: whoever calls holds the mailbox's lease, so that none runs meanwhile, and has the
//! next one read what a repair asks for.

mod comparing;
mod folder;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

pub use folder::{FolderAudit, Uids};

use crate::access::Access;
use crate::imap::{ImapError, Session};
use crate::store::deliveries::audited;
use crate::store::scanners::Placed;
use crate::store::{Store, StoreError, folders};

/// What every audit needs.
#[derive(Debug, Clone)]
pub struct Auditing {
    /// The ledger.
    pub store: Store,
    /// Opens mailboxes.
    pub access: Access,
}

/// What an audit of one scanner's folders found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Name of the scanner.
    pub scanner: String,
    /// Address of its mailbox.
    pub mailbox: String,
    /// Why it could not be brought to its end, with what is to be done.
    pub error: Option<String>,
    /// What was found in each folder that was looked at.
    pub folders: Vec<FolderAudit>,
}

impl Audit {
    /// Whether everything could be compared and nothing is missing or doubled.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.error.is_none() && self.folders.iter().all(FolderAudit::is_well)
    }

    /// Whether a repair may help.
    #[must_use]
    pub fn is_missing_something(&self) -> bool {
        self.folders.iter().any(|folder| folder.missing > 0)
    }
}

/// Why a folder's audit ended.
enum Ended {
    Imap(ImapError),
    Store(StoreError),
}

impl From<ImapError> for Ended {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Auditing {
    /// Compares every folder of a scanner with the ledger. The caller holds the mailbox's lease.
    ///
    /// # Errors
    /// Where the database fails; what the server does is told in the audit.
    pub async fn run(&self, placed: &Placed) -> Result<Audit, StoreError> {
        let mut audit = Audit {
            scanner: placed.scanner.name.clone(),
            mailbox: placed.mailbox.address.clone(),
            error: None,
            folders: Vec::new(),
        };
        let session = match self.access.open(&placed.mailbox, &placed.server).await {
            Ok(opened) => opened.session,
            Err(closed) => {
                audit.error = Some(closed.to_string());
                return Ok(audit);
            }
        };
        for name in &placed.scanner.folders.0 {
            match self.look_at(&session, placed, name).await {
                Ok(folder) => audit.folders.push(folder),
                Err(Ended::Store(error)) => return Err(error),
                Err(Ended::Imap(error)) => {
                    let words = format!("{error} {}", error.remedy());
                    if !session.is_open() {
                        audit.error = Some(words);
                        return Ok(audit);
                    }
                    audit.folders.push(FolderAudit::unopened(name, words));
                }
            }
        }
        session.logout().await;
        Ok(audit)
    }

    async fn look_at(
        &self,
        session: &Session,
        placed: &Placed,
        name: &str,
    ) -> Result<FolderAudit, Ended> {
        let scanner = placed.scanner.id;
        let examined = session.examine(name).await?;
        let row = folders::find_or_insert(&self.store, scanner, name).await?;
        let since = placed.scanner.start_date.map(start_of);
        let mut folder = comparing::compare(&self.store, session, &row, &examined, since).await?;
        folder.name(name);
        let twice = audited::acted_twice(&self.store, scanner, row.id).await?;
        folder.doubled = twice.len() as u64;
        folder.doubled_messages = twice;
        Ok(folder)
    }

    /// Has what is missing read with the next scan of the scanner. The caller sees to it that one runs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn repair(&self, placed: &Placed, audit: &Audit) -> Result<(), StoreError> {
        for found in &audit.folders {
            let hulls = [found.missing_uids.hull(), found.taken_for_gone.hull()];
            let hulls = hulls.into_iter().flatten();
            let Some((first, last)) = hulls.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
                continue;
            };
            let row =
                folders::find_or_insert(&self.store, placed.scanner.id, &found.folder).await?;
            let wanted = folders::Stretch {
                first: i64::from(first),
                last: i64::from(last),
            };
            let tx = self.store.begin().await?;
            folders::widen_backlog(&tx, row.id, wanted).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// When a day begins for start dates.
fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
