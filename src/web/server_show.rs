//! `/servers/{id}`: how this program is registered with a provider: the address to paste there, exactly, and the steps.

use axum::extract::{Path, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::ids::MailServerId;
use entities::mail_servers::{self, Protocol, TlsMode};
use entities::oauth_clients::{self, Flow};
use maud::{Markup, html};

use super::layout::{Frame, Press, Reader, button, page, pasted};
use super::moment::{Now, day};
use super::places::Place;
use super::prose::prose;
use super::{State, said};
use crate::access::guide::{self, Step};
use crate::http::{Problem, Visitor};
use crate::store;

/// The page.
#[derive(Debug)]
struct View {
    server: mail_servers::Model,
    provider: Option<&'static str>,
    client: Option<oauth_clients::Model>,
    checklist: Vec<Step>,
    mailboxes: Vec<entities::mailboxes::Model>,
    now: Now,
}

/// Shows it to an admin.
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let view = load(&state, &visitor, &id).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let body = render(&view, &reader);
    let frame = Frame {
        title: view.server.name,
        reader: Some(reader),
        place: Some(Place::Mailboxes),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

/// The server that an address names.
pub(super) async fn named(state: &State, id: &str) -> Result<mail_servers::Model, Problem> {
    let id = id
        .parse()
        .map(MailServerId)
        .map_err(|_| Problem::not_found())?;
    store::mail_servers::by_id(&state.shared.store, id)
        .await?
        .ok_or_else(Problem::not_found)
}

async fn load(state: &State, visitor: &Visitor, id: &str) -> Result<View, Problem> {
    let store = &state.shared.store;
    let server = named(state, id).await?;
    let client = store::oauth_clients::find(store, server.id).await?;
    let mut mailboxes = store::mailboxes::list(store).await?;
    mailboxes.retain(|mailbox| mailbox.mail_server_id == server.id);
    Ok(View {
        provider: guide::provider_name(&server),
        checklist: client
            .as_ref()
            .map(|client| guide::checklist(&server, client))
            .unwrap_or_default(),
        mailboxes,
        client,
        server,
        now: Now::of(&state.shared, visitor),
    })
}

fn render(view: &View, reader: &Reader) -> Markup {
    html! {
        p.back { a href="/servers" { "Mail servers" } }
        h1 { (view.server.name) }
        p.quiet {
            @if let Some(provider) = view.provider { (provider) ", " }
            (view.server.host) ":" (view.server.port) ", "
            @if view.server.protocol == Protocol::Pop3 { "POP3, " }
            (encryption(view.server.tls))
            @if !view.server.active { "; switched off" }
        }
        @match &view.client {
            None => {
                p.lead {
                    "Mailboxes on this server are opened with a password. To sign in at the provider instead, change the server and give it a client ID."
                }
            }
            Some(client) => {
                (redirect_uri(client))
                (steps(view))
                (registration(client, view.now))
                @if guide::has_admin_consent(&view.server, client) { (admin_consent(&view.server, reader)) }
            }
        }
        (mailboxes(view))
        p.only-to-press.presses {
            a.button.plain href={ "/servers/" (view.server.id) "/edit" } { "Change the server" }
            a.button.plain href={ "/mailboxes/new?server=" (view.server.id) } { "Add a mailbox" }
        }
    }
}

fn encryption(tls: TlsMode) -> &'static str {
    match tls {
        TlsMode::Implicit => "TLS from the first byte",
        TlsMode::Starttls => "STARTTLS",
        TlsMode::None => "not encrypted",
    }
}

fn redirect_uri(client: &oauth_clients::Model) -> Markup {
    html! {
        section {
            h2 { "Redirect URI" }
            @match &client.redirect_uri {
                Some(address) => {
                    p { "Register this address at the provider exactly as it stands here, letter by letter. It does not change when Mailroom's own address does." }
                    (pasted("redirect-uri", "Redirect URI", address))
                }
                None if client.flow == Flow::AppOnly => {
                    p { "None is needed: the app signs in with rights of its own, and nobody is sent to the provider." }
                }
                None => {
                    p {
                        "None yet: change the server and choose a service key, whose callback address it will be."
                    }
                }
            }
        }
    }
}

fn steps(view: &View) -> Markup {
    html! {
        section {
            h2 { "What to do at " (view.provider.unwrap_or("the provider")) }
            ol.steps {
                @for (place, step) in view.checklist.iter().enumerate() {
                    li {
                        p { (prose(&step.text)) }
                        @if let Some(value) = &step.value {
                            (pasted(&format!("step-{place}"), &format!("Value of step {}", place + 1), value))
                        }
                    }
                }
            }
        }
    }
}

fn registration(client: &oauth_clients::Model, now: Now) -> Markup {
    html! {
        section {
            h2 { "Registration" }
            dl.facts {
                dt { "Client ID" } dd { code { (client.client_id) } }
                dt { "Client secret" }
                dd {
                    @match (&client.secret_reference, &client.secret_sealed) {
                        (Some(reference), _) => { "Read from " code { (reference) } }
                        (None, Some(_)) => { "Stored encrypted; it is never shown again" }
                        (None, None) => { "None" }
                    }
                }
                dt { "Secret expires" }
                dd {
                    @match client.secret_expires_on {
                        Some(date) => (day(date, now)),
                        None => {
                            "Not known. Change the server and give the day, and Mailroom warns in time."
                        }
                    }
                }
                @if let Some(tenant) = &client.tenant { dt { "Tenant" } dd { code { (tenant) } } }
                @if let Some(cloud) = &client.cloud { dt { "Cloud or region" } dd { (cloud) } }
            }
        }
    }
}

fn admin_consent(server: &mail_servers::Model, reader: &Reader) -> Markup {
    html! {
        section.only-to-press {
            h2 { "Admin consent" }
            p {
                "Most organizations want an administrator of theirs to agree before anybody can sign in. This makes a link for that administrator; it can be sent to them."
            }
            (button(
                &Press::new(format!("/servers/{}/admin-consent", server.id), "Make the admin-consent link").plain(),
                reader,
            ))
        }
    }
}

fn mailboxes(view: &View) -> Markup {
    html! {
        section {
            h2 { "Mailboxes on this server" }
            @if view.mailboxes.is_empty() { p.quiet { "None yet." } }
            @else {
                ul {
                    @for mailbox in &view.mailboxes {
                        li { a href={ "/mailboxes/" (mailbox.id) } { (mailbox.address) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "server_show_tests.rs"]
mod tests;
