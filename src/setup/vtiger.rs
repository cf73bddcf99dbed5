//! The rules of Vtiger's Mail Converter as rules of ours, in YAML with a comment wherever the two are not the same.
//!
//! It reads the result of one query over Vtiger's tables, as the client of its database or phpMyAdmin writes it; the query is
//! in `docs/rules.md`. It never speaks to that database, and what it reads is not believed: sizes have limits, and every rule is
//! compiled before it is written.

mod action;
mod condition;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;

use rules::{Rule, RuleSet, Shared};
use serde_json::{Value, json};

pub use table::VtigerError;

use table::Row;

/// What stands above the rules.
const HEAD: &str = "\
# Rules of Vtiger's Mail Converter, written by `mailroom rules import-vtiger`. Lines with `!` tell what is not the same.
#
# Of all of them: the first rule that did something was the last one there, so `stop` stands in each. Newsletters, automatic
# mail, spam and forged mail make no lead and no ticket here, known people no lead; where several records have an address a person is asked.
# Scanners are called here as there: rename those in the file, or take the lines with `scanners` out.
";

/// Rules as they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// A part of a set-up file: `rules:`.
    pub yaml: String,
    /// How many rules it has.
    pub rules: usize,
    /// What is not the same, a sentence for each with the name of the rule before it.
    pub warnings: Vec<String>,
}

/// One rule, and what is not the same.
struct Converted {
    rule: Rule,
    about: String,
    differences: Vec<String>,
}

/// Reads what the query gave.
///
/// # Errors
/// [`VtigerError`], where that is no such table.
pub fn import(file: impl Read) -> Result<Imported, VtigerError> {
    let mut rows = table::read(file)?;
    rows.sort_by_key(|row| (row.scanner, row.sequence, row.rule));
    let mut further: BTreeMap<i64, usize> = BTreeMap::new();
    for row in &rows {
        *further.entry(row.rule).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut yaml, mut warnings, mut count) = (String::new(), Vec::new(), 0);
    // Of several actions of a rule Vtiger takes the first.
    for row in rows.iter().filter(|row| seen.insert(row.rule)) {
        let number = counts.entry(row.scanner_name.clone()).or_default();
        *number += 1;
        let mut converted = convert(row, *number)?;
        if further.get(&row.rule).is_some_and(|actions| *actions > 1) {
            let told = "it has several actions, and only the first is done there";
            converted.differences.push(told.to_owned());
        }
        let text = serde_saphyr::to_string(&[&converted.rule])
            .map_err(|error| VtigerError::Unwritable(error.to_string()))?;
        let _ = writeln!(yaml, "# {}", converted.about);
        for difference in converted.differences {
            let _ = writeln!(yaml, "# ! {difference}");
            warnings.push(format!("{}: {difference}", converted.rule.name));
        }
        yaml.push_str(&text);
        yaml.push('\n');
        count += 1;
    }
    let differences = warnings.len();
    Ok(Imported {
        yaml: format!("{HEAD}# Rules: {count}; lines with `!`: {differences}.\n\nrules:\n{yaml}"),
        rules: count,
        warnings,
    })
}

/// One row as a rule that compiles; what can't be said is switched off and told.
fn convert(row: &Row, number: usize) -> Result<Converted, VtigerError> {
    let mut differences = Vec::new();
    let done = action::of(row, &mut differences);
    let when = condition::of(row, done.is_update, &mut differences);
    let mut enabled = done.is_known;
    let when = match (when, done.needs) {
        (None, _) => {
            enabled = false;
            json!({"always": true})
        }
        (Some(when), None) => when,
        (Some(when), Some(needs)) if is_always(&when) => needs,
        (Some(when), Some(needs)) => json!({"all": [when, needs]}),
    };
    let name = if row.scanner_name.is_empty() {
        format!("Vtiger {number}: {}", done.label)
    } else {
        format!("{} {number}: {}", row.scanner_name, done.label)
    };
    let rule = |when: &Value, enabled: bool| -> Result<Rule, VtigerError> {
        let mut rule = json!({
            "name": name, "enabled": enabled, "when": when, "then": done.then, "stop": true,
        });
        if let (Some(rule), false) = (rule.as_object_mut(), row.scanner_name.is_empty()) {
            rule.insert("scanners".to_owned(), json!([row.scanner_name]));
        }
        serde_json::from_value(rule).map_err(|error| VtigerError::Unwritable(error.to_string()))
    };
    let mut made = rule(&when, enabled)?;
    if let Err(problems) = RuleSet::compile(std::slice::from_ref(&made), &Shared::default()) {
        let told = problems.first().map(|problem| problem.problem.as_str());
        differences.push(table::one_line(&format!(
            "its condition can't be had here, so the rule is switched off: {}",
            told.unwrap_or_default()
        )));
        made = rule(&json!({"always": true}), false)?;
    }
    Ok(Converted {
        rule: made,
        about: about(row, number),
        differences,
    })
}

fn is_always(when: &Value) -> bool {
    when.get("always").is_some()
}

/// What the rule was there, on one line.
fn about(row: &Row, number: usize) -> String {
    let mut parts = Vec::new();
    for (what, text) in [
        ("From", &row.from),
        ("To", &row.to),
        ("Cc", &row.cc),
        ("Bcc", &row.bcc),
    ] {
        if !text.is_empty() {
            parts.push(format!("{what} contains {text:?}"));
        }
    }
    for (what, operator, text) in [
        ("Subject", &row.subject_operator, &row.subject),
        ("Body", &row.body_operator, &row.body),
    ] {
        if !operator.is_empty() {
            parts.push(format!("{what} {operator} {text:?}"));
        }
    }
    let how = if parts.is_empty() {
        "no condition".to_owned()
    } else {
        parts.join(", ")
    };
    table::one_line(&format!(
        "Vtiger's rule {number} of {:?}, {}: {how} -> {} {} [{}]",
        row.scanner_name, row.matching, row.action, row.module, row.lookup
    ))
}

#[cfg(test)]
#[path = "vtiger_tests.rs"]
mod tests;
