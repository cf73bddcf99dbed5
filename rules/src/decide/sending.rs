//! What is sent because of a message, and what keeps it from being passed on in circles.

use crate::compile::sending::{ForwardPlan, ReplyPlan};
use crate::compile::template::shorten;
use crate::decision::{PassOn, Reply};
use crate::facts::{Facts, Identified};
use crate::subject::without_reply_marks;

use super::lead;

/// The header that mail passed on by us has, so that it is not passed on again.
pub(crate) const PASSED_ON: &str = "X-Mailroom-Forwarded";
/// The header that our own notices have, so that nobody is told of them again.
const NOTICE: &str = "X-Mailroom-Notice";
/// Mail that went through more servers than this goes in circles (RFC 5321 §6.3).
const MOST_SERVERS: usize = 50;
/// How many Message-IDs an answer refers to: the first, and the last of them.
const MOST_REFERENCES: usize = 20;

/// Whether the message is a notice of ours, which came into a mailbox that is read.
pub(super) fn is_notice(facts: &Facts) -> bool {
    facts.message.header(NOTICE).is_some()
}

/// The answer; the error names the field and the failure.
pub(super) fn fill_reply(
    facts: &Facts,
    plan: &ReplyPlan,
    template: impl Fn(&str) -> Result<String, String>,
) -> Result<Reply, (&'static str, String)> {
    let message = &facts.message;
    let about = without_reply_marks(&message.subject);
    let mut reply = Reply {
        to: message
            .sender()
            .map(|sender| sender.email.to_lowercase())
            .unwrap_or_default(),
        from: plan
            .spec
            .from
            .clone()
            .unwrap_or_else(|| facts.place.mailbox.clone()),
        subject: lead::fit("subject", &format!("Re: {about}"), lead::TITLE),
        in_reply_to: message.message_id.clone(),
        references: references(facts),
        once_in: plan.spec.once_in.0,
        at_most: plan.spec.at_most,
        text: String::new(),
    };
    for (name, source) in &plan.templates {
        let value = template(source).map_err(|cause| (*name, cause))?;
        match *name {
            "subject" => reply.subject = lead::fit(name, &value, lead::TITLE),
            _ => reply.text = shorten(value.trim(), lead::LONG),
        }
    }
    Ok(reply)
}

fn references(facts: &Facts) -> Vec<String> {
    let message = &facts.message;
    let mut all: Vec<String> = message.references.clone();
    all.extend(message.message_id.clone());
    if all.len() > MOST_REFERENCES {
        // The first one names the conversation.
        all.drain(1..=all.len() - MOST_REFERENCES);
    }
    all
}

/// To whom the message is passed on; else why to nobody.
pub(super) fn pass_on(facts: &Facts, plan: &ForwardPlan) -> Result<PassOn, String> {
    let message = &facts.message;
    if message.header(PASSED_ON).is_some() {
        return Err("it was passed on by a rule before".to_owned());
    }
    let servers = message
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("received"))
        .count();
    if servers > MOST_SERVERS {
        return Err(format!(
            "it went through {servers} servers, as if in circles"
        ));
    }
    if !plan.even_weak && message.authentication.identity() == Identified::Weak {
        return Err(
            "it may not be from whom it says; `even_weak: true` passes it on all the same"
                .to_owned(),
        );
    }
    let is_theirs = |address: &str| {
        let from = message.from.iter().chain(&message.reply_to);
        let mut theirs = from.chain(message.author.as_ref().map(|author| &author.address));
        theirs.any(|one| one.email.eq_ignore_ascii_case(address))
            || facts.place.mailbox.eq_ignore_ascii_case(address)
    };
    let to: Vec<String> = plan
        .to
        .iter()
        .filter(|address| !is_theirs(address))
        .cloned()
        .collect();
    if to.is_empty() {
        return Err("it comes from there, or was found there".to_owned());
    }
    Ok(PassOn {
        to,
        from: facts.place.mailbox.clone(),
    })
}

#[cfg(test)]
#[path = "sending_tests.rs"]
mod tests;
