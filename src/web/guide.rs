//! `/guide`: from nothing to the first leads, step by step: what is done, what is next, and the page that does it. Forms
//! that one reaches from here lead back here.

use axum::extract::State as Extracted;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use entities::lights::LightState;
use entities::mail_servers::AuthMethod;
use entities::scans::ScanOutcome;
use entities::{mail_servers, mailboxes, scans};
use maud::{Markup, html};
use serde_json::Value;

use super::layout::{Frame, Reader, button, page};
use super::light::Light;
use super::mailbox_show::press_of;
use super::mailbox_view::what_helps;
use super::places::Place;
use super::{State, said};
use crate::http::{Problem, Visitor};
use crate::store;

/// How often the page looks again while the first scan runs, in seconds.
const AGAIN: &str = "3";

/// One step.
struct Step {
    title: &'static str,
    is_done: bool,
    /// What it is for, or what came of it.
    told: Markup,
    /// What does it.
    way: Markup,
}

/// How far it is set up.
struct Progress {
    server: Option<mail_servers::Model>,
    has_key: bool,
    mailbox: Option<mailboxes::Model>,
    is_green: bool,
    /// What opens the mailbox, as a button.
    opening: Markup,
    scanner: Option<entities::scanners::Model>,
    scan: Option<scans::Model>,
    leads: i64,
}

/// `GET /guide`
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let reader = Reader::of(&visitor);
    let progress = read(&state, &reader).await?;
    let waits = progress.scanner.is_some()
        && progress.is_green
        && progress
            .scan
            .as_ref()
            .is_none_or(|scan| scan.outcome == ScanOutcome::Running);
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = render(&steps(&progress));
    let frame = Frame {
        title: "Guide".to_owned(),
        reader: Some(reader),
        place: Some(Place::Guide),
        said,
        ..Frame::default()
    };
    let refresh = waits.then_some([(header::REFRESH, AGAIN)]);
    Ok((heard, refresh, page(&frame, &body)).into_response())
}

/// Whatever comes first of each sort: a second server does not begin the guide anew.
async fn read(state: &State, reader: &Reader) -> Result<Progress, Problem> {
    let store = &state.shared.store;
    let scanners = store::scanners::list(store).await?;
    let mailboxes = store::mailboxes::list(store).await?;
    let scanner = scanners.into_iter().next();
    let mailbox = match &scanner {
        Some(scanner) => mailboxes
            .into_iter()
            .find(|mailbox| mailbox.id == scanner.mailbox_id),
        None => mailboxes.into_iter().next(),
    };
    let servers = store::mail_servers::list(store).await?;
    let server = match &mailbox {
        Some(mailbox) => servers
            .into_iter()
            .find(|server| server.id == mailbox.mail_server_id),
        None => servers.into_iter().next(),
    };
    let (mut is_green, mut opening) = (false, html! {});
    if let Some(mailbox) = &mailbox {
        let light = Light::of(store::lights::find(store, mailbox.id).await?);
        is_green = light.state == LightState::Green;
        if let (_, Some(remedy)) = what_helps(store, mailbox, &light).await? {
            opening = button(&press_of(mailbox.id, remedy), reader);
        }
    }
    let scan = match &scanner {
        Some(scanner) => store::scans::list(store, Some(scanner.id), None, 1)
            .await?
            .pop(),
        None => None,
    };
    let days = match &scanner {
        Some(scanner) => store::scan_days::since(store, scanner.created_at.date_naive()).await?,
        None => Vec::new(),
    };
    let keys = store::service_keys::list(store).await?;
    Ok(Progress {
        has_key: keys.iter().any(|key| key.kind.as_str() == "oauth"),
        server,
        mailbox,
        is_green,
        opening,
        scanner,
        scan,
        leads: days.iter().map(|day| day.leads).sum(),
    })
}

fn steps(progress: &Progress) -> Vec<Step> {
    let by_password = progress
        .server
        .as_ref()
        .is_some_and(|server| server.auth == AuthMethod::Password);
    vec![
        Step {
            title: "A service key",
            is_done: progress.has_key || by_password,
            told: html! { "It names the address to which people come back after they signed in at a provider. Servers that are opened with a password need none." },
            way: html! { a.button.plain href="/service-keys/new?from=guide" { "Add a service key" } },
        },
        server_step(progress),
        mailbox_step(progress),
        opening_step(progress, by_password),
        scanner_step(progress),
        scan_step(progress),
        Step {
            title: "The leads it made",
            is_done: progress.leads > 0,
            told: html! {
                @match progress.leads {
                    0 => "Rules make leads of mail. Without one of yours, mail is kept and linked to the records that it belongs to.",
                    1 => "1 lead was made.",
                    many => { (many) " leads were made." }
                }
            },
            way: html! { a.button.plain href="/" { "To the overview" } },
        },
    ]
}

