//! Precision and recall: how much of what was done is right, and how much of what is right was done.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::outcome::{Outcome, compare};

/// Right, wrong and missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    right: usize,
    wrong: usize,
    missing: usize,
}

impl Tally {
    fn add(&mut self, right: usize, wrong: usize, missing: usize) {
        self.right += right;
        self.wrong += wrong;
        self.missing += missing;
    }

    /// `12 right, 1 wrong, 2 missing: precision 0.923, recall 0.857`.
    fn in_words(self) -> String {
        let share = |of: usize| match self.right + of {
            0 => "-".to_owned(),
            all => {
                // At most a few hundred messages.
                let all = u32::try_from(all).unwrap();
                format!(
                    "{:.3}",
                    f64::from(u32::try_from(self.right).unwrap()) / f64::from(all)
                )
            }
        };
        format!(
            "{:4} right {:3} wrong {:3} missing   precision {:>5}  recall {:>5}",
            self.right,
            self.wrong,
            self.missing,
            share(self.wrong),
            share(self.missing)
        )
    }
}

/// What was measured of some messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Score {
    messages: usize,
    leads: Tally,
    fields: Tally,
    links: Tally,
    doubts: Tally,
}

impl Score {
    pub(super) fn of<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Self {
        let mut score = Self::default();
        for outcome in outcomes {
            score.add(outcome);
        }
        score
    }

    fn add(&mut self, outcome: &Outcome) {
        self.messages += 1;
        match (&outcome.expected.lead, &outcome.lead) {
            (Some(wanted), Some(made)) if wanted.email == made.email => {
                self.leads.add(1, 0, 0);
                for ((name, wanted), (_, made)) in wanted.values().iter().zip(made.values()) {
                    // By the address it was found; a name that is nowhere written may be guessed.
                    if *name == "email" || (wanted.is_empty() && made.is_empty()) {
                        continue;
                    }
                    let right = usize::from(*wanted == made);
                    let wrong = usize::from(!made.is_empty() && *wanted != made);
                    let missing = usize::from(!wanted.is_empty() && *wanted != made);
                    self.fields.add(right, wrong, missing);
                }
            }
            (wanted, made) => {
                let count = |there: bool| usize::from(there);
                self.leads
                    .add(0, count(made.is_some()), count(wanted.is_some()));
            }
        }
        for (tally, wanted, came) in [
            (&mut self.links, &outcome.expected.links, &outcome.links),
            (&mut self.doubts, &outcome.expected.doubt, &outcome.doubt),
        ] {
            let (right, wrong, missing) = compare(wanted, came);
            tally.add(right, wrong.len(), missing.len());
        }
    }

    pub(super) fn in_words(&self) -> String {
        format!(
            "{} messages\nleads   {}\nfields  {}\nlinks   {}\ndoubts  {}",
            self.messages,
            self.leads.in_words(),
            self.fields.in_words(),
            self.links.in_words(),
            self.doubts.in_words()
        )
    }
}

/// Everything that is measured, whole, by language and by category.
pub(super) fn report(outcomes: &[Outcome]) -> String {
    let mut report = format!("\n{}\n", Score::of(outcomes).in_words());
    let mut groups: BTreeMap<(u8, &str), Score> = BTreeMap::new();
    for outcome in outcomes {
        groups
            .entry((0, outcome.language))
            .or_default()
            .add(outcome);
        let category = outcome.expected.category.as_str();
        groups.entry((1, category)).or_default().add(outcome);
    }
    for (what, tally) in [
        (
            "leads",
            (|score: &Score| score.leads) as fn(&Score) -> Tally,
        ),
        ("links", |score| score.links),
    ] {
        for ((_, name), score) in &groups {
            let tally = tally(score);
            if tally != Tally::default() {
                let _ = write!(report, "\n{what} {name:14} {}", tally.in_words());
            }
        }
        report.push('\n');
    }
    report
}
