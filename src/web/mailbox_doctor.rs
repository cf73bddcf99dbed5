//! The test of a mailbox by the doctor: a button that asks for it, a page to wait on while a worker looks, and what it
//! found, step by step, on the mailbox's page.

use axum::extract::{Path, State as Extracted};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use entities::examinations::Model;
use entities::ids::MailboxId;
use maud::{Markup, html};

use super::layout::{Frame, Press, Reader, button, page};
use super::moment::{Now, moment};
use super::places::Place;
use super::prose::prose;
use super::{State, mailbox, said};
use crate::access::doctor::{Diagnosis, Outcome, Step};
use crate::http::{Nothing, Problem, Submitted, Visitor};
use crate::store::examinations;

/// How often the page looks again, in seconds.
const AGAIN: &str = "2";
/// A worker takes what is asked for within seconds; after this, none seems to run.
const UNTAKEN: TimeDelta = TimeDelta::seconds(30);

/// `POST /mailboxes/{id}/doctor`
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let (store, now) = (&state.shared.store, state.shared.clock.now());
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    let by = Some(visitor.session.user.id);
    let asked = examinations::ask(store, mailbox.id, by, now).await?;
    let last = examinations::find(store, mailbox.id).await?;
    if asked || last.is_some_and(|last| is_under_way(&last, now)) {
        return Ok(Redirect::to(&format!("/mailboxes/{}/doctor", mailbox.id)).into_response());
    }
    let said = said::say(
        &state.shared,
        &visitor,
        "This mailbox was tested less than a minute ago. Each test signs in, so wait a minute before the next.",
    );
    Ok((said, Redirect::to(&found(mailbox.id))).into_response())
}

/// `GET /mailboxes/{id}/doctor`: waits for what is found. A page of its own, so that nobody's reading is disturbed when it
/// is loaded again.
pub(super) async fn wait(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (store, now) = (&state.shared.store, state.shared.clock.now());
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    let last = examinations::find(store, mailbox.id).await?;
    let Some(last) = last.filter(|last| is_under_way(last, now)) else {
        return Ok(Redirect::to(&found(mailbox.id)).into_response());
    };
    let frame = Frame {
        title: format!("Testing {}", mailbox.address),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Mailboxes),
        ..Frame::default()
    };
    let body = waiting(mailbox.id, &mailbox.address, &last, now);
    Ok(([(header::REFRESH, AGAIN)], page(&frame, &body)).into_response())
}

/// Whether something may still come of a test.
fn is_under_way(test: &Model, now: DateTime<Utc>) -> bool {
    test.finished_at.is_none() && now < test.asked_at + examinations::LONGEST
}

/// Where what is found stands.
fn found(mailbox: MailboxId) -> String {
    format!("/mailboxes/{mailbox}#doctor")
}

fn waiting(mailbox: MailboxId, address: &str, last: &Model, now: DateTime<Utc>) -> Markup {
    html! {
        article.narrow {
            p.back { a href={ "/mailboxes/" (mailbox) } { (address) } }
            h1 { "Testing " (address) }
            p.lead role="status" {
                @if last.taken_at.is_some() { "The doctor is on the way to the mail server." }
                @else { "A worker will take this in a moment." }
            }
            @if last.taken_at.is_none() && last.asked_at <= now - UNTAKEN {
                p { (prose("No worker has taken it yet: either none runs (`mailroom serve`, `mailroom worker`) or it is still busy with another test.")) }
            }
            p.quiet { "This page looks again every " (AGAIN) " seconds and then shows what was found. You may leave it." }
        }
    }
}

/// The part of a mailbox's page about it; `worded` says a remedy in the words of that page.
pub(super) fn section(
    mailbox: MailboxId,
    last: Option<&Model>,
    worded: &dyn Fn(&str) -> String,
    reader: &Reader,
    now: Now,
) -> Markup {
    let is_under_way = last.is_some_and(|last| is_under_way(last, now.at));
    html! {
        section aria-labelledby="doctor" {
            h2 #doctor { "Test" }
            @match last {
                Some(last) if is_under_way => p {
                    "Asked for " (moment(last.asked_at, now)) ". "
                    a href={ "/mailboxes/" (mailbox) "/doctor" } { "See how it goes" }
                },
                Some(last) if last.finished_at.is_none() => p {
                    "A test was asked for " (moment(last.asked_at, now)) ", and no worker has brought it to an end. "
                    (prose("See that one runs (`mailroom serve`, `mailroom worker`), then run the test again."))
                },
                Some(last) => (result(last, worded, now)),
                None => p { "Goes to the mail server step by step, from its name to the inbox, and says where the way ends and what to do." },
            }
            @if !is_under_way {
                div.presses {
                    (button(&Press::new(format!("/mailboxes/{mailbox}/doctor"), "Run test").plain(), reader))
                }
            }
        }
    }
}

fn result(last: &Model, worded: &dyn Fn(&str) -> String, now: Now) -> Markup {
    let report = last.report.clone().unwrap_or_default();
    // One that a later version wrote is no use to this one.
    let Ok(diagnosis) = serde_json::from_value::<Diagnosis>(report) else {
        return html! { p { "What the last test found can't be read any more." } };
    };
    let failed = |step: &&Step| step.outcome == Outcome::Failed;
    let failed = diagnosis.steps.iter().find(failed);
    html! {
        p.lead {
            @match failed {
                Some(step) => { "The way ends at: " (step.name) "." },
                None if diagnosis.well => "Every step went well.",
                None => "The test came to no end.",
            }
        }
        dl.facts {
            @if let Some(step) = failed { dt { "What was found" } dd dir="auto" { (prose(&step.sentence)) } }
            dt { "What to do" } dd { (prose(&worded(&diagnosis.todo))) }
            @if let Some(at) = last.finished_at { dt { "Tested" } dd { (moment(at, now)) } }
        }
        @if !diagnosis.steps.is_empty() {
            details {
                summary { "Each step" }
                dl.facts { @for step in &diagnosis.steps { (line(step)) } }
            }
        }
    }
}

fn line(step: &Step) -> Markup {
    let outcome = match step.outcome {
        Outcome::Ok => Some("Well."),
        Outcome::Warning => Some("It works, but look at it."),
        Outcome::Failed => Some("Failed."),
        // Its sentence says so.
        Outcome::Skipped => None,
    };
    html! {
        dt { (step.name) }
        dd dir="auto" {
            @if let Some(outcome) = outcome { strong { (outcome) } " " }
            (prose(&step.sentence))
            @if outcome.is_some() { " " span.quiet { "(" (step.took.as_millis()) " ms)" } }
        }
    }
}

#[cfg(test)]
#[path = "mailbox_doctor_tests.rs"]
mod tests;
