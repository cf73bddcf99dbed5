//! `/audit`: who changed what, and when.

use axum::extract::{Query, State as Extracted};
use axum::response::{IntoResponse as _, Response};
use entities::audit_entries::Model;
use entities::ids::{AuditEntryId, UserId};
use entities::users;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::State;
use super::layout::{Frame, Reader, page};
use super::moment::{Now, moment};
use super::pages::{self, Address};
use super::places::Place;
use crate::http::{Problem, Visitor};
use crate::store::audit_entries::{self, Filter};

/// Entries on one page.
const ON_A_PAGE: u64 = 50;

/// Sorts of things that entries are about.
const KINDS: [(&str, &str); 10] = [
    ("user", "users"),
    ("mail_server", "mail servers"),
    ("mailbox", "mailboxes"),
    ("scanner", "scanners"),
    ("service_key", "service keys"),
    ("list", "lists"),
    ("exceptions", "exceptions"),
    ("delivery", "held messages"),
    ("message", "messages"),
    ("rule", "rules"),
];

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    user: String,
    #[serde(default)]
    kind: String,
    /// Which one of that sort, by its key.
    #[serde(default)]
    object: String,
    before: Option<i64>,
}

impl Chosen {
    fn filter(&self) -> Filter {
        Filter {
            user: self.user.parse().ok().map(UserId),
            object: (!self.kind.is_empty()).then(|| {
                let object = (!self.object.is_empty()).then(|| self.object.clone());
                (self.kind.clone(), object)
            }),
            before: self.before.map(AuditEntryId),
        }
    }

    fn address(&self) -> Address {
        Address::new("/audit")
            .with("user", &self.user)
            .with("kind", &self.kind)
            .with("object", &self.object)
    }
}

/// `GET /audit`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let mut entries = audit_entries::list(store, &chosen.filter(), ON_A_PAGE + 1).await?;
    let more = entries.len() as u64 > ON_A_PAGE;
    entries.pop_if(|_| more);
    let users = crate::store::users::list(store).await?;
    let last = entries.last().filter(|_| more);
    let next = last.map(|last| chosen.address().with("before", &last.id.to_string()).set());
    let first = chosen.before.is_some().then(|| chosen.address().set());
    let body = html! {
        h1 { "Audit log" }
        (asking(&chosen, &users))
        @if entries.is_empty() { p.empty { "Nothing was changed yet that this would tell of." } }
        @else {
            div.wide tabindex="0" role="region" aria-label="Entries" {
                table {
                    thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "Changes" } } }
                    tbody { @for entry in &entries { (line(entry, now)) } }
                }
            }
        }
        (pages::links(first.as_deref(), next.as_deref()))
    };
    let frame = Frame {
        title: "Audit log".to_owned(),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Audit),
        ..Frame::default()
    };
    Ok(page(&frame, &body).into_response())
}

fn asking(chosen: &Chosen, users: &[users::Model]) -> Markup {
    html! {
        form.asking method="get" action="/audit" role="search" {
            div.line {
                label for="user" { "Who" }
                select #user name="user" {
                    option value="" { "everybody" }
                    @for user in users {
                        option value=(user.id) selected[chosen.user == user.id.to_string()] { (user.email) }
                    }
                }
            }
            div.line {
                label for="kind" { "About" }
                select #kind name="kind" {
                    option value="" { "everything" }
                    @for (kind, shown) in KINDS { option value=(kind) selected[chosen.kind == kind] { (shown) } }
                }
            }
            button.plain type="submit" { "Show" }
        }
    }
}

fn line(entry: &Model, now: Now) -> Markup {
    html! {
        tr {
            td { (moment(entry.at, now)) }
            td dir="auto" { (entry.who) @if !entry.remote.is_empty() { p.quiet { "from " (entry.remote) } } }
            th scope="row" dir="auto" { (action(&entry.action)) " " (entry.object_name) }
            td dir="auto" { (changes(&entry.changes)) }
        }
    }
}

/// `scanner.change` as `scanner: change`.
fn action(action: &str) -> String {
    let (kind, verb) = action.split_once('.').unwrap_or((action, ""));
    format!("{}: {}", kind.replace('_', " "), verb.replace('_', " "))
}

fn changes(changes: &Value) -> Markup {
    let fields = changes.as_object();
    html! {
        @if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
            dl.changes {
                @for (field, change) in fields {
                    dt { (field) }
                    dd {
                        @match change.as_array().map(Vec::as_slice) {
                            Some([before, after]) => { (shown(before)) " → " (shown(after)) }
                            _ => (shown(change)),
                        }
                    }
                }
            }
        }
    }
}

/// A value as a person reads it.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "(none)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(", ")
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
#[path = "audit_log_tests.rs"]
mod tests;
