//! What a message says beside its header and its text, one line each; nothing for what it does not say.

use rules::{
    Address, Authentication, Conversation, DeliveryOutcome, DeliveryReport, Detail, DetailName,
    DetailSource, MessageFacts, PassedOn, PassedOnHow, Role, Spam,
};

use super::super::output;

/// How much of a value is shown, in letters.
const MAX_VALUE: usize = 80;

/// All of it.
pub(super) fn lines(facts: &MessageFacts) -> Vec<String> {
    let mut lines = Vec::new();
    match facts.conversation {
        Conversation::New => {}
        Conversation::Reply => lines.push("Thread   answers a message".to_owned()),
        Conversation::Forward => lines.push("Thread   passes a message on".to_owned()),
    }
    if let Some(author) = &facts.author {
        let how = match author.role {
            Role::Form => "filled in the form",
            _ => "wrote what is passed on",
        };
        lines.push(format!("Author   {} ({how})", person(&author.address)));
    }
    if let Some(named) = &facts.named {
        lines.push(format!(
            "Names    {} in a form from elsewhere, which is not believed",
            person(named)
        ));
    }
    lines.extend(facts.passed_on.iter().map(passed_on));
    if let Some(form) = &facts.details.form {
        let service = form
            .service
            .as_ref()
            .map(|service| format!(", by {service}"));
        let fields = form.fields.len();
        lines.push(format!(
            "Form     {fields} fields{}",
            service.unwrap_or_default()
        ));
    }
    lines.extend(
        facts
            .details
            .known
            .iter()
            .filter(|detail| detail.name != DetailName::Message)
            .map(detail),
    );
    lines.extend(facts.reports.iter().map(report));
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
    format!("Passed   on from {from}, {how}: {subject}")
}

fn detail(detail: &Detail) -> String {
    let source = match detail.source {
        DetailSource::Form => "form",
        DetailSource::Card => "card",
        DetailSource::Signature => "signature",
        DetailSource::Text => "text",
    };
    let name = detail.name.as_str().replace('_', " ");
    let value = output::shortened(&detail.value, MAX_VALUE);
    format!(
        "Detail   {name}: {value} ({source}, {} % sure)",
        detail.confidence
    )
}

fn report(report: &DeliveryReport) -> String {
    let outcome = match report.outcome {
        DeliveryOutcome::Hard => "failed for good",
        DeliveryOutcome::Soft => "failed for now",
        DeliveryOutcome::Delayed => "is late",
        DeliveryOutcome::Delivered => "arrived",
    };
    let mut line = format!("Report   mail to {} {outcome}", report.email);
    let parts = [(&report.status, " (", ")"), (&report.diagnosis, ": ", "")];
    for (part, before, behind) in parts.into_iter().filter(|(part, ..)| !part.is_empty()) {
        line.extend([before, part, behind]);
    }
    line
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
    let verdict = match (told.is_spam, &score) {
        (Some(true), _) => "yes",
        (_, Some(_)) => "no verdict",
        _ => return None,
    };
    let score = score.unwrap_or_default();
    Some(format!("Spam     {verdict}, by {}{score}", told.header))
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
