//! What is known of each provider: servers, endpoints, scopes, what an admin has to click there, what leaving means.
//!
//! Data only: nothing here is asked over the network, and nothing knows who is configured. One provider a file.

mod app_only;
mod fastmail;
mod generic;
mod google;
mod microsoft;
mod yahoo;
mod yandex;
mod zoho;

pub use app_only::{AppOnlyAccess, Command, app_only_commands};
pub use microsoft::is_tenant;

use serde::{Deserialize, Serialize};
use url::Url;

pub use super::issuer::is_guid;
use super::{Endpoints, Provider};

/// A provider that is known well enough to be named instead of described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365: mailboxes of an organization.
    Microsoft,
    /// Outlook.com: personal mailboxes at Microsoft.
    OutlookCom,
    /// Yahoo Mail.
    Yahoo,
    /// AOL Mail.
    Aol,
    /// Fastmail.
    Fastmail,
    /// Zoho Mail.
    Zoho,
    /// Yandex Mail.
    Yandex,
    /// Any other server: everything is written down.
    Generic,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Google,
        Self::Microsoft,
        Self::OutlookCom,
        Self::Yahoo,
        Self::Aol,
        Self::Fastmail,
        Self::Zoho,
        Self::Yandex,
        Self::Generic,
    ];

    /// Whose habits apply.
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::Google => Provider::Google,
            Self::Microsoft | Self::OutlookCom => Provider::Microsoft,
            Self::Yahoo => Provider::Yahoo,
            Self::Aol => Provider::Aol,
            Self::Fastmail => Provider::Fastmail,
            Self::Zoho => Provider::Zoho,
            Self::Yandex => Provider::Yandex,
            Self::Generic => Provider::Generic,
        }
    }

    /// What is known of the provider, there where `at` says.
    #[must_use]
    pub fn facts(self, at: &At<'_>) -> Facts {
        match self {
            Self::Google => google::facts(),
            Self::Microsoft => microsoft::facts(at),
            Self::OutlookCom => microsoft::facts_of_outlook_com(at),
            Self::Yahoo => yahoo::facts(&yahoo::YAHOO),
            Self::Aol => yahoo::facts(&yahoo::AOL),
            Self::Fastmail => fastmail::facts(at),
            Self::Zoho => zoho::facts(at),
            Self::Yandex => yandex::facts(),
            Self::Generic => generic::facts(),
        }
    }

    /// Whether its POP3 server is known to take access tokens; any other may, and says so itself (CAPA).
    #[must_use]
    pub fn takes_tokens_over_pop3(self) -> bool {
        !matches!(self, Self::Zoho | Self::Yandex)
    }

    /// What an admin does at the provider before anybody can sign in, in order.
    #[must_use]
    pub fn checklist(self, wish: &Wish<'_>) -> Vec<Step> {
        match self {
            Self::Google => google::checklist(wish),
            Self::Microsoft if wish.flow == Flow::AppOnly => microsoft::checklist_app_only(wish),
            Self::Microsoft | Self::OutlookCom => microsoft::checklist(self, wish),
            Self::Yahoo => yahoo::checklist(&yahoo::YAHOO, wish),
            Self::Aol => yahoo::checklist(&yahoo::AOL, wish),
            Self::Fastmail => fastmail::checklist(wish),
            Self::Zoho => zoho::checklist(wish),
            Self::Yandex => yandex::checklist(wish),
            Self::Generic => generic::checklist(wish),
        }
    }
}

/// Where at a provider: which tenant, national cloud or data centre.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At<'a> {
    /// Microsoft: `common`, `organizations`, `consumers`, a tenant's GUID or one of its domains; `common` when absent.
    pub tenant: Option<&'a str>,
    /// Microsoft: which cloud.
    pub cloud: Cloud,
    /// Zoho: which data centre.
    pub region: Region,
    /// How mail is to be read.
    pub protocol: Protocol,
}

/// How mail is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// With folders.
    #[default]
    Imap,
    /// Without.
    Pop3,
}

/// A cloud of Microsoft's with its own sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    /// Everybody's.
    #[default]
    Global,
    /// GCC High of the United States' government.
    UsGov,
    /// Operated by 21Vianet in China.
    China,
}

impl Cloud {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Global, Self::UsGov, Self::China];

    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGov => "us_gov",
            Self::China => "china",
        }
    }

    /// The cloud of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cloud| cloud.as_str() == name)
    }
}

/// A data centre of Zoho's, by the end of its names; accounts and clients exist in one of them only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Region {
    /// `zoho.com`
    #[default]
    #[serde(rename = "com")]
    Com,
    /// `zoho.eu`
    #[serde(rename = "eu")]
    Eu,
    /// `zoho.in`
    #[serde(rename = "in")]
    In,
    /// `zoho.com.au`
    #[serde(rename = "com.au")]
    ComAu,
    /// `zoho.jp`
    #[serde(rename = "jp")]
    Jp,
    /// `zoho.com.cn`
    #[serde(rename = "com.cn")]
    ComCn,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Com,
        Self::Eu,
        Self::In,
        Self::ComAu,
        Self::Jp,
        Self::ComCn,
    ];

    /// The name used in files and in the database: what follows `zoho.`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Com => "com",
            Self::Eu => "eu",
            Self::In => "in",
            Self::ComAu => "com.au",
            Self::Jp => "jp",
            Self::ComCn => "com.cn",
        }
    }

    /// The data centre of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.as_str() == name)
    }
}

