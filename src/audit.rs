//! Compares a mailbox on its server with the ledger, folder by folder and UID by UID, or over POP3 name by name, so that
//! "nothing is lost, nothing is doubled" is a count and no promise.
//!
//! Reads no mail. Never knows scans: whoever calls holds the mailbox's lease, so that none runs meanwhile, and has the
//! next one read what a repair asks for.

mod comparing;
mod folder;
mod maildrop;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;

pub use folder::{FolderAudit, Uids};

use crate::access::{Access, Entered};
use crate::imap;
use crate::pop3;
use crate::store::deliveries::audited;
use crate::store::scanners::Placed;
use crate::store::{Store, StoreError, folders};
use crate::transport::ServerError;

/// The one folder that there is over POP3.
const MAILDROP: &str = "INBOX";

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
    Server(ServerError),
    Store(StoreError),
}

impl From<ServerError> for Ended {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
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
        match self.access.open(&placed.mailbox, &placed.server).await {
            Ok(opened) => match opened.session {
                Entered::Imap(session, _) => self.look_over(session, placed, &mut audit).await?,
                Entered::Pop3(session) => {
                    let maildrop = self.maildrop(session, placed).await?;
                    audit.folders.push(maildrop);
                }
            },
            Err(closed) => audit.error = Some(closed.to_string()),
        }
        Ok(audit)
    }

    async fn look_over(
        &self,
        session: imap::Session,
        placed: &Placed,
        audit: &mut Audit,
    ) -> Result<(), StoreError> {
        for name in &placed.scanner.folders.0 {
            match self.look_at(&session, placed, name).await {
                Ok(folder) => audit.folders.push(folder),
                Err(Ended::Store(error)) => return Err(error),
                Err(Ended::Server(error)) => {
                    let words = format!("{error} {}", error.remedy());
                    if !session.is_open() {
                        audit.error = Some(words);
                        return Ok(());
                    }
                    audit.folders.push(FolderAudit::unopened(name, words));
                }
            }
        }
        session.logout().await;
        Ok(())
    }

    /// Compares what a POP3 session lists with the ledger of a scanner, and signs it out.
    ///
    /// # Errors
    /// Where the database fails; what the server does is told in the audit.
    pub async fn maildrop(
        &self,
        mut session: pop3::Session,
        placed: &Placed,
    ) -> Result<FolderAudit, StoreError> {
        let row = folders::find_or_insert(&self.store, placed.scanner.id, MAILDROP).await?;
        let since = placed.scanner.start_date.map(start_of);
        let compared = maildrop::compare(&self.store, &mut session, &row, since).await;
        session.quit().await;
        match compared {
            Ok(folder) => self.named(folder, placed, &row).await,
            Err(Ended::Store(error)) => Err(error),
            Err(Ended::Server(error)) => {
                let words = format!("{error} {}", error.remedy());
                Ok(FolderAudit::unopened(MAILDROP, words))
            }
        }
    }

    async fn look_at(
        &self,
        session: &imap::Session,
        placed: &Placed,
        name: &str,
    ) -> Result<FolderAudit, Ended> {
        let scanner = placed.scanner.id;
        let examined = session.examine(name).await?;
        let row = folders::find_or_insert(&self.store, scanner, name).await?;
        let since = placed.scanner.start_date.map(start_of);
        let folder = comparing::compare(&self.store, session, &row, &examined, since).await?;
        Ok(self.named(folder, placed, &row).await?)
    }

    /// The folder with its name and with what is doubled in it.
    async fn named(
        &self,
        mut folder: FolderAudit,
        placed: &Placed,
        row: &entities::folders::Model,
    ) -> Result<FolderAudit, StoreError> {
        folder.name(&row.name);
        let twice = audited::acted_twice(&self.store, placed.scanner.id, row.id).await?;
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
