//! Turns a mailbox's stored credential into what is said to the server.

use entities::credentials::{CredentialKind, Model};
use entities::mail_servers::{self, AuthMethod};
use entities::mailboxes;
use secrecy::SecretString;

use super::Closed;
use crate::cause::{Cause, Red};
use crate::imap::Login;
use crate::secrets::{KeyId, KeyRing, Place, Sealed, SecretReference};
use crate::store::{Store, credentials};

/// What to say to the server, read now: a reference may have changed since the last time.
pub(super) async fn login(
    store: &Store,
    keys: &KeyRing,
    mailbox: &mailboxes::Model,
    server: &mail_servers::Model,
) -> Result<Login, Closed> {
    let credential = credentials::find(store, mailbox.id).await?.ok_or_else(|| {
        red(
            Cause::NeverAuthorized,
            format!("The mailbox {} has no credential.", mailbox.address),
        )
    })?;
    let user = mailbox.login.clone();
    match (server.auth, credential.kind) {
        (AuthMethod::Password, CredentialKind::Password) => Ok(Login::Password {
            user,
            password: secret(keys, &credential)?,
        }),
        (AuthMethod::Xoauth2, CredentialKind::AccessToken) => Ok(Login::XOAuth2 {
            user,
            token: secret(keys, &credential)?,
        }),
        (AuthMethod::Oauthbearer, CredentialKind::AccessToken) => Ok(Login::OAuthBearer {
            user,
            token: secret(keys, &credential)?,
        }),
        (_, CredentialKind::Oauth) | (AuthMethod::Password, CredentialKind::AccessToken) => {
            Err(red(
                Cause::NeverAuthorized,
                format!(
                    "The mailbox {} has an access token, and its server wants a password.",
                    mailbox.address
                ),
            ))
        }
        (AuthMethod::Xoauth2 | AuthMethod::Oauthbearer, CredentialKind::Password) => Err(red(
            Cause::NeverAuthorized,
            format!(
                "The mailbox {} has a password, and its server wants an access token.",
                mailbox.address
            ),
        )),
    }
}

fn secret(keys: &KeyRing, credential: &Model) -> Result<SecretString, Closed> {
    let unreadable = |words: String| red(Cause::CredentialUnreadable, words);
    if let Some(reference) = &credential.reference {
        return match SecretReference::parse(reference) {
            Ok(Some(reference)) => reference
                .resolve()
                .map_err(|error| unreadable(format!("{error}."))),
            Ok(None) => Err(unreadable(
                "The credential's reference is damaged.".to_owned(),
            )),
            Err(error) => Err(unreadable(format!("{error}."))),
        };
    }
    let (Some(bytes), Some(key_id)) = (&credential.sealed, &credential.key_id) else {
        return Err(unreadable("The stored credential is empty.".to_owned()));
    };
    let sealed = Sealed {
        key_id: KeyId::from(key_id.clone()),
        bytes: bytes.clone(),
    };
    let place = Place {
        table: "credentials",
        row: credential.mailbox_id.0,
        column: "sealed",
    };
    keys.open(&place, &sealed)
        .map_err(|error| unreadable(format!("{error}.")))
}

fn red(cause: Cause, words: String) -> Closed {
    Closed::Red(Red::of(cause, words))
}
