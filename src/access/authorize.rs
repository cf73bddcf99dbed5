//! The authorization of a mailbox: sends a person to the provider, and takes the answer from whoever began it, once.
//!
//! State, nonce and PKCE verifier are kept in the database, so any process may take the answer (RFC 6749 §4.1, RFC 7636,
//! RFC 9700 §2.1).

use std::net::IpAddr;

use chrono::TimeDelta;
use entities::authorizations::{self, Purpose};
use entities::ids::{MailServerId, MailboxId, UserId};
use entities::oauth_clients::Flow;
use entities::{mail_servers, mailboxes};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::callback::CallbackError;
use super::client::{ClientError, Connected};
use super::fingerprint::Fingerprint;
use super::grant::{accepted, fits, is_of};
use super::open::Closed;
use super::{Access, sealing};
use crate::cause::{Cause, Red};
use crate::oauth::{self, Granted, Identity, OAuthError, Wish};
use crate::store::authorizations::NewAuthorization;
use crate::store::{StoreError, authorizations as pending, credentials, mail_servers as servers};
use crate::store::{mailboxes as boxes, oauth_clients, service_keys};

/// So long the provider's answer is taken; a code lasts no longer either.
const LASTS: TimeDelta = TimeDelta::minutes(10);

/// How an authorization is to be begun.
#[derive(Debug, Clone)]
pub struct Begin {
    /// What only the beginner has: the browser session's secret, or a terminal run's.
    pub session: SecretString,
    /// Who begins it, where somebody is signed in.
    pub user: Option<UserId>,
    /// Where the answer is to arrive.
    pub redirect: Redirect,
    /// Have the provider ask which account, whoever is signed in there.
    pub choose_account: bool,
}

/// Where the provider's answer is to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// At the redirect URI of the mail server's record.
    Registered,
    /// At a terminal's own listener on this machine.
    Loopback(Url),
}

/// What arrived at a callback address.
#[derive(Debug)]
pub struct Callback {
    /// The last part of the callback address; none at a terminal's own listener.
    pub path: Option<String>,
    /// What only the beginner has.
    pub session: SecretString,
    /// Where the request came from.
    pub remote: IpAddr,
    /// The `state`.
    pub state: SecretString,
    /// The `iss`, if there is one (RFC 9207).
    pub iss: Option<String>,
    /// The rest.
    pub answer: Answer,
}

/// What the provider says.
#[derive(Debug)]
pub enum Answer {
    /// A code to be exchanged.
    Code(SecretString),
    /// Why there is none (RFC 6749 §4.1.2.1).
    Error {
        /// `error`
        error: String,
        /// `error_description`
        description: String,
        /// Google's `error_subtype`.
        subcode: Option<String>,
    },
}

/// What an authorization came to.
#[derive(Debug)]
pub struct Finished {
    /// The mailbox.
    pub mailbox: mailboxes::Model,
    /// What it came to.
    pub outcome: Outcome,
}

/// What an authorization came to.
#[derive(Debug)]
pub enum Outcome {
    /// The light is green: the next scan gets in.
    Green,
    /// The person changed their mind; nothing was changed.
    Cancelled {
        /// What happened, as sentences.
        words: String,
    },
    /// A person must act. The light says so, unless the mailbox is open with what was granted before.
    Red(Red),
    /// It is granted or not; the network or the provider came in between.
    Unproven {
        /// What happened and what follows, as sentences.
        words: String,
    },
}

