//! `/servers` and the form of a mail server: provider, host, encryption, how mailboxes are opened, and how Mailroom is known
//! to the provider.

mod keys;

use axum::extract::{Path, Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use entities::mail_servers::{Model, Preset, TlsMode};
use maud::{Markup, html};

use super::entry::{self, Form};
use super::fields::{Faults, Fields, Sent};
use super::layout::{Frame, Reader, page};
use super::places::Place;
use super::{State, said, server_show};
use crate::access::guide;
use crate::http::{Nothing, Problem, Remote, Submitted, Visitor};
use crate::setup::one::Section;
use crate::store;

/// `GET /servers`
pub(super) async fn list(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let servers = store::mail_servers::list(&state.shared.store).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let body = html! {
        h1 { "Mail servers" }
        @if servers.is_empty() {
            p.lead { "No mail server is set up. Begin with the provider where your mailboxes live." }
        } @else {
            div.wide tabindex="0" role="region" aria-label="Mail servers" {
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Provider" } th scope="col" { "Host" } th scope="col" { "Opened with" } th scope="col" { "State" } } }
                    tbody { @for server in &servers { (row(server)) } }
                }
            }
        }
        section {
            h2 { "Add a mail server" }
            ul.places {
                @for preset in Preset::ALL {
                    li { a href={ "/servers/new?preset=" (preset.as_str()) } { (provider(preset)) } }
                }
            }
        }
    };
    let frame = Frame {
        title: "Mail servers".to_owned(),
        reader: Some(Reader::of(&visitor)),
        place: Some(Place::Servers),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

fn row(server: &Model) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/servers/" (server.id) } { (server.name) } }
            td { (guide::provider_name(server).unwrap_or("Any other")) }
            td { (server.host) ":" (server.port) @if server.tls == TlsMode::None { " (not encrypted)" } }
            td { (if server.auth.as_str() == "password" { "a password" } else { "a sign-in at the provider" }) }
            td { @if server.active { "active" } @else { "switched off" } }
        }
    }
}

/// How a person calls the provider of a preset.
fn provider(preset: Preset) -> &'static str {
    match preset {
        Preset::Google => "Google: Gmail and Workspace",
        Preset::Microsoft => "Microsoft 365",
        Preset::OutlookCom => "Outlook.com, Hotmail, Live",
        Preset::Yahoo => "Yahoo",
        Preset::Aol => "AOL",
        Preset::Fastmail => "Fastmail",
        Preset::Zoho => "Zoho",
        Preset::Yandex => "Yandex",
        Preset::Generic => "Any other server",
    }
}

/// `GET /servers/new`
pub(super) async fn begin(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Query(asked): Query<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let preset = Preset::ALL
        .into_iter()
        .find(|preset| preset.as_str() == asked.text("preset"));
    let preset = preset.unwrap_or(Preset::Generic);
    let mut sent = Sent::default();
    sent.set("preset", preset.as_str());
    if preset != Preset::Generic {
        sent.set(
            "name",
            provider(preset)
                .split([':', ','])
                .next()
                .unwrap_or_default(),
        );
    }
    sent.set("protocol", "imap");
    sent.set("tls", "implicit");
    for ticked in ["verify_certificate", "active", "visible"] {
        sent.tick(ticked, true);
    }
    let keys = service_keys(&state).await?;
    if let Some((key, _)) = keys.get(1) {
        sent.set("oauth.service_key", key.as_str());
    }
    entry::remember(&mut sent, Some(asked.text("from")));
    Ok(form(&visitor, None, &sent, &Faults::default(), &keys).into_response())
}

/// `POST /servers`
pub(super) async fn make(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Submitted {
        visitor,
        form: sent,
    }: Submitted<Sent>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let of = (Section::MailServers, None);
    match entry::save(&state, &visitor, remote, of, &sent, keys::of(&sent)).await? {
        Ok(done) => {
            let made = store::mail_servers::find_by_name(&state.shared.store, &done.name).await?;
            let to = made.map_or("/servers".to_owned(), |made| {
                format!("/servers/{}", made.id)
            });
            Ok(entry::onward(&state, &visitor, &sent, &done, &to))
        }
        Err(faults) => {
            let keys = service_keys(&state).await?;
            Ok(entry::again(form(&visitor, None, &sent, &faults, &keys)))
        }
    }
}

/// `GET /servers/{id}/edit`
pub(super) async fn open(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let server = server_show::named(&state, &id).await?;
    let stored = entry::stored(&state).await?;
    let sent = entry::opened(&stored, Section::MailServers, &server.name)?;
    let keys = service_keys(&state).await?;
    Ok(form(&visitor, Some(&id), &sent, &Faults::default(), &keys).into_response())
}

