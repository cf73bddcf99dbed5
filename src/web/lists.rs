//! `/lists`: lists that rules look in by their names, and whose mail every scanner leaves alone.

use axum::extract::{Path, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::rule_lists::Model;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::entry::{self, Form};
use super::fields::{Faults, Fields, Sent};
use super::layout::{Frame, Reader, page};
use super::places::Place;
use super::{State, said};
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};
use crate::setup::one::Section;
use crate::store;

/// `GET /lists`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let store = &state.shared.store;
    let lists = store::rule_lists::list(store).await?;
    let exceptions = store::exceptions::list(store).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = html! {
        h1 { "Lists and exceptions" }
        section aria-labelledby="exceptions" {
            h2 #exceptions { "Exceptions of all scanners" }
            p {
                @match exceptions.len() {
                    0 => "No mail is left alone everywhere.",
                    1 => "The mail of one address or domain is kept and otherwise left alone.",
                    many => { "The mail of " (many) " addresses and domains is kept and otherwise left alone." }
                }
            }
            p { a.button.plain href="/exceptions" { "Change the exceptions" } }
        }
        section {
            h2 #lists { "Lists" }
            @if lists.is_empty() { p { "Rules look in lists by their names: partners, competitors, newsletters. There is none yet." } }
            @else {
                div.wide tabindex="0" role="region" aria-label="Lists" {
                    table {
                        thead { tr { th scope="col" { "Name" } th.number scope="col" { "Entries" } } }
                        tbody {
                            @for list in &lists {
                                tr {
                                    th scope="row" { a href={ "/lists/" (list.id) } { (list.name) } }
                                    td.number { (list.members.0.len()) }
                                }
                            }
                        }
                    }
                }
            }
            p.presses { a.button.primary href="/lists/new" { "Add a list" } }
        }
    };
    let frame = Frame {
        title: "Lists and exceptions".to_owned(),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Lists),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

/// `GET /lists/new`
pub(super) async fn begin(visitor: Visitor) -> Result<Response, Problem> {
    visitor.require_admin()?;
    Ok(form(&visitor, None, &Sent::default(), &Faults::default()).into_response())
}

/// `POST /lists`
pub(super) async fn make(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    if sent.text("name").is_empty() {
        let mut faults = Faults::default();
        faults.add("name", "The name is empty.");
        return Ok(entry::again(form(&visitor, None, &sent, &faults)));
    }
    let of = (Section::Lists, None);
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(&state, &visitor, &sent, &done, "/lists")),
        Err(faults) => Ok(entry::again(form(&visitor, None, &sent, &faults))),
    }
}

/// `GET /lists/{id}`
pub(super) async fn open(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let list = named(&state, &id).await?;
    let stored = entry::stored(&state).await?;
    let sent = entry::opened(&stored, Section::Lists, &list.name)?;
    Ok(form(&visitor, Some(&id), &sent, &Faults::default()).into_response())
}

/// `POST /lists/{id}`
pub(super) async fn change(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted {
        visitor,
        form: mut sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let list = named(&state, &id).await?;
    sent.set("name", list.name.as_str());
    let of = (Section::Lists, Some(list.name.as_str()));
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(&state, &visitor, &sent, &done, "/lists")),
        Err(faults) => Ok(entry::again(form(&visitor, Some(&id), &sent, &faults))),
    }
}

/// `GET /lists/{id}/remove`
pub(super) async fn ask_removal(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let list = named(&state, &id).await?;
    Ok(removal(&visitor, &list, None).into_response())
}

/// `POST /lists/{id}/remove`
pub(super) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let list = named(&state, &id).await?;
    let name = &list.name;
    match entry::remove(&state, &visitor, remote, Section::Lists, name).await? {
        Ok(()) => Ok(entry::go(
            &state,
            &visitor,
            &format!("The list {name} is removed."),
            "/lists",
        )),
        Err(why) => Ok(entry::again(removal(&visitor, &list, Some(&why)))),
    }
}

fn removal(visitor: &Visitor, list: &Model, why: Option<&str>) -> Markup {
    entry::Removal {
        what: &format!("the list {}", list.name),
        path: &format!("/lists/{}", list.id),
        meaning: "Its entries go. A list that a rule looks in can't be removed.",
    }
    .page(visitor, why)
}

/// `GET /exceptions`
pub(super) async fn open_exceptions(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let stored = entry::stored(&state).await?;
    let sent = entry::opened(&stored, Section::Exceptions, "")?;
    Ok(exceptions_form(&visitor, &sent, &Faults::default()).into_response())
}

/// `POST /exceptions`
pub(super) async fn change_exceptions(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let keys = json!({ "entries": sent.lines("entries") });
    let keys = keys.as_object().cloned().unwrap_or_default();
    let of = (Section::Exceptions, Some(""));
    match entry::save(&state, &visitor, remote, of, &sent, keys).await? {
        Ok(done) => Ok(entry::onward(&state, &visitor, &sent, &done, "/lists")),
        Err(faults) => Ok(entry::again(exceptions_form(&visitor, &sent, &faults))),
    }
}

async fn named(state: &State, id: &str) -> Result<Model, Problem> {
    let lists = store::rule_lists::list(&state.shared.store)
        .await?
        .into_iter();
    let mut named = lists.filter(|list| list.id.to_string() == id);
    named.next().ok_or_else(Problem::not_found)
}

fn keys(sent: &Sent) -> Map<String, Value> {
    let keys = json!({ "name": sent.text("name"), "members": sent.lines("members") });
    keys.as_object().cloned().unwrap_or_default()
}

fn form(visitor: &Visitor, id: Option<&str>, sent: &Sent, faults: &Faults) -> Markup {
    let action = id.map_or("/lists".to_owned(), |id| format!("/lists/{id}"));
    let title = match id {
        Some(_) => format!("Change {}", sent.text("name")),
        None => "Add a list".to_owned(),
    };
    let fields = Fields { sent, faults };
    let inputs = html! {
        (fields.name(id.is_none(), "name", "Name", "Rules look in it by this name: `in: {list: partners}`."))
        (fields.lines("members", "Entries", "Addresses, domains such as `@example.com`, or other texts, one a line."))
    };
    let beside = html! {
        @if id.is_some() {
            h2 { "Remove" }
            p { a.button.grave href={ (action) "/remove" } { "Remove the list…" } }
        }
    };
    Form {
        title: &title,
        back: ("/lists", "Lists and exceptions"),
        action: &action,
        button: "Keep",
        sent,
        faults,
        place: Place::Lists,
    }
    .page(visitor, &inputs, &beside)
}

fn exceptions_form(visitor: &Visitor, sent: &Sent, faults: &Faults) -> Markup {
    let fields = Fields { sent, faults };
    let inputs = fields.lines(
        "entries",
        "Whose mail every scanner leaves alone",
        "Addresses, or domains such as `@example.com`, one a line. Their mail is kept and otherwise left alone.",
    );
    Form {
        title: "Exceptions of all scanners",
        back: ("/lists", "Lists and exceptions"),
        action: "/exceptions",
        button: "Keep",
        sent,
        faults,
        place: Place::Lists,
    }
    .page(visitor, &inputs, &html! {})
}

#[cfg(test)]
#[path = "lists_tests.rs"]
mod tests;
