//! Who we are, and whose word about mail we take.

use std::collections::HashSet;

use super::folded::folded;
use crate::domains::is_free_mail;

/// The addresses that are ours: those of mailboxes and of users.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Lower-cased, domains in Unicode, as [`rules::Address`] has them.
    pub addresses: HashSet<String>,
    /// Servers whose Authentication-Results are believed (authserv-id, RFC 8601 §2.5): a name, or `*.suffix` for every
    /// name under one. [`known_servers`](super::known_servers) tells those of large providers.
    pub trusted_servers: Vec<String>,
}

impl Own {
    pub(crate) fn has(&self, email: &str) -> bool {
        self.addresses.contains(email)
    }

    pub(crate) fn has_domain(&self, domain: &str) -> bool {
        // At a provider of free mail others are, too.
        !domain.is_empty()
            && !is_free_mail(domain)
            && self
                .addresses
                .iter()
                .any(|own| own.rsplit_once('@').is_some_and(|(_, its)| its == domain))
    }

    /// Whether an address is ours or a colleague's: at one of our domains, if not everybody can be there.
    pub(super) fn is_colleague(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.has(email) || self.has_domain(domain)
    }

    /// Whether what a server says of a message's origin is believed.
    pub(super) fn trusts(&self, server: &str) -> bool {
        let server = folded(server);
        self.trusted_servers
            .iter()
            .any(|trusted| match trusted.strip_prefix('*') {
                Some(suffix) => {
                    suffix.starts_with('.') && server.ends_with(&suffix.to_ascii_lowercase())
                }
                None => server.eq_ignore_ascii_case(trusted),
            })
    }
}

#[cfg(test)]
#[path = "own_tests.rs"]
mod tests;
