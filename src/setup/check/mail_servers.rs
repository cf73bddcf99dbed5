//! Checks of mail servers: what can't be a host, and ports that contradict the TLS mode.

use std::net::Ipv6Addr;

use entities::mail_servers::{AuthMethod, Protocol, TlsMode};

use super::{Checker, Listed, Section};
use crate::kinds::known_preset;
use crate::loopback;
use crate::oauth::presets::Passwords;
use crate::setup::document::{MailServer, Service, ServiceKey};
use crate::setup::problem::Path;
use crate::setup::provider;

/// How many servers may be trusted to have checked a sender.
const MOST_TRUSTED: usize = 50;

impl Checker<'_> {
    pub(in crate::setup) fn mail_servers(
        &mut self,
        mut section: Section<MailServer>,
        keys: &Section<ServiceKey>,
    ) -> Section<MailServer> {
        for Listed { path, item } in &mut section.items {
            let facts = provider::facts(item);
            provider::fill(item, &facts);
            self.name(&path.key("name"), &item.name);
            match &item.host {
                Some(host) => self.host(&path.key("host"), host),
                None => self.problem(
                    path,
                    "the key \"host\" is missing; write it, or the preset of a known provider",
                ),
            }
            if let Some(port) = item.port {
                self.port(&path.key("port"), port, item);
            }
            for (key, service, check) in [
                ("smtp", &item.smtp, smtp_port as PortCheck),
                ("pop3", &item.pop3, pop3_port),
            ] {
                if let Some(service) = service {
                    self.service(&path.key(key), service, check);
                }
            }
            self.domain(&path.key("domain"), &mut item.domain);
            self.trusted_servers(&path.key("trusted_servers"), &mut item.trusted_servers);
            self.encryption(path, item);
            if item.auth() == AuthMethod::Password && facts.passwords == Passwords::Off {
                self.problem(
                    &path.key("auth"),
                    "Microsoft has switched sign-in by password off; write an oauth section and leave auth out",
                );
            }
            self.tokens_over_pop3(path, item);
            self.oauth(path, item, &facts, keys);
        }
        self.unique(&section.items, "name", |server| &server.name);
        section
    }

    fn host(&mut self, path: &Path, host: &str) {
        let wrong = |c: char| c.is_whitespace() || c.is_control() || "/@[]\\,;".contains(c);
        if host.is_empty() {
            self.problem(path, "the host is empty");
        } else if let Some((scheme, _)) = host.split_once("://") {
            self.problem(path, format!("write the host without {scheme}://"));
        } else if host.contains(':') && host.parse::<Ipv6Addr>().is_err() {
            self.problem(path, "write the host alone, and the port under \"port\"");
        } else if host.contains(wrong) || host.starts_with('.') {
            self.problem(
                path,
                "that is not a host; write a name such as imap.example.com",
            );
        }
    }

    /// A forged header would be believed of any name that is not the company's own.
    fn trusted_servers(&mut self, path: &Path, names: &mut [String]) {
        if names.len() > MOST_TRUSTED {
            self.problem(
                path,
                format!("{} names, {MOST_TRUSTED} is the most", names.len()),
            );
        }
        for (index, name) in names.iter_mut().enumerate() {
            *name = name.trim().to_lowercase();
            let host = name.strip_prefix("*.").unwrap_or(name);
            let sound = host.contains('.')
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
            if !sound {
                self.problem(
                    &path.index(index),
                    "write the name that your mail server writes after Authentication-Results:, such as mx.example.com, or *.example.com",
                );
            }
        }
        self.distinct(path, names, "name");
    }

    fn port(&mut self, path: &Path, port: u16, server: &MailServer) {
        let told = match server.protocol {
            Protocol::Imap => imap_port(port, server.tls),
            Protocol::Pop3 => pop3_port(port, server.tls),
        };
        if let Some(told) = told {
            self.problem(path, told);
        }
    }

    fn service(&mut self, path: &Path, service: &Service, check: PortCheck) {
        self.host(&path.key("host"), &service.host);
        if let Some(told) = service.port.and_then(|port| check(port, service.tls)) {
            self.problem(&path.key("port"), told);
        } else if service.tls == TlsMode::None && !loopback::is_host(&service.host) {
            self.warning(&path.key("tls"), "passwords and mail travel unencrypted");
        }
    }

    fn domain(&mut self, path: &Path, domain: &mut Option<String>) {
        let Some(domain) = domain else { return };
        *domain = domain.trim().to_lowercase();
        let wrong = |c: char| c.is_whitespace() || c.is_control() || "/@:[]\\,;".contains(c);
        if domain.contains(wrong) || domain.split('.').any(str::is_empty) {
            self.problem(
                path,
                "that is not a mail domain; write what follows the @, such as example.com",
            );
        }
    }

    fn tokens_over_pop3(&mut self, path: &Path, server: &MailServer) {
        let by_token = server.auth() != AuthMethod::Password;
        if server.protocol == Protocol::Pop3
            && by_token
            && !known_preset(server.preset).takes_tokens_over_pop3()
        {
            self.problem(
                &path.key("protocol"),
                "this provider's POP3 server is not known to take access tokens; write protocol: imap, or auth: password without an oauth section",
            );
        }
    }

    fn encryption(&mut self, path: &Path, server: &MailServer) {
        let by_token = server.auth() != AuthMethod::Password;
        if server.tls == TlsMode::None && by_token && !loopback::is_host(server.host()) {
            self.problem(
                &path.key("auth"),
                format!("{} with tls: none would send the access token in the clear; write tls: implicit or starttls", server.auth().as_str()),
            );
        } else if server.tls == TlsMode::None {
            self.warning(&path.key("tls"), "passwords and mail travel unencrypted");
        }
        if server.tls != TlsMode::None && !server.verify_certificate {
            self.warning(&path.key("verify_certificate"), "anybody on the way can pretend to be this server; name the company's CA by ca_file instead");
        }
        let Some(ca_file) = &server.ca_file else {
            return;
        };
        let path = path.key("ca_file");
        if !ca_file.starts_with('/') {
            self.problem(
                &path,
                "the path must be absolute, because the worker may run in another folder",
            );
        } else if server.tls == TlsMode::None {
            self.problem(
                &path,
                "a CA has no use with tls: none; remove one of the two",
            );
        } else if !server.verify_certificate {
            self.problem(
                &path,
                "a CA has no use with verify_certificate: false; remove one of the two",
            );
        }
    }
}

