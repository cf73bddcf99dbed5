//! Seals and opens the secrets of the tables that access looks after; each is bound to its row and column.

use secrecy::SecretString;

use crate::secrets::{
    Fingerprint, KeyId, KeyRing, OpenError, Place, ReferenceError, Sealed, SecretReference,
};

/// Where a mailbox's own secret is: its password, or a grant's refresh token.
pub(super) fn of_credential(mailbox: i64) -> Place<'static> {
    Place {
        table: "credentials",
        row: mailbox,
        column: "sealed",
    }
}

/// Where a grant's access token is.
pub(super) fn of_access_token(mailbox: i64) -> Place<'static> {
    Place {
        table: "credentials",
        row: mailbox,
        column: "access_sealed",
    }
}

/// Where a client's secret is.
pub(super) fn of_client_secret(server: i64) -> Place<'static> {
    Place {
        table: "oauth_clients",
        row: server,
        column: "secret_sealed",
    }
}

/// Where what a pending authorization remembers is. Its row has no number yet; its state stands for it.
pub(super) fn of_authorization(state: &Fingerprint, column: &'static str) -> Place<'static> {
    Place {
        table: "authorizations",
        row: state.number(),
        column,
    }
}

/// Why a stored secret can't be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// What it names elsewhere.
    #[error("{0}.")]
    Reference(#[from] ReferenceError),
    /// What is stored.
    #[error("{0}.")]
    Sealed(#[from] OpenError),
    /// Neither is there.
    #[error("The stored {0} is damaged.")]
    Empty(&'static str),
}

/// A secret that is stored sealed.
pub(super) fn open(
    keys: &KeyRing,
    place: &Place<'_>,
    bytes: &[u8],
    key_id: &str,
) -> Result<SecretString, Unreadable> {
    let sealed = Sealed {
        key_id: KeyId::from(key_id.to_owned()),
        bytes: bytes.to_vec(),
    };
    Ok(keys.open(place, &sealed)?)
}

/// A secret that is either named elsewhere, read now, or stored sealed.
pub(super) fn read(
    keys: &KeyRing,
    place: &Place<'_>,
    what: &'static str,
    reference: Option<&str>,
    sealed: Option<(&[u8], &str)>,
) -> Result<SecretString, Unreadable> {
    if let Some(reference) = reference {
        let reference = SecretReference::parse(reference)?.ok_or(Unreadable::Empty(what))?;
        return Ok(reference.resolve()?);
    }
    let (bytes, key_id) = sealed.ok_or(Unreadable::Empty(what))?;
    open(keys, place, bytes, key_id)
}
