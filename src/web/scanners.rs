//! `/scanners` and `/scanners/{id}`: what is read, and when; how it goes, and the buttons that scan now, pause and go on.

pub(super) mod edit;
mod schedule;

use axum::extract::{Path, Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::ids::{ScanId, ScannerId};
use entities::scans;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::layout::{Frame, Press, Reader, address, button, page};
use super::light::badge;
use super::moment::Now;
use super::overview::{Row, read_rows, table_of};
use super::pages::{self, Address};
use super::places::Place;
use super::{State, entry, said, scan_show};
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};
use crate::setup::one::Section;
use crate::store::audit_entries::{self, NewEntry};
use crate::store::scanners::{self, Placed};
use crate::store::{self, StoreError};

/// Scanners, and scans, on one page.
const ON_A_PAGE: usize = 50;
const SCANS: u64 = 25;

/// Which part of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    /// Of scanners: those after this name.
    after: Option<String>,
    /// Of scans: those before this one.
    before: Option<i64>,
}

/// `GET /scanners`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let mut rows = read_rows(store, now.at).await?;
    if let Some(after) = &chosen.after {
        rows.retain(|row| row.placed.scanner.name > *after);
    }
    let more = rows.len() > ON_A_PAGE;
    rows.truncate(ON_A_PAGE);
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let last = rows
        .last()
        .filter(|_| more)
        .map(|row| &row.placed.scanner.name);
    let next = last.map(|last| Address::new("/scanners").with("after", last).set());
    let first = chosen.after.is_some().then(|| "/scanners".to_owned());
    let body = html! {
        h1 { "Scanners" }
        @if rows.is_empty() { p.lead { "No scanner reads anything yet. A scanner says which folders of a mailbox are read, when, and what is done with the mail." } }
        @else { (table_of(&rows, &reader, now)) }
        p.presses { a.button.primary href="/scanners/new" { "Add a scanner" } }
        (pages::links(first.as_deref(), next.as_deref()))
    };
    let frame = Frame {
        title: "Scanners".to_owned(),
        reader: Some(reader),
        place: Some(Place::Scanners),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

/// `GET /scanners/{id}`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let id = named(&state, &id).await?.scanner.id;
    let rows = read_rows(store, now.at).await?;
    let row = rows
        .into_iter()
        .find(|row| row.placed.scanner.id == id)
        .ok_or_else(Problem::not_found)?;
    let before = chosen.before.map(ScanId);
    let scans = store::scans::list(store, Some(id), before, SCANS).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let body = render(&row, (&scans, before.is_some()), &reader, now);
    let frame = Frame {
        title: row.placed.scanner.name.clone(),
        reader: Some(reader),
        place: Some(Place::Scanners),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

fn render(row: &Row, (scans, later): (&[scans::Model], bool), reader: &Reader, now: Now) -> Markup {
    let Placed {
        scanner, mailbox, ..
    } = &row.placed;
    let path = |what: &str| format!("/scanners/{}{what}", scanner.id);
    let full = scans.len() as u64 == SCANS;
    let next = scans.last().filter(|_| full);
    let next = next.map(|last| path(&format!("?before={}#scans", last.id)));
    let first = later.then(|| path("#scans"));
    html! {
        p.back { a href="/scanners" { "Scanners" } }
        h1 { (scanner.name) }
        div.light-panel.(row.light.state.as_str()) {
            p {
                (badge(row.light.state)) " "
                a href={ "/mailboxes/" (mailbox.id) } { (address(&mailbox.address)) }
            }
            @if let Some(why) = row.light.why() { p { (why) } }
            (row.scanner.state(&row.light, now))
            div.presses {
                @if scanner.paused_by.is_some() {
                    (button(&Press::new(path("/resume"), "Resume"), reader))
                } @else {
                    (button(&Press::new(path("/scan"), "Scan now"), reader))
                    (button(&Press::new(path("/pause"), "Pause").plain(), reader))
                }
            }
        }
        section {
            h2 { "What it does" }
            (facts(row, now))
            p.presses.only-to-press {
                a.button.plain href=(path("/edit")) { "Change the scanner" }
                a.button.grave href=(path("/remove")) { "Remove…" }
            }
        }
        section {
            h2 #scans { "Scans" }
            @if scans.is_empty() { p { "No scan yet." @if !row.placed.may_run() { " The schedule leaves this scanner alone." } @else { " The schedule starts the first within seconds." } } }
            @else { (scan_show::table(scans, now)) }
            (pages::links(first.as_deref(), next.as_deref()))
        }
    }
}

fn facts(row: &Row, now: Now) -> Markup {
    let scanner = &row.placed.scanner;
    html! {
        dl.facts {
            dt { "Folders" } dd dir="auto" { (scanner.folders.0.join(", ")) }
            dt { "Schedule" }
            dd {
                (schedule::words(&scanner.schedule)) " " code { (scanner.schedule) } " (" (scanner.time_zone) ")"
                @if scanner.idle { "; new mail is read as it arrives" }
            }
            dt { "Next runs" } dd { (schedule::next_runs(&scanner.schedule, &scanner.time_zone, now.at)) }
            @if let Some(day) = scanner.start_date { dt { "Reads mail from" } dd { (day) " on" } }
            @if let Some(limit) = scanner.limit_per_scan { dt { "At most" } dd { (limit) " messages a scan" } }
            @if let Some(limit) = scanner.max_message_mib { dt { "Leaves out" } dd { "messages larger than " (limit) " MiB" } }
            dt { "Looks addresses up in" } dd { (edit::fields_in_words(&scanner.search_fields.0)) }
            @if !scanner.presets.0.is_empty() { dt { "Ready-made rules" } dd { (edit::presets_in_words(&scanner.presets.0)) } }
            @if !scanner.exceptions.0.is_empty() { dt { "Leaves alone mail of" } dd dir="auto" { (scanner.exceptions.0.join(", ")) } }
        }
    }
}

/// `POST /scanners/{id}/scan`: the schedule starts it at once.
pub(super) async fn scan_now(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let (store, now) = (&state.shared.store, state.shared.clock.now());
    let words = if placed.scanner.paused_by.is_some() {
        "It is paused: resume it first."
    } else if placed.may_run() {
        let tx = store.begin().await?;
        scanners::make_due(&tx, &[placed.scanner.id], now).await?;
        note(
            &tx,
            &state,
            &visitor,
            remote,
            &placed,
            ("scanner.scan", json!({})),
        )
        .await?;
        tx.commit().await?;
        "The scan begins within seconds, as soon as a worker is free. Load this page again to see how it goes."
    } else {
        "It is switched off, or its mailbox or mail server is: switch that on first."
    };
    let to = format!("/scanners/{}", placed.scanner.id);
    Ok(entry::go(&state, &visitor, words, &to))
}

/// `POST /scanners/{id}/pause`
pub(super) async fn pause(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let tx = state.shared.store.begin().await?;
    if scanners::pause(&tx, placed.scanner.id, &visitor.session.user.email).await? {
        note(
            &tx,
            &state,
            &visitor,
            remote,
            &placed,
            ("scanner.pause", json!({})),
        )
        .await?;
    }
    tx.commit().await?;
    let to = format!("/scanners/{}", placed.scanner.id);
    let words = "Paused: the schedule leaves it alone until somebody resumes it. A scan that runs goes on to its end.";
    Ok(entry::go(&state, &visitor, words, &to))
}

/// `POST /scanners/{id}/resume`
pub(super) async fn resume(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let tx = state.shared.store.begin().await?;
    if scanners::resume(&tx, placed.scanner.id).await? {
        note(
            &tx,
            &state,
            &visitor,
            remote,
            &placed,
            ("scanner.resume", json!({})),
        )
        .await?;
    }
    tx.commit().await?;
    let to = format!("/scanners/{}", placed.scanner.id);
    Ok(entry::go(
        &state,
        &visitor,
        "The schedule goes on with it.",
        &to,
    ))
}

/// `GET /scanners/{id}/remove`
pub(super) async fn ask_removal(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    Ok(removal(&visitor, &placed, None).into_response())
}

/// `POST /scanners/{id}/remove`
pub(super) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let placed = named(&state, &id).await?;
    let name = &placed.scanner.name;
    match entry::remove(&state, &visitor, remote, Section::Scanners, name).await? {
        Ok(()) => Ok(entry::go(
            &state,
            &visitor,
            &format!("The scanner {name} is removed."),
            "/scanners",
        )),
        Err(why) => Ok(entry::again(removal(&visitor, &placed, Some(&why)))),
    }
}

fn removal(visitor: &Visitor, placed: &Placed, why: Option<&str>) -> Markup {
    entry::Removal {
        what: &format!("the scanner {}", placed.scanner.name),
        path: &format!("/scanners/{}", placed.scanner.id),
        meaning: "How far it has read is forgotten, with its reports and what it decided. Messages and records stay. A scanner made anew reads everything once more from its start date on.",
    }
    .page(visitor, why)
}

/// The scanner that an address names.
pub(super) async fn named(state: &State, id: &str) -> Result<Placed, Problem> {
    let id = id
        .parse()
        .map(ScannerId)
        .map_err(|_| Problem::not_found())?;
    scanners::with_mailbox_and_server(&state.shared.store, id)
        .await?
        .ok_or_else(Problem::not_found)
}

/// Writes into the audit log what somebody did with a scanner.
async fn note(
    db: &impl sea_orm::ConnectionTrait,
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    placed: &Placed,
    (action, changes): (&str, Value),
) -> Result<(), StoreError> {
    let entry = NewEntry {
        user_id: Some(visitor.session.user.id),
        who: visitor.session.user.email.clone(),
        action: action.to_owned(),
        object_kind: "scanner".to_owned(),
        object_id: placed.scanner.id.to_string(),
        object_name: placed.scanner.name.clone(),
        changes,
        remote: remote.0.to_string(),
    };
    audit_entries::insert(db, entry, state.shared.clock.now()).await
}

#[cfg(test)]
#[path = "scanners/scanners_tests.rs"]
mod tests;
