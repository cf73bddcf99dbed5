//! What is known of the provider that a server record names: its preset, turned into facts.

use entities::mail_servers::{AuthMethod, Preset, Protocol, TlsMode};

use super::document::{MailServer, Service};
use crate::kinds::{known_preset, known_protocol};
use crate::oauth::presets::{At, Facts, Mechanism, Passwords, Server, Tls};

/// What is known of the server's provider.
pub(super) fn facts(server: &MailServer) -> Facts {
    let oauth = server.oauth.as_ref();
    known_preset(server.preset).facts(&At {
        tenant: oauth.and_then(|oauth| oauth.tenant.as_deref()),
        cloud: oauth.and_then(|oauth| oauth.cloud).unwrap_or_default(),
        region: oauth.and_then(|oauth| oauth.region).unwrap_or_default(),
        protocol: known_protocol(server.protocol),
    })
}

/// Fills in what the record leaves to its preset.
pub(super) fn fill(server: &mut MailServer, facts: &Facts) {
    if server.protocol == Protocol::Pop3
        && server.host.is_none()
        && let Some(pop3) = &server.pop3
    {
        server.host = Some(pop3.host.clone());
        server.tls = pop3.tls;
        server.port = server.port.or(pop3.port);
    }
    if let Some(servers) = &facts.servers {
        let read = match server.protocol {
            Protocol::Imap => &servers.imap,
            Protocol::Pop3 => &servers.pop3,
        };
        server.host.get_or_insert_with(|| read.host.clone());
        server.smtp.get_or_insert_with(|| service(&servers.smtp));
        server.pop3.get_or_insert_with(|| service(&servers.pop3));
    }
    server
        .port
        .get_or_insert(match (server.protocol, server.tls) {
            (Protocol::Imap, TlsMode::Implicit) => 993,
            (Protocol::Imap, TlsMode::Starttls | TlsMode::None) => 143,
            (Protocol::Pop3, TlsMode::Implicit) => 995,
            (Protocol::Pop3, TlsMode::Starttls | TlsMode::None) => 110,
        });
    if let Some(smtp) = &mut server.smtp {
        smtp.port.get_or_insert(match smtp.tls {
            TlsMode::Implicit => 465,
            TlsMode::Starttls | TlsMode::None => 587,
        });
    }
    if let Some(pop3) = &mut server.pop3 {
        pop3.port.get_or_insert(match pop3.tls {
            TlsMode::Implicit => 995,
            TlsMode::Starttls | TlsMode::None => 110,
        });
    }
    let by_token = server.oauth.is_some() || facts.passwords == Passwords::Off;
    server.auth.get_or_insert(match facts.mechanism {
        Some(Mechanism::Xoauth2) if by_token => AuthMethod::Xoauth2,
        Some(Mechanism::Oauthbearer) if by_token => AuthMethod::Oauthbearer,
        _ => AuthMethod::Password,
    });
}

fn service(server: &Server) -> Service {
    Service {
        host: server.host.clone(),
        port: Some(server.port),
        tls: match server.tls {
            Tls::Implicit => TlsMode::Implicit,
            Tls::Starttls => TlsMode::Starttls,
        },
    }
}

/// Whether tokens may be those of personal Microsoft accounts.
pub(super) fn takes_personal_microsoft_accounts(server: &MailServer) -> bool {
    let tenant = server
        .oauth
        .as_ref()
        .and_then(|oauth| oauth.tenant.as_deref());
    match server.preset {
        Preset::OutlookCom => true,
        Preset::Microsoft => matches!(tenant, None | Some("common" | "consumers")),
        _ => false,
    }
}
