//! `/service-keys`: callback addresses, and from where they may be used.

use axum::extract::{Path, Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::ids::ServiceKeyId;
use entities::service_keys::{Model, ServiceKeyKind};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::entry::{self, Form};
use super::fields::{Faults, Fields, Sent};
use super::layout::{Frame, Reader, page, pasted};
use super::places::Place;
use super::{State, said};
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};
use crate::setup::one::Section;
use crate::store;

/// `GET /service-keys`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let keys = store::service_keys::list(&state.shared.store).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = html! {
        h1 { "Service keys" }
        p.lead { "A service key names the address to which people come back from a provider, or a client of the API, and says from where it may be used." }
        @if !keys.is_empty() {
            div.wide tabindex="0" role="region" aria-label="Service keys" {
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "For" } th scope="col" { "May be used from" } th scope="col" { "State" } } }
                    tbody {
                        @for key in &keys {
                            tr {
                                th scope="row" { a href={ "/service-keys/" (key.id) } { (key.name) } }
                                td { (kind(key.kind)) }
                                td { @if key.allowed_ips.0.is_empty() { "anywhere" } @else { (key.allowed_ips.0.join(", ")) } }
                                td { @if key.active { "active" } @else { "switched off" } }
                            }
                        }
                    }
                }
            }
        }
        p.presses { a.button.primary href="/service-keys/new" { "Add a service key" } }
    };
    let frame = Frame {
        title: "Service keys".to_owned(),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::ServiceKeys),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

fn kind(kind: ServiceKeyKind) -> &'static str {
    match kind {
        ServiceKeyKind::Oauth => "sign-ins at providers",
        ServiceKeyKind::Api => "clients of the API",
    }
}

/// `GET /service-keys/new`
pub(super) async fn begin(
    visitor: Visitor,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let mut sent = Sent::default();
    sent.set("type", "oauth");
    sent.tick("active", true);
    entry::remember(&mut sent, Some(asked.text("from")));
    Ok(form(&visitor, None, &sent, &Faults::default()).into_response())
}

/// `POST /service-keys`
pub(super) async fn make(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let of = (Section::ServiceKeys, None);
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(
            &state,
            &visitor,
            &sent,
            &done,
            "/service-keys",
        )),
        Err(faults) => Ok(entry::again(form(&visitor, None, &sent, &faults))),
    }
}

/// `GET /service-keys/{id}`
pub(super) async fn open(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let key = named(&state, &id).await?;
    let stored = entry::stored(&state).await?;
    let sent = entry::opened(&stored, Section::ServiceKeys, &key.name)?;
    let address = state
        .shared
        .site
        .url(&format!("/oauth/callback/{}", key.callback_path));
    Ok(form(&visitor, Some((&id, &address)), &sent, &Faults::default()).into_response())
}

/// `POST /service-keys/{id}`
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
    let key = named(&state, &id).await?;
    sent.set("name", key.name.as_str());
    let of = (Section::ServiceKeys, Some(key.name.as_str()));
    match entry::save(&state, &visitor, remote, of, &sent, keys(&sent)).await? {
        Ok(done) => Ok(entry::onward(
            &state,
            &visitor,
            &sent,
            &done,
            "/service-keys",
        )),
        Err(faults) => {
            let address = state
                .shared
                .site
                .url(&format!("/oauth/callback/{}", key.callback_path));
            Ok(entry::again(form(
                &visitor,
                Some((&id, &address)),
                &sent,
                &faults,
            )))
        }
    }
}

/// `GET /service-keys/{id}/remove`
pub(super) async fn ask_removal(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let key = named(&state, &id).await?;
    Ok(removal(&visitor, &key, None).into_response())
}

/// `POST /service-keys/{id}/remove`
pub(super) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let key = named(&state, &id).await?;
    let name = &key.name;
    match entry::remove(&state, &visitor, remote, Section::ServiceKeys, name).await? {
        Ok(()) => Ok(entry::go(
            &state,
            &visitor,
            &format!("The service key {name} is removed."),
            "/service-keys",
        )),
        Err(why) => Ok(entry::again(removal(&visitor, &key, Some(&why)))),
    }
}

fn removal(visitor: &Visitor, key: &Model, why: Option<&str>) -> Markup {
    entry::Removal {
        what: &format!("the service key {}", key.name),
        path: &format!("/service-keys/{}", key.id),
        meaning: "Its callback address answers no more. Where a provider still sends people there, they come back to nothing.",
    }
    .page(visitor, why)
}

async fn named(state: &State, id: &str) -> Result<Model, Problem> {
    let id = id
        .parse()
        .map(ServiceKeyId)
        .map_err(|_| Problem::not_found())?;
    store::service_keys::by_id(&state.shared.store, id)
        .await?
        .ok_or_else(Problem::not_found)
}

/// The form as keys of the set-up file.
fn keys(sent: &Sent) -> Map<String, Value> {
    let keys = json!({
        "name": sent.text("name"),
        "type": sent.text("type"),
        "active": sent.is_ticked("active"),
        "allowed_ips": sent.lines("allowed_ips"),
        "callback_path": sent.value("callback_path"),
    });
    keys.as_object().cloned().unwrap_or_default()
}

/// `key`: which one, and its callback address; nothing for a new one.
fn form(visitor: &Visitor, key: Option<(&str, &str)>, sent: &Sent, faults: &Faults) -> Markup {
    let action = key.map_or("/service-keys".to_owned(), |(id, _)| {
        format!("/service-keys/{id}")
    });
    let title = match key {
        Some(_) => format!("Change {}", sent.text("name")),
        None => "Add a service key".to_owned(),
    };
    let fields = Fields { sent, faults };
    let inputs = html! {
        (fields.name(key.is_none(), "name", "Name", "Such as `Main office`."))
        (fields.choice("type", "For", &[
            ("oauth", "sign-ins: people come back from a provider to its callback address"),
            ("api", "clients of the API"),
        ]))
        (fields.text("callback_path", "Last part of the callback address", "Small letters, digits and dashes; empty to make it of the name."))
        (fields.lines("allowed_ips", "May be used from", "IP addresses and blocks such as `10.0.0.0/8`, one a line; empty for anywhere."))
        (fields.tick("active", "It may be used"))
    };
    let beside = html! {
        @if let Some((_, address)) = key {
            @if sent.text("type") == "oauth" {
                h2 { "Callback address" }
                p { "Servers that name this key register this address at their provider. What is registered once stays with the server." }
                (pasted("callback", "Callback address", address))
            }
            h2 { "Remove" }
            p { a.button.grave href={ (action) "/remove" } { "Remove the key…" } }
        }
    };
    Form {
        title: &title,
        back: ("/service-keys", "Service keys"),
        action: &action,
        button: "Keep",
        sent,
        faults,
        place: Place::ServiceKeys,
    }
    .page(visitor, &inputs, &beside)
}

#[cfg(test)]
#[path = "service_keys_tests.rs"]
mod tests;
