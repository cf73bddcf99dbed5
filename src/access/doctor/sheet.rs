//! The sheet that steps are written on, and the one thing to do that comes of them.

use std::time::Duration;

use super::cure::Cure;
use super::{Diagnosis, Outcome, Step};
use crate::access::Closed;

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    steps: Vec<Step>,
    /// What to do about the first step that failed.
    cure: Option<Cure>,
    /// What to do about the first warning.
    advice: Option<String>,
    /// Whether the server took the credential.
    pub(super) signed_in: Option<bool>,
}

impl Sheet {
    /// Nothing could be tried.
    pub(super) fn unopened(name: &str, closed: &Closed) -> Diagnosis {
        let mut sheet = Self::default();
        sheet.failed(
            name,
            Duration::ZERO,
            &closed.to_string(),
            closed.to_string(),
        );
        sheet.done("")
    }

    pub(super) fn ok(&mut self, name: &str, took: Duration, sentence: impl Into<String>) {
        self.write(name, Outcome::Ok, took, sentence.into());
    }

    pub(super) fn warning(
        &mut self,
        name: &str,
        took: Duration,
        sentence: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.advice.get_or_insert(advice.into());
        self.write(name, Outcome::Warning, took, sentence.into());
    }

    pub(super) fn failed(
        &mut self,
        name: &str,
        took: Duration,
        sentence: &str,
        cure: impl Into<Cure>,
    ) {
        self.cure.get_or_insert(cure.into());
        self.write(name, Outcome::Failed, took, sentence.to_owned());
    }

    pub(super) fn skipped(&mut self, names: &[&str], why: &str) {
        for name in names {
            self.write(name, Outcome::Skipped, Duration::ZERO, why.to_owned());
        }
    }

    fn write(&mut self, name: &str, outcome: Outcome, took: Duration, sentence: String) {
        self.steps.push(Step {
            name: name.to_owned(),
            outcome,
            took,
            sentence,
        });
    }

    /// The diagnosis; `nothing` is what to say when all is well.
    pub(super) fn done(self, nothing: &str) -> Diagnosis {
        let (well, cause) = match &self.cure {
            None => (true, None),
            Some(cure) => (false, cure.cause),
        };
        let cure = self.cure.map(|cure| cure.todo);
        Diagnosis {
            well,
            cause,
            steps: self.steps,
            todo: cure.or(self.advice).unwrap_or_else(|| nothing.to_owned()),
            signed_in: self.signed_in,
        }
    }
}
