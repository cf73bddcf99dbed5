//! Decides what is to be done with one message: tries the rules in their order and plans what the matching ones ask.

mod lead;
mod plan;

use crate::compile::RuleSet;
use crate::decision::{Decision, Held, Tried};
use crate::facts::Facts;
use crate::problem::DecideError;
use crate::seen::Seen;

use self::plan::Plan;

impl RuleSet {
    /// Tries the rules that belong to the message's scanner, in order, until one of them stops.
    pub fn decide(&self, facts: &Facts) -> Result<Decision, DecideError> {
        let seen = Seen::new(facts, self.slots);
        let mut plan = Plan::new(facts, &self.templates);
        let mut tried = Vec::with_capacity(self.rules.len());
        let mut trace = Vec::new();
        let scanner = &facts.place.scanner;
        let mine = |scanners: &[String]| scanners.is_empty() || scanners.contains(scanner);
        for rule in self.rules.iter().filter(|rule| mine(&rule.scanners)) {
            trace.clear();
            let matched = rule.when.holds(&seen, &mut trace);
            let stopped = matched && (plan.carry_on(rule)?.is_break() || rule.stop);
            tried.push(Tried {
                rule: rule.name.clone(),
                matched,
                stopped,
                because: trace.iter().copied().map(Held::from).collect(),
            });
            if stopped {
                break;
            }
        }
        Ok(Decision {
            rules: tried,
            actions: plan.into_actions(),
            candidates: facts.candidates.clone(),
        })
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
