//! Thunderbird's autoconfig (draft-ietf-mailmaint-autoconfig): an XML file on the domain's own web server.
//!
//! It comes from whoever has the domain, so it is read with suspicion: no document type, few levels, few bytes, host
//! names that are host names, and nothing that sends a password in the clear.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::address::{Address, is_host};
use super::services::{Encryption, Login, Service};
use super::{Auth, Described, Said, Source, Sources, described};

/// The longest file; real ones have 2 KiB.
const MOST_BYTES: usize = 64 << 10;
/// The deepest element that means something is the fourth.
const DEEPEST: usize = 16;
/// Servers that are looked at.
const MOST_SERVERS: usize = 32;

/// Looks into each place.
pub(super) async fn find(address: &Address, sources: &Sources) -> Said {
    let mut wrong = "its web server has no settings for mail programs".to_owned();
    for url in (sources.places)(address) {
        // Most domains have no such host: what goes wrong is no news.
        let Ok(Some(body)) = sources.http.document(&url).await else {
            continue;
        };
        match read(&body, address) {
            Ok(found) => return Ok(described(address, Source::Autoconfig { url }, found)),
            Err(why) => wrong = format!("the settings at {url} can't be used: {why}"),
        }
    }
    Err(wrong)
}

/// One `incomingServer` or `outgoingServer`.
#[derive(Debug, Default)]
struct Server {
    kind: String,
    hostname: String,
    port: String,
    socket: String,
    username: String,
    authentication: Vec<String>,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], address: &Address) -> Result<Described, String> {
    let servers = servers(bytes)?;
    let of_kind = |kind: &str| {
        let mut usable: Vec<_> = servers
            .iter()
            .filter(|server| server.kind == kind)
            .filter_map(|server| Some((server, server.service(address)?)))
            .collect();
        // Stable: of two as good the file's first is the preferred.
        usable.sort_by_key(|(_, service)| service.tls == Encryption::Starttls);
        usable.into_iter().next()
    };
    let (server, imap) =
        of_kind("imap").ok_or("it names no IMAP server with an encrypted connection")?;
    Ok(Described {
        imap,
        smtp: of_kind("smtp").map(|(_, service)| service),
        pop3: of_kind("pop3").map(|(_, service)| service),
        login: server.login(address),
        auth: server.auth(),
    })
}

fn servers(bytes: &[u8]) -> Result<Vec<Server>, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("it is larger than {} KiB", MOST_BYTES >> 10));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not in UTF-8")?;
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut servers: Vec<Server> = Vec::new();
    let mut said = String::new();
    loop {
        match reader.read_event().map_err(|_| "it is no XML")? {
            Event::Start(element) => {
                let name = element.local_name().as_ref().to_owned();
                said.clear();
                path.push(name);
                if path.len() > DEEPEST {
                    return Err(format!("it is nested deeper than {DEEPEST} levels"));
                }
                if is_server(&path) && servers.len() < MOST_SERVERS {
                    let kind = element.try_get_attribute("type").ok().flatten();
                    let kind = kind.map(|kind| kind.value.to_lowercase());
                    servers.push(Server {
                        kind: kind.unwrap_or_default(),
                        ..Server::default()
                    });
                }
            }
            Event::Text(piece) => said.push_str(&piece),
            Event::CData(piece) => said.push_str(&piece),
            Event::End(_) => {
                let name = path.pop().ok_or("it is no XML")?;
                if is_server(&path)
                    && let Some(server) = servers.last_mut()
                {
                    server.learn(&name, said.trim());
                }
                said.clear();
            }
            Event::DocType(_) => return Err("it has a document type".to_owned()),
            Event::Eof if path.is_empty() && !servers.is_empty() => return Ok(servers),
            Event::Eof => return Err("it names no servers".to_owned()),
            _ => {}
        }
    }
}

fn is_server(path: &[String]) -> bool {
    matches!(
        path.iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .as_slice(),
        [
            "clientConfig",
            "emailProvider",
            "incomingServer" | "outgoingServer"
        ]
    )
}

impl Server {
    fn learn(&mut self, element: &str, text: &str) {
        let field = match element {
            "hostname" => &mut self.hostname,
            "port" => &mut self.port,
            "socketType" => &mut self.socket,
            "username" => &mut self.username,
            "authentication" => return self.authentication.push(text.to_lowercase()),
            _ => return,
        };
        text.clone_into(field);
    }

    fn service(&self, address: &Address) -> Option<Service> {
        let host = self
            .hostname
            .replace("%EMAILDOMAIN%", address.domain())
            .to_lowercase();
        let tls = match self.socket.to_lowercase().as_str() {
            "ssl" | "tls" => Encryption::Implicit,
            "starttls" => Encryption::Starttls,
            _ => return None,
        };
        let port = self.port.parse().ok().filter(|port| *port > 0)?;
        (host.contains('.') && is_host(&host)).then_some(Service { host, port, tls })
    }

    fn login(&self, address: &Address) -> Login {
        let name = self
            .username
            .replace("%EMAILADDRESS%", &address.to_string())
            .replace("%EMAILLOCALPART%", address.local())
            .replace("%EMAILDOMAIN%", address.domain());
        if name.is_empty() || name == address.to_string() {
            Login::Address
        } else if name == address.local() {
            Login::LocalPart
        } else {
            Login::Other(name)
        }
    }

    fn auth(&self) -> Vec<Auth> {
        let ways = self.authentication.iter();
        ways.filter_map(|way| match way.as_str() {
            "oauth2" => Some(Auth::Xoauth2),
            "password-cleartext" | "plain" => Some(Auth::Password),
            _ => None,
        })
        .collect()
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
