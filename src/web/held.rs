//! `/held`: messages that could not be dealt with: why, and what a person can do with them, one by one or many at once.

use std::collections::HashMap;

use axum::extract::{Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use entities::deliveries::DeliveryState;
use entities::ids::{DeliveryId, ScannerId};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::fields::Sent;
use super::form::token;
use super::layout::{Frame, Reader, address, page};
use super::moment::{Now, moment};
use super::pages::{self, Address};
use super::places::Place;
use super::prose::prose;
use super::{State, entry, said};
use crate::http::{Problem, Remote, Submitted, Visitor};
use crate::store::audit_entries::{self, NewEntry};
use crate::store::deliveries::chosen::{self, Filter, Listed};
use crate::store::deliveries::retried;
use crate::store::{StoreError, Tx, scanners};

/// Messages on one page.
const ON_A_PAGE: u64 = 50;
/// What a line shows of an error.
const LETTERS: usize = 400;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    /// Which scanner's, by its key; all where nothing is said.
    #[serde(default)]
    scanner: String,
    /// Words in the reason.
    #[serde(default)]
    error: String,
    /// `held`, `failed`, `discarded`; held and failed where nothing is said.
    #[serde(default)]
    state: String,
    before: Option<i64>,
}

impl Chosen {
    fn filter(&self) -> Filter {
        let words = self.error.trim();
        Filter {
            ids: Vec::new(),
            scanner: self.scanner.parse().ok().map(ScannerId),
            states: match self.state.as_str() {
                "held" => vec![DeliveryState::Held],
                "failed" => vec![DeliveryState::Failed],
                "discarded" => vec![DeliveryState::Discarded],
                _ => vec![DeliveryState::Held, DeliveryState::Failed],
            },
            error: (!words.is_empty()).then(|| words.to_owned()),
            since: None,
        }
    }

    fn address(&self) -> Address {
        Address::new("/held")
            .with("scanner", &self.scanner)
            .with("error", self.error.trim())
            .with("state", &self.state)
    }
}

/// `GET /held`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let (store, now) = (&state.shared.store, Now::of(&state.shared, &visitor));
    let names: HashMap<ScannerId, String> = scanners::list(store)
        .await?
        .into_iter()
        .map(|scanner| (scanner.id, scanner.name))
        .collect();
    let before = chosen.before.map(DeliveryId);
    let mut found = chosen::list(store, &chosen.filter(), before, ON_A_PAGE + 1).await?;
    let more = found.len() as u64 > ON_A_PAGE;
    found.pop_if(|_| more);
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let body = render(&chosen, &found, more, &names, &reader, now);
    let frame = Frame {
        title: "Held messages".to_owned(),
        reader: Some(reader),
        place: Some(Place::Held),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

fn render(
    chosen: &Chosen,
    found: &[Listed],
    more: bool,
    names: &HashMap<ScannerId, String>,
    reader: &Reader,
    now: Now,
) -> Markup {
    let last = found.last().filter(|_| more);
    let next = last.map(|last| {
        chosen
            .address()
            .with("before", &last.delivery.id.to_string())
            .set()
    });
    let first = chosen.before.is_some().then(|| chosen.address().set());
    html! {
        h1 { "Held messages" }
        p { "A message that fails is tried again by itself. After a few tries it is held for a person, and never stops the others." }
        (asking(chosen, names))
        @if found.is_empty() {
            p.empty { "There is none. Nothing waits for anybody here." }
        } @else {
            form method="post" action="/held" {
                (token(reader))
                div.wide tabindex="0" role="region" aria-label="Messages" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Message" } th scope="col" { "Scanner and folder" }
                                th scope="col" { "Why" } th scope="col" { "Kept" }
                            }
                        }
                        tbody { @for listed in found { (line(listed, names, now)) } }
                    }
                }
                fieldset.line.bulk {
                    legend { "With those that are ticked" }
                    p { button.primary type="submit" name="what" value="retry" { "Process again" } }
                    p { button.plain type="submit" name="what" value="release" { "Process although a rule holds them" } }
                    div.line {
                        label for="reason" { "Why they are to be left alone" }
                        input #reason name="reason" type="text" autocomplete="off";
                    }
                    p { button.grave type="submit" name="what" value="discard" { "Discard" } }
                }
            }
        }
        (pages::links(first.as_deref(), next.as_deref()))
    }
}

fn asking(chosen: &Chosen, names: &HashMap<ScannerId, String>) -> Markup {
    let mut scanners: Vec<(&ScannerId, &String)> = names.iter().collect();
    scanners.sort_by_key(|(_, name)| *name);
    html! {
        form.asking method="get" action="/held" role="search" {
            div.line {
                label for="scanner" { "Scanner" }
                select #scanner name="scanner" {
                    option value="" { "all" }
                    @for (id, name) in scanners { option value=(id) selected[chosen.scanner == id.to_string()] { (name) } }
                }
            }
            div.line {
                label for="state" { "State" }
                select #state name="state" {
                    @for (value, shown) in [("", "held or failed"), ("held", "held"), ("failed", "failed, tried again"), ("discarded", "discarded")] {
                        option value=(value) selected[chosen.state == value] { (shown) }
                    }
                }
            }
            div.line {
                label for="error" { "Words in the reason" }
                input #error name="error" type="search" value=(chosen.error);
            }
            button.plain type="submit" { "Show" }
        }
    }
}

