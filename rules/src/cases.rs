//! Tries the cases that rules carry: a message each, and what the rule alone must make of it.

mod came;
mod message;
mod writing;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::compile::RuleSet;
use crate::compile::lists::List;
use crate::decision::{Decision, Outcome};
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::case::Case;
use crate::rule::expect::Expect;
use crate::shared::{Exceptions, Shared};

pub(crate) use came::name;
pub use writing::{WrittenCase, write_case};

/// A case that did not come out as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFailure {
    /// Name of the rule.
    pub rule: String,
    /// Name of the case.
    pub case: String,
    /// What was expected and what came, as a sentence.
    pub failure: String,
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            case,
            failure,
        } = self;
        write!(f, "rule `{rule}`, case `{case}`: {failure}")
    }
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseResult {
    /// Name of the rule.
    pub rule: String,
    /// Name of the case.
    pub case: String,
    /// What the case wants.
    pub expected: Expect,
    /// What came; nothing where the rule could not be asked.
    pub came: Option<Expect>,
    /// What was expected and what came, as a sentence; nothing where they are the same.
    pub failure: Option<String>,
}

/// The cases that don't come out as expected; see [`run_cases`].
#[must_use]
pub fn check_cases(rules: &[Rule], shared: &Shared) -> Vec<CaseFailure> {
    let failed = run_cases(rules, shared).into_iter().filter_map(|result| {
        Some(CaseFailure {
            rule: result.rule,
            case: result.case,
            failure: result.failure?,
        })
    });
    failed.collect()
}

/// Tries every case of every rule on that rule alone, enabled or not, whatever scanners it belongs to.
///
/// Lists by name are looked in; exceptions are not, as they come before all rules.
#[must_use]
pub fn run_cases(rules: &[Rule], shared: &Shared) -> Vec<CaseResult> {
    let shared = Shared {
        exceptions: Exceptions::default(),
        lists: shared.lists.clone(),
    };
    // A list that many rules look in is indexed once.
    let mut lists = HashMap::new();
    let results = rules
        .iter()
        .flat_map(|rule| run_rule(rule, &shared, &mut lists));
    results.collect()
}

fn run_rule(
    rule: &Rule,
    shared: &Shared,
    lists: &mut HashMap<String, Arc<List>>,
) -> Vec<CaseResult> {
    if rule.cases.is_empty() {
        return Vec::new();
    }
    let alone = Rule {
        enabled: true,
        scanners: Vec::new(),
        cases: Vec::new(),
        ..rule.clone()
    };
    let set = RuleSet::compile_among(&[alone], shared, lists);
    let decide = |case: &Case| -> Result<Decision, String> {
        let set = set.as_ref().map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("the rule can't be used: {}", told.join("; "))
        })?;
        let facts = message::facts(&case.message)?;
        set.decide(&facts).map_err(|error| error.to_string())
    };
    let run = |case: &Case| {
        let decision = decide(case);
        let failure = match &decision {
            Ok(decision) => compare(decision, &case.expect).err(),
            Err(failure) => Some(failure.clone()),
        };
        let came = decision.ok();
        CaseResult {
            rule: rule.name.clone(),
            case: case.name.clone(),
            expected: case.expect.clone(),
            came: came.map(|decision| came::came(&decision, &case.expect)),
            failure,
        }
    };
    rule.cases.iter().map(run).collect()
}

fn compare(decision: &Decision, expect: &Expect) -> Result<(), String> {
    let tried = decision.rules.first();
    let matched = tried.is_some_and(|tried| tried.matched);
    if matched != expect.matches {
        let conditions = tried.iter().flat_map(|tried| &tried.because);
        let because: Vec<String> = conditions
            .map(|held| match &held.found {
                Some(found) => format!("{} (found \"{found}\")", held.condition),
                None => held.condition.clone(),
            })
            .collect();
        let (wanted, came) = if matched {
            ("not to match", "it matched")
        } else {
            ("to match", "it did not; this did not hold")
        };
        return Err(format!(
            "expected {wanted}, but {came}: {}",
            because.join("; ")
        ));
    }
    let came = came::came(decision, expect);
    for (what, wanted, came) in [
        ("done", &expect.actions, &came.actions),
        ("skipped", &expect.skipped, &came.skipped),
    ] {
        let came = came.as_deref().unwrap_or_default();
        compare_actions(what, wanted.as_deref(), came, decision)?;
    }
    compare_said(expect, &came)
}

fn compare_actions(
    what: &str,
    wanted: Option<&[ActionName]>,
    came: &[ActionName],
    decision: &Decision,
) -> Result<(), String> {
    let Some(wanted) = wanted.filter(|wanted| *wanted != came) else {
        return Ok(());
    };
    let told = |names: &[ActionName]| {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        format!("[{}]", names.join(", "))
    };
    let skipped = decision
        .actions
        .iter()
        .filter_map(|planned| match &planned.outcome {
            Outcome::Skip(why) => Some(format!(
                "; {} was skipped: {why}",
                name(&planned.action).as_str()
            )),
            Outcome::Do | Outcome::TakenBack(_) => None,
        });
    Err(format!(
        "expected to be {what} {}, but it is {}{}",
        told(wanted),
        told(came),
        skipped.collect::<String>()
    ))
}

/// Compares what the actions say.
fn compare_said(wanted: &Expect, came: &Expect) -> Result<(), String> {
    let records = [
        ("a lead", wanted.lead.is_empty(), came.lead.is_empty()),
        (
            "a contact",
            wanted.contact.is_empty(),
            came.contact.is_empty(),
        ),
        (
            "an organization",
            wanted.organization.is_empty(),
            came.organization.is_empty(),
        ),
        ("a ticket", wanted.ticket.is_empty(), came.ticket.is_empty()),
        (
            "an answer",
            wanted.auto_reply.is_empty(),
            came.auto_reply.is_empty(),
        ),
    ];
    for (what, none_wanted, none_came) in records {
        if !none_wanted && none_came {
            return Err(format!("expected {what}, but none is made"));
        }
    }
    let came = came.said();
    for (what, wanted) in wanted.said() {
        let came = came.get(&what).map_or("", String::as_str);
        if came != wanted {
            return Err(format!(
                "expected {what} to be \"{wanted}\", but it is \"{came}\""
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "cases_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "cases/library_tests.rs"]
mod library;
