//! The folders of a mailbox as its server lists them, for a person who chooses which are to be read.

use entities::mail_servers::{self, Protocol};
use entities::mailboxes;
use serde::{Deserialize, Serialize};

use super::Access;
use super::open::Entered;
use crate::imap::SpecialUse;

/// The one folder that there is over POP3, and that every mailbox has.
const INBOX: &str = "INBOX";
/// Folders that are listed at most.
const MOST: usize = 1_000;

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Its name, as a scanner names it.
    pub name: String,
    /// What it is for, as mail programs call it; nothing where the server does not say.
    #[serde(default)]
    pub used_for: Option<String>,
    /// Whether it can hold mail at all.
    #[serde(default)]
    pub can_be_read: bool,
}

impl Access {
    /// Lists them, INBOX first; a sentence where they can't be had.
    pub async fn folders(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Vec<Folder>, String> {
        let inbox = Folder {
            name: INBOX.to_owned(),
            used_for: None,
            can_be_read: true,
        };
        if server.protocol == Protocol::Pop3 {
            return Ok(vec![inbox]);
        }
        let opened = self.open(mailbox, server).await;
        let opened = opened.map_err(|closed| closed.to_string())?;
        let session = match opened.session {
            Entered::Imap(session, _) => session,
            Entered::Pop3(session) => {
                session.quit().await;
                return Err("The mail server was changed meanwhile. Ask again.".to_owned());
            }
        };
        let mut all = match session.folders().await {
            Ok(all) => all,
            Err(error) => return Err(format!("{error} {}", error.remedy())),
        };
        session.logout().await;
        all.sort_by_cached_key(|folder| (folder.name != INBOX, folder.name.to_lowercase()));
        let folders = all.into_iter().take(MOST).map(|folder| Folder {
            used_for: folder.special_use.map(SpecialUse::words).map(str::to_owned),
            can_be_read: folder.selectable,
            name: folder.name,
        });
        Ok(folders.collect())
    }
}