fn server_step(progress: &Progress) -> Step {
    Step {
        title: "A mail server",
        is_done: progress.server.is_some(),
        told: html! {
            @match &progress.server {
                Some(server) => {
                    a href={ "/servers/" (server.id) } { (server.name) }
                    " is set up. Its page says what is to be done at the provider, step by step."
                }
                None => "Where the mailbox lives. For known providers everything is filled in.",
            }
        },
        way: html! {
            div.presses {
                @for (preset, name) in [("google", "Google"), ("microsoft", "Microsoft 365"), ("generic", "Another")] {
                    a.button.plain href={ "/servers/new?from=guide&preset=" (preset) } { (name) }
                }
                a href="/servers" { "All providers" }
            }
        },
    }
}

fn mailbox_step(progress: &Progress) -> Step {
    Step {
        title: "A mailbox",
        is_done: progress.mailbox.is_some(),
        told: html! {
            @match &progress.mailbox {
                Some(mailbox) => { a href={ "/mailboxes/" (mailbox.id) } { (mailbox.address) } " is set up." }
                None => "The address whose mail is read, and who works in it.",
            }
        },
        way: html! {
            @let server = progress.server.as_ref().map_or_else(String::new, |server| server.id.to_string());
            a.button.plain href={ "/mailboxes/new?from=guide&server=" (server) } { "Add a mailbox" }
        },
    }
}

fn opening_step(progress: &Progress, by_password: bool) -> Step {
    Step {
        title: "Its light is green",
        is_done: progress.is_green,
        told: html! {
            @if progress.is_green { "Mailroom gets in." }
            @else if by_password { "The first scan knocks with the password. The test on the mailbox's page knocks at once." }
            @else { "Whoever owns the mailbox signs in at the provider once." }
        },
        way: html! {
            @if let Some(mailbox) = &progress.mailbox {
                div.presses {
                    (progress.opening)
                    a href={ "/mailboxes/" (mailbox.id) } { "The mailbox's page, with its test" }
                }
            }
        },
    }
}

fn scanner_step(progress: &Progress) -> Step {
    Step {
        title: "A scanner: folders, schedule, actions",
        is_done: progress.scanner.is_some(),
        told: html! {
            @match &progress.scanner {
                Some(scanner) => { a href={ "/scanners/" (scanner.id) } { (scanner.name) } " reads " (scanner.folders.0.join(", ")) "." }
                None => "Which folders are read, when, and what is done with the mail.",
            }
        },
        way: html! {
            @if let Some(mailbox) = &progress.mailbox {
                div.presses {
                    a.button.plain href={ "/mailboxes/" (mailbox.id) "/folders?from=guide" } { "Choose its folders" }
                    a.button.plain href={ "/scanners/new?from=guide&mailbox=" (mailbox.id) } { "Read the inbox" }
                }
            }
        },
    }
}

fn scan_step(progress: &Progress) -> Step {
    let count =
        |scan: &scans::Model, key: &str| scan.counts.get(key).and_then(Value::as_u64).unwrap_or(0);
    let is_done = progress
        .scan
        .as_ref()
        .is_some_and(|scan| scan.outcome == ScanOutcome::Done);
    Step {
        title: "The first scan",
        is_done,
        told: html! {
            @match &progress.scan {
                None => "The schedule starts it within seconds once the mailbox opens. This page looks again by itself.",
                Some(scan) => {
                    @match scan.outcome {
                        ScanOutcome::Running => "It runs: ",
                        ScanOutcome::Done => "It came to its end: ",
                        ScanOutcome::Failed => "It failed: ",
                        ScanOutcome::Cut => "It was cut, and the next goes on: ",
                    }
                    (count(scan, "kept")) " messages read, " (count(scan, "linked")) " linked, " (count(scan, "leads")) " leads made."
                    @if let Some(error) = scan.error.as_ref().filter(|_| scan.outcome == ScanOutcome::Failed) { " " span dir="auto" { (error) } }
                }
            }
        },
        way: html! {
            @if let Some(scan) = &progress.scan { a href={ "/scans/" (scan.id) } { "Its report" } }
        },
    }
}

fn render(steps: &[Step]) -> Markup {
    let next = steps.iter().position(|step| !step.is_done);
    let done = steps.iter().filter(|step| step.is_done).count();
    html! {
        h1 { "From a mail server to the first leads" }
        p.lead role="status" {
            @match next {
                None => "Everything is set up.",
                Some(_) => { (done) " of " (steps.len()) " steps are done." }
            }
        }
        ol.guide {
            @for (place, step) in steps.iter().enumerate() {
                li.done[step.is_done].next[next == Some(place)] aria-current=[(next == Some(place)).then_some("step")] {
                    h2 {
                        (step.title) " "
                        span.quiet {
                            @if step.is_done { "✓ done" } @else if next == Some(place) { "next" } @else { "later" }
                        }
                    }
                    p { (step.told) }
                    @if next == Some(place) || step.is_done { div.way { (step.way) } }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "guide_tests.rs"]
mod tests;
