//! Rows as they are stored, for pages that are rendered without a database.

use chrono::Days;
use chrono_tz::Tz;
use entities::ids::{MailServerId, MailboxId};
use entities::lights::{self, LightState};
use entities::mail_servers::{self, AuthMethod, Preset, Protocol, TlsMode};
use entities::mailboxes::{self as mailbox_rows, MailboxKind};
use entities::names::Names;
use entities::oauth_clients::{self as client_rows, Endpoints, Flow};
use maud::Markup;

use super::layout::Reader;
use super::light::Light;
use super::moment::Now;
use crate::cause::Cause;
use crate::store::fixture::at;

/// A green light.
pub(super) fn green() -> Light {
    Light::of(Some(row(LightState::Green, None)))
}

/// A red light.
pub(super) fn red(cause: Cause) -> Light {
    Light::of(Some(row(LightState::Red, Some(cause))))
}

/// The light of a new mailbox.
pub(super) fn never_tried() -> Light {
    Light::of(None)
}

fn row(state: LightState, cause: Option<Cause>) -> lights::Model {
    lights::Model {
        mailbox_id: MailboxId(7),
        state,
        cause: cause.map(|cause| cause.as_str().to_owned()),
        since: at(-7200),
        who: cause.map(|cause| cause.who().as_str().to_owned()),
        remedy: cause.map(|cause| cause.remedy().replace("ADDRESS", "info@example.com")),
        provider_words: cause.map(|_| "invalid_grant: <b>Token</b> has been revoked.".to_owned()),
        checked_at: at(-60),
        probe_at: cause
            .and_then(Cause::probe_after)
            .map(|after| at(0) + after),
        probes: 0,
        suspected: None,
        suspected_at: None,
        reminded_at: None,
    }
}

/// Somebody who reads a page.
pub(super) fn reader() -> Reader {
    Reader {
        name: "Anna".to_owned(),
        is_admin: false,
        form_token: "TOKEN".to_owned(),
    }
}

/// When the pages of these tests are made.
pub(super) fn now() -> Now {
    Now {
        at: at(0),
        zone: Tz::UTC,
    }
}

/// A page as text with one element a line.
pub(super) fn lines(page: Markup) -> String {
    page.into_string().replace("><", ">\n<")
}

/// A mail server.
pub(super) fn server(preset: Preset) -> mail_servers::Model {
    mail_servers::Model {
        id: MailServerId(3),
        name: "Our provider".to_owned(),
        host: "imap.example.com".to_owned(),
        port: 993,
        protocol: Protocol::Imap,
        tls: TlsMode::Implicit,
        verify_certificate: true,
        ca_file: None,
        auth: AuthMethod::Xoauth2,
        preset,
        domain: None,
        smtp: None,
        pop3: None,
        trusted_servers: None,
        active: true,
        visible: true,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// How we are registered there.
pub(super) fn client(flow: Flow) -> client_rows::Model {
    client_rows::Model {
        mail_server_id: MailServerId(3),
        flow,
        client_id: "0f4c2b1e-client".to_owned(),
        secret_reference: None,
        secret_sealed: Some(b"sealed".to_vec()),
        secret_key_id: Some("key".to_owned()),
        secret_expires_on: at(0).date_naive().checked_add_days(Days::new(30)),
        tenant: Some("example.com".to_owned()),
        cloud: None,
        endpoints: Endpoints::default(),
        scopes: Names(Vec::new()),
        service_key_id: None,
        redirect_uri: (flow == Flow::AuthorizationCode)
            .then(|| "https://mail.example.com/oauth/callback/our-key".to_owned()),
        service_principal: None,
        discovered: None,
        discovered_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A mailbox there.
pub(super) fn mailbox() -> mailbox_rows::Model {
    mailbox_rows::Model {
        id: MailboxId(7),
        address: "info@example.com".to_owned(),
        login: "info@example.com".to_owned(),
        mail_server_id: MailServerId(3),
        kind: MailboxKind::Shared,
        owner_id: None,
        active: true,
        aliases: Names(vec!["sales@example.com".to_owned()]),
        delegates: Names(vec!["anna@example.com".to_owned()]),
        created_at: at(0),
        updated_at: at(0),
    }
}
