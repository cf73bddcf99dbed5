//! What each step found, in sentences: the order of the steps, and those as far as the server's door.

mod behind_the_door;

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::mail_servers::AuthMethod;

use super::cure::cure;
use super::sheet::Sheet;
use super::{Diagnosis, Presented, Subject};
use crate::access::Closed;
use crate::imap;
use crate::pop3;
use crate::transport::{Agreed, Endpoint, Limits, Protocol, ServerError, Timed, Tls, Visit};

/// A certificate that ends sooner is worth a warning.
const SOON: TimeDelta = TimeDelta::days(14);
/// What reading mail gains by.
const USEFUL: [&str; 6] = ["IDLE", "UIDPLUS", "CONDSTORE", "MOVE", "UIDL", "TOP"];

const DNS: &str = "DNS";
const TCP: &str = "TCP";
const TLS: &str = "TLS";
const GREETING: &str = "Greeting";
const CAPABILITIES: &str = "Capabilities";
const CREDENTIAL: &str = "Credential";
const SASL: &str = "SASL";
const EXAMINE: &str = "EXAMINE INBOX";
const STAT: &str = "STAT";

/// A server's door, whatever is spoken behind it.
#[derive(Debug)]
pub(super) enum Door {
    Imap(imap::Door),
    Pop3(pop3::Door),
}

/// Goes to the door.
pub(super) async fn visit(endpoint: &Endpoint, limits: &Limits) -> Visit<Door> {
    match endpoint.protocol {
        Protocol::Imap => imap::Visit::to(endpoint, limits).await.map_door(Door::Imap),
        Protocol::Pop3 => pop3::Visit::to(endpoint, limits).await.map_door(Door::Pop3),
    }
}

/// The steps behind the door, in the words of what is spoken there.
fn behind(protocol: Protocol) -> &'static [&'static str] {
    match protocol {
        Protocol::Imap => &[CREDENTIAL, SASL, EXAMINE],
        Protocol::Pop3 => &[CREDENTIAL, SASL, STAT],
    }
}

pub(super) async fn after_visit(
    subject: &Subject,
    visit: Visit<Door>,
    now: DateTime<Utc>,
    present: Option<impl Future<Output = Result<Presented, Closed>>>,
) -> Diagnosis {
    let mut sheet = Sheet::default();
    match to_the_door(&mut sheet, subject, visit, now) {
        Err(after) => {
            let last = if present.is_some() {
                behind(subject.endpoint.protocol)
            } else {
                &[]
            };
            sheet.skipped(after, "Not tried, as a step before it failed.");
            sheet.skipped(last, "Not tried, as a step before it failed.");
            sheet.done("")
        }
        Ok(door) => match present {
            None => {
                sheet.skipped(
                    behind(subject.endpoint.protocol),
                    "Not tried: there is no mailbox to open yet.",
                );
                sheet.done("Nothing: the server can be reached. Add a mailbox and sign in.")
            }
            Some(present) => {
                behind_the_door::open(&mut sheet, subject, door, present).await;
                sheet.done(if subject.is_saved {
                    "Nothing: the next scan gets in."
                } else {
                    "Nothing: it can be set up so."
                })
            }
        },
    }
}

/// Up to the door, or else which steps were not reached.
fn to_the_door(
    sheet: &mut Sheet,
    subject: &Subject,
    visit: Visit<Door>,
    now: DateTime<Utc>,
) -> Result<Door, &'static [&'static str]> {
    let names: &'static [&'static str] = match subject.endpoint.tls {
        Tls::Implicit => &[DNS, TCP, TLS, GREETING, CAPABILITIES],
        Tls::StartTls => &[DNS, TCP, GREETING, TLS, CAPABILITIES],
        Tls::None => &[DNS, TCP, GREETING, CAPABILITIES],
    };
    for (at, name) in names.iter().enumerate() {
        let well = match *name {
            DNS => dns(sheet, subject, visit.addresses.as_ref()),
            TCP => tcp(sheet, subject, &visit.connections),
            TLS => tls(sheet, subject, visit.tls.as_ref(), now),
            GREETING => greeting(sheet, subject, visit.greeting.as_ref()),
            _ => capabilities(sheet, subject, visit.capabilities.as_ref()),
        };
        if !well {
            return Err(names.get(at + 1..).unwrap_or_default());
        }
    }
    visit.door.ok_or(&[])
}

fn fail<T>(sheet: &mut Sheet, subject: &Subject, name: &str, step: Option<&Timed<T>>) -> bool {
    let (took, error) = match step {
        Some(Timed {
            took,
            outcome: Err(error),
        }) => (*took, error),
        _ => (Duration::ZERO, &ServerError::Crashed),
    };
    sheet.failed(name, took, &error.to_string(), cure(subject, error));
    false
}

fn dns(sheet: &mut Sheet, subject: &Subject, step: Option<&Timed<Vec<SocketAddr>>>) -> bool {
    let Some(Timed {
        took,
        outcome: Ok(addresses),
    }) = step
    else {
        return fail(sheet, subject, DNS, step);
    };
    let host = &subject.endpoint.host;
    let list: Vec<_> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    let sentence = match list.as_slice() {
        [one] if one == host => format!("{host} is an address; there is nothing to look up."),
        [one] => format!("{host} has one address: {one}."),
        _ => format!("{host} has {} addresses: {}.", list.len(), list.join(", ")),
    };
    sheet.ok(DNS, *took, sentence);
    true
}