/// Why an authorization can't begin, or an answer is not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The callback address.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// No authorization with this `state` was begun here.
    #[error("This sign-in was not begun here, or long ago. Begin it again on the mailbox's page.")]
    UnknownState,
    /// Its answer was taken already.
    #[error("This sign-in is finished already. If the light is not green, begin it again.")]
    StateUsed,
    /// Its answer came too late.
    #[error("This sign-in took longer than ten minutes. Begin it again.")]
    Expired,
    /// Somebody else began it.
    #[error("This sign-in was begun in another browser or by somebody else. Begin it again here.")]
    OtherSession,
    /// There is no such mailbox.
    #[error("There is no such mailbox.")]
    NoMailbox,
    /// The mail server has no OAuth client.
    #[error(
        "The mail server \"{server}\" has no OAuth client. Add `oauth:` to it in the set-up file, or give the mailbox a password."
    )]
    NoClient {
        /// Its name.
        server: String,
    },
    /// The program signs in for itself.
    #[error(
        "The mail server \"{server}\" lets the program sign in for itself; nobody else has to. `mailroom doctor` says what is missing."
    )]
    AppOnly {
        /// Its name.
        server: String,
    },
    /// No redirect URI is known.
    #[error(
        "The mail server \"{server}\" has no redirect URI yet. Set `service_key` in its `oauth:` and run `mailroom apply`."
    )]
    NoRedirectUri {
        /// Its name.
        server: String,
    },
    /// The record can't be used.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// What was remembered can't be read.
    #[error("What was remembered of this sign-in can't be read: {0} Begin it again.")]
    Unreadable(String),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl Access {
    /// Begins the authorization of a mailbox and says where to send the person's browser.
    pub async fn begin_authorization(
        &self,
        mailbox: MailboxId,
        wanted: &Begin,
    ) -> Result<Url, AuthorizeError> {
        let (mailbox, server) = self.placed(mailbox).await?;
        let connected = self.person_signs_in(&server).await?;
        let redirect_uri = redirect_uri(&connected, &server, &wanted.redirect)?;
        let stored = credentials::find(&self.store, mailbox.id).await?;
        // A shared mailbox is opened by a member's sign-in: which one, they choose.
        let choose_account = wanted.choose_account || !mailbox.delegates.0.is_empty();
        let wish = Wish {
            login_hint: (!choose_account).then(|| mailbox.address.clone()),
            choose_account,
            need_refresh_token: stored.is_none_or(|stored| stored.sealed.is_none())
                || self.is_known_dead(&mailbox).await?,
        };
        let begun = oauth::begin(&connected.client, &redirect_uri, &wish, &mut rand::rng());
        let what = Remembered {
            purpose: Purpose::Mailbox,
            mailbox: Some(mailbox.id),
            server: server.id,
            redirect_uri: &redirect_uri,
            state: &begun.state,
            nonce: &begun.nonce,
            verifier: &begun.verifier,
        };
        self.remember(what, wanted).await?;
        Ok(begun.url)
    }

    /// Takes the provider's answer, checks and keeps what was granted, opens the mailbox with it and sets the light.
    pub async fn finish_authorization(
        &self,
        callback: Callback,
    ) -> Result<Finished, AuthorizeError> {
        let begun = self.take(&callback, Purpose::Mailbox).await?;
        let mailbox = begun.mailbox_id.ok_or(AuthorizeError::NoMailbox)?;
        let (mailbox, server) = self.placed(mailbox).await?;
        let connected = self.person_signs_in(&server).await?;
        let granted = self.exchanged(&connected, &begun, &callback).await;
        let outcome = match granted {
            Ok((granted, nonce)) => {
                self.keep_granted(&mailbox, &server, &connected, granted, Some(&nonce))
                    .await?
            }
            Err(closed) => self.without_grant(&mailbox, closed).await?,
        };
        Ok(Finished { mailbox, outcome })
    }

    async fn exchanged(
        &self,
        connected: &Connected,
        begun: &authorizations::Model,
        callback: &Callback,
    ) -> Result<(Granted, SecretString), Declined> {
        let Connected { client, http, .. } = connected;
        oauth::check_issuer(client, callback.iss.as_deref())?;
        let code = match &callback.answer {
            Answer::Code(code) => code,
            Answer::Error {
                error,
                description,
                subcode,
            } => {
                let refused =
                    oauth::refused_at_authorization(client, error, description, subcode.as_deref());
                return Err(refused.into());
            }
        };
        let state = Fingerprint::of(callback.state.expose_secret());
        let remembered = |column, bytes: &[u8], key_id: &str| {
            let place = sealing::of_authorization(&state, column);
            sealing::open(&self.keys, &place, bytes, key_id)
                .map_err(|error| Declined::Refused(AuthorizeError::Unreadable(error.to_string())))
        };
        let verifier = remembered(
            "verifier_sealed",
            &begun.verifier_sealed,
            &begun.verifier_key_id,
        )?;
        let nonce = remembered("nonce_sealed", &begun.nonce_sealed, &begun.nonce_key_id)?;
        let redirect_uri = Url::parse(&begun.redirect_uri)
            .map_err(|error| Declined::Refused(AuthorizeError::Unreadable(format!("{error}."))))?;
        let granted = oauth::exchange(http, client, code, &verifier, &redirect_uri).await?;
        Ok((granted, nonce))
    }

    /// Checks what was granted, keeps it, and proves it by opening the mailbox.
    pub(super) async fn keep_granted(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        connected: &Connected,
        granted: Granted,
        nonce: Option<&SecretString>,
    ) -> Result<Outcome, AuthorizeError> {
        let checked = self.checked(mailbox, connected, granted, nonce).await;
        let (granted, identity) = match checked {
            Ok(checked) => checked,
            Err(declined) => return self.without_grant(mailbox, declined).await,
        };
        let now = self.clock.now();
        let identity = identity.and_then(|identity| serde_json::to_value(identity).ok());
        let grant = self.sealed(mailbox, &granted, identity, now);
        credentials::set_grant(&self.store, mailbox.id, grant, now).await?;
        self.scan_soon(mailbox).await?;
        match self.open(mailbox, server).await {
            Ok(opened) => {
                opened.session.logout().await;
                Ok(Outcome::Green)
            }
            Err(Closed::Red(red)) => Ok(Outcome::Red(red)),
            Err(Closed::Store(error)) => Err(error.into()),
            Err(closed) => Ok(Outcome::Unproven {
                words: format!("The provider granted access. {closed}"),
            }),
        }
    }

    /// What was granted, if it is what the mailbox needs, and whose it is.
    async fn checked(
        &self,
        mailbox: &mailboxes::Model,
        connected: &Connected,
        mut granted: Granted,
        nonce: Option<&SecretString>,
    ) -> Result<(Granted, Option<Identity>), Declined> {
        accepted(connected, &granted).map_err(Declined::Red)?;
        let identity = self.identity_of(connected, &granted, nonce).await?;
        if let Some(identity) = &identity {
            fits(mailbox, identity).map_err(Declined::Red)?;
        }
        if granted.refresh_token.is_none() && granted.expires_in.is_some() {
            // Google gives one with the first consent only: the one that is here is still good.
            let stored = credentials::find(&self.store, mailbox.id).await?;
            let stored = stored.zip(identity.as_ref());
            let stored = stored.filter(|(stored, identity)| is_of(stored, identity));
            let stored = match stored {
                // One that the provider refused does not come to life again.
                Some(_) if self.is_known_dead(mailbox).await? => None,
                stored => stored,
            };
            let Some((stored, _)) = stored else {
                return Err(Declined::Red(Red::of(
                    Cause::RefreshTokenMissing,
                    "The provider gave an access token and no refresh token.",
                )));
            };
            granted.refresh_token = Some(self.refresh_token(&stored).map_err(Declined::from)?);
        }
        Ok((granted, identity))
    }

    /// What follows when nothing was granted. A mailbox that is open stays open.
    pub(super) async fn without_grant(
        &self,
        mailbox: &mailboxes::Model,
        declined: Declined,
    ) -> Result<Outcome, AuthorizeError> {
        match declined {
            Declined::Red(red) => {
                let red = red.for_mailbox(&mailbox.address);
                if !self.is_green(mailbox).await? {
                    self.show_red(mailbox, &red).await?;
                }
                Ok(Outcome::Red(red))
            }
            Declined::Cancelled { words } => Ok(Outcome::Cancelled { words }),
            Declined::Passing { words } => Ok(Outcome::Unproven {
                words: format!("{words} Begin the sign-in again."),
            }),
            Declined::Refused(error) => Err(error),
        }
    }

    /// Finds what an answer belongs to, makes sure that it may be taken, and uses it up.
    pub(super) async fn take(
        &self,
        callback: &Callback,
        purpose: Purpose,
    ) -> Result<authorizations::Model, AuthorizeError> {
        if let Some(path) = &callback.path {
            self.admit(path, callback.remote).await?;
        }
        let now = self.clock.now();
        let state = Fingerprint::of(callback.state.expose_secret());
        let begun = pending::find_by_state(&self.store, &state.hex())
            .await?
            .filter(|begun| begun.callback_path == callback.path && begun.purpose == purpose)
            .ok_or(AuthorizeError::UnknownState)?;
        let session = Fingerprint::of(callback.session.expose_secret());
        // Asked before anything is used up: a stranger must not end what somebody else has begun.
        if begun.session_hash != session.hex() {
            return Err(AuthorizeError::OtherSession);
        }
        if begun.used_at.is_some() {
            return Err(AuthorizeError::StateUsed);
        }
        if begun.expires_at <= now {
            return Err(AuthorizeError::Expired);
        }
        if !pending::use_up(&self.store, &begun, now).await? {
            return Err(AuthorizeError::StateUsed);
        }
        Ok(begun)
    }

    /// Writes down what the answer will be checked against.
    pub(super) async fn remember(
        &self,
        what: Remembered<'_>,
        wanted: &Begin,
    ) -> Result<(), AuthorizeError> {
        let now = self.clock.now();
        let callback_path = match wanted.redirect {
            Redirect::Registered => Some(self.callback_path(what.server).await?),
            Redirect::Loopback(_) => None,
        };
        let state = Fingerprint::of(what.state.expose_secret());
        let seal = |column, secret| {
            let place = sealing::of_authorization(&state, column);
            self.keys.seal(&place, secret, &mut rand::rng())
        };
        let new = NewAuthorization {
            state_hash: state.hex(),
            session_hash: Fingerprint::of(wanted.session.expose_secret()).hex(),
            purpose: what.purpose,
            mailbox_id: what.mailbox,
            mail_server_id: what.server,
            user_id: wanted.user,
            verifier: seal("verifier_sealed", what.verifier),
            nonce: seal("nonce_sealed", what.nonce),
            redirect_uri: what.redirect_uri.to_string(),
            callback_path,
            expires_at: now + LASTS,
        };
        pending::insert(&self.store, new, now).await?;
        pending::delete_ended(&self.store, now - LASTS).await?;
        Ok(())
    }

    async fn callback_path(&self, server: MailServerId) -> Result<String, AuthorizeError> {
        let client = oauth_clients::find(&self.store, server).await?;
        let key = match client.and_then(|client| client.service_key_id) {
            None => None,
            Some(key) => service_keys::by_id(&self.store, key).await?,
        };
        let key = key.ok_or(CallbackError::Unknown)?;
        if !key.active {
            return Err(CallbackError::Inactive { name: key.name }.into());
        }
        Ok(key.callback_path)
    }

    /// A mailbox and its server.
    pub(super) async fn placed(
        &self,
        mailbox: MailboxId,
    ) -> Result<(mailboxes::Model, mail_servers::Model), AuthorizeError> {
        let mailbox = boxes::by_id(&self.store, mailbox).await?;
        let mailbox = mailbox.ok_or(AuthorizeError::NoMailbox)?;
        let server = servers::by_id(&self.store, mailbox.mail_server_id).await?;
        Ok((mailbox, server.ok_or(AuthorizeError::NoMailbox)?))
    }

    /// The provider of a server whose mailboxes' owners sign in.
    pub(super) async fn person_signs_in(
        &self,
        server: &mail_servers::Model,
    ) -> Result<Connected, AuthorizeError> {
        let name = server.name.clone();
        match self.connected(server).await? {
            None => Err(AuthorizeError::NoClient { server: name }),
            Some(connected) if connected.flow == Flow::AppOnly => {
                Err(AuthorizeError::AppOnly { server: name })
            }
            Some(connected) => Ok(connected),
        }
    }
}

