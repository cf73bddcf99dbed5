//! The folders of a mailbox (RFC 3501 §6.3.8, RFC 6154): names as people read them and as the server spells them.

use std::collections::HashMap;

use imap_proto::{MailboxDatum, NameAttribute, Response};

use super::command::Command;
use super::mutf7;
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

/// The server's spelling of each name that is not spelled as we would.
pub(crate) type Spellings = HashMap<String, String>;

/// All folders, in the server's order.
pub(crate) async fn list(wire: &mut Wire) -> Result<Vec<FolderInfo>, ServerError> {
    let mut folders = Vec::new();
    let command = Command::new("LIST").string("")?.string("*")?;
    wire.run(command, &mut |response, shape| {
        folders.extend(folder(response, shape));
    })
    .await?;
    Ok(folders)
}

/// How the server spells the names that it does not spell as we would.
pub(crate) fn spellings(folders: &[FolderInfo]) -> Spellings {
    let odd = folders
        .iter()
        .filter(|folder| spelling(&folder.name) != folder.raw);
    odd.map(|folder| (folder.name.clone(), folder.raw.clone()))
        .collect()
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
