//! The company's identity provider (OpenID Connect): what a browser takes there and brings back, and which user that is.
//!
//! An account there is a user here by the provider's name for it, which never changes hands. At the first sign-in it is
//! found by its address; who has none here is made a user only where the operator named the domain.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use entities::users::{self, Role};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::{Accounts, Actor};
use crate::clock::Clock;
use crate::config::Sso;
use crate::oauth::{self, Begun, Client, Http, Identity, Keys, OAuthError, Provider, Wish};
use crate::store::users::UserFields;
use crate::store::{self, StoreError, Tx, identities};

/// The company's identity provider.
#[derive(Debug, Clone)]
pub struct Company(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sso: Sso,
    http: Http,
    keys: Keys,
    clock: Arc<dyn Clock>,
    /// Where it listens, once it has said so.
    client: OnceLock<Client>,
}

/// What a browser brought back.
#[derive(Debug)]
pub struct Returned<'a> {
    /// What is exchanged for the identity.
    pub code: &'a SecretString,
    /// Who sent it, if it says so (RFC 9207).
    pub iss: Option<&'a str>,
    /// Of the sign-in that began.
    pub nonce: &'a SecretString,
    /// The same.
    pub verifier: &'a SecretString,
}

/// Why an account there is nobody here.
#[derive(Debug, thiserror::Error)]
pub enum Stranger {
    /// It has no address that its provider vouches for.
    #[error(
        "The account has no address that its provider vouches for. Ask your admin to look at it there."
    )]
    NoAddress,
    /// Nobody has this address.
    #[error("Nobody here has the address {0}. An admin of yours invites you first.")]
    Unknown(String),
    /// They may not sign in.
    #[error("An admin has switched {0} off here.")]
    SwitchedOff(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Company {
    /// As the settings have it.
    #[must_use]
    pub fn new(sso: Sso, http: Http, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            sso,
            http,
            keys: Keys::new(),
            clock,
            client: OnceLock::new(),
        }))
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.sso.name
    }

    /// Begins a sign-in that comes back to `redirect_uri`.
    ///
    /// # Errors
    /// When it does not say where it listens.
    pub async fn begin(&self, redirect_uri: &Url) -> Result<Begun, OAuthError> {
        let client = self.client().await?;
        let wish = Wish::default();
        Ok(oauth::begin(client, redirect_uri, &wish, &mut rand::rng()))
    }

    /// Whose account signed in.
    ///
    /// # Errors
    /// When the provider refuses the code, or its token is not to be trusted.
    pub async fn finish(
        &self,
        returned: &Returned<'_>,
        redirect_uri: &Url,
    ) -> Result<Identity, OAuthError> {
        let inner = &self.0;
        let client = self.client().await?;
        oauth::check_issuer(client, returned.iss)?;
        let granted = oauth::exchange(
            &inner.http,
            client,
            returned.code,
            returned.verifier,
            redirect_uri,
        )
        .await?;
        let id_token = granted.id_token.ok_or_else(|| OAuthError::Transient {
            words: "The identity provider gave no identity token.".to_owned(),
            retry_after: None,
            fate: oauth::Fate::Declined,
        })?;
        oauth::identity(
            &inner.http,
            &inner.keys,
            client,
            &id_token,
            Some(returned.nonce),
            inner.clock.now(),
        )
        .await
    }

    async fn client(&self) -> Result<&Client, OAuthError> {
        let inner = &self.0;
        if let Some(client) = inner.client.get() {
            return Ok(client);
        }
        let discovered = oauth::discover(&inner.http, &inner.sso.issuer).await?;
        let client = Client {
            provider: Provider::Generic,
            client_id: inner.sso.client_id.clone(),
            client_secret: inner.sso.client_secret.clone(),
            endpoints: discovered.endpoints,
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            mail_scopes: Vec::new(),
            tenant: None,
        };
        Ok(inner.client.get_or_init(|| client))
    }

    fn takes(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| self.0.sso.domains.iter().any(|ours| ours == domain))
    }
}

impl Accounts {
    /// The user whose account signed in at the company's provider. No one-time code is asked of them: the provider has
    /// asked what the company wants asked.
    ///
    /// # Errors
    /// [`Stranger`].
    pub async fn known_to(
        &self,
        company: &Company,
        identity: &Identity,
        remote: Option<IpAddr>,
    ) -> Result<users::Model, Stranger> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let user = match identities::find(&tx, issuer, subject).await? {
            Some(known) => {
                identities::touch(&tx, issuer, subject, now).await?;
                store::users::by_id(&tx, known.user_id).await?
            }
            None => None,
        };
        let user = match user {
            Some(user) => user,
            None => self.first_come(&tx, company, identity, remote).await?,
        };
        if !user.active {
            return Err(Stranger::SwitchedOff(user.email));
        }
        tx.commit().await?;
        Ok(user)
    }

    async fn first_come(
        &self,
        tx: &Tx,
        company: &Company,
        identity: &Identity,
        remote: Option<IpAddr>,
    ) -> Result<users::Model, Stranger> {
        let now = self.clock.now();
        let email = identity.email.as_deref().ok_or(Stranger::NoAddress)?;
        let user = match store::users::find_by_email(tx, email).await? {
            Some(user) => user,
            None if company.takes(email) => {
                let fields = UserFields {
                    email: email.to_owned(),
                    name: String::new(),
                    role: Role::User,
                    active: true,
                };
                store::users::insert(tx, fields, now).await?
            }
            None => return Err(Stranger::Unknown(email.to_owned())),
        };
        identities::insert(tx, &identity.issuer, &identity.subject, user.id, now).await?;
        let by = Actor {
            id: user.id,
            email: user.email.clone(),
            remote,
        };
        let changes = json!({"issuer": identity.issuer});
        self.note(tx, "user.first_sign_in_by_company", &user, changes, &by)
            .await?;
        Ok(user)
    }
}
