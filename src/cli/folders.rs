//! `mailroom folders`: the folders of a mailbox as a set-up file names them, and what they are for.

use anyhow::{Context as _, bail};
use entities::mail_servers::Protocol;
use entities::mailboxes;
use serde::Serialize;

use super::authorize::mailbox;
use super::{Done, output};
use crate::access::Entered;
use crate::app::App;
use crate::imap::{FolderInfo, Session, SpecialUse};
use crate::store::{mail_servers, scanners};

/// The one folder that there is over POP3, and that every mailbox has.
const INBOX: &str = "INBOX";
/// Folders that are listed at most.
const MOST: usize = 1_000;
/// Letters of a name in the table; `--json` has all.
const MOST_LETTERS: usize = 120;

/// What is there, as `mailroom folders --json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    mailbox: String,
    protocol: &'static str,
    folders: Vec<Folder>,
    /// How many more the server has.
    more: usize,
    /// Those that scanners name and that can't be opened.
    missing: Vec<Missing>,
}

#[derive(Debug, Serialize)]
struct Folder {
    name: String,
    special_use: Option<&'static str>,
    #[serde(skip)]
    used_for: &'static str,
    /// Whether it can hold mail at all.
    can_be_read: bool,
    /// Those that read it.
    scanners: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Missing {
    folder: String,
    scanners: Vec<String>,
    /// Why, with what is to be done.
    error: String,
}

pub(super) async fn run(app: &App, address: &str, json: bool) -> anyhow::Result<Done> {
    let mailbox = mailbox(app, address).await?;
    let server = mail_servers::by_id(&app.store, mailbox.mail_server_id)
        .await?
        .context("The mailbox's server is gone")?;
    let readers = Readers::of(app, &mailbox).await?;
    let answer = match server.protocol {
        Protocol::Pop3 => Answer {
            mailbox: mailbox.address,
            protocol: Protocol::Pop3.as_str(),
            folders: vec![readers.known(INBOX)],
            more: 0,
            missing: Vec::new(),
        },
        Protocol::Imap => match app.access.open(&mailbox, &server).await {
            Ok(opened) => match opened.session {
                Entered::Imap(session, _) => readers.ask(session, mailbox.address).await?,
                Entered::Pop3(session) => {
                    session.quit().await;
                    bail!("The mailbox's server was changed meanwhile; run it again");
                }
            },
            Err(closed) => bail!("{} could not be opened: {closed}", mailbox.address),
        },
    };
    if json {
        output::json(&answer)?;
    } else {
        say(&answer)?;
    }
    Ok(Done::Well)
}

/// The scanners of the mailbox and the folders that each names.
struct Readers(Vec<(String, Vec<String>)>);

impl Readers {
    async fn of(app: &App, mailbox: &mailboxes::Model) -> anyhow::Result<Self> {
        let all = scanners::list(&app.store).await?;
        let own = all.into_iter().filter(|it| it.mailbox_id == mailbox.id);
        Ok(Self(own.map(|it| (it.name, it.folders.0)).collect()))
    }

    async fn ask(&self, session: Session, address: String) -> anyhow::Result<Answer> {
        let mut all = match session.folders().await {
            Ok(all) => all,
            Err(error) => bail!(
                "The folders of {address} could not be listed: {error} {}",
                error.remedy()
            ),
        };
        all.sort_by_cached_key(|folder| (folder.name != INBOX, folder.name.to_lowercase()));
        let mut folders: Vec<Folder> = all.iter().take(MOST).map(|it| self.listed(it)).collect();
        let mut missing = Vec::new();
        for name in self.unlisted(&all) {
            // Servers open folders that they don't list.
            match session.examine(name).await {
                Ok(_) => folders.push(self.known(name)),
                Err(error) => missing.push(Missing {
                    folder: name.to_owned(),
                    scanners: self.reading(name),
                    error: format!("{error} {}", error.remedy()),
                }),
            }
        }
        session.logout().await;
        Ok(Answer {
            mailbox: address,
            protocol: Protocol::Imap.as_str(),
            more: all.len().saturating_sub(MOST),
            folders,
            missing,
        })
    }

    /// Names in scanners that the server did not list, each once.
    fn unlisted(&self, all: &[FolderInfo]) -> Vec<&str> {
        let named = self.0.iter().flat_map(|(_, folders)| folders);
        let mut unlisted: Vec<&str> = named
            .map(String::as_str)
            .filter(|name| !all.iter().any(|folder| is_same(name, &folder.name)))
            .collect();
        unlisted.sort_unstable();
        unlisted.dedup();
        unlisted
    }

    fn listed(&self, folder: &FolderInfo) -> Folder {
        Folder {
            special_use: folder.special_use.map(SpecialUse::as_str),
            used_for: folder.special_use.map_or("", SpecialUse::words),
            can_be_read: folder.selectable,
            ..self.known(&folder.name)
        }
    }

    /// One of which nothing is known but that it is there.
    fn known(&self, name: &str) -> Folder {
        Folder {
            name: name.to_owned(),
            special_use: None,
            used_for: "",
            can_be_read: true,
            scanners: self.reading(name),
        }
    }

    fn reading(&self, name: &str) -> Vec<String> {
        let reads = |folders: &[String]| folders.iter().any(|folder| is_same(folder, name));
        let those = self.0.iter().filter(|(_, folders)| reads(folders));
        those.map(|(scanner, _)| scanner.clone()).collect()
    }
}

/// INBOX is the same in all letters (RFC 3501 §5.1).
fn is_same(one: &str, other: &str) -> bool {
    one == other || one.eq_ignore_ascii_case(INBOX) && other.eq_ignore_ascii_case(INBOX)
}

fn say(answer: &Answer) -> std::io::Result<()> {
    if answer.protocol == Protocol::Pop3.as_str() {
        return output::line(format!(
            "{} is read over POP3, which has one folder: INBOX.",
            answer.mailbox
        ));
    }
    output::table(
        ["Folder", "For", "Holds mail", "Read by"],
        answer.folders.iter().map(|folder| {
            [
                output::shortened(&folder.name, MOST_LETTERS),
                folder.used_for.to_owned(),
                if folder.can_be_read { "yes" } else { "no" }.to_owned(),
                folder.scanners.join(", "),
            ]
        }),
    )?;
    if answer.more > 0 {
        output::line(format!(
            "The server lists {} more.",
            output::number(answer.more as u64)
        ))?;
    }
    for missing in &answer.missing {
        output::line(format!(
            "{}: {}",
            missing.scanners.join(", "),
            missing.error
        ))?;
    }
    output::line("A scanner's `folders` in the set-up file take these names.")
}
