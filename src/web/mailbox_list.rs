//! `/mailboxes`, and `/` for whoever is no admin: every mailbox this person may see, with its light, the red ones first.

use std::collections::HashMap;

use axum::extract::{Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::ids::MailboxId;
use entities::lights::LightState;
use entities::mailboxes;
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{Frame, Reader, address, page};
use super::light::{Light, badge};
use super::moment::{Now, moment};
use super::places::Place;
use super::prose::prose;
use super::scanner::Scanner;
use super::untold::{self, Untold};
use super::{State, mailbox, said, scanner, words};
use crate::http::{Problem, Visitor};
use crate::store;

/// Mailboxes on one page.
const ON_A_PAGE: usize = 100;

/// Which part of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    page: usize,
}

/// What is shown of one mailbox.
#[derive(Debug)]
struct Row {
    mailbox: mailboxes::Model,
    server: String,
    light: Light,
    scanners: Vec<Scanner>,
}

/// The page.
#[derive(Debug)]
struct View {
    rows: Vec<Row>,
    all: usize,
    red: usize,
    untold: Option<Untold>,
    page: usize,
    pages: usize,
    now: Now,
}

/// Shows it.
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&state, &visitor, &chosen).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let frame = Frame {
        title: "Mailboxes".to_owned(),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Mailboxes),
        said,
        ..Frame::default()
    };
    let adding = html! {
        @if visitor.is_admin() {
            p.only-to-press.presses { a.button.plain href="/mailboxes/new" { "Add a mailbox" } }
        }
    };
    let body = html! { (render(&view)) (adding) };
    Ok((heard, page(&frame, &body)).into_response())
}

async fn load(state: &State, visitor: &Visitor, chosen: &Chosen) -> Result<View, Problem> {
    let (store, now) = (&state.shared.store, Now::of(&state.shared, visitor));
    let mailboxes = mailbox::visible(store, visitor).await?;
    let mut lights: HashMap<MailboxId, _> = store::lights::list(store)
        .await?
        .into_iter()
        .map(|light| (light.mailbox_id, light))
        .collect();
    let servers: HashMap<_, _> = store::mail_servers::list(store)
        .await?
        .into_iter()
        .map(|server| (server.id, server.name))
        .collect();
    let mut scanners = scanner::by_mailbox(store).await?;
    let mut rows: Vec<_> = mailboxes
        .into_iter()
        .map(|mailbox| Row {
            server: servers
                .get(&mailbox.mail_server_id)
                .cloned()
                .unwrap_or_default(),
            light: Light::of(lights.remove(&mailbox.id)),
            scanners: scanners.remove(&mailbox.id).unwrap_or_default(),
            mailbox,
        })
        .collect();
    // They come by address, and sorting keeps that order among equals.
    rows.sort_by_key(|row| match row.light.state {
        LightState::Red => 0,
        LightState::Unknown => 1,
        LightState::Green => 2,
    });
    let all = rows.len();
    let red = rows.iter().filter(|row| row.light.is_red()).count();
    let pages = all.div_ceil(ON_A_PAGE).max(1);
    let number = chosen.page.clamp(1, pages);
    let rows = rows
        .into_iter()
        .skip((number - 1) * ON_A_PAGE)
        .take(ON_A_PAGE)
        .collect();
    Ok(View {
        rows,
        all,
        red,
        untold: untold::read(store, visitor, now.at).await?,
        page: number,
        pages,
        now,
    })
}

fn render(view: &View) -> Markup {
    html! {
        h1 { "Mailboxes" }
        p.lead { (summary(view)) }
        @if let Some(untold) = &view.untold { (untold::render(untold)) }
        @if !view.rows.is_empty() {
            ul.mailboxes {
                @for row in &view.rows { (entry(row, view.now)) }
            }
        }
        @if view.pages > 1 { (pages(view)) }
    }
}

fn summary(view: &View) -> Markup {
    html! {
        @match (view.all, view.red) {
            (0, _) => {
                "There is no mailbox that you may see. An admin adds mailboxes and says who works in them."
            }
            (1, 0) => { "The one mailbox needs nobody." }
            (1, _) => { "The one mailbox needs somebody." }
            (all, 0) => { "None of " (all) " mailboxes needs anybody." }
            (all, 1) => { "1 of " (all) " mailboxes needs somebody." }
            (all, red) => { (red) " of " (all) " mailboxes need somebody." }
        }
    }
}

fn entry(row: &Row, now: Now) -> Markup {
    let page = format!("/mailboxes/{}", row.mailbox.id);
    html! {
        li.mailbox.(row.light.state.as_str()) {
            div.what {
                h2 { a href=(page) { (address(&row.mailbox.address)) } }
                p.quiet {
                    (row.server) ", " (row.mailbox.kind.as_str())
                    @if !row.mailbox.active { ", switched off" }
                }
            }
            div.shows {
                (badge(row.light.state))
                @if let Some(why) = row.light.why() { p { (why) } }
                @if let Some(light) = &row.light.row {
                    p.quiet { "Since " (moment(light.since, now)) }
                }
            }
            div.scanners {
                @for scanner in &row.scanners { (scanner.line(&row.light, now)) }
            }
            @if let (true, Some(light)) = (row.light.is_red(), &row.light.row) {
                div.next {
                    @if let Some(who) = &light.who { p.who { (words::of_who(who)) " must act:" } }
                    @if let Some(remedy) = &light.remedy { p { (prose(remedy)) } }
                }
            }
        }
    }
}

fn pages(view: &View) -> Markup {
    html! {
        nav.pages aria-label="Pages of the list" {
            @if view.page > 1 { a rel="prev" href={ "/mailboxes?page=" (view.page - 1) } { "Earlier" } }
            span { "Page " (view.page) " of " (view.pages) }
            @if view.page < view.pages { a rel="next" href={ "/mailboxes?page=" (view.page + 1) } { "Further" } }
        }
    }
}

#[cfg(test)]
#[path = "mailbox_list_tests.rs"]
mod tests;
