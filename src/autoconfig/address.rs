//! An address of which only the domain is looked up.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The longest domain (RFC 1035 §2.3.4) and local part (RFC 5321 §4.5.3.1.1).
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LOCAL: usize = 64;

/// An e-mail address, its domain in ASCII and lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    local: String,
    domain: String,
}

/// It is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an e-mail address such as anna@example.com")]
pub struct BadAddress(String);

impl Address {
    /// What is before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What is behind it.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(text.to_owned());
        let (local, domain) = text.trim().rsplit_once('@').ok_or_else(bad)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| bad())?;
        let sayable =
            |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
        if local.is_empty()
            || local.len() > LONGEST_LOCAL
            || !local.chars().all(sayable)
            || !domain.contains('.')
            || !is_host(&domain)
        {
            return Err(bad());
        }
        Ok(Self {
            local: local.to_owned(),
            domain,
        })
    }
}

/// Whether it is the name of a host (RFC 952, RFC 1123 §2.1), in lower case.
pub(super) fn is_host(name: &str) -> bool {
    name.len() <= LONGEST_DOMAIN
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
