//! `/mailboxes/{id}`: the light of one mailbox, why, who must act, what to do, and the one button that does it.

use axum::extract::{Path, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::ids::MailboxId;
use maud::{Markup, html};

use super::layout::{Frame, Press, Reader, address, button, page, pasted};
use super::light::badge;
use super::mailbox_view::{self, Remedy, View};
use super::moment::{day, moment, plain};
use super::places::Place;
use super::prose::prose;
use super::{State, mailbox_doctor, proofs, said, words};
use crate::cause::Cause;
use crate::http::{Problem, Visitor};

/// Shows it.
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = mailbox_view::load(&state, &visitor, &id).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let body = render(&view, &reader);
    let frame = Frame {
        title: view.mailbox.address.clone(),
        reader: Some(reader),
        place: Some(Place::Mailboxes),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

fn render(view: &View, reader: &Reader) -> Markup {
    html! {
        p.back { a href="/mailboxes" { "Mailboxes" } }
        h1 { (address(&view.mailbox.address)) }
        p.quiet { (placed(view)) }
        (light(view, reader))
        div.columns {
            section {
                h2 { "What green rests on" }
                (proofs::list(&view.light, view.opening, !view.identity.is_empty()))
            }
            section {
                h2 { "Scanners" }
                @if view.scanners.is_empty() { p.quiet { "No scanner reads this mailbox." } }
                @for scanner in &view.scanners { (scanner.line(&view.light, view.now)) }
            }
        }
        (mailbox_doctor::section(view.mailbox.id, view.examination.as_ref(), &|todo| view.here().word(todo, &view.mailbox.address), reader, view.now))
        (account(view))
        @if view.is_admin { (editing(view)) }
        @if !view.commands.is_empty() { (commands(view)) }
        (history(view))
        @if view.may_disconnect { (leaving(view)) }
    }
}

fn placed(view: &View) -> Markup {
    html! {
        @match view.mailbox.kind.as_str() { "shared" => "Shared", _ => "Personal" }
        " mailbox on "
        @if view.is_admin { a href={ "/servers/" (view.server.id) } { (view.server.name) } }
        @else { (view.server.name) }
        @if !view.mailbox.active { "; switched off, so nothing is read" }
        @else if !view.server.active { "; the server is switched off, so nothing is read" }
        "."
    }
}

fn light(view: &View, reader: &Reader) -> Markup {
    let light = &view.light;
    html! {
        section.light-panel.(light.state.as_str()) aria-labelledby="light" {
            h2 #light { (badge(light.state)) }
            p.lead {
                @match light.why() {
                    Some(why) => (why),
                    None if view.remedy == Some(Remedy::SignIn) => (words::of_cause(Cause::NeverAuthorized)),
                    None => (words::meaning(light.state)),
                }
            }
            @if let Some(row) = &light.row {
                dl.facts {
                    @if let Some(who) = &row.who { dt { "Who must act" } dd { (words::of_who(who)) } }
                    @if let Some(remedy) = &row.remedy {
                        dt { "What to do" }
                        dd { (prose(&view.here().word(remedy, &view.mailbox.address))) }
                    }
                    @if let Some(said) = &row.provider_words {
                        dt { "What was said" }
                        dd { blockquote dir="auto" { (said) } }
                    }
                    dt { "Since" } dd { (moment(row.since, view.now)) }
                    dt { "Last looked at" } dd { (moment(row.checked_at, view.now)) }
                    @if let Some(probe) = row.probe_at {
                        dt { "Looked at again" } dd { (moment(probe, view.now)) }
                    }
                }
            }
            (remedies(view, reader))
        }
    }
}

fn remedies(view: &View, reader: &Reader) -> Markup {
    html! {
        @if let Some(remedy) = view.remedy {
            div.presses {
                (button(&press(view, remedy), reader))
                @if let Some(other) = remedy.beside(view.opening) {
                    (button(&press(view, other).plain(), reader))
                }
            }
        }
    }
}

fn press(view: &View, remedy: Remedy) -> Press<'static> {
    let press = press_of(view.mailbox.id, remedy);
    if view.light.is_red() || remedy == Remedy::SignIn {
        press
    } else {
        press.plain()
    }
}

/// The button that does it.
pub(super) fn press_of(id: MailboxId, remedy: Remedy) -> Press<'static> {
    match remedy {
        Remedy::SignIn => Press::new(format!("/mailboxes/{id}/authorize"), "Sign in"),
        Remedy::SignInAgain => Press::new(format!("/mailboxes/{id}/authorize"), "Sign in again"),
        Remedy::ChooseAccount => Press::new(
            format!("/mailboxes/{id}/authorize"),
            "Choose another account",
        )
        .with("choose_account", "yes"),
        Remedy::AdminConsent => Press::new(
            format!("/mailboxes/{id}/admin-consent"),
            "Ask for admin consent",
        ),
        Remedy::TryAgain => Press::new(format!("/mailboxes/{id}/try-again"), "Try again"),
    }
}

