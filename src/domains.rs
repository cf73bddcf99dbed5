//! Mail domains: which one somebody registered, and which are of free mail, where everybody may have an address. Knows
//! the public suffix list (through the crate `psl`) and a list of providers, and asks nobody.

use std::collections::HashSet;
use std::sync::LazyLock;

/// One domain a line; lines with `#` are words about the list.
const FREE_MAIL: &str = include_str!("domains/free_mail.txt");

/// More names of one domain than this are not looked at.
const MOST_LABELS: usize = 10;

static FREE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = FREE_MAIL.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Whether everybody may have an address at this domain (`gmail.com`), so that it tells no organization. `domain` is
/// lower-cased.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE.contains(domain) || registered(domain).is_some_and(|site| FREE.contains(site))
}

/// The part of a lower-cased domain that somebody registered: `example.co.uk` of `mail.example.co.uk`; nothing where
/// everybody may register below it (`co.uk`), nor for one label and addresses of machines.
#[must_use]
pub fn registered(domain: &str) -> Option<&str> {
    if domain.parse::<std::net::IpAddr>().is_ok() || !domain.contains('.') {
        return None;
    }
    psl::domain_str(domain)
}

/// The domain of an organization that an address may be at: [`registered`], unless that is of free mail.
#[must_use]
pub fn site(domain: &str) -> Option<&str> {
    registered(domain).filter(|_| !is_free_mail(domain))
}

/// The names under which an organization may have listed `domain`, the nearest first: `mail.example.it`, `example.it`.
/// None for free mail and public suffixes.
#[must_use]
pub fn names_of(domain: &str) -> Vec<&str> {
    let Some(site) = site(domain) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut rest = domain;
    while rest.len() >= site.len() && names.len() < MOST_LABELS {
        names.push(rest);
        let Some((_, parent)) = rest.split_once('.') else {
            break;
        };
        rest = parent;
    }
    names
}

/// A domain as a person writes it (`https://www.Example.it/`, `@example.it`), as it is compared: lower-cased, in
/// Unicode; nothing where it is none, or tells no organization.
#[must_use]
pub fn listed(written: &str) -> Option<String> {
    let written = written.trim().to_lowercase();
    let host = written
        .split_once("://")
        .map_or(&*written, |(_, host)| host);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    let (host, fault) = idna::domain_to_unicode(host.trim_end_matches('.'));
    (fault.is_ok() && site(&host).is_some() && host.len() <= 253).then_some(host)
}

#[cfg(test)]
#[path = "domains_tests.rs"]
mod tests;