/// What contradicts a port, if anything does.
type PortCheck = fn(u16, TlsMode) -> Option<&'static str>;

fn imap_port(port: u16, tls: TlsMode) -> Option<&'static str> {
    Some(match (port, tls) {
        (0, _) => "there is no port 0; leave the key out for the usual port",
        (993, TlsMode::Starttls | TlsMode::None) => {
            "port 993 speaks TLS from the first byte; write tls: implicit, or port 143 for starttls"
        }
        (143, TlsMode::Implicit) => {
            "port 143 begins without TLS; write tls: starttls, or port 993 for implicit"
        }
        (25 | 465 | 587, _) => {
            "that is a port for sending mail (SMTP); mailboxes are read by IMAP, port 993 or 143"
        }
        (110 | 995, _) => {
            "that is a port of POP3; mailboxes are read by IMAP, port 993 or 143, or write protocol: pop3"
        }
        _ => return None,
    })
}

fn smtp_port(port: u16, tls: TlsMode) -> Option<&'static str> {
    Some(match (port, tls) {
        (0, _) => "there is no port 0; leave the key out for the usual port",
        (465, TlsMode::Starttls | TlsMode::None) => {
            "port 465 speaks TLS from the first byte; write tls: implicit, or port 587 for starttls"
        }
        (25 | 587, TlsMode::Implicit) => {
            "this port begins without TLS; write tls: starttls, or port 465 for implicit"
        }
        (143 | 993 | 110 | 995, _) => {
            "that is a port for reading mail; mail is sent by SMTP, port 465 or 587"
        }
        _ => return None,
    })
}

fn pop3_port(port: u16, tls: TlsMode) -> Option<&'static str> {
    Some(match (port, tls) {
        (0, _) => "there is no port 0; leave the key out for the usual port",
        (995, TlsMode::Starttls | TlsMode::None) => {
            "port 995 speaks TLS from the first byte; write tls: implicit, or port 110 for starttls"
        }
        (110, TlsMode::Implicit) => {
            "port 110 begins without TLS; write tls: starttls, or port 995 for implicit"
        }
        (143 | 993, _) => "that is a port of IMAP; POP3 has 995 and 110",
        (25 | 465 | 587, _) => "that is not a port of POP3, which has 995 and 110",
        _ => return None,
    })
}