fn line(listed: &Listed, names: &HashMap<ScannerId, String>, now: Now) -> Markup {
    let delivery = &listed.delivery;
    let subject = listed
        .message
        .as_ref()
        .map_or("", |message| message.subject.as_str());
    let label = match subject {
        "" => format!("Message {}", delivery.id),
        subject => subject.to_owned(),
    };
    html! {
        tr {
            th scope="row" {
                label.tick dir="auto" {
                    input type="checkbox" name={ "id." (delivery.id) };
                    span { (label) }
                }
                @if let Some(message) = &listed.message { p.quiet { (address(&message.from_email)) } }
                p.quiet { (delivery.size) " bytes" }
            }
            td dir="auto" {
                (names.get(&listed.folder.scanner_id).map_or("", String::as_str))
                p.quiet { @if listed.is_file() { "from a file" } @else { (listed.folder.name) } }
            }
            td dir="auto" {
                strong { (state_in_words(delivery.state)) }
                @if let Some(error) = &delivery.error { p { (prose(&shortened(error))) } }
                @if let (Some(by), Some(reason)) = (&delivery.discarded_by, &delivery.discard_reason) {
                    p { "by " (by) ": " (reason) }
                }
                p.quiet {
                    "Tried " (delivery.attempts) @if delivery.attempts == 1 { " time" } @else { " times" }
                    @if let Some(next) = delivery.next_try_at { "; again " (moment(next, now)) }
                }
            }
            td { (moment(delivery.kept_at, now)) }
        }
    }
}

fn state_in_words(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Held => "Held",
        DeliveryState::Failed => "Failed, and tried again",
        DeliveryState::Discarded => "Discarded",
        DeliveryState::Pending => "Waits",
        DeliveryState::Done => "Dealt with",
        DeliveryState::Ignored => "Ignored",
        DeliveryState::Gone => "Gone on the server",
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `POST /held`: does something with those that are ticked.
pub(super) async fn act(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let ids: Vec<DeliveryId> = sent
        .ticked_under("id.")
        .filter_map(|id| id.parse().ok())
        .map(DeliveryId)
        .collect();
    let words = if ids.is_empty() {
        "Nothing was changed: tick the messages first.".to_owned()
    } else {
        match sent.text("what") {
            "discard" if sent.text("reason").is_empty() => {
                "Nothing was changed: say why they are to be left alone, for whoever looks for them later.".to_owned()
            }
            "discard" => discard(&state, &visitor, remote, &ids, sent.text("reason")).await?,
            "retry" => retry(&state, &visitor, remote, &ids, false).await?,
            "release" => retry(&state, &visitor, remote, &ids, true).await?,
            _ => return Ok(Redirect::to("/held").into_response()),
        }
    };
    Ok(entry::go(&state, &visitor, &words, "/held"))
}

async fn retry(
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    ids: &[DeliveryId],
    release: bool,
) -> Result<String, StoreError> {
    let now = state.shared.clock.now();
    let filter = Filter {
        ids: ids.to_vec(),
        states: vec![
            DeliveryState::Held,
            DeliveryState::Failed,
            DeliveryState::Discarded,
        ],
        ..Filter::default()
    };
    let tx = state.shared.store.begin().await?;
    if release {
        retried::release(&tx, &filter, now).await?;
    }
    let retried = retried::retry(&tx, &filter, now).await?;
    let action = if release {
        "message.release"
    } else {
        "message.retry"
    };
    note(&tx, state, visitor, remote, action, ids, "").await?;
    tx.commit().await?;
    let done = retried.tried_again + retried.asked_again;
    let mut words = match done {
        1 => "1 message is processed again within seconds, as soon as a worker is free.".to_owned(),
        done => format!(
            "{done} messages are processed again within seconds, as soon as a worker is free."
        ),
    };
    if retried.out_of_reach > 0 {
        words.push_str(
            " Of the others nothing is left to process: the server has numbered the folder anew.",
        );
    }
    Ok(words)
}

async fn discard(
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    ids: &[DeliveryId],
    reason: &str,
) -> Result<String, StoreError> {
    let now = state.shared.clock.now();
    let tx = state.shared.store.begin().await?;
    let by = &visitor.session.user.email;
    let discarded = retried::discard(&tx, ids, by, reason, now).await?;
    note(&tx, state, visitor, remote, "message.discard", ids, reason).await?;
    tx.commit().await?;
    Ok(match discarded {
        0 => "Nothing was changed: they are dealt with or discarded already.".to_owned(),
        1 => "1 message is discarded. Processing it again takes that back.".to_owned(),
        many => format!("{many} messages are discarded. Processing them again takes that back."),
    })
}

async fn note(
    tx: &Tx,
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    action: &str,
    ids: &[DeliveryId],
    reason: &str,
) -> Result<(), StoreError> {
    let entry = NewEntry {
        user_id: Some(visitor.session.user.id),
        who: visitor.session.user.email.clone(),
        action: action.to_owned(),
        object_kind: "delivery".to_owned(),
        object_id: ids.first().map_or_else(String::new, ToString::to_string),
        object_name: match ids.len() {
            1 => "1 message".to_owned(),
            many => format!("{many} messages"),
        },
        changes: json!({ "ids": ids, "reason": reason }),
        remote: remote.0.to_string(),
    };
    audit_entries::insert(tx, entry, state.shared.clock.now()).await
}

#[cfg(test)]
#[path = "held_tests.rs"]
mod tests;
