//! Finds where an address's mail is from the address alone: a table of providers, what the domain's own web server says
//! (Thunderbird's autoconfig), its SRV records (RFC 6186, RFC 8314 §5.1) and its MX records, in this order of trust.
//!
//! Asks the network and keeps nothing; everything is bounded in time and size. Never knows mailboxes, the database or
//! whether what was found works: that is the doctor's.

mod address;
mod document;
mod known;
mod names;
mod services;

use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;
use url::Url;

use crate::oauth::presets::{At, Cloud, Facts, Mechanism, Passwords, Preset, Protocol, Region};
use crate::oauth::{Http, HttpError, Timeouts};
use crate::trust::Authorities;

pub use address::{Address, BadAddress};
pub use names::{Names, NamesError};
pub use services::{Encryption, Login, Service};

use known::Known;

/// Longer than this nobody waits for one source.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whom to ask.
pub struct Sources {
    /// Name servers.
    pub names: Names,
    /// Web servers.
    pub http: Http,
    /// Where a domain's own settings may lie, the best first.
    pub places: Places,
}

/// Where an address's settings may lie, the best first.
pub type Places = Box<dyn Fn(&Address) -> Vec<Url> + Send + Sync>;

impl Sources {
    /// This machine's name servers and the usual places.
    ///
    /// # Errors
    /// When there are no name servers, or no certificate authorities to trust.
    pub fn system() -> Result<Self, SourcesError> {
        let timeouts = Timeouts {
            connect: PATIENCE / 2,
            total: PATIENCE,
        };
        Ok(Self {
            names: Names::system()?,
            http: Http::new(timeouts, &Authorities::default())?,
            places: Box::new(places),
        })
    }
}

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// No name servers.
    #[error(transparent)]
    Names(#[from] NamesError),
    /// No authorities.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Where Thunderbird looks.
fn places(address: &Address) -> Vec<Url> {
    let domain = address.domain();
    let mut own = Url::parse(&format!("https://autoconfig.{domain}/mail/config-v1.1.xml"));
    if let Ok(url) = &mut own {
        url.query_pairs_mut()
            .append_pair("emailaddress", &address.to_string());
    }
    let well_known = Url::parse(&format!(
        "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"
    ));
    own.into_iter().chain(well_known).collect()
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The address.
    pub address: Address,
    /// Who said so.
    pub source: Source,
    /// The provider, where it is a known one.
    #[serde(serialize_with = "named")]
    pub preset: Preset,
    /// Zoho: which data centre.
    pub region: Option<Region>,
    /// Microsoft: which cloud.
    pub cloud: Option<Cloud>,
    /// Where mail is read.
    pub imap: Service,
    /// Where mail is sent.
    pub smtp: Option<Service>,
    /// Where mail is read without folders.
    pub pop3: Option<Service>,
    /// What to sign in as.
    pub login: Login,
    /// How to sign in, the best first.
    pub auth: Vec<Auth>,
    /// What should be looked at before it is used, as a sentence.
    pub note: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn named<S: serde::Serializer>(preset: &Preset, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name_of(*preset))
}

/// The preset's name in set-up files.
#[must_use]
pub fn name_of(preset: Preset) -> &'static str {
    match preset {
        Preset::Google => "google",
        Preset::Microsoft => "microsoft",
        Preset::OutlookCom => "outlook_com",
        Preset::Yahoo => "yahoo",
        Preset::Aol => "aol",
        Preset::Fastmail => "fastmail",
        Preset::Zoho => "zoho",
        Preset::Yandex => "yandex",
        Preset::Generic => "generic",
    }
}

/// Who said where the mail is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// The domain is one of a known provider's own.
    Provider,
    /// The domain's web server.
    Autoconfig {
        /// Where.
        url: Url,
    },
    /// The domain's SRV records.
    Srv,
    /// The domain's mail goes to a known provider.
    Mx {
        /// To this host of its.
        host: String,
    },
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// With XOAUTH2.
    Xoauth2,
    /// With OAUTHBEARER.
    Oauthbearer,
    /// With the account's password.
    Password,
    /// With a password made for this purpose.
    AppPassword,
}

/// Nobody said anything that could be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Nothing says where the mail of {domain} is: {}. Ask its provider for the name of the IMAP server; `mailroom doctor --host NAME` tries one.",
    .asked.join("; ")
)]
pub struct NotFound {
    /// The address's domain.
    pub domain: String,
    /// Who was asked, and what each came to.
    pub asked: Vec<String>,
}

/// Finds out where an address's mail is.
///
/// # Errors
/// [`NotFound`] says who was asked.
pub async fn find(address: &Address, sources: &Sources) -> Result<Found, NotFound> {
    if let Some(known) = known::by_domain(address.domain()) {
        return Ok(of_provider(address, Source::Provider, known));
    }
    let (document, srv, mx) = tokio::join!(
        in_time(document::find(address, sources)),
        in_time(srv(address, sources)),
        in_time(mx(address, sources)),
    );
    let mut asked = Vec::new();
    for said in [document, srv, mx] {
        match said {
            Ok(found) => return Ok(found),
            Err(nothing) => asked.push(nothing),
        }
    }
    Err(NotFound {
        domain: address.domain().to_owned(),
        asked,
    })
}

