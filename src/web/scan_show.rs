//! `/scans/{id}`: the report of one scan; and scans as a table.

use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use entities::ids::ScanId;
use entities::scans::{Model, ScanOutcome, ScanTrigger};
use maud::{Markup, html};
use serde_json::Value;

use super::State;
use super::layout::{Frame, Reader, page};
use super::moment::{Now, moment};
use super::places::Place;
use super::prose::prose;
use crate::http::{Problem, Visitor};
use crate::owner::Owner;
use crate::store::{scanners, scans};

/// What is counted, and what it is called, in the order of a report.
const COUNTS: [(&str, &str); 17] = [
    ("announced", "New messages that the server announced"),
    ("kept", "Read"),
    ("bytes", "Bytes of those"),
    ("new_messages", "Not seen before"),
    ("copies", "Copies of messages that were decided already"),
    ("recognised", "Known already and not fetched again"),
    ("linked", "Linked to a record"),
    ("leads", "Leads made"),
    ("ignored", "Ignored by a rule"),
    ("untouched", "Without a rule that had anything to do"),
    ("failed", "Failed, and tried again"),
    ("held", "Held for a person"),
    ("too_old", "Older than the start date"),
    ("gone", "Removed on the server before they were read"),
    ("vanished", "No longer on the server"),
    ("changed", "Changed on the server, as rules asked"),
    ("backlog_read", "Older messages dealt with"),
];

/// `GET /scans/{id}`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let id = id.parse().map(ScanId).map_err(|_| Problem::not_found())?;
    let scan = scans::by_id(store, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let scanner = scanners::by_id(store, scan.scanner_id).await?;
    let name = scanner.map_or_else(String::new, |scanner| scanner.name);
    let title = format!("A scan of {name}");
    let body = html! {
        p.back { a href={ "/scanners/" (scan.scanner_id) } { (name) } }
        h1 { (title) }
        p.lead { (outcome(&scan)) }
        (said(&scan))
        dl.facts {
            dt { "Began" } dd { (moment(scan.started_at, now)) }
            dt { "Took" } dd { (took(&scan)) }
            dt { "Started by" } dd { (trigger(&scan)) }
            dt { "Worker" } dd { (Owner::name_of(&scan.worker)) }
        }
        section {
            h2 { "What it came to" }
            dl.facts {
                @for (key, label) in COUNTS {
                    @let count = count(&scan, key);
                    @if count > 0 || key == "kept" { dt { (label) } dd { (count) } }
                }
                @if let Some(left) = scan.counts.get("backlog_left").and_then(Value::as_u64) {
                    dt { "Older messages still to be read, about" } dd { (left) }
                }
            }
        }
    };
    let frame = Frame {
        title,
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Scanners),
        ..Frame::default()
    };
    Ok(page(&frame, &body).into_response())
}

/// Scans, the newest first.
pub(super) fn table(scans: &[Model], now: Now) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Scans" {
            table {
                thead {
                    tr {
                        th scope="col" { "Began" } th scope="col" { "Took" } th scope="col" { "How it ended" }
                        th.number scope="col" { "Read" } th.number scope="col" { "Linked" } th.number scope="col" { "Leads made" }
                        th.number scope="col" { "Failed" } th.number scope="col" { "Held" }
                    }
                }
                tbody {
                    @for scan in scans {
                        tr {
                            th scope="row" { a href={ "/scans/" (scan.id) } { (moment(scan.started_at, now)) } }
                            td { (took(scan)) }
                            td { (outcome(scan)) }
                            @for key in ["kept", "linked", "leads", "failed", "held"] { td.number { (count(scan, key)) } }
                        }
                    }
                }
            }
        }
    }
}

fn count(scan: &Model, key: &str) -> u64 {
    scan.counts.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn outcome(scan: &Model) -> &'static str {
    match (scan.outcome, &scan.error) {
        (ScanOutcome::Running, _) => "It runs now.",
        (ScanOutcome::Done, None) => "It went well.",
        (ScanOutcome::Done, Some(_)) => "It came to its end, and something is to be told.",
        (ScanOutcome::Failed, _) => "It failed. What was read before stays.",
        (ScanOutcome::Cut, _) => "It was cut. The next scan goes on from there.",
    }
}

fn said(scan: &Model) -> Markup {
    html! {
        @if let Some(error) = &scan.error {
            div.said dir="auto" { @for line in error.lines() { p { (prose(line)) } } }
        }
    }
}

fn trigger(scan: &Model) -> &'static str {
    match scan.trigger {
        ScanTrigger::Schedule => "the schedule",
        ScanTrigger::Manual => "a person at the command line",
        ScanTrigger::Import => "an import of files",
    }
}

/// `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
fn took(scan: &Model) -> String {
    let Some(end) = scan.finished_at else {
        return "runs still".to_owned();
    };
    let took: TimeDelta = end - scan.started_at;
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
