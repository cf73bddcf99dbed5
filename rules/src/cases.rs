//! Tries the cases that rules carry: a message each, and what the rule alone must make of it.

mod message;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::compile::RuleSet;
use crate::decision::{Action, Decision, LeadFields, Outcome};
use crate::rule::Rule;
use crate::rule::action::ActionName;
use crate::rule::case::{Case, Expect};
use crate::shared::{Exceptions, Shared};

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

/// Tries every case of every rule on that rule alone, enabled or not, whatever scanners it belongs to.
///
/// Lists by name are looked in; exceptions are not, as they come before all rules.
#[must_use]
pub fn check_cases(rules: &[Rule], shared: &Shared) -> Vec<CaseFailure> {
    let shared = Shared {
        exceptions: Exceptions::default(),
        ..shared.clone()
    };
    let failures = rules.iter().flat_map(|rule| check_rule(rule, &shared));
    failures.collect()
}

fn check_rule(rule: &Rule, shared: &Shared) -> Vec<CaseFailure> {
    if rule.cases.is_empty() {
        return Vec::new();
    }
    let alone = Rule {
        enabled: true,
        scanners: Vec::new(),
        cases: Vec::new(),
        ..rule.clone()
    };
    let set = RuleSet::compile(&[alone], shared);
    let check = |case: &Case| -> Result<(), String> {
        let set = set.as_ref().map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("the rule can't be used: {}", told.join("; "))
        })?;
        let facts = message::facts(&case.message)?;
        let decision = set.decide(&facts).map_err(|error| error.to_string())?;
        compare(&decision, &case.expect)
    };
    rule.cases
        .iter()
        .filter_map(|case| {
            check(case).err().map(|failure| CaseFailure {
                rule: rule.name.clone(),
                case: case.name.clone(),
                failure,
            })
        })
        .collect()
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
    let asked = |done: bool| -> Vec<ActionName> {
        decision
            .actions
            .iter()
            .filter(|planned| (planned.outcome == Outcome::Do) == done)
            .map(|planned| name(&planned.action))
            .collect()
    };
    compare_actions("done", expect.actions.as_deref(), &asked(true), decision)?;
    compare_actions(
        "skipped",
        expect.skipped.as_deref(),
        &asked(false),
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
            Outcome::Do => None,
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
    let made = decision
        .actions
        .iter()
        .find_map(|planned| match &planned.action {
            Action::CreateLead(fields) if planned.outcome == Outcome::Do => Some(fields),
            _ => None,
        });
    let Some(made) = made else {
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
