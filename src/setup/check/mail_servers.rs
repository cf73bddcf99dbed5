//! Checks of mail servers: what can't be a host, and ports that contradict the TLS mode.

use std::net::Ipv6Addr;

use entities::mail_servers::{AuthMethod, TlsMode};

use super::{Checker, Listed, Section};
use crate::setup::document::MailServer;
use crate::setup::problem::Path;

impl Checker<'_> {
    pub(in crate::setup) fn mail_servers(
        &mut self,
        mut section: Section<MailServer>,
    ) -> Section<MailServer> {
        for Listed { path, item } in &mut section.items {
            self.name(&path.key("name"), &item.name);
            self.host(&path.key("host"), &item.host);
            let port = *item.port.get_or_insert(match item.tls {
                TlsMode::Implicit => 993,
                TlsMode::Starttls | TlsMode::None => 143,
            });
            self.port(&path.key("port"), port, item.tls);
            self.encryption(path, item);
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

    fn port(&mut self, path: &Path, port: u16, tls: TlsMode) {
        let told = match (port, tls) {
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
            (110 | 995, _) => "that is a port of POP3; mailboxes are read by IMAP, port 993 or 143",
            _ => return,
        };
        self.problem(path, told);
    }

    fn encryption(&mut self, path: &Path, server: &MailServer) {
        if server.tls == TlsMode::None && server.auth != AuthMethod::Password {
            self.problem(
                &path.key("auth"),
                format!("{} with tls: none would send the access token in the clear; write tls: implicit or starttls", server.auth.as_str()),
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
