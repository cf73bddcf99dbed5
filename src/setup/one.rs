//! Changes one entry of what is set up, as a form on a page does. The entry is read, checked, planned and applied as if a
//! file named it alone, so that a page takes what `mailroom apply` takes and refuses it in the same words. Never knows the
//! page; each change stands in the audit log, in the transaction that makes it.

mod removing;
mod section;

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value, json};

use super::SetupError;
use super::after::check_after;
use super::apply::apply;
use super::changes::{Change, Changes, Kind};
use super::plan::{Unnamed, plan};
use super::problem::{Problem, Problems};
use super::read::{Surroundings, read};
use super::stored::Stored;
use crate::rule_books::Publication;
use crate::secrets::KeyRing;
use crate::store::audit_entries::{self, NewEntry};
use crate::store::{Store, StoreError};

pub use removing::remove;
pub use section::Section;

/// What stands for a file's name in versions of the rules.
const SOURCE: &str = "web pages";

/// Where secrets stand within an entry.
const SECRETS: [&[&str]; 3] = [
    &["password"],
    &["access_token"],
    &["oauth", "client_secret"],
];

/// What a person wants of one entry.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Where it stands.
    pub section: Section,
    /// Which one; nothing for one that is to be made.
    pub name: Option<String>,
    /// Its [`Stored::mark`] when the person began to change it.
    pub seen: String,
    /// What is to be otherwise, in keys of a file: null takes a key away, and keys within keys are gone through one by one
    /// (RFC 7396).
    pub keys: Map<String, Value>,
}

/// Who changes something, and with what.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// What an entry is read against besides what is stored.
    pub around: Surroundings<'a>,
    /// Seals secrets.
    pub ring: &'a KeyRing,
    /// The user.
    pub user: UserId,
    /// Their address.
    pub email: &'a str,
    /// Where they call from.
    pub remote: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

/// What was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// How the entry is called, as it is stored.
    pub name: String,
    /// What changed; nothing where all was so before.
    pub changes: Changes,
    /// What is allowed and worth a word.
    pub warnings: Vec<String>,
}

/// One thing that is wrong with a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key within the entry, without numbers of list items: `oauth.client_id`; empty for the whole.
    pub field: String,
    /// What is wrong and what to do.
    pub told: String,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// These are to be mended.
    #[error("What is wanted can't be set up")]
    Wrong(Vec<Fault>),
    /// Somebody else changed it meanwhile.
    #[error("Somebody changed this since you opened it. Open it again and see what it is now.")]
    Changed,
    /// It is not there any more.
    #[error("This is not there any more.")]
    Gone,
    /// Something needs it.
    #[error("{0}")]
    InUse(String),
    /// It could not be stored.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> Self {
        Self::Setup(error.into())
    }
}

impl From<Vec<Fault>> for NotDone {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Wrong(faults)
    }
}

/// Reads what is stored, as this program sees it.
///
/// # Errors
/// See [`SetupError`].
pub async fn stored(db: &impl ConnectionTrait, ring: &KeyRing) -> Result<Stored, SetupError> {
    Stored::load(db, ring, &|name: &str| std::env::var_os(name)).await
}

/// Makes or changes one entry.
///
/// # Errors
/// [`NotDone`]; then nothing was changed.
pub async fn change(store: &Store, wish: &Wish, desk: &Desk<'_>) -> Result<Done, NotDone> {
    let tx = store.begin().await?;
    let stored = stored(&tx, desk.ring).await?;
    let (name, changes, warnings) = planned(&stored, wish, desk)?;
    carry_out(&tx, wish.section, &name, &changes, desk).await?;
    tx.commit().await?;
    Ok(Done {
        name,
        changes,
        warnings,
    })
}