/// What the answer will be checked against.
pub(super) struct Remembered<'a> {
    pub(super) purpose: Purpose,
    pub(super) mailbox: Option<MailboxId>,
    pub(super) server: MailServerId,
    pub(super) redirect_uri: &'a Url,
    pub(super) state: &'a SecretString,
    pub(super) nonce: &'a SecretString,
    pub(super) verifier: &'a SecretString,
}

/// Why nothing was granted.
pub(super) enum Declined {
    Red(Red),
    Cancelled { words: String },
    Passing { words: String },
    Refused(AuthorizeError),
}

impl From<OAuthError> for Declined {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::Red(red) => Self::Red(red),
            OAuthError::Cancelled { words } => Self::Cancelled { words },
            OAuthError::Transient { words, .. } => Self::Passing { words },
        }
    }
}

impl From<Closed> for Declined {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Red(red) => Self::Red(red),
            Closed::Store(error) => Self::Refused(error.into()),
            closed => Self::Passing {
                words: closed.to_string(),
            },
        }
    }
}

impl From<StoreError> for Declined {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Where the answer is to arrive.
pub(super) fn redirect_uri(
    connected: &Connected,
    server: &mail_servers::Model,
    redirect: &Redirect,
) -> Result<Url, AuthorizeError> {
    match redirect {
        Redirect::Loopback(url) => Ok(url.clone()),
        Redirect::Registered => connected
            .redirect_uri
            .as_deref()
            .and_then(|uri| Url::parse(uri).ok())
            .ok_or_else(|| AuthorizeError::NoRedirectUri {
                server: server.name.clone(),
            }),
    }
}
