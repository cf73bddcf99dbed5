//! From a mail server's record to what is said to its OAuth provider: preset and overrides, the secret read now, and an
//! HTTP client that trusts what the record trusts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use entities::mail_servers::{self, Preset};
use entities::oauth_clients::{self, Flow};
use url::Url;

use crate::access::sealing::{self, Unreadable};
use crate::access::{Access, Closed};
use crate::cause::{Cause, Red};
use crate::oauth::presets::{self, At, Cloud, Facts, Region};
use crate::oauth::{Client, Endpoints, Http, HttpError, Timeouts};
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
    /// The own CA file can't be read.
    #[error(transparent)]
    CaFile(#[from] CaFileError),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl From<ClientError> for Closed {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Red(red) => Self::Red(red),
            ClientError::Http(error) => Self::Provider {
                words: error.to_string(),
                retry_after: None,
            },
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
        let facts = facts(server.preset, &row);
        let endpoints = endpoints(&facts, &row).map_err(ClientError::Red)?;
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
            provider: preset(server.preset).provider(),
            client_id: row.client_id.clone(),
            client_secret: secret,
            endpoints,
            mail_scopes: facts.mail_scopes_of(&scopes),
            scopes,
            tenant: row.tenant.clone(),
        };
        let authorities = match ca_pem(server).await? {
            Some(pem) => {
                let own = Authorities::from_pem(&pem).map_err(HttpError::from)?;
                self.authorities.and(&own)
            }
            None => self.authorities.clone(),
        };
        let http = self.shared.https.trusting(authorities)?;
        Ok(Some(Connected {
            client,
            facts,
            flow: row.flow,
            redirect_uri: row.redirect_uri,
            http,
        }))
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
pub(in crate::access) fn facts(kind: Preset, row: &oauth_clients::Model) -> Facts {
    preset(kind).facts(&place(row))
}

/// Where at the provider a client is registered.
pub(in crate::access) fn place(row: &oauth_clients::Model) -> At<'_> {
    let place = row.cloud.as_deref().unwrap_or_default();
    At {
        tenant: row.tenant.as_deref(),
        cloud: Cloud::named(place).unwrap_or_default(),
        region: Region::named(place).unwrap_or_default(),
    }
}

/// The provider's addresses, with those that an admin typed in place of them.
fn endpoints(facts: &Facts, row: &oauth_clients::Model) -> Result<Endpoints, Red> {
    let own = &row.endpoints;
    let known = facts.endpoints.as_ref();
    let parsed = |text: &Option<String>| {
        text.as_deref()
            .map(|text| {
                Url::parse(text)
                    .map_err(|error| refused(format!("The address {text} can't be used: {error}.")))
            })
            .transpose()
    };
    let needed = |own: &Option<String>, known: Option<&Url>, what: &str| {
        let own = parsed(own)?;
        own.or_else(|| known.cloned())
            .ok_or_else(|| refused(format!("The mail server's record has no {what} endpoint.")))
    };
    let optional = |own: &Option<String>, known: Option<&Option<Url>>| {
        Ok::<_, Red>(parsed(own)?.or_else(|| known.cloned().flatten()))
    };
    Ok(Endpoints {
        authorization: needed(
            &own.authorization,
            known.map(|known| &known.authorization),
            "authorization",
        )?,
        token: needed(&own.token, known.map(|known| &known.token), "token")?,
        device: optional(&own.device, known.map(|known| &known.device))?,
        revocation: optional(&own.revocation, known.map(|known| &known.revocation))?,
        jwks: optional(&own.jwks, known.map(|known| &known.jwks))?,
        issuer: own
            .issuer
            .clone()
            .or_else(|| known.and_then(|known| known.issuer.clone())),
        admin_consent: optional(&own.admin_consent, known.map(|known| &known.admin_consent))?,
        sends_iss: known.is_some_and(|known| known.sends_iss),
    })
}

fn refused(words: String) -> Red {
    Red::of(Cause::RequestRefused, words)
}

/// What is known of a kind of mail server.
pub(in crate::access) fn preset(kind: Preset) -> presets::Preset {
    match kind {
        Preset::Google => presets::Preset::Google,
        Preset::Microsoft => presets::Preset::Microsoft,
        Preset::OutlookCom => presets::Preset::OutlookCom,
        Preset::Yahoo => presets::Preset::Yahoo,
        Preset::Aol => presets::Preset::Aol,
        Preset::Fastmail => presets::Preset::Fastmail,
        Preset::Zoho => presets::Preset::Zoho,
        Preset::Yandex => presets::Preset::Yandex,
        Preset::Generic => presets::Preset::Generic,
    }
}