/// `POST /servers/{id}/edit`
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
    let server = server_show::named(&state, &id).await?;
    sent.set("name", server.name.as_str());
    let of = (Section::MailServers, Some(server.name.as_str()));
    match entry::save(&state, &visitor, remote, of, &sent, keys::of(&sent)).await? {
        Ok(done) => Ok(entry::onward(
            &state,
            &visitor,
            &sent,
            &done,
            &format!("/servers/{id}"),
        )),
        Err(faults) => {
            let keys = service_keys(&state).await?;
            Ok(entry::again(form(
                &visitor,
                Some(&id),
                &sent,
                &faults,
                &keys,
            )))
        }
    }
}

/// `GET /servers/{id}/remove`
pub(super) async fn ask_removal(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let server = server_show::named(&state, &id).await?;
    Ok(removal(&visitor, &server, None).into_response())
}

/// `POST /servers/{id}/remove`
pub(super) async fn remove(
    Extracted(state): Extracted<State>,
    remote: Remote,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let server = server_show::named(&state, &id).await?;
    let name = &server.name;
    match entry::remove(&state, &visitor, remote, Section::MailServers, name).await? {
        Ok(()) => Ok(entry::go(
            &state,
            &visitor,
            &format!("The mail server {name} is removed."),
            "/servers",
        )),
        Err(why) => Ok(entry::again(removal(&visitor, &server, Some(&why)))),
    }
}

fn removal(visitor: &Visitor, server: &Model, why: Option<&str>) -> Markup {
    entry::Removal {
        what: &format!("the mail server {}", server.name),
        path: &format!("/servers/{}", server.id),
        meaning: "Its registration at the provider goes with it, the client secret too. Nothing changes at the provider.",
    }
    .page(visitor, why)
}

/// Callback addresses to choose from; the first is none.
async fn service_keys(state: &State) -> Result<Vec<(String, String)>, Problem> {
    let mut keys = vec![(String::new(), "none".to_owned())];
    for key in store::service_keys::list(&state.shared.store).await? {
        if key.kind.as_str() == "oauth" {
            keys.push((key.name.clone(), key.name));
        }
    }
    Ok(keys)
}

fn form(
    visitor: &Visitor,
    id: Option<&str>,
    sent: &Sent,
    faults: &Faults,
    keys: &[(String, String)],
) -> Markup {
    let page = id.map(|id| format!("/servers/{id}"));
    let action = id.map_or("/servers".to_owned(), |id| format!("/servers/{id}/edit"));
    let title = match id {
        Some(_) => format!("Change {}", sent.text("name")),
        None => "Add a mail server".to_owned(),
    };
    let fields = Fields { sent, faults };
    Form {
        title: &title,
        back: match &page {
            Some(page) => (page, sent.text("name")),
            None => ("/servers", "Mail servers"),
        },
        action: &action,
        button: "Keep",
        sent,
        faults,
        place: Place::Servers,
    }
    .page(
        visitor,
        &inputs(fields, id.is_none(), keys),
        &beside(page.as_deref()),
    )
}

fn inputs(fields: Fields<'_>, is_new: bool, service_keys: &[(String, String)]) -> Markup {
    let presets: Vec<(String, String)> = Preset::ALL
        .into_iter()
        .map(|preset| (preset.as_str().to_owned(), provider(preset).to_owned()))
        .collect();
    let is_generic = fields.sent.text("preset") == Preset::Generic.as_str();
    html! {
        (fields.name(is_new, "name", "Name", "How this server is called here."))
        (fields.select("preset", "Provider", "What is left empty below is taken from what is known of the provider.", &presets))
        (fields.text("domain", "Mail domain", "The domain it is for, such as `example.com`."))
        fieldset.line {
            legend { "Where mail is read" }
            (fields.choice("protocol", "Protocol", &[("imap", "IMAP"), ("pop3", "POP3, for servers without IMAP")]))
            (fields.text("host", "Host", "Such as `imap.example.com`; empty for the provider's."))
            (fields.line("number", "port", "Port", "Empty for the usual one."))
            (tls(fields, "tls"))
            (fields.tick("verify_certificate", "The server must prove its name by its certificate"))
            (fields.text("ca_file", "The company's own CA", "Absolute path of a PEM file on the machine where Mailroom runs."))
        }
        details open[!fields.sent.text("smtp.host").is_empty() || is_generic] {
            summary { "Where mail is sent" }
            (fields.text("smtp.host", "SMTP host", "Empty for the provider's, or for none."))
            (fields.line("number", "smtp.port", "SMTP port", ""))
            (tls(fields, "smtp.tls"))
        }
        fieldset.line {
            legend { "How mailboxes are opened" }
            (fields.select("auth", "Sign-in", "", &AUTH.map(|(value, meaning)| (value.to_owned(), meaning.to_owned()))))
        }
        (oauth(fields, is_generic, service_keys))
        (fields.lines("trusted_servers", "Servers whose checks of a sender are believed",
            "Names as they stand in `Authentication-Results`, one a line; empty for those known of the provider."))
        (fields.tick("visible", "Users may choose it for their own mailbox"))
        (fields.tick("active", "Its mailboxes are scanned"))
    }
}

