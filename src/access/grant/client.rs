//! From a mail server's record to what is said to its OAuth provider: preset and overrides, the secret read now, and an
//! HTTP client that trusts what the record trusts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use entities::mail_servers;
use entities::oauth_clients::{self, Discovered, Flow};
use url::Url;

use crate::access::sealing::{self, Unreadable};
use crate::access::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::kinds::{known_preset, known_protocol};
use crate::oauth::presets::{At, Cloud, Facts, Region};
use crate::oauth::{Client, Endpoints, Http, HttpError, OAuthError, Timeouts};
use crate::store::{StoreError, oauth_clients as clients};
use crate::trust::{self, Authorities, CaFileError};

/// What a mail server's provider is asked with.
#[derive(Debug, Clone)]
pub struct Connected {
    /// This program, as the provider knows it.
    pub client: Client,
    /// What is known of the provider.
    pub facts: Facts,
    /// How tokens are obtained.
    pub flow: Flow,
    /// The redirect URI as registered.
    pub redirect_uri: Option<String>,
    pub(in crate::access) http: Http,
}

/// Why a provider can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A person must mend the record.
    #[error("{0}")]
    Red(Red),
    /// The machine.
    #[error("{0}")]
    Http(#[from] HttpError),
    /// The authorization server can't say just now where it listens.
    #[error("{words}")]
    Provider {
        /// What happened, as sentences.
        words: String,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The own CA file can't be read.
    #[error(transparent)]
    CaFile(#[from] CaFileError),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl From<OAuthError> for ClientError {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::Red(red) => Self::Red(red),
            OAuthError::Cancelled { words } => Self::Provider {
                words,
                retry_after: None,
            },
            OAuthError::Transient {
                words, retry_after, ..
            } => Self::Provider { words, retry_after },
        }
    }
}

impl From<ClientError> for Closed {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Red(red) => Self::Red(red),
            ClientError::Http(error) => Self::Provider {
                words: error.to_string(),
                retry_after: None,
            },
            ClientError::Provider { words, retry_after } => Self::Provider { words, retry_after },
            ClientError::CaFile(error) => Self::CaFile(error),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}

/// One HTTP client for each kind of trust: its connections are shared.
#[derive(Debug, Default)]
pub(in crate::access) struct Https(Mutex<HashMap<Authorities, Http>>);

impl Https {
    fn trusting(&self, authorities: Authorities) -> Result<Http, HttpError> {
        let mut https = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(http) = https.get(&authorities) {
            return Ok(http.clone());
        }
        let http = Http::new(Timeouts::default(), &authorities)?;
        https.insert(authorities, http.clone());
        Ok(http)
    }
}

impl Access {
    /// What the provider of `server` is asked with; nothing where the record has no OAuth client.
    pub async fn connected(
        &self,
        server: &mail_servers::Model,
    ) -> Result<Option<Connected>, ClientError> {
        let Some(row) = clients::find(&self.store, server.id).await? else {
            return Ok(None);
        };
        let facts = facts(server, &row);
        let http = self.http_of(server).await?;
        let said = self.said_by_issuer(server, &row, &http).await?;
        let endpoints = endpoints(&facts, &row, said.as_ref()).map_err(ClientError::Red)?;
        let secret = self.client_secret(&row).map_err(|error| {
            ClientError::Red(Red::of(Cause::CredentialUnreadable, error.to_string()))
        })?;
        let app_only = row.flow == Flow::AppOnly;
        let scopes = match (row.scopes.0.as_slice(), app_only) {
            ([], false) => facts.scopes.clone(),
            ([], true) => facts.app_only_scopes.clone(),
            (scopes, _) => scopes.to_vec(),
        };
        let client = Client {
            provider: known_preset(server.preset).provider(),
            client_id: row.client_id.clone(),
            client_secret: secret,
            endpoints,
            mail_scopes: facts.mail_scopes_of(&scopes),
            scopes,
            tenant: row.tenant.clone(),
        };
        Ok(Some(Connected {
            client,
            facts,
            flow: row.flow,
            redirect_uri: row.redirect_uri,
            http,
        }))
    }

