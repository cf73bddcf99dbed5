//! Who we are, and whose word about mail we take.

use std::collections::HashSet;

use crate::domains::{is_free_mail, registered};

/// More parts than names of hosts have in earnest.
const MAX_LABELS: usize = 20;

/// The addresses that are ours, those of mailboxes and of users, and who else is believed.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Lower-cased, domains in Unicode, as [`rules::Address`] has them.
    addresses: HashSet<String>,
    /// Their domains, but for those of free mail: there others are, too.
    domains: HashSet<String>,
    trusted_servers: Vec<String>,
    form_senders: HashSet<String>,
}

impl Own {
    /// We have these addresses, lower-cased, domains in Unicode.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = String>) -> Self {
        let addresses: HashSet<String> = addresses.into_iter().collect();
        let domains = addresses
            .iter()
            .map(|own| domain_of(own))
            .filter(|domain| !domain.is_empty() && !is_free_mail(domain));
        Self {
            domains: domains.map(str::to_owned).collect(),
            addresses,
            ..Self::default()
        }
    }

    /// Believes the Authentication-Results of these servers (authserv-id, RFC 8601 §2.5): a name, or `*.suffix` for every
    /// name under one. [`known_servers`](super::known_servers) tells those of large providers.
    #[must_use]
    pub fn trusting(mut self, servers: Vec<String>) -> Self {
        self.trusted_servers = servers;
        self
    }

    /// Believes the forms that come from these addresses, and from these domains and below them, with or without an `@`.
    #[must_use]
    pub fn with_forms_of(mut self, senders: impl IntoIterator<Item = String>) -> Self {
        let senders = senders.into_iter().map(|sender| sender_name(&sender));
        self.form_senders = senders.filter(|sender| !sender.is_empty()).collect();
        self
    }

    pub(crate) fn has(&self, email: &str) -> bool {
        self.addresses.contains(email)
    }

    pub(crate) fn has_domain(&self, domain: &str) -> bool {
        self.domains.contains(domain)
    }

    /// Whether an address is ours or a colleague's: at one of our domains, if not everybody can be there.
    pub(super) fn is_colleague(&self, email: &str) -> bool {
        self.has(email) || self.has_domain(domain_of(email))
    }

    /// Whether what an address reports of a form is believed: our web sites stand at our domains or below them, of others
    /// an admin said so.
    pub(super) fn has_forms_of(&self, email: &str) -> bool {
        self.has(email)
            || self.form_senders.contains(email)
            || self.has_site(domain_of(email))
            || with_those_above(domain_of(email)).any(|domain| self.form_senders.contains(domain))
    }

    /// Whether a host is one of our domains or below one.
    pub(super) fn has_site(&self, host: &str) -> bool {
        with_those_above(host).any(|domain| self.has_domain(domain))
    }

    /// Whether there is anybody whose checks of mail are believed.
    pub(super) fn trusts_any(&self) -> bool {
        !self.trusted_servers.is_empty()
    }

    /// Whether what a server says of a message's origin is believed. Names of hosts are compared as DNS does.
    pub(super) fn trusts(&self, server: &str) -> bool {
        self.trusted_servers
            .iter()
            .any(|trusted| match trusted.strip_prefix('*') {
                Some(suffix) => {
                    let start = server.len().saturating_sub(suffix.len());
                    let end = server.as_bytes().get(start..).unwrap_or_default();
                    suffix.starts_with('.') && end.eq_ignore_ascii_case(suffix.as_bytes())
                }
                None => server.eq_ignore_ascii_case(trusted),
            })
    }

    /// Whether a host is one whose checks are believed, or stands beside one in the same domain.
    pub(super) fn is_near_trusted(&self, host: &str) -> bool {
        self.trusts(host)
            || self.trusted_servers.iter().any(|server| {
                let server = server.trim_start_matches("*.");
                let domain = match server.split_once('.') {
                    Some((_, domain)) if registered(domain).is_some() => domain,
                    _ => server,
                };
                host == domain
                    || host
                        .strip_suffix(domain)
                        .is_some_and(|above| above.ends_with('.'))
            })
    }
}

/// A domain, and those that it is below.
fn with_those_above(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| {
        domain.split_once('.').map(|(_, above)| above)
    })
    .take(MAX_LABELS)
}

fn domain_of(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// As addresses are compared: lower-cased, the domain in Unicode, of a domain alone without its `@`.
fn sender_name(sender: &str) -> String {
    let sender = sender.trim();
    let (local, domain) = sender.rsplit_once('@').unwrap_or(("", sender));
    let domain = idna::domain_to_unicode(domain).0;
    if local.is_empty() {
        domain.to_lowercase()
    } else {
        format!("{local}@{domain}").to_lowercase()
    }
}

#[cfg(test)]
#[path = "own_tests.rs"]
mod tests;
