//! `mailroom scans`: when, how long, what came of it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::{ScanId, ScannerId};
use entities::scans::Model;
use serde::Serialize;

use super::args::Page;
use super::{Done, chosen, output};
use crate::app::App;
use crate::owner::Owner;
use crate::scan::Counts;
use crate::store::{scanners, scans};

/// One scan, as `mailroom scans --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: ScanId,
    scanner: String,
    trigger: &'static str,
    worker: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    seconds: Option<f64>,
    outcome: &'static str,
    counts: Counts,
    cause: Option<String>,
    error: Option<String>,
}

pub(super) async fn run(
    app: &App,
    name: Option<&str>,
    page: Page,
    json: bool,
) -> anyhow::Result<Done> {
    let scanner = match name {
        None => None,
        Some(name) => Some(chosen::scanner(app, name).await?),
    };
    let names: HashMap<ScannerId, String> = scanners::list(&app.store)
        .await?
        .into_iter()
        .map(|scanner| (scanner.id, scanner.name))
        .collect();
    let lines: Vec<Line> = scans::list(&app.store, scanner, page.before.map(ScanId), page.limit)
        .await?
        .into_iter()
        .map(|scan| Line::of(scan, &names))
        .collect();
    if json {
        output::json(&lines)?;
    } else if lines.is_empty() {
        output::line("No scan has been run yet; `mailroom scan` runs one.")?;
    } else {
        say(&lines)?;
    }
    Ok(Done::Well)
}

impl Line {
    fn of(scan: Model, names: &HashMap<ScannerId, String>) -> Self {
        let took = scan.finished_at.map(|end| end - scan.started_at);
        Self {
            id: scan.id,
            scanner: names.get(&scan.scanner_id).cloned().unwrap_or_default(),
            trigger: scan.trigger.as_str(),
            worker: Owner::name_of(&scan.worker).to_owned(),
            started_at: scan.started_at,
            finished_at: scan.finished_at,
            seconds: took.map(TimeDelta::as_seconds_f64),
            outcome: scan.outcome.as_str(),
            counts: serde_json::from_value(scan.counts).unwrap_or_default(),
            cause: scan.cause,
            error: scan.error,
        }
    }

    fn took(&self) -> String {
        match self.finished_at {
            None => "runs still".to_owned(),
            Some(end) => duration(end - self.started_at),
        }
    }
}

/// `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
fn duration(took: TimeDelta) -> String {
    let (hours, minutes, seconds) = (
        took.num_hours(),
        took.num_minutes() % 60,
        took.num_seconds() % 60,
    );
    match (hours, minutes) {
        (0, 0) if seconds < 10 => format!("{:.1} s", took.as_seconds_f64()),
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min {seconds} s"),
        _ => format!("{hours} h {minutes} min"),
    }
}

fn say(lines: &[Line]) -> std::io::Result<()> {
    output::table(
        [
            "Id", "Scanner", "Started", "Took", "By", "Worker", "Outcome", "Kept", "Leads",
            "Linked", "Ignored", "Failed", "Held",
        ],
        lines.iter().map(|line| {
            let count = output::number;
            [
                line.id.to_string(),
                line.scanner.clone(),
                output::moment(line.started_at),
                line.took(),
                line.trigger.to_owned(),
                line.worker.clone(),
                line.outcome.to_owned(),
                count(line.counts.kept),
                count(line.counts.leads),
                count(line.counts.linked),
                count(line.counts.ignored),
                count(line.counts.failed),
                count(line.counts.held),
            ]
        }),
    )?;
    for line in lines {
        for error in line.error.iter().flat_map(|error| error.lines()) {
            output::line(format!("{}: {error}", line.id))?;
        }
    }
    Ok(())
}