    /// Trusts what the record trusts.
    pub(super) async fn http_of(&self, server: &mail_servers::Model) -> Result<Http, ClientError> {
        let authorities = match ca_pem(server).await? {
            Some(pem) => {
                let own = Authorities::from_pem(&pem).map_err(HttpError::from)?;
                self.authorities.and(&own)
            }
            None => self.authorities.clone(),
        };
        Ok(self.shared.https.trusting(authorities)?)
    }

    fn client_secret(
        &self,
        row: &oauth_clients::Model,
    ) -> Result<Option<secrecy::SecretString>, Unreadable> {
        let sealed = row
            .secret_sealed
            .as_deref()
            .zip(row.secret_key_id.as_deref());
        if row.secret_reference.is_none() && sealed.is_none() {
            return Ok(None);
        }
        let place = sealing::of_client_secret(row.mail_server_id.0);
        let reference = row.secret_reference.as_deref();
        sealing::read(&self.keys, &place, "client secret", reference, sealed).map(Some)
    }
}

/// The certificates of the record's own authority.
pub(in crate::access) async fn ca_pem(
    server: &mail_servers::Model,
) -> Result<Option<Vec<u8>>, CaFileError> {
    match &server.ca_file {
        Some(path) => Ok(Some(trust::read_ca_file(path.as_ref()).await?)),
        None => Ok(None),
    }
}

/// What is known of the provider, there where the client says.
pub(in crate::access) fn facts(server: &mail_servers::Model, row: &oauth_clients::Model) -> Facts {
    known_preset(server.preset).facts(&place(server, row))
}

/// Where at the provider a client is registered, and how mail is to be read there.
pub(in crate::access) fn place<'a>(
    server: &mail_servers::Model,
    row: &'a oauth_clients::Model,
) -> At<'a> {
    let place = row.cloud.as_deref().unwrap_or_default();
    At {
        tenant: row.tenant.as_deref(),
        cloud: Cloud::named(place).unwrap_or_default(),
        region: Region::named(place).unwrap_or_default(),
        protocol: known_protocol(server.protocol),
    }
}

/// The provider's addresses: those that an admin typed, else those that are known of it, else those that it says itself.
fn endpoints(
    facts: &Facts,
    row: &oauth_clients::Model,
    said: Option<&Discovered>,
) -> Result<Endpoints, Red> {
    let own = &row.endpoints;
    let known = facts.endpoints.as_ref();
    let needed = |own: &Option<String>, known: Option<&Url>, said: Option<&String>, what: &str| {
        let known = parsed(own.as_ref())?.or_else(|| known.cloned());
        known
            .map_or_else(|| parsed(said), |known| Ok(Some(known)))?
            .ok_or_else(|| refused(format!("The mail server's record has no {what} endpoint.")))
    };
    let optional =
        |own: &Option<String>, known: Option<&Option<Url>>, said: Option<&Option<String>>| {
            let known = parsed(own.as_ref())?.or_else(|| known.cloned().flatten());
            known.map_or_else(
                || parsed(said.and_then(Option::as_ref)),
                |known| Ok(Some(known)),
            )
        };
    Ok(Endpoints {
        authorization: needed(
            &own.authorization,
            known.map(|known| &known.authorization),
            said.map(|said| &said.authorization),
            "authorization",
        )?,
        token: needed(
            &own.token,
            known.map(|known| &known.token),
            said.map(|said| &said.token),
            "token",
        )?,
        device: optional(
            &own.device,
            known.map(|known| &known.device),
            said.map(|said| &said.device),
        )?,
        revocation: optional(
            &own.revocation,
            known.map(|known| &known.revocation),
            said.map(|said| &said.revocation),
        )?,
        jwks: optional(
            &own.jwks,
            known.map(|known| &known.jwks),
            said.map(|said| &said.jwks),
        )?,
        issuer: own
            .issuer
            .clone()
            .or_else(|| known.and_then(|known| known.issuer.clone())),
        admin_consent: optional(
            &own.admin_consent,
            known.map(|known| &known.admin_consent),
            None,
        )?,
        sends_iss: known.is_some_and(|known| known.sends_iss)
            || said.is_some_and(|said| said.sends_iss),
    })
}

fn parsed(text: Option<&String>) -> Result<Option<Url>, Red> {
    text.map(|text| {
        Url::parse(text)
            .map_err(|error| refused(format!("The address {text} can't be used: {error}.")))
    })
    .transpose()
}

pub(super) fn refused(words: String) -> Red {
    Red::of(Cause::RequestRefused, words)
}