/// How tokens are had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Flow {
    /// A person signs in (RFC 6749 §4.1, RFC 8628).
    #[default]
    AuthorizationCode,
    /// The app itself, with rights that an administrator gave it (RFC 6749 §4.4).
    AppOnly,
}

/// What a checklist is for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// Where at the provider.
    pub at: At<'a>,
    /// How tokens are had.
    pub flow: Flow,
    /// The address to register, once it is known.
    pub redirect_uri: Option<&'a Url>,
}

/// One step of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What to do, in one or two sentences.
    pub text: String,
    /// What to paste there, exactly.
    pub value: Option<String>,
}

impl Step {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: None,
        }
    }

    fn pasting(text: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: Some(value.into()),
        }
    }
}

/// Where a provider's mail servers listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers {
    /// Where mail is read.
    pub imap: Server,
    /// Where mail is read without folders.
    pub pop3: Server,
    /// Where mail is sent.
    pub smtp: Server,
}

/// A server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// DNS name.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// Plain, then STARTTLS.
    Starttls,
}

/// How an access token is shown to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// Google's and Microsoft's form.
    Xoauth2,
    /// RFC 7628.
    Oauthbearer,
}

/// Whether the app proves itself with a secret when a person signs in. Without a person it always must.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientSecret {
    /// The provider gives one and refuses without.
    Needed,
    /// Depends on how the app was registered.
    Possible,
    /// The app is a public one, which proves itself with PKCE alone.
    Never,
}

/// What a password opens at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Passwords {
    /// The account's own may do.
    Account,
    /// Only one made for this purpose in the account's settings.
    AppPassword,
    /// Nothing: password sign-in is switched off.
    Off,
}

/// What is known of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How a person calls it.
    pub name: &'static str,
    /// Its mail servers; nothing where each installation has its own.
    pub servers: Option<Servers>,
    /// How tokens are shown to the mail servers.
    pub mechanism: Option<Mechanism>,
    /// The authorization server's addresses; nothing where each installation has its own, or the tenant can't be one.
    pub endpoints: Option<Endpoints>,
    /// What is asked for when a person signs in.
    pub scopes: Vec<String>,
    /// Of them, those without which mail can't be read.
    pub mail_scopes: Vec<String>,
    /// What is asked for without a person; empty where that is impossible.
    pub app_only_scopes: Vec<String>,
    /// Whether a sign-in by device code (RFC 8628) may ask for mail.
    pub device_flow: bool,
    /// Whether the app proves itself with a secret.
    pub client_secret: ClientSecret,
    /// Whether another account's token may open a mailbox that it has rights to.
    pub delegates: bool,
    /// What passwords open.
    pub passwords: Passwords,
    /// What disconnecting does with the addresses of [`Self::endpoints`].
    disconnecting: &'static str,
    /// What to know before choosing it.
    pub note: Option<&'static str>,
}

impl Facts {
    /// Of `asked`, the scopes that must be granted for mail to be read.
    ///
    /// Those of the provider where they are asked for; else all but the ones that are about the person.
    #[must_use]
    pub fn mail_scopes_of(&self, asked: &[String]) -> Vec<String> {
        let known: Vec<String> = asked
            .iter()
            .filter(|scope| self.mail_scopes.contains(scope))
            .cloned()
            .collect();
        if !known.is_empty() {
            return known;
        }
        asked
            .iter()
            .filter(|scope| !IDENTITY_SCOPES.contains(&scope.as_str()))
            .cloned()
            .collect()
    }

    /// What disconnecting a mailbox does there, to be said before it is done.
    ///
    /// `takes_back`: whether an address is known at which tokens are given back (RFC 7009), be it the provider's own or
    /// one that an admin typed.
    #[must_use]
    pub fn disconnecting(&self, takes_back: bool) -> &'static str {
        let known = self.endpoints.as_ref();
        let as_known = known.is_some_and(|known| known.revocation.is_some()) == takes_back;
        match (as_known, takes_back) {
            (true, _) => self.disconnecting,
            (false, true) => generic::TAKES_BACK,
            (false, false) => generic::TAKES_NOTHING_BACK,
        }
    }
}

/// OpenID Connect Core §5.4 and §11.
const IDENTITY_SCOPES: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

fn server(host: impl Into<String>, port: u16, tls: Tls) -> Server {
    Server {
        host: host.into(),
        port,
        tls,
    }
}

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

fn url(text: &str) -> Option<Url> {
    Url::parse(text).ok()
}

/// The step that has the redirect URI pasted at `place`.
fn redirect_step(place: &str, wish: &Wish<'_>) -> Step {
    match wish.redirect_uri {
        Some(redirect_uri) => Step::pasting(
            format!("{place}: paste this address, exactly as it stands here."),
            redirect_uri.as_str(),
        ),
        None => Step::new(format!(
            "{place}: paste the redirect URI that `mailroom apply` prints and the mail server's page shows."
        )),
    }
}

#[cfg(test)]
#[path = "presets_tests.rs"]
mod tests;
