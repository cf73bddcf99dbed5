//! What a message says beside its header and its text, one line each; nothing for what it does not say.

use rules::{
    Address, Authentication, Conversation, Detail, DetailName, DetailSource, MessageFacts,
    PassedOn, PassedOnHow, Role, Spam,
};

use super::super::output;

/// How much of a value is shown, in letters.
const MAX_VALUE: usize = 80;

/// All of it.
pub(super) fn lines(facts: &MessageFacts) -> Vec<String> {
    let mut lines = Vec::new();
    match facts.conversation {
        Conversation::New => {}
        Conversation::Reply => lines.push("Begins   nothing: it answers".to_owned()),
        Conversation::Forward => lines.push("Begins   nothing: it passes on".to_owned()),
    }
    if let Some(author) = &facts.author {
        let how = match author.role {
            Role::Form => "filled in the form",
            _ => "wrote what is passed on",
        };
        lines.push(format!("Author   {} ({how})", person(&author.address)));
    }
    lines.extend(facts.passed_on.iter().map(passed_on));
    if let Some(form) = &facts.details.form {
        let service = form.service.as_deref().unwrap_or("a program not known");
        let fields = form.fields.len();
        lines.push(format!("Form     by {service}, {fields} fields"));
    }
    lines.extend(
        facts
            .details
            .known
            .iter()
            .filter(|detail| detail.name != DetailName::Message)
            .map(detail),
    );
    lines.extend(facts.reports.iter().map(|report| {
        let words = [report.status.as_str(), report.diagnosis.as_str()];
        let words: Vec<&str> = words
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect();
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(": {}", words.join(" "))
        };
        format!(
            "Report   {} {}{words}",
            report.email,
            report.outcome.as_str()
        )
    }));
    lines.extend(identity(&facts.authentication));
    lines.extend(spam(&facts.spam));
    lines.extend(
        facts
            .language
            .iter()
            .map(|language| format!("Language {language}")),
    );
    lines
}

/// Addresses as mail programs show them.
pub(super) fn people(all: &[Address]) -> String {
    all.iter().map(person).collect::<Vec<_>>().join(", ")
}

fn person(one: &Address) -> String {
    if one.name.is_empty() {
        one.email.clone()
    } else {
        format!("{} <{}>", one.name, one.email)
    }
}

fn passed_on(passed: &PassedOn) -> String {
    let how = match passed.how {
        PassedOnHow::Inline => "below the text",
        PassedOnHow::Attached => "attached",
    };
    let from = passed
        .from
        .as_ref()
        .map_or_else(|| "somebody".to_owned(), person);
    let subject = output::shortened(&passed.subject, MAX_VALUE);
    format!("Passed   on, {how}: {from}: {subject}")
}

fn detail(detail: &Detail) -> String {
    let source = match detail.source {
        DetailSource::Form => "form",
        DetailSource::Card => "card",
        DetailSource::Signature => "signature",
    };
    let name = detail.name.as_str().replace('_', " ");
    let value = output::shortened(&detail.value, MAX_VALUE);
    format!(
        "Detail   {name}: {value} ({source}, {} % sure)",
        detail.confidence
    )
}

fn identity(told: &Authentication) -> Option<String> {
    let server = told.server.as_deref()?;
    let checks = [
        ("SPF", told.spf),
        ("DKIM", told.dkim),
        ("DMARC", told.dmarc),
    ];
    let checks: Vec<String> = checks
        .iter()
        .map(|(name, verdict)| format!("{name} {}", verdict.as_str()))
        .collect();
    let how = told.identity().as_str();
    Some(format!(
        "Identity {how} by the word of {server}: {}",
        checks.join(", ")
    ))
}

fn spam(told: &Spam) -> Option<String> {
    let score = told.score.map(|score| {
        let sign = if score < 0 { "-" } else { "" };
        let score = score.unsigned_abs();
        format!(", score {sign}{}.{:02}", score / 100, score % 100)
    });
    let score = score.unwrap_or_default();
    match told.is_spam {
        Some(true) => Some(format!("Spam     says {}{score}", told.header)),
        _ if !score.is_empty() => Some(format!("Spam     not said by {}{score}", told.header)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