/// One line for each address: mail programs wait for one that does not answer.
fn tcp(sheet: &mut Sheet, subject: &Subject, tried: &[(SocketAddr, Timed<()>)]) -> bool {
    let reached = tried.iter().any(|(_, step)| step.outcome.is_ok());
    for (address, step) in tried {
        let name = format!("{TCP} {}", address.ip());
        let family = if address.is_ipv6() { "IPv6" } else { "IPv4" };
        match &step.outcome {
            Ok(()) => sheet.ok(
                &name,
                step.took,
                format!("Port {} answers over {family}.", address.port()),
            ),
            Err(error) if reached => sheet.warning(
                &name,
                step.took,
                format!("{error} This address ({family}) is of no use from here; another one answers."),
                format!(
                    "Nothing must be done, but connections begin slower while {} does not answer: mend its route, or have the address taken out of the DNS.",
                    address.ip()
                ),
            ),
            Err(error) => sheet.failed(
                &name,
                step.took,
                &error.to_string(),
                cure(subject, error),
            ),
        }
    }
    reached
}

fn tls(
    sheet: &mut Sheet,
    subject: &Subject,
    step: Option<&Timed<Agreed>>,
    now: DateTime<Utc>,
) -> bool {
    let Some(Timed {
        took,
        outcome: Ok(agreed),
    }) = step
    else {
        return fail(sheet, subject, TLS, step);
    };
    let version = &agreed.version;
    let until = agreed.valid_until.map_or_else(String::new, |end| {
        format!(", and is good until {}", end.format("%Y-%m-%d"))
    });
    if !subject.endpoint.verify_certificate {
        sheet.warning(
            TLS,
            *took,
            format!("{version} is agreed on; the certificate is not checked{until}."),
            "Anyone in between can read along: set `verify_certificate: true`, and where the server has an authority of its own, name its certificate as `ca_file`.",
        );
        return true;
    }
    let sentence = format!(
        "{version} is agreed on; the certificate is trusted, fits the name {}{until}.",
        subject.endpoint.host
    );
    match agreed.valid_until {
        Some(end) if end < now + SOON => sheet.warning(
            TLS,
            *took,
            sentence,
            format!(
                "Have the server's operator renew the certificate before {}.",
                end.format("%Y-%m-%d")
            ),
        ),
        _ => sheet.ok(TLS, *took, sentence),
    }
    true
}

fn greeting(sheet: &mut Sheet, subject: &Subject, step: Option<&Timed<String>>) -> bool {
    let Some(Timed {
        took,
        outcome: Ok(words),
    }) = step
    else {
        return fail(sheet, subject, GREETING, step);
    };
    sheet.ok(
        GREETING,
        *took,
        format!("It says \"{}\".", words.trim_end_matches('.')),
    );
    true
}

fn capabilities(sheet: &mut Sheet, subject: &Subject, step: Option<&Timed<Vec<String>>>) -> bool {
    let Some(Timed {
        took,
        outcome: Ok(all),
    }) = step
    else {
        return fail(sheet, subject, CAPABILITIES, step);
    };
    let has = |name: &str| all.iter().any(|one| one == name);
    let ways: Vec<_> = all
        .iter()
        .filter(|one| one.starts_with("AUTH=") || *one == "LOGINDISABLED" || *one == "USER")
        .map(String::as_str)
        .collect();
    let ways = match (subject.endpoint.protocol, ways.as_slice()) {
        (Protocol::Imap, []) => "LOGIN".to_owned(),
        (Protocol::Pop3, []) if all.is_empty() => "USER".to_owned(),
        (Protocol::Pop3, []) => "nothing without encryption".to_owned(),
        _ => ways.join(", "),
    };
    let useful: Vec<_> = USEFUL.into_iter().filter(|name| has(name)).collect();
    let useful = if useful.is_empty() {
        "nothing more before signing in".to_owned()
    } else {
        useful.join(", ")
    };
    let sentence = format!("To sign in it offers {ways}; besides, {useful}.");
    let without_password = match subject.endpoint.protocol {
        Protocol::Imap => has("LOGINDISABLED"),
        // One that does not say what it can do is as it was before there was CAPA.
        Protocol::Pop3 => !(has("USER") || all.is_empty()),
    };
    let missing = subject
        .auth
        .and_then(|auth| missing(auth, without_password, &has));
    if let Some(missing) = missing {
        let error = ServerError::NoMechanism {
            wanted: missing.to_owned(),
            offered: ways,
        };
        let cure = cure(subject, &error);
        sheet.failed(CAPABILITIES, *took, &error.to_string(), cure);
        return false;
    }
    if subject.endpoint.tls == Tls::None {
        sheet.warning(
            CAPABILITIES,
            *took,
            format!("{sentence} Nothing is encrypted."),
            format!(
                "Everyone on the way reads password and mail: use `tls: implicit` (port {}) or `starttls` (port {}).",
                subject.endpoint.protocol.port_for_tls(),
                subject.endpoint.protocol.port_for_plain()
            ),
        );
    } else {
        sheet.ok(CAPABILITIES, *took, sentence);
    }
    true
}

/// What signing in this way would take and the server does not have.
fn missing(
    auth: AuthMethod,
    without_password: bool,
    has: &dyn Fn(&str) -> bool,
) -> Option<&'static str> {
    let (wanted, offered) = match auth {
        AuthMethod::Password => ("a password", has("AUTH=PLAIN") || !without_password),
        AuthMethod::Xoauth2 => ("XOAUTH2", has("AUTH=XOAUTH2")),
        AuthMethod::Oauthbearer => ("OAUTHBEARER", has("AUTH=OAUTHBEARER")),
    };
    (!offered).then_some(wanted)
}
