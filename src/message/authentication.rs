//! Whether a message is from whom it says, by the word of a trusted server: Authentication-Results (RFC 8601) and
//! Received-SPF (RFC 7208 §9.1).
//!
//! Anybody can write such headers. So only what a trusted server wrote counts, and of that only what stands topmost:
//! below the first Received of somebody else nothing is read, and what stands below our border's own lines is taken from
//! one header alone. There a header that does not say whose it is was written by anybody, and so was Received-SPF if it
//! says good of a message: servers take off what is forged of Authentication-Results only. A pass of another domain than that of From says nothing of From, and is neutral. ARC is not read.

use rules::{Authentication, Header, MessageFacts, Verdict};

use super::Own;
use crate::domains;

/// How many headers are looked at from the top.
const MAX_HEADERS: usize = 200;
/// How many results of one header are read.
const MAX_RESULTS: usize = 50;

/// The servers that check mail for the mailboxes of a host, as [`Own::trusted_servers`] has them; none where they are not
/// known.
#[must_use]
pub fn known_servers(host: &str) -> &'static [&'static str] {
    match host.to_ascii_lowercase().as_str() {
        "imap.gmail.com" | "imap.googlemail.com" | "pop.gmail.com" => &["mx.google.com"],
        "outlook.office365.com"
        | "outlook.office.com"
        | "imap-mail.outlook.com"
        | "outlook.com" => &[
            "*.protection.outlook.com",
            "*.prod.outlook.com",
            "*.outlook.com",
        ],
        "imap.mail.yahoo.com" | "imap.aol.com" => &["*.yahoo.com", "*.aol.com"],
        "imap.mail.me.com" => &["*.icloud.com", "*.apple.com"],
        "imap.gmx.net" | "imap.gmx.com" => &["gmx.net", "*.gmx.net"],
        "imap.web.de" => &["web.de", "*.web.de"],
        "imap.fastmail.com" => &["*.messagingengine.com"],
        "imap.zoho.com" | "imappro.zoho.com" => &["mx.zohomail.com", "*.zohomail.com"],
        "imap.zoho.eu" | "imappro.zoho.eu" => &["mx.zohomail.eu", "*.zohomail.eu"],
        _ => &[],
    }
}

/// What the trusted servers said.
pub(super) fn read(facts: &MessageFacts, own: &Own) -> Authentication {
    let mut told = Authentication::default();
    if !own.trusts_any() {
        return told;
    }
    let from = facts.from.first().map_or("", |from| from.domain());
    let mut hop = String::new();
    // Only headers above our border's Received are all its own; behind it a stranger's may follow.
    let mut above_border = true;
    for header in facts.headers.iter().take(MAX_HEADERS) {
        let name = header.name.to_ascii_lowercase();
        match name.as_str() {
            "received" => {
                let by = by(&header.value);
                if told.server.is_some() || is_a_strangers(&by, own) {
                    break;
                }
                let local = header.value.to_ascii_lowercase().contains(" with lmtp");
                above_border &= local;
                hop = by;
            }
            "authentication-results" if told.server.is_none() || above_border => {
                let hop = &hop;
                let unnamed = (above_border || names_itself_nowhere(hop)).then_some(hop.as_str());
                if let Some((server, results)) = results(header, unnamed, own) {
                    told.server.get_or_insert(server);
                    take(&mut told, &results, from, facts);
                }
            }
            "received-spf" if told.spf == Verdict::Unknown => {
                let told_by_us = |verdict: &Verdict| above_border || *verdict != Verdict::Pass;
                let verdict = received_spf(header, &hop, from, own);
                if let Some(verdict) = verdict.filter(told_by_us) {
                    told.spf = verdict;
                }
            }
            _ => {}
        }
    }
    told
}

/// The host that wrote a Received.
fn by(received: &str) -> String {
    let words = received.split_whitespace().take(60);
    let mut behind = words
        .skip_while(|word| !word.eq_ignore_ascii_case("by"))
        .skip(1);
    behind
        .next()
        .unwrap_or_default()
        .trim_end_matches(';')
        .to_ascii_lowercase()
}

/// Whether a host is named that is none of the trusted ones nor beside one; bare addresses and `localhost` name nobody.
fn is_a_strangers(host: &str, own: &Own) -> bool {
    let named = host.contains('.')
        && !host.contains(':')
        && host.contains(|c: char| c.is_ascii_alphabetic());
    named && !own.is_near_trusted(host)
}

/// One `method=result` with what it was found by.
struct Found<'v> {
    method: String,
    verdict: Verdict,
    properties: &'v str,
}

/// Whether a host is one of Exchange Online, whose results say nowhere that they are its own.
fn names_itself_nowhere(host: &str) -> bool {
    host.ends_with(".outlook.com")
}

/// Who wrote a header, if that is trusted, and the text of its results. One without a name is of the server `unnamed`.
fn results(header: &Header, unnamed: Option<&str>, own: &Own) -> Option<(String, String)> {
    let value = without_comments(&header.value);
    let (first, rest) = value.split_once(';').unwrap_or((value.as_str(), ""));
    let server = first.split_whitespace().next().unwrap_or_default();
    if server.contains('=') {
        let server = unnamed.filter(|server| own.trusts(server))?;
        return Some((server.to_owned(), value.clone()));
    }
    own.trusts(server)
        .then(|| (server.to_ascii_lowercase(), rest.to_owned()))
}

