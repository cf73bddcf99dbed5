//! Decides what is to be done with one message: tries the rules in their order and plans what the matching ones ask.
//!
//! Rules that the index rules out are not asked; the outcome is as if all had been.

mod follow_up;
mod known;
mod lead;
pub(crate) mod linking;
mod no_lead;
mod no_reply;
mod owner;
mod plan;
mod sending;
mod ticket;
mod work;

use crate::compile::RuleSet;
use crate::decision::{Action, Decision, Excepted, Held, Outcome, Planned, Tried};
use crate::facts::Facts;
use crate::problem::DecideError;
use crate::rule::action::Ties;
use crate::seen::Seen;

use self::plan::Plan;

/// How many rules that did not match a decision tells of, each with its reason.
const TOLD: usize = 20;

impl RuleSet {
    /// Tries the rules that belong to the message's scanner, in order, until one of them stops. A message that is an
    /// exception is shown to no rule.
    pub fn decide(&self, facts: &Facts) -> Result<Decision, DecideError> {
        if let Some(exception) = self.exceptions.find(facts) {
            return Ok(left_alone(facts, exception));
        }
        let mut trial = Trial {
            set: self,
            seen: Seen::new(facts, self.slots),
            plan: Plan::new(facts, &self.templates),
            told: Vec::new(),
            not_matched: 0,
        };
        let stopped_by = trial.run()?;
        let scanner = &facts.place.scanner;
        let tried = match stopped_by {
            Some(number) => self.index.before(scanner, number) + 1,
            None => self.index.before(scanner, self.rules.len()),
        };
        Ok(Decision {
            exception: None,
            others: tried.saturating_sub(trial.told.len()),
            rules: trial.told,
            actions: trial.plan.into_actions(),
            candidates: facts.candidates.clone(),
            known_then: None,
        })
    }
}

/// One message before one set.
struct Trial<'m> {
    set: &'m RuleSet,
    seen: Seen<'m>,
    plan: Plan<'m>,
    told: Vec<Tried>,
    /// How many of those told of did not match.
    not_matched: usize,
}

impl Trial<'_> {
    /// Tries rule by rule while their reasons are told, then those that the index names. Gives the number of the rule
    /// that stopped, if one did.
    fn run(&mut self) -> Result<Option<usize>, DecideError> {
        let index = &self.set.index;
        let mut next = None;
        for number in index.of_scanner(&self.seen.facts.place.scanner) {
            if self.not_matched == TOLD {
                next = Some(number);
                break;
            }
            if self.try_one(number)? {
                return Ok(Some(number));
            }
        }
        let Some(next) = next else {
            return Ok(None);
        };
        for number in index.may_match(&self.seen) {
            if number >= next && self.is_mine(number) && self.try_one(number)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Whether the rule is for the message's scanner.
    fn is_mine(&self, number: usize) -> bool {
        let scanner = &self.seen.facts.place.scanner;
        self.set
            .rules
            .get(number)
            .is_some_and(|rule| rule.scanners.is_empty() || rule.scanners.contains(scanner))
    }

    /// Tries one rule and plans what it asks; whether it stopped.
    fn try_one(&mut self, number: usize) -> Result<bool, DecideError> {
        let Some(rule) = self.set.rules.get(number) else {
            return Ok(false);
        };
        let mut trace = Vec::new();
        let matched = rule.when.holds(&self.seen, &mut trace);
        let stopped = matched && (self.plan.carry_on(rule)?.is_break() || rule.stop);
        if matched || self.not_matched < TOLD {
            self.not_matched += usize::from(!matched);
            self.told.push(Tried {
                rule: rule.name.clone(),
                matched,
                stopped,
                because: trace.into_iter().map(Held::from).collect(),
            });
        }
        Ok(stopped)
    }
}

/// What becomes of an exception: it is kept, and nothing is made of it.
fn left_alone(facts: &Facts, exception: Excepted) -> Decision {
    let whose = exception.scanner.as_ref().map_or_else(
        || "of all scanners".to_owned(),
        |scanner| format!("of the scanner `{scanner}`"),
    );
    let reason = format!("`{}` is an exception {whose}", exception.entry);
    Decision {
        exception: Some(exception),
        actions: vec![Planned {
            asked: false,
            rule: EXCEPTIONS.to_owned(),
            action: Action::Ignore(reason),
            outcome: Outcome::Do,
            records: Vec::new(),
            ties: Ties::default(),
        }],
        candidates: facts.candidates.clone(),
        ..Decision::default()
    }
}

/// What stands in the place of a rule's name where an exception decided.
const EXCEPTIONS: &str = "exceptions";

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
