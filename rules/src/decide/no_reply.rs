//! The guards before an answer by itself, all in one place: none goes to machines, lists, forged senders or us, so that no
//! two programs answer each other (RFC 3834). How often an address is answered is counted where the answers are kept.

use crate::facts::{Facts, Kind, MessageFacts, Role};

use super::no_lead;

/// Local parts behind which nobody reads (RFC 3834 §2, RFC 2142 and what is in use).
const NOBODY: [&str; 19] = [
    "mailer-daemon",
    "mailerdaemon",
    "daemon",
    "postmaster",
    "noreply",
    "no-reply",
    "no_reply",
    "no.reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "nepasrepondre",
    "ne-pas-repondre",
    "non-rispondere",
    "nobody",
    "bounce",
    "bounces",
    "notification",
    "notifications",
];

/// Why the message is not answered, if it is not.
pub(super) fn why(facts: &Facts) -> Option<String> {
    let message = &facts.message;
    no_lead::way(facts)
        .or_else(|| kind(message))
        .or_else(|| headers(message))
        .or_else(|| no_lead::no_sender(facts))
        .or_else(|| no_lead::one_of_us(facts))
        .or_else(|| nobody(message))
        .or_else(|| elsewhere(message))
        .or_else(|| written_to_others(facts))
        .or_else(|| no_lead::spam(message))
        .or_else(|| no_lead::identity(message))
        .or_else(|| no_lead::authorless(message))
}

/// Only what a person wrote, or a form that tells who filled it in.
fn kind(message: &MessageFacts) -> Option<String> {
    let author = message.author.as_ref();
    let by_form = author.is_some_and(|author| author.role == Role::Form);
    let answered = message.kind == Kind::Personal || (message.kind == Kind::System && by_form);
    (!answered).then(|| format!("the kind of mail is {}", message.kind.as_str()))
}

fn headers(message: &MessageFacts) -> Option<String> {
    // A form's program is a machine that says so; the answer is to whoever filled it in.
    let by_form = message.kind == Kind::System;
    for header in &message.headers {
        let name = header.name.to_ascii_lowercase();
        let value = header.value.trim().to_ascii_lowercase();
        let stops = match name.as_str() {
            "auto-submitted" => !by_form && value.split(';').next().map(str::trim) != Some("no"),
            "precedence" => matches!(value.as_str(), "bulk" | "list" | "junk"),
            "x-auto-response-suppress" => value
                .split(',')
                .map(str::trim)
                .any(|word| matches!(word, "all" | "autoreply" | "oof")),
            "return-path" => !by_form && matches!(value.as_str(), "<>" | ""),
            "x-loop" | "x-autoreply" | "x-autorespond" => true,
            list => list.starts_with("list-"),
        };
        if stops {
            return Some(match name.as_str() {
                "return-path" => "it has no sender to whom errors go (Return-Path: <>)".to_owned(),
                _ => format!(
                    "its header {} says that no machine is to answer",
                    header.name
                ),
            });
        }
    }
    None
}

fn nobody(message: &MessageFacts) -> Option<String> {
    let sender = message.sender()?;
    let local = sender.email.rsplit_once('@')?.0.to_lowercase();
    // `bounces+123`, `owner-list`, `list-request`.
    let name = local.split(['+', '=']).next().unwrap_or_default();
    let machine = NOBODY.contains(&name)
        || name.starts_with("owner-")
        || name.ends_with("-owner")
        || name.ends_with("-request")
        || name.ends_with("-bounces")
        || name.starts_with("noreply")
        || name.starts_with("no-reply");
    machine.then(|| format!("nobody reads what is sent to {}", sender.email))
}

/// An answer to another domain than that of From could be aimed at somebody who never wrote: only From is vouched for.
fn elsewhere(message: &MessageFacts) -> Option<String> {
    if message.author.is_some() {
        return None;
    }
    let (to, from) = (message.reply_to.first()?, message.from.first()?);
    let same = to.domain().eq_ignore_ascii_case(from.domain());
    (!same).then(|| {
        format!(
            "answers would go to {}, which is not where it comes from",
            to.email
        )
    })
}

/// Whoever is written to in blind copy is not addressed (RFC 3834 §2). Other addresses at the mailbox's domain may lead to
/// it.
fn written_to_others(facts: &Facts) -> Option<String> {
    let (_, ours) = facts.place.mailbox.rsplit_once('@')?;
    let mut receivers = facts.message.to.iter().chain(&facts.message.cc);
    let addressed = receivers.any(|to| to.domain().eq_ignore_ascii_case(ours));
    (!addressed).then(|| format!("it is written to nobody at {ours}"))
}

#[cfg(test)]
#[path = "no_reply_tests.rs"]
mod tests;
