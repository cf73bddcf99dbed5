//! The rules as they are stored: read as one book, published as versions, read back by number.
//!
//! A version is made where rules, lists or exceptions change, in the same transaction. It never changes itself, so that
//! whoever has read it knows what it says as long as its number is the latest.

use std::fmt;

use chrono::{DateTime, Utc};
use entities::ids::RuleVersionId;
use entities::rule_versions::Model;
use rules::{Exceptions, Preset, Rule, RuleBook, Shared, Texts, preset_rules};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::store::rule_versions::{self, NewVersion};
use crate::store::{self, StoreError};

/// Why stored rules can't be read or published.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored rule is of another version of the program.
    #[error(
        "The stored rule \"{name}\" can't be read: {told}. A newer version of Mailroom stored it: run that one"
    )]
    Rule {
        /// Its name.
        name: String,
        /// What the reader said.
        told: String,
    },
    /// The ready-made rules of this program can't be read.
    #[error("The rules of the presets can't be read: {0}. Please report this")]
    Presets(String),
    /// A version of the rules is of another version of the program.
    #[error("Version {number} of the rules can't be read: {told}")]
    Version {
        /// Its number.
        number: RuleVersionId,
        /// What the reader said.
        told: String,
    },
}

/// Who publishes, and what for.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// Who.
    pub author: &'a str,
    /// Where it comes from: the name of a file, or `version 3`.
    pub source: &'a str,
    /// Why, in that person's words.
    pub note: Option<&'a str>,
}

/// What is said of rules that were there before there were versions.
const BEFORE_VERSIONS: Publication<'static> = Publication {
    author: "",
    source: "",
    note: Some("The rules as they were before versions were kept"),
};

/// The book of the rules, lists and exceptions in their tables.
///
/// # Errors
/// [`BookError::Rule`] where a stored rule is none.
pub async fn stored(db: &impl ConnectionTrait) -> Result<RuleBook, BookError> {
    let mut rules = Vec::new();
    for row in store::rules::list(db).await? {
        let rule = read_rule(row.definition).map_err(|error| BookError::Rule {
            name: row.name,
            told: error.to_string(),
        })?;
        rules.push(rule);
    }
    let lists = store::rule_lists::list(db).await?.into_iter();
    let scanners = store::scanners::list(db).await?.into_iter();
    Ok(RuleBook {
        rules,
        shared: Shared {
            lists: lists.map(|row| (row.name, Texts(row.members.0))).collect(),
            exceptions: Exceptions {
                everywhere: store::exceptions::list(db).await?,
                scanners: scanners
                    .map(|row| (row.name, row.exceptions.0))
                    .filter(|(_, exceptions)| !exceptions.is_empty())
                    .collect(),
            },
        },
    })
}

/// What a version says.
///
/// # Errors
/// [`BookError::Version`] where this program can't read it.
pub async fn of_version(db: &impl ConnectionTrait, version: &Model) -> Result<RuleBook, BookError> {
    let unreadable = |told: String| BookError::Version {
        number: version.number,
        told,
    };
    let body = rule_versions::content(db, &version.book_hash).await?;
    let body = body.ok_or_else(|| unreadable("its content is missing".to_owned()))?;
    read_book(body).map_err(|error| unreadable(error.to_string()))
}

/// A stored rule. Cases are tried when rules are published: such as another version of the program wrote, and this one
/// can't read, are left out and keep nobody from deciding.
///
/// # Errors
/// Where it is no rule without its cases either.
pub fn read_rule(mut definition: Value) -> serde_json::Result<Rule> {
    serde_json::from_value(definition.clone()).or_else(|error| {
        let rule = definition.as_object_mut();
        if rule.and_then(|rule| rule.remove("cases")).is_none() {
            return Err(error);
        }
        let rule: Rule = serde_json::from_value(definition)?;
        tracing::warn!(rule = rule.name, %error, "Cases of a stored rule can't be read and are left out");
        Ok(rule)
    })
}