const AUTH: [(&str, &str); 4] = [
    ("", "as the provider wants it"),
    ("password", "with a password"),
    ("xoauth2", "with an access token (XOAUTH2)"),
    ("oauthbearer", "with an access token (OAUTHBEARER)"),
];

fn tls<'a>(fields: Fields<'a>, name: &'a str) -> Markup {
    fields.choice(
        name,
        "Encryption",
        &[
            (
                "implicit",
                "TLS from the first byte: port 993 for IMAP, 995 for POP3, 465 for SMTP",
            ),
            (
                "starttls",
                "STARTTLS: begins in the clear, then encrypted; port 143, 110 or 587",
            ),
            ("none", "none: passwords and mail travel in the clear"),
        ],
    )
}

fn oauth(fields: Fields<'_>, is_generic: bool, service_keys: &[(String, String)]) -> Markup {
    let has_endpoints = is_generic
        || ["issuer", "authorization", "token"].iter().any(|key| {
            !fields
                .sent
                .text(&format!("oauth.endpoints.{key}"))
                .is_empty()
        });
    html! {
        fieldset.line {
            legend { "How Mailroom is known to the provider (OAuth)" }
            p.hint { "Without a client ID mailboxes are opened with a password. The steps at the provider stand on the server's page once this is kept." }
            (fields.text("oauth.client_id", "Client ID", "As the provider's console shows it."))
            (fields.secret("oauth.client_secret", "Client secret", "Stored encrypted and never shown again; leave it empty to keep the one that is there."))
            (fields.line("date", "oauth.client_secret_expires_on", "Last day of the client secret", "So that you are warned before."))
            (fields.select("oauth.service_key", "Service key", "Whose callback address is registered at the provider as redirect URI.", service_keys))
            (fields.text("oauth.tenant", "Tenant", "Microsoft: the organization's ID or one of its domains, `organizations` or `common`."))
            (fields.choice("oauth.flow", "Who signs in", &[
                ("authorization_code", "the owner of each mailbox"),
                ("app_only", "the app itself, with rights of its own (Microsoft 365)"),
            ]))
            (fields.text("oauth.service_principal", "Object ID of the enterprise application", "Microsoft, where the app itself signs in: for the commands that let it into a mailbox."))
            details open[has_endpoints] {
                summary { "Addresses and scopes that differ" }
                (fields.text("oauth.cloud", "Cloud", "Microsoft: `global`, `us_gov` or `china`."))
                (fields.text("oauth.region", "Region", "Zoho: `com`, `eu`, `in`, `com.au`, `jp` or `com.cn`."))
                (fields.text("oauth.endpoints.issuer", "Issuer", "It says itself where it listens."))
                (fields.text("oauth.endpoints.authorization", "Authorization endpoint", ""))
                (fields.text("oauth.endpoints.token", "Token endpoint", ""))
                (fields.text("oauth.endpoints.device", "Device authorization endpoint", ""))
                (fields.text("oauth.endpoints.revocation", "Revocation endpoint", ""))
                (fields.text("oauth.endpoints.jwks", "Keys of identity tokens (JWKS)", ""))
                (fields.text("oauth.endpoints.admin_consent", "Admin consent", ""))
                (fields.lines("oauth.scopes", "Scopes", "One a line; empty for the provider's."))
            }
        }
    }
}

fn beside(page: Option<&str>) -> Markup {
    html! {
        h2 { "After this" }
        p { "The server's page shows the redirect URI to paste at the provider, and what to do there step by step." }
        @if let Some(page) = page {
            p { a href=(page) { "The steps at the provider" } }
            h2 { "Remove" }
            p { a.button.grave href={ (page) "/remove" } { "Remove the server…" } }
        }
    }
}

#[cfg(test)]
#[path = "server_edit/server_edit_tests.rs"]
mod tests;
