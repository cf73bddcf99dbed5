//! The folders of a mailbox (RFC 3501 §6.3.8, RFC 6154): names as people read them and as the server spells them.

mod near;

use std::collections::HashMap;

use imap_proto::{MailboxDatum, NameAttribute, Response};

use super::command::Command;
use super::mutf7;
use super::refusal::Failure;
use super::scanner::Shape;
use super::wire::Wire;
use crate::transport::ServerError;

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderInfo {
    /// Its name as a person reads it; the server's own spelling where that is malformed.
    pub name: String,
    /// What stands between the names of nested folders, if they nest.
    pub delimiter: Option<char>,
    /// Whether it can hold messages at all.
    pub selectable: bool,
    /// What it is for, if the server says so.
    pub special_use: Option<SpecialUse>,
    /// The server's spelling.
    pub(crate) raw: String,
}

/// What a folder is for (RFC 6154 §2, RFC 8457 for `Important`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the RFC's own names")]
pub enum SpecialUse {
    All,
    Archive,
    Drafts,
    Flagged,
    Important,
    Junk,
    Sent,
    Trash,
}

impl SpecialUse {
    /// As `--json` prints it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Archive => "archive",
            Self::Drafts => "drafts",
            Self::Flagged => "flagged",
            Self::Important => "important",
            Self::Junk => "junk",
            Self::Sent => "sent",
            Self::Trash => "trash",
        }
    }

    /// As mail programs name such a folder.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "All Mail",
            Self::Archive => "Archive",
            Self::Drafts => "Drafts",
            Self::Flagged => "Flagged",
            Self::Important => "Important",
            Self::Junk => "Junk",
            Self::Sent => "Sent",
            Self::Trash => "Trash",
        }
    }
}

/// What a session keeps of a list of folders.
pub(crate) struct Listed {
    /// The server's spelling of each name that is not spelled as we would.
    spellings: HashMap<String, String>,
    /// As many as are looked at for a name that is not there.
    folders: Vec<FolderInfo>,
}

impl Listed {
    pub(crate) fn of(folders: &[FolderInfo]) -> Self {
        let odd = folders
            .iter()
            .filter(|folder| spelling(&folder.name) != folder.raw);
        Self {
            spellings: odd
                .map(|folder| (folder.name.clone(), folder.raw.clone()))
                .collect(),
            folders: folders.iter().take(near::MOST_KNOWN).cloned().collect(),
        }
    }

    /// How the server spells a name, if not as we would.
    pub(crate) fn odd_spelling(&self, name: &str) -> Option<String> {
        self.spellings.get(name).cloned()
    }

    /// The same error with the folders that may be meant.
    pub(crate) fn explain(&self, error: ServerError) -> ServerError {
        match error {
            ServerError::NoSuchFolder { name, words, .. } => ServerError::NoSuchFolder {
                near: near::near(&name, &self.folders),
                name,
                words,
            },
            error => error,
        }
    }
}

/// All folders, in the server's order. What they are for is asked for where the server knows the question (RFC 6154 §3);
/// many say it unasked.
pub(crate) async fn list(wire: &mut Wire) -> Result<Vec<FolderInfo>, ServerError> {
    if wire.has("SPECIAL-USE") && wire.has("LIST-EXTENDED") {
        let mut folders = Vec::new();
        let command = all_folders()?.word("RETURN")?.word("(SPECIAL-USE)")?;
        match run(wire, command, &mut folders).await {
            // Some servers offer it and decline, or list nothing.
            Ok(()) if folders.is_empty() => {}
            Ok(()) => return Ok(folders),
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut folders = Vec::new();
    run(wire, all_folders()?, &mut folders).await?;
    Ok(folders)
}

fn all_folders() -> Result<Command, ServerError> {
    Command::new("LIST").string("")?.string("*")
}

async fn run(
    wire: &mut Wire,
    command: Command,
    folders: &mut Vec<FolderInfo>,
) -> Result<(), Failure> {
    wire.run(command, &mut |response, shape| {
        folders.extend(folder(response, shape));
    })
    .await?;
    Ok(())
}

/// How a well-behaved server spells a name.
pub(crate) fn spelling(name: &str) -> String {
    if name.eq_ignore_ascii_case("INBOX") {
        "INBOX".to_owned()
    } else {
        mutf7::encode(name)
    }
}

fn folder(response: &Response<'_>, shape: Shape) -> Option<FolderInfo> {
    let Response::MailboxData(MailboxDatum::List(data)) = response else {
        return None;
    };
    // The parser leaves a quoted name's backslashes in and does not say whether it was quoted.
    let raw = if shape.ends_quoted {
        unescape(&data.name)
    } else {
        data.name.to_string()
    };
    let name = if raw.eq_ignore_ascii_case("INBOX") {
        "INBOX".to_owned()
    } else {
        mutf7::decode(&raw).unwrap_or_else(|| raw.clone())
    };
    let no_messages = data
        .name_attributes
        .iter()
        .any(|attribute| match attribute {
            NameAttribute::NoSelect => true,
            NameAttribute::Extension(other) => other.eq_ignore_ascii_case("\\NonExistent"),
            _ => false,
        });
    Some(FolderInfo {
        name,
        delimiter: data
            .delimiter
            .as_deref()
            .and_then(|delimiter| delimiter.chars().last()),
        selectable: !no_messages,
        special_use: data.name_attributes.iter().find_map(special_use),
        raw,
    })
}

fn special_use(attribute: &NameAttribute<'_>) -> Option<SpecialUse> {
    Some(match attribute {
        NameAttribute::All => SpecialUse::All,
        NameAttribute::Archive => SpecialUse::Archive,
        NameAttribute::Drafts => SpecialUse::Drafts,
        NameAttribute::Flagged => SpecialUse::Flagged,
        NameAttribute::Junk => SpecialUse::Junk,
        NameAttribute::Sent => SpecialUse::Sent,
        NameAttribute::Trash => SpecialUse::Trash,
        NameAttribute::Extension(other) if other.eq_ignore_ascii_case("\\Important") => {
            SpecialUse::Important
        }
        _ => return None,
    })
}

/// What a quoted string says (RFC 3501 §9 `quoted`).
pub(crate) fn unescape(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
#[path = "folders_tests.rs"]
mod tests;
