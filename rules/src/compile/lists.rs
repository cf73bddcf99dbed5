//! Lists of texts, addresses and domains, indexed once and shared by all who look in them.

use std::collections::HashMap;

use crate::fold::fold;
use crate::rule::texts::Texts;

/// A list as rules and exceptions look in it.
#[derive(Debug)]
pub(crate) struct List {
    members: Vec<String>,
    /// By the whole, folded.
    texts: HashMap<String, usize>,
    /// By the address.
    addresses: HashMap<String, usize>,
    /// By the domain: members that begin with `@`, and those without one.
    domains: HashMap<String, usize>,
}

impl List {
    pub(crate) fn of(members: &Texts) -> Self {
        let mut list = Self {
            members: members.0.clone(),
            texts: HashMap::with_capacity(members.0.len()),
            addresses: HashMap::new(),
            domains: HashMap::new(),
        };
        for (index, member) in members.iter().enumerate() {
            list.texts.entry(fold(member)).or_insert(index);
            match AddressKey::of(member) {
                AddressKey::Address(address) => list.addresses.entry(address).or_insert(index),
                AddressKey::Domain(domain) => list.domains.entry(domain).or_insert(index),
                AddressKey::Neither(text) => list.domains.entry(domain(&text)).or_insert(index),
            };
        }
        list
    }

    /// The member that is this folded text.
    pub(crate) fn text(&self, folded: &str) -> Option<&str> {
        self.member(self.texts.get(folded).copied())
    }

    /// The member that is this folded address, or its domain.
    pub(crate) fn address(&self, folded: &str) -> Option<&str> {
        let found = self.addresses.get(folded);
        self.member(
            found
                .or_else(|| self.domains.get(domain_of(folded)))
                .copied(),
        )
    }

    /// The member that is the domain of this folded address.
    pub(crate) fn domain(&self, folded: &str, subdomains: bool) -> Option<&str> {
        self.member(find_domain(&self.domains, domain_of(folded), subdomains))
    }

    /// The member that is this folded domain.
    pub(crate) fn domain_name(&self, folded: &str) -> Option<&str> {
        self.member(self.domains.get(folded).copied())
    }

    fn member(&self, index: Option<usize>) -> Option<&str> {
        self.members.get(index?).map(String::as_str)
    }
}

/// What a member of a list of addresses stands for.
pub(crate) enum AddressKey {
    /// One address, as facts have it, folded.
    Address(String),
    /// Everybody at a domain: `@example.com`.
    Domain(String),
    /// No `@` at all, folded.
    Neither(String),
}

impl AddressKey {
    pub(crate) fn of(text: &str) -> Self {
        match text.trim().rsplit_once('@') {
            Some(("", host)) => Self::Domain(domain(host)),
            Some((local, host)) => Self::Address(format!("{}@{}", fold(local), domain(host))),
            None => Self::Neither(fold(text)),
        }
    }
}

/// A domain as facts have it: folded, in Unicode even where the rule writes `xn--…` (RFC 5891 §4.4).
pub(crate) fn domain(text: &str) -> String {
    let (unicode, _) = idna::domain_to_unicode(text.trim().trim_end_matches('.'));
    fold(&unicode)
}

pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The entry of the domain, or with `subdomains` of one above it.
pub(crate) fn find_domain(
    domains: &HashMap<String, usize>,
    domain: &str,
    subdomains: bool,
) -> Option<usize> {
    let mut rest = domain;
    loop {
        if let Some(member) = domains.get(rest) {
            return Some(*member);
        }
        if !subdomains {
            return None;
        }
        (_, rest) = rest.split_once('.')?;
    }
}