/// What was found, or why not, as half a sentence.
type Said = Result<Found, String>;

async fn in_time(asking: impl Future<Output = Said>) -> Said {
    timeout(PATIENCE, asking)
        .await
        .unwrap_or_else(|_| Err("one source did not answer in time".to_owned()))
}

async fn srv(address: &Address, sources: &Sources) -> Said {
    let domain = address.domain();
    let [imaps, imap, submissions, submission] = ["_imaps", "_imap", "_submissions", "_submission"]
        .map(|service| sources.names.srv(format!("{service}._tcp.{domain}")));
    let (imaps, imap, submissions, submission) = tokio::join!(imaps, imap, submissions, submission);
    let trouble = |error: NamesError| error.to_string();
    // RFC 8314 §5.1: TLS from the first byte is to be preferred.
    let reading = services::best([
        (Encryption::Implicit, imaps.map_err(trouble)?),
        (Encryption::Starttls, imap.map_err(trouble)?),
    ]);
    let sending = services::best([
        (Encryption::Implicit, submissions.unwrap_or_default()),
        (Encryption::Starttls, submission.unwrap_or_default()),
    ]);
    let imap = reading.ok_or("it has no SRV records for IMAP")?;
    Ok(described(
        address,
        Source::Srv,
        Described {
            imap,
            smtp: sending,
            pop3: None,
            login: Login::Address,
            auth: Vec::new(),
        },
    ))
}

async fn mx(address: &Address, sources: &Sources) -> Said {
    let hosts = sources.names.mx(address.domain()).await;
    let hosts = hosts.map_err(|error| error.to_string())?;
    if hosts.is_empty() {
        return Err("it has no MX records".to_owned());
    }
    let known = hosts
        .iter()
        .find_map(|host| Some((host.clone(), known::by_mx(host)?)));
    let (host, known) = known.ok_or_else(|| {
        format!(
            "its mail goes to {}, which is no provider that is known",
            hosts.join(", ")
        )
    })?;
    Ok(of_provider(address, Source::Mx { host }, known))
}

/// What is known of a provider.
fn of_provider(address: &Address, source: Source, known: Known) -> Found {
    let facts = facts(known);
    let (imap, smtp, pop3) = match facts.servers {
        Some(ref servers) => (
            Service::of(&servers.imap),
            Some(Service::of(&servers.smtp)),
            Some(Service::of(&servers.pop3)),
        ),
        None => (Service::unknown(address.domain()), None, None),
    };
    // In between may be a filter that hands mail on to another provider.
    let note = matches!(source, Source::Mx { .. }).then(|| {
        format!(
            "Mail for the domain goes to {}; if that is only a filter in front, the mailboxes are elsewhere.",
            facts.name
        )
    });
    Found {
        address: address.clone(),
        source,
        preset: known.preset,
        region: known.region,
        cloud: known.cloud,
        imap,
        smtp,
        pop3,
        login: Login::Address,
        auth: ways(&facts),
        note,
    }
}

fn facts(known: Known) -> Facts {
    known.preset.facts(&At {
        tenant: None,
        cloud: known.cloud.unwrap_or_default(),
        region: known.region.unwrap_or_default(),
        protocol: Protocol::Imap,
    })
}

fn ways(facts: &Facts) -> Vec<Auth> {
    let token = facts.mechanism.map(|mechanism| match mechanism {
        Mechanism::Xoauth2 => Auth::Xoauth2,
        Mechanism::Oauthbearer => Auth::Oauthbearer,
    });
    let password = match facts.passwords {
        Passwords::Account => Some(Auth::Password),
        Passwords::AppPassword => Some(Auth::AppPassword),
        Passwords::Off => None,
    };
    token.into_iter().chain(password).collect()
}

/// What a domain says of itself.
struct Described {
    imap: Service,
    smtp: Option<Service>,
    pop3: Option<Service>,
    login: Login,
    auth: Vec<Auth>,
}

/// A described server may be a known provider's.
fn described(address: &Address, source: Source, described: Described) -> Found {
    let known = known::by_imap_host(&described.imap.host);
    let auth = match known {
        Some(known) => ways(&facts(known)),
        None => described.auth,
    };
    let domain = address.domain();
    let host = &described.imap.host;
    let stranger = host != domain && !host.ends_with(&format!(".{domain}"));
    let note = (known.is_none() && stranger).then(|| {
        format!(
            "The server {host} is not of the domain {domain}: make sure that it is the right one before a password goes there."
        )
    });
    Found {
        address: address.clone(),
        source,
        preset: known.map_or(Preset::Generic, |known| known.preset),
        region: known.and_then(|known| known.region),
        cloud: known.and_then(|known| known.cloud),
        imap: described.imap,
        smtp: described.smtp,
        pop3: described.pop3,
        login: described.login,
        auth,
        note,
    }
}

#[cfg(test)]
#[path = "autoconfig_tests.rs"]
mod tests;
