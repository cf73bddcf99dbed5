//! Tries the cases that rules carry: a message each, and what the rule alone must make of it.

mod message;
mod writing;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::compile::RuleSet;
use crate::compile::lists::List;
use crate::decision::{Action, Decision, LeadFields, Outcome};
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::case::{Case, Expect};
use crate::shared::{Exceptions, Shared};

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
        CaseResult {
            rule: rule.name.clone(),
            case: case.name.clone(),
            expected: case.expect.clone(),
            came: decision
                .ok()
                .map(|decision| came(&decision, case.expect.lead.keys().map(String::as_str))),
            failure,
        }
    };
    rule.cases.iter().map(run).collect()
}

/// What came of a message, in the words of a case; of a lead that is made these fields.
fn came<'f>(decision: &Decision, fields: impl Iterator<Item = &'f str>) -> Expect {
    let made = lead_made(decision);
    let field = |name: &str| Some((name.to_owned(), lead_field(made?, name)?.to_owned()));
    Expect {
        matches: decision.rules.first().is_some_and(|tried| tried.matched),
        actions: Some(asked(decision, true)),
        skipped: Some(asked(decision, false)),
        lead: fields.filter_map(field).collect(),
    }
}

/// The actions that are to be done, or those that were asked for and are not.
fn asked(decision: &Decision, done: bool) -> Vec<ActionName> {
    decision
        .actions
        .iter()
        .filter(|planned| (planned.outcome == Outcome::Do) == done)
        .map(|planned| name(&planned.action))
        .collect()
}

fn lead_made(decision: &Decision) -> Option<&LeadFields> {
    decision
        .actions
        .iter()
        .find_map(|planned| match &planned.action {
            Action::CreateLead(fields) if planned.outcome == Outcome::Do => Some(fields),
            _ => None,
        })
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
    compare_actions(
        "done",
        expect.actions.as_deref(),
        &asked(decision, true),
        decision,
    )?;
    compare_actions(
        "skipped",
        expect.skipped.as_deref(),
        &asked(decision, false),
        decision,
    )?;
    compare_lead(decision, expect)
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

fn compare_lead(decision: &Decision, expect: &Expect) -> Result<(), String> {
    if expect.lead.is_empty() {
        return Ok(());
    }
    let Some(made) = lead_made(decision) else {
        return Err("expected a lead, but none is made".to_owned());
    };
    for (field, wanted) in &expect.lead {
        let came = lead_field(made, field).ok_or_else(|| {
            format!("a lead has no field `{field}`; see the manual for its fields")
        })?;
        if came != wanted {
            return Err(format!(
                "expected the lead's {field} to be \"{wanted}\", but it is \"{came}\""
            ));
        }
    }
    Ok(())
}

fn name(action: &Action) -> ActionName {
    match action {
        Action::Link(_) => ActionName::Link,
        Action::CreateLead(_) => ActionName::CreateLead,
        Action::CreateTicket(_) => ActionName::CreateTicket,
        Action::CreateOrganization(_) => ActionName::CreateOrganization,
        Action::CreateContact(_) => ActionName::CreateContact,
        Action::Ticket(_) => ActionName::Ticket,
        Action::Assign(_) => ActionName::Assign,
        Action::Status(_) => ActionName::Status,
        Action::Priority(_) => ActionName::Priority,
        Action::Notify(_) => ActionName::Notify,
        Action::AutoReply(_) => ActionName::AutoReply,
        Action::Forward(_) => ActionName::Forward,
        Action::Hold(_) => ActionName::Hold,
        Action::Ignore(_) => ActionName::Ignore,
        Action::Tag(_) => ActionName::Tag,
        Action::Flag(_) => ActionName::Flag,
        Action::Unflag(_) => ActionName::Unflag,
        Action::Move(_) => ActionName::Move,
    }
}

fn lead_field<'l>(lead: &'l LeadFields, name: &str) -> Option<&'l str> {
    Some(match name {
        "first_name" => &lead.first_name,
        "last_name" => &lead.last_name,
        "company" => &lead.company,
        "email" => &lead.email,
        "phone" => &lead.phone,
        "title" => &lead.title,
        "description" => &lead.description,
        "source" => &lead.source,
        "campaign" => &lead.campaign,
        "owner" => &lead.owner,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "cases_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "cases/library_tests.rs"]
mod library;