/// What a wish comes to: the name of the entry, what changes, and what is worth a word. Changes nothing.
fn planned(
    stored: &Stored,
    wish: &Wish,
    desk: &Desk<'_>,
) -> Result<(String, Changes, Vec<String>), NotDone> {
    let section = wish.section;
    let mut keys = wish.keys.clone();
    let mut entry = match &wish.name {
        None => Map::new(),
        Some(name) => {
            let entry = stored.entry(section, name).ok_or(NotDone::Gone)?;
            if mark(&entry) != wish.seen {
                return Err(NotDone::Changed);
            }
            keys.remove(section.named_by());
            entry
        }
    };
    no_references(&keys)?;
    merge(&mut entry, keys);
    let bytes = serde_json::to_vec(&section.file_of(&entry))
        .map_err(|error| SetupError::Export(error.to_string()))?;
    let wrong = |problems: Problems| NotDone::Wrong(faults(section, &problems));
    let reading = read(&bytes, SOURCE, stored, desk.around).map_err(wrong)?;
    let name = section.name_in(&reading.document).unwrap_or_default();
    if wish.name.is_none() && stored.entry(section, &name).is_some() {
        return Err(vec![Fault {
            field: section.named_by().to_owned(),
            told: format!("There is one called \"{name}\" already; choose another name."),
        }]
        .into());
    }
    let changes = plan(&reading.document, stored, Unnamed::Keep);
    let (_, shadows) = check_after(&reading, SOURCE, stored, &changes).map_err(wrong)?;
    let mut warnings: Vec<String> = reading
        .warnings
        .iter()
        // What is typed into a form stands in no file.
        .filter(|warning| {
            !SECRETS
                .iter()
                .any(|secret| warning.path.ends_with(&secret.join(".")))
        })
        .map(|warning| sentence(warning.told()))
        .collect();
    warnings.extend(shadows.iter().map(|shadow| {
        format!(
            "The rule \"{}\" never has its turn: the rule \"{}\" before it matches all its messages and stops.",
            shadow.rule, shadow.by
        )
    }));
    Ok((name, changes, warnings))
}

async fn carry_out(
    tx: &impl ConnectionTrait,
    section: Section,
    name: &str,
    changes: &Changes,
    desk: &Desk<'_>,
) -> Result<(), NotDone> {
    let publication = Publication {
        author: desk.email,
        source: SOURCE,
        note: None,
    };
    let mut random: StdRng = rand::make_rng();
    let before = section.key_of(tx, name).await?;
    apply(tx, changes, desk.ring, &mut random, publication, desk.now).await?;
    for change in &changes.changes {
        let id = match before.clone() {
            Some(id) => id,
            None => section.key_of(tx, name).await?.unwrap_or_default(),
        };
        note(tx, section, change, id, desk).await?;
    }
    Ok(())
}

async fn note(
    tx: &impl ConnectionTrait,
    section: Section,
    change: &Change,
    object_id: String,
    desk: &Desk<'_>,
) -> Result<(), StoreError> {
    let verb = match change.change {
        Kind::Create => "add",
        Kind::Update => "change",
        Kind::Delete => "remove",
    };
    let fields = change.fields.iter().map(|field| {
        let told = match (&field.before, &field.after) {
            (None, None) => json!("changed"),
            (before, after) => json!([before, after]),
        };
        (field.field.clone(), told)
    });
    let entry = NewEntry {
        user_id: Some(desk.user),
        who: desk.email.to_owned(),
        action: format!("{}.{verb}", section.kind()),
        object_kind: section.kind().to_owned(),
        object_id,
        object_name: change.name.clone(),
        changes: Value::Object(fields.collect()),
        remote: desk.remote.to_owned(),
    };
    audit_entries::insert(tx, entry, desk.now).await
}

/// Changes `entry` as RFC 7396 says.
fn merge(entry: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match (entry.get_mut(&key), value) {
            (_, Value::Null) => {
                entry.remove(&key);
            }
            (Some(Value::Object(within)), Value::Object(patch)) => merge(within, patch),
            (_, Value::Object(patch)) => {
                let mut within = Map::new();
                merge(&mut within, patch);
                entry.insert(key, Value::Object(within));
            }
            (_, value) => {
                entry.insert(key, value);
            }
        }
    }
}

/// A reference has the program read a variable or a file of its own: whoever runs the program names those in the file, and
/// nobody through a page.
fn no_references(keys: &Map<String, Value>) -> Result<(), NotDone> {
    for secret in SECRETS {
        let pointer = format!("/{}", secret.join("/"));
        let whole = Value::Object(keys.clone());
        let typed = whole.pointer(&pointer).and_then(Value::as_str);
        if typed.is_some_and(|typed| typed.starts_with("${")) {
            return Err(vec![Fault {
                field: secret.join("."),
                told: "Type the secret itself. A reference such as ${env:NAME} is written in the set-up file and applied with `mailroom apply`.".to_owned(),
            }]
            .into());
        }
    }
    Ok(())
}

fn faults(section: Section, problems: &Problems) -> Vec<Fault> {
    let fault = |problem: &Problem| Fault {
        field: section.field_at(&problem.path),
        told: sentence(problem.told()),
    };
    problems.list.iter().map(fault).collect()
}

/// As it stands beneath a field: with a capital and a full stop.
fn sentence(told: &str) -> String {
    let mut letters = told.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let end = if told.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

impl Stored {
    /// Tells one writing of an entry from another; nothing where there is none.
    #[must_use]
    pub fn mark(&self, section: Section, name: &str) -> Option<String> {
        self.entry(section, name).map(|entry| mark(&entry))
    }
}

use section::mark;

#[cfg(test)]
#[path = "one_tests.rs"]
mod tests;
