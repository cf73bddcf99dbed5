//! Conditions, compiled, and how they are asked about one message.
//!
//! Asking leaves a trace: what held for a match, else the first that did not. The trace borrows from the rule, so
//! that a set of a thousand rules doesn't write a thousand sentences that nobody reads.

use crate::decision::Held;
use crate::rule::fact::Fact;
use crate::rule::moment::Zone;
use crate::seen::{Field, Seen, is_so, numbers_of, words_of};

use super::texts::TextMatcher;

/// A condition, ready to be asked.
#[derive(Debug)]
pub(crate) enum Node {
    Always,
    All(Vec<Node>),
    Any { members: Vec<Node>, words: String },
    Not { member: Box<Node>, words: String },
    Test { check: Check, words: String },
}

/// A comparison, ready to be asked.
#[derive(Debug)]
pub(crate) enum Check {
    Text {
        slot: usize,
        fact: Fact,
        exists: Option<bool>,
        matchers: Vec<TextMatcher>,
    },
    Words {
        fact: Fact,
        exists: Option<bool>,
        /// Each operator's list; one of each must be met.
        lists: Vec<Vec<String>>,
        zone: Zone,
    },
    Language {
        exists: Option<bool>,
        lists: Vec<Vec<String>>,
    },
    Flag {
        fact: Fact,
        wanted: bool,
    },
    /// Counts, bytes, hundredths, or milliseconds since 1970.
    Number {
        fact: Fact,
        exists: Option<bool>,
        above: Option<i128>,
        below: Option<i128>,
        zone: Zone,
    },
}

/// One condition and what it met, still in the rule's own memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'r> {
    words: &'r str,
    held: bool,
    found: Option<&'r str>,
    /// Not all of the value was looked at, only so many bytes.
    reach: Option<usize>,
}

impl From<Step<'_>> for Held {
    fn from(step: Step<'_>) -> Self {
        let condition = match step.reach {
            Some(bytes) => format!(
                "{} (looked at the first {} KiB only)",
                step.words,
                bytes >> 10
            ),
            None => step.words.to_owned(),
        };
        Self {
            condition,
            held: step.held,
            found: step.found.map(str::to_owned),
        }
    }
}

impl Node {
    /// Whether it holds; the trace gets what held, or the first that did not.
    pub(crate) fn holds<'r>(&'r self, seen: &Seen<'_>, trace: &mut Vec<Step<'r>>) -> bool {
        let mark = trace.len();
        match self {
            Self::Always => {
                trace.push(Step::plain("always", true));
                true
            }
            Self::All(members) => {
                for member in members {
                    let before = trace.len();
                    if !member.holds(seen, trace) {
                        trace.drain(mark..before);
                        return false;
                    }
                }
                true
            }
            Self::Any { members, words } => {
                for member in members {
                    if member.holds(seen, trace) {
                        return true;
                    }
                    if members.len() > 1 {
                        trace.truncate(mark);
                    }
                }
                if members.len() > 1 {
                    trace.push(Step::plain(words, false));
                }
                false
            }
            Self::Not { member, words } => {
                let held = !member.holds(seen, trace);
                let found = trace.get(mark..).and_then(<[_]>::first).copied();
                trace.truncate(mark);
                trace.push(Step {
                    words,
                    held,
                    found: found.and_then(|step| step.found),
                    reach: found.and_then(|step| step.reach),
                });
                held
            }
            Self::Test { check, words } => {
                let step = check.ask(seen, words);
                trace.push(step);
                step.held
            }
        }
    }
}

impl<'r> Step<'r> {
    fn plain(words: &'r str, held: bool) -> Self {
        Self {
            words,
            held,
            found: None,
            reach: None,
        }
    }
}

impl Check {
    fn ask<'r>(&'r self, seen: &Seen<'_>, words: &'r str) -> Step<'r> {
        let mut step = Step::plain(words, false);
        match self {
            Self::Text {
                slot,
                fact,
                exists,
                matchers,
            } => {
                if let Some(field) = seen.field(*slot, fact) {
                    ask_texts(field, *exists, matchers, &mut step);
                }
            }
            Self::Words {
                fact,
                exists,
                lists,
                zone,
            } => ask_words(
                &words_of(seen.facts, fact, *zone),
                *exists,
                lists,
                &mut step,
            ),
            Self::Language { exists, lists } => {
                let language: Vec<&str> =
                    seen.facts.message.language.as_deref().into_iter().collect();
                ask_words(&language, *exists, lists, &mut step);
            }
            Self::Flag { fact, wanted } => step.held = is_so(seen.facts, fact) == *wanted,
            Self::Number {
                fact,
                exists,
                above,
                below,
                zone,
            } => {
                let numbers = numbers_of(seen.facts, fact, *zone);
                let there = exists.is_none_or(|wanted| wanted != numbers.is_empty());
                let within = |number: i128| {
                    above.is_none_or(|floor| number > floor)
                        && below.is_none_or(|ceiling| number < ceiling)
                };
                let unbounded = above.is_none() && below.is_none();
                step.held = there && (unbounded || numbers.into_iter().any(within));
            }
        }
        step
    }
}

/// Holds if one value meets all operators.
fn ask_texts<'r>(
    field: &Field<'_>,
    exists: Option<bool>,
    matchers: &'r [TextMatcher],
    step: &mut Step<'r>,
) {
    let there = exists.is_none_or(|wanted| wanted == field.exists);
    if !there || matchers.is_empty() {
        step.held = there;
        return;
    }
    let reach = matchers.iter().map(TextMatcher::reach).min();
    for value in &field.values {
        if reach.is_some_and(|bytes| value.raw.len() > bytes) {
            step.reach = reach;
        }
        let mut found = matchers.iter().map(|matcher| matcher.find(value));
        let Some(Some(first)) = found.next() else {
            continue;
        };
        if found.all(|member| member.is_some()) {
            step.held = true;
            step.found = Some(first);
            return;
        }
    }
}

/// Holds if one of each list is met.
fn ask_words<'r>(
    met: &[&str],
    exists: Option<bool>,
    lists: &'r [Vec<String>],
    step: &mut Step<'r>,
) {
    step.held = exists.is_none_or(|wanted| wanted != met.is_empty());
    for list in lists {
        let member = list.iter().find(|member| met.contains(&member.as_str()));
        step.held &= member.is_some();
        step.found = member.map(String::as_str);
    }
}