fn account(view: &View) -> Markup {
    html! {
        section {
            h2 { "Account" }
            dl.facts {
                dt { "Signs in as" } dd { (view.mailbox.login) }
                @if !view.mailbox.aliases.0.is_empty() {
                    dt { "Also receives as" } dd { (view.mailbox.aliases.0.join(", ")) }
                }
                @if !view.mailbox.delegates.0.is_empty() {
                    dt { "Others who may sign in" } dd { (view.mailbox.delegates.0.join(", ")) }
                }
                @if !view.identity.is_empty() {
                    dt { "Who signed in" } dd { (view.identity.join(", ")) }
                }
                @if let Some(refreshed) = view.refreshed_at {
                    dt { "Last token" } dd { (moment(refreshed, view.now)) }
                }
                @if let Some(ends) = view.sign_in_ends_on {
                    dt { "Permission ends, unless renewed" } dd { (day(ends, view.now)) }
                }
                @if let Some(ends) = view.secret_expires_on {
                    dt { "Client secret expires" } dd { (day(ends, view.now)) }
                }
            }
        }
    }
}

fn editing(view: &View) -> Markup {
    html! {
        p.only-to-press.presses {
            a.button.plain href={ "/mailboxes/" (view.mailbox.id) "/edit" } { "Change the mailbox" }
            a.button.plain href={ "/scanners/new?mailbox=" (view.mailbox.id) } { "Add a scanner" }
        }
    }
}

fn commands(view: &View) -> Markup {
    html! {
        section {
            h2 { "Commands for the administrator of Exchange Online" }
            p {
                "The app opens this mailbox with rights of its own. An administrator runs these once, in PowerShell, in this order."
            }
            ol.steps {
                @for (place, step) in view.commands.iter().enumerate() {
                    li {
                        p { (prose(&step.text)) }
                        @if let Some(value) = &step.value {
                            (pasted(&format!("command-{place}"), &format!("Command {}", place + 1), value))
                        }
                    }
                }
            }
        }
    }
}

fn history(view: &View) -> Markup {
    html! {
        section {
            h2 { "History" }
            @if view.history.is_empty() { p.quiet { "The light has not changed yet." } }
            @else {
                ol.history reversed {
                    @for change in &view.history {
                        li {
                            (plain(change.changed_at, view.now))
                            (badge(change.state))
                            @if let Some(cause) = &change.cause {
                                div {
                                    p { (words::of_cause_code(cause)) }
                                    @if let Some(said) = &change.provider_words {
                                        blockquote dir="auto" { (said) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn leaving(view: &View) -> Markup {
    html! {
        section.only-to-press {
            h2 { "Disconnect" }
            p { "Ends Mailroom's access to this mailbox. What it means is said first." }
            p { a.button.plain href={ "/mailboxes/" (view.mailbox.id) "/disconnect" } { "Disconnect…" } }
        }
    }
}

#[cfg(test)]
#[path = "mailbox_show_tests.rs"]
mod tests;
