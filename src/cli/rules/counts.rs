//! `mailroom rules`: every rule in its order, how often it matched, and which look as if they did nothing.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::ids::{RuleVersionId, ScannerId};
use entities::rules::Model as Row;
use rules::{PRESET_PREFIX, Rule, shadowed};
use serde::Serialize;

use crate::app::App;
use crate::cli::{Done, output};
use crate::rule_books;
use crate::store::rule_hits::{self, Total};
use crate::store::{self, Store, StoreError};

/// A rule that was asked of so many messages and matched none is warned of,
const MANY_MESSAGES: i64 = 1_000;
/// and one that was asked for so long.
const LONG: TimeDelta = TimeDelta::days(30);

/// As `mailroom rules --json` prints it.
#[derive(Debug, Serialize)]
struct Listing {
    /// The version that decides; nothing where none was published yet.
    version: Option<RuleVersionId>,
    rules: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    enabled: bool,
    scanners: Vec<String>,
    /// How many messages it matched since rules are counted.
    matched: i64,
    /// How many of its actions were carried out.
    done: i64,
    last_at: Option<DateTime<Utc>>,
    cases: usize,
    /// Whether it is ticked at its scanner; then it is a setting of that and in no version.
    preset: bool,
    warnings: Vec<String>,
}

pub(super) async fn list(app: &App, json: bool) -> anyhow::Result<Done> {
    let (version, book) = rule_books::now(&app.store).await?;
    let book = rule_books::with_presets(&book, &rule_books::ticked(&app.store).await?)?;
    let totals = rule_hits::totals(&app.store).await?;
    let of_presets = rule_hits::totals_of_scanners(&app.store, PRESET_PREFIX).await?;
    let rows = store::rules::list(&app.store).await?;
    let rows: HashMap<&str, &Row> = rows.iter().map(|row| (row.name.as_str(), row)).collect();
    let shadows = shadowed(&book.rules);
    let mut seen = Seen::of(&app.store).await?;
    let now = app.clock.now();
    let mut lines = Vec::with_capacity(book.rules.len());
    for (place, rule) in book.rules.iter().enumerate() {
        let total = if rule.is_preset() {
            let scanner = seen.scanner_of(rule);
            scanner.and_then(|scanner| of_presets.get(&(scanner, rule.name.clone())))
        } else {
            totals.get(&rule.name)
        };
        let shadow = shadows.iter().find(|shadow| shadow.place == place);
        let mut warnings: Vec<String> = shadow
            .map(|shadow| format!("never has its turn: \"{}\" stops before it", shadow.by))
            .into_iter()
            .collect();
        // One that stands in the shadow has been explained.
        if let (true, None, None, Some(row)) =
            (rule.enabled, total, shadow, rows.get(rule.name.as_str()))
        {
            let since = row.updated_at.max(now - rule_hits::BY_DAY);
            let messages = seen.since(rule, since.date_naive()).await?;
            warnings.extend(never_hit(messages, since, now));
        }
        lines.push(line(rule, total, warnings));
    }
    if json {
        output::json(&Listing {
            version,
            rules: lines,
        })?;
    } else {
        say(version, &lines)?;
    }
    Ok(Done::Well)
}

fn line(rule: &Rule, total: Option<&Total>, warnings: Vec<String>) -> Line {
    Line {
        name: rule.name.clone(),
        enabled: rule.enabled,
        scanners: rule.scanners.clone(),
        matched: total.map_or(0, |total| total.matched),
        done: total.map_or(0, |total| total.done),
        last_at: total.map(|total| total.last_at),
        cases: rule.cases.len(),
        preset: rule.is_preset(),
        warnings,
    }
}

/// What is said of a rule that matched nothing in so many messages since it was last changed, or since they are counted by
/// day.
fn never_hit(messages: i64, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let long = messages > 0 && now.signed_duration_since(since) >= LONG;
    (long || messages >= MANY_MESSAGES).then(|| {
        format!(
            "never matched, of {messages} messages since {}",
            since.date_naive()
        )
    })
}

/// How many messages were decided since some day, each day asked for once.
struct Seen<'a> {
    store: &'a Store,
    names: HashMap<String, ScannerId>,
    by_day: HashMap<NaiveDate, HashMap<ScannerId, i64>>,
}

impl<'a> Seen<'a> {
    async fn of(store: &'a Store) -> Result<Self, StoreError> {
        let scanners = store::scanners::list(store).await?.into_iter();
        Ok(Self {
            store,
            names: scanners.map(|row| (row.name, row.id)).collect(),
            by_day: HashMap::new(),
        })
    }

    /// The only scanner of a rule.
    fn scanner_of(&self, rule: &Rule) -> Option<ScannerId> {
        let [name] = rule.scanners.as_slice() else {
            return None;
        };
        self.names.get(name).copied()
    }

    /// For the scanners of this rule, on the days after this one.
    async fn since(&mut self, rule: &Rule, day: NaiveDate) -> Result<i64, StoreError> {
        if !self.by_day.contains_key(&day) {
            let decided = rule_hits::decided_after(self.store, day).await?;
            self.by_day.insert(day, decided);
        }
        let decided = self.by_day.get(&day).into_iter().flatten();
        let mine = |scanner: &ScannerId| {
            let is = |name: &String| self.names.get(name) == Some(scanner);
            rule.scanners.is_empty() || rule.scanners.iter().any(is)
        };
        Ok(decided
            .filter(|(scanner, _)| mine(scanner))
            .map(|(_, messages)| messages)
            .sum())
    }
}

fn say(version: Option<RuleVersionId>, lines: &[Line]) -> std::io::Result<()> {
    if lines.is_empty() {
        return output::line("There are no rules; write some in a set-up file and apply it.");
    }
    output::table(
        ["#", "Rule", "Scanners", "Matched", "Done", "Last", "Cases"],
        lines.iter().enumerate().map(|(place, line)| {
            let name = if line.enabled {
                line.name.clone()
            } else {
                format!("{} (off)", line.name)
            };
            let scanners = if line.scanners.is_empty() {
                "all".to_owned()
            } else {
                line.scanners.join(", ")
            };
            [
                (place + 1).to_string(),
                name,
                scanners,
                line.matched.to_string(),
                line.done.to_string(),
                line.last_at.map_or("never".to_owned(), output::moment),
                line.cases.to_string(),
            ]
        }),
    )?;
    for line in lines {
        for warning in &line.warnings {
            output::line(format!("{}: {warning}", line.name))?;
        }
    }
    if lines.iter().any(|line| line.preset) {
        output::line(
            "What begins with `preset: ` is ticked at its scanner; it is a setting of that and in no version.",
        )?;
    }
    match version {
        Some(number) => output::line(format!("Version {number}.")),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "counts_tests.rs"]
mod tests;