fn take(told: &mut Authentication, results: &str, from: &str, facts: &MessageFacts) {
    for found in results.split(';').take(MAX_RESULTS).filter_map(found) {
        let verdict = match found.method.as_str() {
            "dmarc" => &mut told.dmarc,
            "dkim" => &mut told.dkim,
            "spf" => &mut told.spf,
            _ => continue,
        };
        let aligned = match found.method.as_str() {
            "dmarc" => true,
            "dkim" => ["header.d=", "header.i="]
                .iter()
                .any(|name| is_of(found.properties, name, from)),
            _ => {
                ["smtp.mailfrom=", "smtp.mail="]
                    .iter()
                    .any(|name| is_of(found.properties, name, from))
                    || !found.properties.contains("smtp.mail")
                        && facts
                            .header("return-path")
                            .is_some_and(|path| same(path, from))
            }
        };
        // What becomes of another domain's mail says nothing of From, neither way.
        let others = ["smtp.mail", "header.d=", "header.i="]
            .iter()
            .any(|name| found.properties.contains(name));
        let says_nothing = match found.verdict {
            Verdict::Pass => !aligned,
            Verdict::Fail => !aligned && others,
            _ => false,
        };
        let now = if says_nothing {
            Verdict::Neutral
        } else {
            found.verdict
        };
        // Of several signatures the best counts.
        if *verdict == Verdict::Unknown || found.method == "dkim" && better(now, *verdict) {
            *verdict = now;
        }
    }
}

fn better(one: Verdict, other: Verdict) -> bool {
    let rank = |verdict| match verdict {
        Verdict::Pass => 4,
        Verdict::Fail => 3,
        Verdict::Neutral => 2,
        Verdict::Error => 1,
        Verdict::Unknown => 0,
    };
    rank(one) > rank(other)
}

fn found(part: &str) -> Option<Found<'_>> {
    let (method, rest) = part.split_once('=')?;
    let method = method
        .trim()
        .split('/')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let rest = rest.trim_start();
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (word, properties) = rest.split_at_checked(end)?;
    Some(Found {
        method,
        verdict: verdict(word)?,
        properties,
    })
}

fn verdict(word: &str) -> Option<Verdict> {
    Some(match word.to_ascii_lowercase().as_str() {
        "pass" => Verdict::Pass,
        "fail" | "hardfail" => Verdict::Fail,
        "none" | "neutral" | "policy" | "softfail" | "bestguesspass" | "discard" => {
            Verdict::Neutral
        }
        "temperror" | "permerror" | "error" => Verdict::Error,
        _ => return None,
    })
}

/// Whether a property names the domain of From, or one above or below it that the same owner registered.
fn is_of(properties: &str, name: &str, from: &str) -> bool {
    let mut words = properties.split_whitespace().take(20);
    words.any(|word| {
        word.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && word
                .get(name.len()..)
                .is_some_and(|value| same(value, from))
    })
}

fn same(value: &str, from: &str) -> bool {
    let value = value.trim_matches(['"', '<', '>', ' ']);
    let domain = value.rsplit('@').next().unwrap_or_default();
    let domain = domain.trim_end_matches('.').to_lowercase();
    let below = |one: &str, other: &str| {
        one.strip_suffix(other)
            .is_some_and(|above| above.ends_with('.'))
            && domains::registered(other).is_some()
    };
    let domain = idna::domain_to_unicode(&domain).0;
    !from.is_empty() && (domain == from || below(&domain, from) || below(from, &domain))
}

/// `pass (google.com: domain of … designates …) client-ip=…; envelope-from=…`
fn received_spf(header: &Header, hop: &str, from: &str, own: &Own) -> Option<Verdict> {
    let lower = header.value.to_ascii_lowercase();
    let receiver = lower
        .split_once("receiver=")
        .and_then(|(_, behind)| behind.split([';', ' ']).next());
    let trusted = own.trusts(hop) || receiver.is_some_and(|receiver| own.trusts(receiver));
    if !trusted {
        return None;
    }
    let verdict = verdict(lower.split_whitespace().next()?)?;
    let sender = lower
        .split_once("envelope-from=")
        .or_else(|| lower.split_once("domain of "))
        .and_then(|(_, behind)| behind.trim_start_matches('"').split(['"', ';', ' ']).next());
    let aligned = sender.is_some_and(|sender| same(sender, from));
    Some(if verdict == Verdict::Pass && !aligned {
        Verdict::Neutral
    } else {
        verdict
    })
}

/// Comments may say anything, also semicolons and results.
fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    let mut escaped = false;
    let kept = value.chars().filter(|&c| {
        let was_escaped = std::mem::take(&mut escaped);
        match c {
            '\\' if depth > 0 && !was_escaped => escaped = true,
            '(' if !was_escaped => {
                depth += 1;
                return false;
            }
            ')' if !was_escaped && depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    kept.collect()
}

#[cfg(test)]
#[path = "authentication_tests.rs"]
mod tests;