fn read_book(body: Value) -> serde_json::Result<RuleBook> {
    serde_json::from_value(body.clone()).or_else(|error| {
        let Value::Object(mut body) = body else {
            return Err(error);
        };
        let Some(Value::Array(rules)) = body.remove("rules") else {
            return Err(error);
        };
        body.insert("rules".to_owned(), Value::Array(Vec::new()));
        let mut book: RuleBook = serde_json::from_value(Value::Object(body))?;
        book.rules = rules.into_iter().map(read_rule).collect::<Result<_, _>>()?;
        Ok(book)
    })
}

/// The rules for whoever decides: cases have no part in that, and neither have limits on them.
#[must_use]
pub fn without_cases(mut rules: Vec<Rule>) -> Vec<Rule> {
    for rule in &mut rules {
        rule.cases.clear();
    }
    rules
}

/// What decides now, with the version's number; none where no version was published yet.
pub async fn now(
    db: &impl ConnectionTrait,
) -> Result<(Option<RuleVersionId>, RuleBook), BookError> {
    match rule_versions::latest(db).await? {
        Some(version) => {
            let book = of_version(db, &version).await?;
            Ok((Some(version.number), book))
        }
        None => Ok((None, stored(db).await?)),
    }
}

/// What is ticked at a scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    scanner: String,
    presets: Vec<Preset>,
    /// E-mail of the user to whom belongs what the presets make.
    owner: Option<String>,
}

impl fmt::Display for Ticked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let presets: Vec<&str> = self.presets.iter().map(|preset| preset.as_str()).collect();
        write!(f, "{} ({})", self.scanner, presets.join(", "))
    }
}

/// What is ticked now, at any scanner. It is no part of a version: presets are settings of their scanners.
pub async fn ticked(db: &impl ConnectionTrait) -> Result<Vec<Ticked>, StoreError> {
    let scanners = store::scanners::with_presets(db).await?.into_iter();
    let ticked = scanners.map(|(scanner, owner)| Ticked {
        presets: scanner
            .presets
            .0
            .iter()
            .filter_map(|name| Preset::named(name))
            .collect(),
        scanner: scanner.name,
        owner,
    });
    Ok(ticked.collect())
}

/// The same book with the rules of what is ticked behind its own.
///
/// # Errors
/// [`BookError::Presets`] where the ready-made rules of this program are none.
pub fn with_presets(book: &RuleBook, ticked: &[Ticked]) -> Result<RuleBook, BookError> {
    let mut whole = book.clone();
    for at in ticked {
        let rules = preset_rules(&at.presets, &at.scanner, at.owner.as_deref());
        whole.rules.extend(rules.map_err(BookError::Presets)?);
    }
    Ok(whole)
}

/// Makes rules from before there were versions the first one, so that they can be returned to. Nobody else publishes until
/// this transaction ends.
///
/// # Errors
/// [`BookError::Rule`] where a stored rule is none.
pub async fn keep_first(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), BookError> {
    rule_versions::lock(db).await?;
    if rule_versions::latest(db).await?.is_some() {
        return Ok(());
    }
    let book = stored(db).await?;
    if !book.is_empty() {
        publish(db, &book, BEFORE_VERSIONS, Value::Array(Vec::new()), now).await?;
    }
    Ok(())
}

/// Makes a book the latest version, if it is not that already.
pub async fn publish(
    db: &impl ConnectionTrait,
    book: &RuleBook,
    publication: Publication<'_>,
    changes: Value,
    now: DateTime<Utc>,
) -> Result<Option<RuleVersionId>, BookError> {
    let unwritten = |error: serde_json::Error| BookError::Rule {
        name: publication.source.to_owned(),
        told: error.to_string(),
    };
    let body = serde_json::to_value(book).map_err(unwritten)?;
    let hash = hex::encode(Sha256::digest(body.to_string().as_bytes()));
    let latest = rule_versions::latest(db).await?;
    if latest.is_some_and(|version| version.book_hash == hash) {
        return Ok(None);
    }
    let version = NewVersion {
        hash,
        body,
        author: publication.author.to_owned(),
        source: publication.source.to_owned(),
        note: publication.note.map(str::to_owned),
        changes,
    };
    let made = rule_versions::insert(db, version, now).await?;
    Ok(Some(made.number))
}

#[cfg(test)]
#[path = "rule_books_tests.rs"]
mod tests;
