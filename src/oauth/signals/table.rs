//! What a row of the table is: what it knows a refusal by, and what the refusal means.

use super::{Signal, Stage};
use crate::cause::{Cause, Who};

/// One kind of refusal. An empty list is no condition; of a list that is not empty, one has to fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    stages: &'static [Stage],
    errors: &'static [&'static str],
    pub(super) codes: &'static [u32],
    suberrors: &'static [&'static str],
    /// In lower case.
    says: &'static [&'static str],
    pub(super) verdict: Verdict,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A person must act: the cause's own person and remedy, where nothing better is known.
    Red {
        cause: Cause,
        who: Option<Who>,
        remedy: Option<&'static str>,
    },
    /// This attempt is over and nothing is broken.
    Cancelled { then: &'static str },
    /// It passes.
    Passing,
}

/// Nothing known yet.
const BLANK: Row = Row {
    stages: &[],
    errors: &[],
    codes: &[],
    suberrors: &[],
    says: &[],
    verdict: Verdict::Passing,
};

/// A row for AADSTS numbers.
pub(super) const fn codes(codes: &'static [u32]) -> Row {
    Row { codes, ..BLANK }
}

/// A row for values of `error`, in whatever case they come.
pub(super) const fn errors(errors: &'static [&'static str]) -> Row {
    Row { errors, ..BLANK }
}

impl Row {
    pub(super) const fn at(self, stages: &'static [Stage]) -> Self {
        Self { stages, ..self }
    }

    pub(super) const fn with_suberror(self, suberrors: &'static [&'static str]) -> Self {
        Self { suberrors, ..self }
    }

    /// What the description must mention, in lower case.
    pub(super) const fn saying(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }

    /// Red, with the cause's own person and remedy.
    pub(super) const fn red(self, cause: Cause) -> Self {
        let verdict = Verdict::Red {
            cause,
            who: None,
            remedy: None,
        };
        Self { verdict, ..self }
    }

    /// Red, and this is known better than the cause knows it.
    pub(super) const fn red_for(self, cause: Cause, who: Who, remedy: &'static str) -> Self {
        let verdict = Verdict::Red {
            cause,
            who: Some(who),
            remedy: Some(remedy),
        };
        Self { verdict, ..self }
    }

    pub(super) const fn cancelled(self, then: &'static str) -> Self {
        let verdict = Verdict::Cancelled { then };
        Self { verdict, ..self }
    }

    pub(super) const fn passing(self) -> Self {
        let verdict = Verdict::Passing;
        Self { verdict, ..self }
    }

    /// Whether the row is about this refusal: about `code`, if one is given, or else about what has no number.
    pub(super) fn knows(&self, signal: &Signal<'_>, code: Option<u32>) -> bool {
        let numbered = match code {
            Some(code) => self.codes.contains(&code),
            None => self.codes.is_empty(),
        };
        numbered
            && (self.stages.is_empty() || self.stages.contains(&signal.stage))
            && one_of(self.errors, |error| {
                error.eq_ignore_ascii_case(signal.error)
            })
            && one_of(self.suberrors, |suberror| {
                signal.suberror.is_some_and(|said| said == suberror)
            })
            && one_of(self.says, |words| {
                signal.description.to_lowercase().contains(words)
            })
    }
}

fn one_of(list: &[&str], fits: impl Fn(&str) -> bool) -> bool {
    list.is_empty() || list.iter().any(|one| fits(one))
}
