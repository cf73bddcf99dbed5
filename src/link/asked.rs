//! What of a message is looked up: its addresses, each with its place, and the domains that organizations may list.

use std::collections::HashSet;

use entities::ids::MessageId;
use rules::{Address, MessageFacts, Role};

use crate::domains;
use crate::message::Own;

/// The most addresses of one message that are looked up.
const MOST_ADDRESSES: usize = 200;

/// A message that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its row.
    pub message: MessageId,
    /// What it says.
    pub facts: &'a MessageFacts,
}

/// The addresses of a message that are looked up, each with its place, the strongest first.
pub(super) fn addresses(facts: &MessageFacts) -> impl Iterator<Item = (&str, Role)> {
    let author = facts
        .author
        .iter()
        .map(|author| (author.address.email.as_str(), author.role));
    let reports = facts.reports.iter();
    let reported = reports.map(|report| (report.email.as_str(), Role::Reported));
    at(Role::From, &facts.from)
        .chain(at(Role::ReplyTo, &facts.reply_to))
        .chain(author)
        .chain(reported)
        .chain(at(Role::To, &facts.to))
        .chain(at(Role::Cc, &facts.cc))
        .chain(at(Role::Bcc, &facts.bcc))
        .filter(|(email, _)| !email.is_empty())
        .take(MOST_ADDRESSES)
}

/// Whom a form names that anybody could have written: looked up, and no more than that.
pub(super) fn named(facts: &MessageFacts) -> Option<&str> {
    let named = facts.named.as_ref().map(|one| one.email.as_str());
    named.filter(|email| !email.is_empty())
}

fn at(role: Role, list: &[Address]) -> impl Iterator<Item = (&str, Role)> {
    list.iter().map(move |one| (one.email.as_str(), role))
}

/// Each address of others in a message once, with the strongest place it has there (`from`, `reply_to`, `to`).
#[must_use]
pub fn roles<'a>(facts: &'a MessageFacts, own: &Own) -> Vec<(&'a str, &'static str)> {
    let mut seen = HashSet::new();
    addresses(facts)
        .filter(|(email, _)| !own.has(email) && seen.insert(*email))
        .map(|(email, role)| (email, name(role)))
        .collect()
}

fn name(role: Role) -> &'static str {
    match role {
        Role::From => "from",
        Role::ReplyTo => "reply_to",
        Role::Form => "form",
        Role::PassedOn => "passed_on",
        Role::Named => "named",
        Role::Reported => "reported",
        Role::To => "to",
        Role::Cc => "cc",
        Role::Bcc => "bcc",
    }
}

/// Who sent it, by From; where that can't be read, whoever it is really from.
pub(super) fn senders(facts: &MessageFacts) -> impl Iterator<Item = &str> {
    let instead = if facts.from.is_empty() {
        facts.sender()
    } else {
        None
    };
    let senders = facts.from.iter().chain(instead);
    senders
        .map(|one| one.email.as_str())
        .filter(|email| !email.is_empty())
}

/// Under which names an organization may have listed the domain of an address, as they are stored: `@example.it`.
pub(super) fn names_of_organization(email: &str) -> Vec<String> {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    let names = domains::names_of(domain).into_iter();
    names.map(|name| format!("@{name}")).collect()
}

/// The domain that the owner of an address registered; nothing for free mail.
pub(super) fn site_of(email: &str) -> Option<&str> {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    domains::site(domain)
}
