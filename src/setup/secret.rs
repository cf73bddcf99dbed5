//! A secret of the file: a reference to where it is kept, or, less well, the secret itself.

use std::borrow::Cow;
use std::fmt::{self, Debug, Write as _};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::{self, Serializer};
use serde::{Deserialize, Serialize};

use crate::secrets::SecretReference;

/// What opens a mailbox, as the file gives it.
#[derive(Clone)]
pub enum Secret {
    /// Kept elsewhere and read at each use.
    Reference(SecretReference),
    /// Written in the file; kept sealed in the database.
    Literal(SecretString),
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reference(one), Self::Reference(two)) => one == two,
            (Self::Literal(one), Self::Literal(two)) => one.expose_secret() == two.expose_secret(),
            _ => false,
        }
    }
}

impl Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(reference) => write!(f, "Reference({reference})"),
            Self::Literal(_) => f.write_str("Literal(…)"),
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Reference(reference) => serializer.collect_str(reference),
            Self::Literal(_) => Err(ser::Error::custom("a secret is never written out")),
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SecretVisitor)
    }
}

struct SecretVisitor;

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret such as ${env:NAME} or ${file:/path}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        if text.is_empty() {
            return Err(E::custom(
                "the secret is empty; write ${env:NAME}, ${file:/path} or the secret",
            ));
        }
        Ok(match SecretReference::parse(text).map_err(E::custom)? {
            Some(reference) => Secret::Reference(reference),
            None => Secret::Literal(SecretString::from(text)),
        })
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "`${env:NAME}` or `${file:/path}`, read at each use; any other text is the secret itself and is stored encrypted.",
        })
    }
}

/// How a stored secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretState {
    /// By reference.
    Elsewhere,
    /// Sealed in the database.
    Sealed {
        /// The variable that an exported file names for it is set, and to something else.
        variable_differs: bool,
    },
}

/// The variable that an exported file names for the sealed secret of a server's OAuth client:
/// `MAILROOM_SECRET_CLIENT_google`.
///
/// Names of servers differ by case too, and never give the `__` that each address has.
pub(super) fn client_secret_variable(server: &str) -> String {
    let mut name = "MAILROOM_SECRET_CLIENT_".to_owned();
    for letter in server.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(letter),
            // Writing to a String never fails.
            other => drop(write!(name, "_x{:x}", u32::from(other))),
        }
    }
    name
}

/// The variable that an exported file names for a sealed secret: `MAILROOM_SECRET_SALES__EXAMPLE_COM`.
pub(super) fn secret_variable(address: &str) -> String {
    let mut name = "MAILROOM_SECRET_".to_owned();
    for letter in address.to_uppercase().chars() {
        match letter {
            'A'..='Z' | '0'..='9' => name.push(letter),
            '.' => name.push('_'),
            '@' => name.push_str("__"),
            // Lower case, which no letter of the address is any more, so that no two addresses share a variable.
            // Writing to a String never fails.
            other => drop(write!(name, "_x{:x}", u32::from(other))),
        }
    }
    name
}
