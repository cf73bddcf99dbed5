//! The rules that decide, compiled once for all scans of a process, until another version is published or another
//! preset is ticked.
//!
//! Thousands of rules take longer to compile than the one new message that most scans find takes to decide.

use std::sync::Arc;

use entities::ids::RuleVersionId;
use rules::{RuleBook, RuleProblem, RuleSet};
use tokio::sync::Mutex;

use super::ScanError;
use crate::rule_books::{self, BookError, Ticked};
use crate::store::{Store, rule_versions};

/// A set of rules, and which version it is.
#[derive(Debug)]
pub struct Deciding {
    /// Nothing where no version was published yet.
    pub version: Option<RuleVersionId>,
    /// What was ticked at scanners beside it.
    ticked: Vec<Ticked>,
    /// Every rule in its order; each knows for itself which scanners it is for.
    pub rules: RuleSet,
}

/// What decides, for all scans of a process. It holds one set and never an older one than it was asked for last.
#[derive(Debug, Default)]
pub struct Published {
    // Held while a set is compiled: who waits finds it ready.
    ready: Mutex<Option<Arc<Deciding>>>,
}

impl Published {
    /// The rules that decide now.
    ///
    /// # Errors
    /// [`ScanError::Rules`] where a stored rule is none.
    pub async fn read(&self, store: &Store) -> Result<Arc<Deciding>, ScanError> {
        let mut ready = self.ready.lock().await;
        let ticked = rule_books::ticked(store).await?;
        let Some(latest) = rule_versions::latest(store).await? else {
            // Rules that were stored before there were versions; nothing tells when they change.
            let book = rule_books::stored(store).await?;
            return Ok(Arc::new(compile(None, &book, ticked)?));
        };
        if let Some(ready) = ready.as_ref()
            && ready.version == Some(latest.number)
            && ready.ticked == ticked
        {
            return Ok(Arc::clone(ready));
        }
        let book = rule_books::of_version(store, &latest).await?;
        let made = Arc::new(compile(Some(latest.number), &book, ticked)?);
        *ready = Some(Arc::clone(&made));
        Ok(made)
    }
}

fn compile(
    version: Option<RuleVersionId>,
    book: &RuleBook,
    ticked: Vec<Ticked>,
) -> Result<Deciding, ScanError> {
    let book = rule_books::with_presets(book, &ticked)?;
    let rules = rule_books::without_cases(book.rules);
    Ok(Deciding {
        version,
        rules: RuleSet::compile(&rules, &book.shared)?,
        ticked,
    })
}

impl From<Vec<RuleProblem>> for ScanError {
    fn from(problems: Vec<RuleProblem>) -> Self {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Self::Rules(problems.join("; "))
    }
}

impl From<BookError> for ScanError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Store(error) => Self::Store(error),
            error => Self::Rules(error.to_string()),
        }
    }
}

#[cfg(test)]
#[path = "published_tests.rs"]
mod tests;
