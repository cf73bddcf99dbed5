//! The guards before a lead that no rule can switch off by accident; each refusal says why.
//!
//! Known senders, answers, bulk mail, spam, forged mail and our own mail make none. What a form or passed-on mail
//! tells of its author counts more than who sent it.

use crate::compile::action::LeadPlan;
use crate::facts::{
    Address, Authorless, Candidate, Direction, Facts, Identified, Kind, MessageFacts, Role, Verdict,
};

/// Why the message makes no lead, if it makes none.
pub(super) fn why(facts: &Facts, plan: &LeadPlan) -> Option<String> {
    why_none_of(facts, plan.spec.kinds.as_deref())
}

/// Why nobody new is made of the message, if nobody is; of mail of these kinds, where a rule names them.
pub(super) fn why_none_of(facts: &Facts, kinds: Option<&[Kind]>) -> Option<String> {
    let message = &facts.message;
    way(facts)
        .or_else(|| report(message))
        .or_else(|| kind(message, kinds))
        .or_else(|| answered(facts))
        .or_else(|| sender(facts))
        .or_else(|| spam(message))
        .or_else(|| identity(message))
        .or_else(|| authorless(message))
}

/// Whether somebody outside wrote it, whoever sent it: web pages and colleagues send from our own addresses.
fn has_outside_author(facts: &Facts) -> bool {
    facts.message.author.is_some() && !facts.sender.colleague && !facts.sender.our_domain
}

pub(super) fn way(facts: &Facts) -> Option<String> {
    match facts.message.direction {
        Direction::Received => None,
        Direction::Sent => Some("the message was sent by us".to_owned()),
        Direction::Internal if has_outside_author(facts) => None,
        Direction::Internal => Some("the message is from one of us to another".to_owned()),
    }
}

/// Mail of other kinds than those that a rule names; where it names none, what no person wrote.
pub(super) fn kind(message: &MessageFacts, named: Option<&[Kind]>) -> Option<String> {
    let author = message.author.as_ref();
    let by_form =
        message.details.form.is_some() && author.is_some_and(|author| author.role == Role::Form);
    let allowed = match named {
        Some(kinds) => kinds.contains(&message.kind),
        None => match message.kind {
            Kind::Personal | Kind::Calendar => true,
            Kind::System => by_form,
            Kind::Bulk | Kind::AutoReply | Kind::Bounce => false,
        },
    };
    if allowed {
        return None;
    }
    let kind = message.kind.as_str();
    Some(match message.kind_reason.0.as_str() {
        "" => format!("the kind of mail is {kind}"),
        reason => format!("the kind of mail is {kind}: {reason}"),
    })
}

fn answered(facts: &Facts) -> Option<String> {
    let candidate = facts.answered_records().next()?;
    Some(format!("it answers a message of {}", named(candidate)))
}

fn sender(facts: &Facts) -> Option<String> {
    if let Some(candidate) = facts.sender_records().next() {
        return Some(format!("the sender is known: {}", named(candidate)));
    }
    if let Some(candidate) = facts.lender_records().next() {
        let known = named(candidate);
        return Some(format!(
            "it is sent with the address of {known}, who is known"
        ));
    }
    no_sender(facts).or_else(|| one_of_us(facts))
}

pub(super) fn one_of_us(facts: &Facts) -> Option<String> {
    let sender = facts.message.sender();
    if facts.sender.colleague {
        return Some("the sender is one of us".to_owned());
    }
    let domain = sender.map(Address::domain).unwrap_or_default();
    let ours = facts.sender.our_domain;
    ours.then(|| format!("the sender is at our own domain {domain}"))
}

pub(super) fn no_sender(facts: &Facts) -> Option<String> {
    let sender = facts.message.sender();
    let none = sender.is_none_or(|sender| sender.email.is_empty());
    none.then(|| "the message has no sender address".to_owned())
}

pub(super) fn spam(message: &MessageFacts) -> Option<String> {
    (message.spam.is_spam == Some(true)).then(|| match message.spam.header.as_str() {
        "" => "a spam filter takes it for spam".to_owned(),
        header => format!("a spam filter takes it for spam ({header})"),
    })
}

pub(super) fn identity(message: &MessageFacts) -> Option<String> {
    let checks = &message.authentication;
    (checks.identity() == Identified::Weak).then(|| {
        let failed: Vec<&str> = [
            ("SPF", checks.spf),
            ("DKIM", checks.dkim),
            ("DMARC", checks.dmarc),
        ]
        .into_iter()
        .filter(|(_, verdict)| *verdict == Verdict::Fail)
        .map(|(check, _)| check)
        .collect();
        let failed = failed.join(" and ");
        match &checks.server {
            Some(server) => {
                format!("it may not be from whom it says: {failed} failed, says {server}")
            }
            None => format!("it may not be from whom it says: {failed} failed"),
        }
    })
}

/// What a program reports is system mail for its form alone, so what is amiss with the form is told first.
fn report(message: &MessageFacts) -> Option<String> {
    (message.kind == Kind::System).then(|| authorless(message))?
}

/// A site is no person: made into a lead, it would be the known sender of all forms that it reports from then on.
pub(super) fn authorless(message: &MessageFacts) -> Option<String> {
    let sender = &message.sender()?.email;
    Some(match message.authorless? {
        Authorless::NotBelieved => format!(
            "it reports a form, and {sender} is not among those whose forms are believed: put it in the list \"forms\" if \
             it reports forms of yours"
        ),
        Authorless::NamesNobody => {
            format!(
                "the form that {sender} reports tells no address of somebody outside who filled it in"
            )
        }
    })
}

fn named(candidate: &Candidate) -> String {
    format!("{} {}", candidate.record.kind.as_str(), candidate.name)
}

#[cfg(test)]
#[path = "no_lead_tests.rs"]
mod tests;
