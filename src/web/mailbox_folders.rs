//! `/mailboxes/{id}/folders`: the folders of a mailbox as its server lists them, asked for here and listed by a worker; some
//! of them chosen, a scanner begins with them.

use axum::extract::{Path, Query, State as Extracted};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use entities::folder_lists::Model;
use entities::ids::MailboxId;
use entities::mailboxes;
use maud::{Markup, html};

use super::fields::Sent;
use super::layout::{Frame, Press, Reader, button, page};
use super::moment::{Now, moment};
use super::places::Place;
use super::prose::prose;
use super::{State, mailbox};
use crate::access::folders::Folder;
use crate::http::{Nothing, Problem, Submitted, Visitor};
use crate::store::{Store, StoreError, folder_lists};

/// How often the page looks again, in seconds.
const AGAIN: &str = "2";
/// A worker takes what is asked for within seconds; after this, none seems to run.
const UNTAKEN: TimeDelta = TimeDelta::seconds(30);

/// The folders that are known of a mailbox; none where nobody has asked.
pub(super) async fn known(store: &Store, mailbox: MailboxId) -> Result<Vec<Folder>, StoreError> {
    let list = folder_lists::find(store, mailbox).await?;
    Ok(list.map(|list| folders(&list)).unwrap_or_default())
}

/// One that a later version wrote is no use to this one.
fn folders(list: &Model) -> Vec<Folder> {
    let folders = list.folders.clone().unwrap_or_default();
    serde_json::from_value(folders).unwrap_or_default()
}

/// `GET /mailboxes/{id}/folders`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    let list = folder_lists::find(store, mailbox.id).await?;
    let waits = list.as_ref().is_some_and(|list| is_under_way(list, now));
    let reader = Reader::of(&visitor);
    let from_guide = asked.text("from") == "guide";
    let body = html! {
        p.back { a href={ "/mailboxes/" (mailbox.id) } { (mailbox.address) } }
        h1 { "Folders of " (mailbox.address) }
        @match &list {
            Some(list) if waits => (waiting(list, now)),
            Some(list) => (listed(&mailbox, list, from_guide, now)),
            None => p.lead { "The server has not been asked yet which folders there are." },
        }
        @if !waits {
            p { (button(&Press::new(format!("/mailboxes/{}/folders", mailbox.id), "Ask the server").plain(), &reader)) }
        }
    };
    let frame = Frame {
        title: format!("Folders of {}", mailbox.address),
        reader: Some(reader),
        place: Some(Place::Mailboxes),
        ..Frame::default()
    };
    let refresh = waits.then_some([(header::REFRESH, AGAIN)]);
    Ok((refresh, page(&frame, &body)).into_response())
}

/// `POST /mailboxes/{id}/folders`
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, state.shared.clock.now());
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    folder_lists::ask(store, mailbox.id, Some(visitor.session.user.id), now).await?;
    Ok(Redirect::to(&format!("/mailboxes/{}/folders", mailbox.id)).into_response())
}

fn is_under_way(list: &Model, now: Now) -> bool {
    list.finished_at.is_none() && now.at < list.asked_at + folder_lists::LONGEST
}

fn waiting(list: &Model, now: Now) -> Markup {
    html! {
        p.lead role="status" {
            @if list.taken_at.is_some() { "A worker is asking the mail server." }
            @else { "A worker will take this in a moment." }
        }
        @if list.taken_at.is_none() && list.asked_at <= now.at - UNTAKEN {
            p { (prose("No worker has taken it yet: see that one runs (`mailroom serve`, `mailroom worker`).")) }
        }
        p.quiet { "This page looks again every " (AGAIN) " seconds. You may leave it." }
    }
}

fn listed(mailbox: &mailboxes::Model, list: &Model, from_guide: bool, now: Now) -> Markup {
    let folders = folders(list);
    html! {
        @if let Some(error) = &list.error {
            p.problem dir="auto" { "They could not be listed: " (prose(error)) }
        } @else if list.finished_at.is_none() {
            p.problem { "They were asked for " (moment(list.asked_at, now)) ", and no worker has brought that to an end." }
        }
        @if !folders.is_empty() {
            form method="get" action="/scanners/new" {
                input type="hidden" name="mailbox" value=(mailbox.id);
                @if from_guide { input type="hidden" name="from" value="guide"; }
                fieldset.line {
                    legend { "Which of them are to be read?" }
                    @for (place, folder) in folders.iter().enumerate() {
                        @if folder.can_be_read {
                            label.tick {
                                input type="checkbox" name={ "folder." (place) } value=(folder.name) checked[folder.name == "INBOX"];
                                " " span dir="auto" { (folder.name) @if let Some(what) = &folder.used_for { span.quiet { " (" (what) ")" } } }
                            }
                        }
                    }
                }
                div.presses { button.primary type="submit" { "Make a scanner of these" } }
            }
            @if let Some(at) = list.finished_at { p.quiet { "Listed " (moment(at, now)) "." } }
        }
    }
}
