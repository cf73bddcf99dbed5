//! Rules that can never have their turn, because one before them takes every message that they match and stops.
//!
//! Told from the rules alone. What is told is so for every message; what is not told may still be so, as conditions are
//! compared by their form and not by all that they could mean.

mod implied;

use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::rule::action::ActionSpec;
use implied::{Steps, implies};

/// A rule that never has its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadowed {
    /// Its name.
    pub rule: String,
    /// Its place in the set, from 0; presets of several scanners have the same name.
    pub place: usize,
    /// The name of the rule before it that takes all its messages.
    pub by: String,
}

/// The rules that never have their turn, in their order, each with the first that is in its way.
///
/// Rules that are not enabled are in nobody's way and never have their turn anyway. The work has a limit; of more rules than
/// fit in it the last are not looked at.
#[must_use]
pub fn shadowed(rules: &[Rule]) -> Vec<Shadowed> {
    let mut steps = Steps::of_a_set();
    let mut found = Vec::new();
    let mut in_the_way: Vec<&Rule> = Vec::new();
    let enabled = rules.iter().enumerate().filter(|(_, rule)| rule.enabled);
    for (place, rule) in enabled {
        let by = in_the_way.iter().find(|earlier| {
            covers_scanners(earlier, rule) && implies(&rule.when, &earlier.when, &mut steps)
        });
        match by {
            Some(by) => found.push(Shadowed {
                rule: rule.name.clone(),
                place,
                by: by.name.clone(),
            }),
            // One that never has its turn stops nobody.
            None if stops(rule) => in_the_way.push(rule),
            None => {}
        }
    }
    found
}

/// Whether no rule is tried after it where it matched.
fn stops(rule: &Rule) -> bool {
    rule.stop || rule.then.contains(&ActionSpec::Stop)
}

fn covers_scanners(earlier: &Rule, rule: &Rule) -> bool {
    let covered = |name: &String| earlier.scanners.contains(name);
    earlier.scanners.is_empty() || (!rule.scanners.is_empty() && rule.scanners.iter().all(covered))
}

#[cfg(test)]
#[path = "shadow_tests.rs"]
mod tests;
