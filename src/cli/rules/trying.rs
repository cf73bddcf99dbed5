//! `mailroom rules test`: every case of the rules, with what it wants and what came.

use std::path::Path;

use rules::{CaseResult, Expect, run_cases};
use serde::Serialize;

use super::draft;
use crate::app::App;
use crate::cli::{Done, output};
use crate::rule_books;

/// As `mailroom rules test --json` prints it.
#[derive(Debug, Serialize)]
struct Report {
    passed: usize,
    failed: usize,
    /// Rules that have no case.
    without_cases: Vec<String>,
    cases: Vec<CaseResult>,
}

pub(super) async fn run(app: &App, file: Option<&Path>, json: bool) -> anyhow::Result<Done> {
    let (rules, shared) = if let Some(file) = file {
        // Of a file its own rules are tried, with all lists that there would be.
        let (reading, book) = draft(app, file, false).await?;
        (reading.document.rules.unwrap_or_default(), book.shared)
    } else {
        let (_, book) = rule_books::now(&app.store).await?;
        (book.rules, book.shared)
    };
    let cases = run_cases(&rules, &shared);
    let failed = cases.iter().filter(|case| case.failure.is_some()).count();
    let bare = rules.iter().filter(|rule| rule.cases.is_empty());
    let report = Report {
        passed: cases.len() - failed,
        failed,
        without_cases: bare.map(|rule| rule.name.clone()).collect(),
        cases,
    };
    if json {
        output::json(&report)?;
    } else {
        say(&report)?;
    }
    Ok(if report.failed == 0 {
        Done::Well
    } else {
        Done::Failed
    })
}

fn say(report: &Report) -> std::io::Result<()> {
    for result in &report.cases {
        let sign = if result.failure.is_some() {
            "FAIL"
        } else {
            "pass"
        };
        output::line(format!("{sign}  {}: {}", result.rule, result.case))?;
        if let Some(failure) = &result.failure {
            output::line(format!("      wanted  {}", told(&result.expected)))?;
            if let Some(came) = &result.came {
                output::line(format!("      came    {}", told(came)))?;
            }
            output::line(format!("      {failure}"))?;
        }
    }
    if !report.without_cases.is_empty() {
        let names = report.without_cases.join(", ");
        output::line(format!("Without a case: {names}"))?;
    }
    output::line(format!(
        "{} passed, {} failed.",
        report.passed, report.failed
    ))
}

/// What is expected, or what came, on one line.
fn told(expect: &Expect) -> String {
    let matches = if expect.matches {
        "matches"
    } else {
        "does not match"
    };
    let mut told = vec![matches.to_owned()];
    for (what, actions) in [("does", &expect.actions), ("skips", &expect.skipped)] {
        if let Some(actions) = actions.as_ref().filter(|actions| !actions.is_empty()) {
            let names: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
            told.push(format!("{what} {}", names.join(", ")));
        }
    }
    let said = expect.said().into_iter();
    told.extend(said.map(|(what, value)| format!("{what} \"{}\"", output::shortened(&value, 60))));
    told.join(", ")
}
