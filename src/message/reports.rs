//! What became of mail that we sent: delivery reports (RFC 3464), and bounces that servers write as prose.

mod prose;

use std::borrow::Cow;

use rules::{DeliveryOutcome, DeliveryReport, Kind, MessageFacts};

use super::Own;
use super::fields::Fields;
use super::headers::text_of;
use super::notes::Notes;
use super::parts::{Part, Tree};
use super::{addresses, threads};

/// How many receivers of one report are kept.
const MAX_REPORTS: usize = 50;
/// How many bytes of a report, and of the header that is given back, are read.
const MAX_BYTES: usize = 256 << 10;

/// The reports in a message whose kind is told already.
pub(super) fn read(facts: &MessageFacts, tree: &Tree<'_>, own: &Own) -> Vec<DeliveryReport> {
    let mut reports = Vec::new();
    for part in own_parts(tree).filter(|part| part.content_type.value.ends_with("/delivery-status"))
    {
        let text = decoded(part);
        reports.extend(groups(&text).filter_map(|group| report(&group)));
        reports.truncate(MAX_REPORTS);
    }
    if reports.is_empty() && facts.kind == Kind::Bounce {
        reports = prose::read(facts, own);
        reports.truncate(MAX_REPORTS);
    }
    if !reports.is_empty() {
        let returned = returned_id(tree).or_else(|| prose::returned_id(&facts.text));
        for report in &mut reports {
            report.message_id.clone_from(&returned);
        }
    }
    reports
}

fn own_parts<'t, 'a>(tree: &'t Tree<'a>) -> impl Iterator<Item = &'t Part<'a>> {
    tree.parts.iter().filter(|part| part.nested == 0)
}

fn decoded<'a>(part: &Part<'a>) -> Cow<'a, [u8]> {
    let raw = part.body.get(..MAX_BYTES).unwrap_or(part.body);
    part.encoding.decode(raw)
}

/// The groups of fields of a report: one for the message, then one for each receiver.
fn groups(text: &[u8]) -> impl Iterator<Item = Fields<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        (at < text.len()).then(|| {
            let fields = Fields::read_at(text, at, |_| false, &mut Notes::default());
            // What is no field ends a group without being behind it.
            at = fields.end.max(at + 1);
            fields
        })
    })
    .take(2 * MAX_REPORTS)
}

fn report(group: &Fields<'_>) -> Option<DeliveryReport> {
    let value = |name: &str| {
        let named =
            |field: &&super::fields::Field<'_>| field.name.eq_ignore_ascii_case(name.as_bytes());
        group
            .list
            .iter()
            .find(named)
            .map(|field| text_of(field.value))
    };
    // What we wrote to, rather than where that was passed on to.
    let receiver =
        |name: &str| value(name).and_then(|value| addresses::normal(behind_type(&value)));
    let email = receiver("Original-Recipient").or_else(|| receiver("Final-Recipient"))?;
    let status = value("Status")
        .map(|status| prose::status_in(&status))
        .unwrap_or_default();
    let diagnosis = value("Diagnostic-Code")
        .map(|code| behind_type(&code).to_owned())
        .unwrap_or_default();
    let action = value("Action").unwrap_or_default().to_ascii_lowercase();
    Some(DeliveryReport {
        email,
        outcome: match action.split([' ', '(']).next().unwrap_or_default() {
            "delayed" => DeliveryOutcome::Delayed,
            "delivered" | "relayed" | "expanded" => DeliveryOutcome::Delivered,
            _ => prose::outcome(&status, &diagnosis),
        },
        status,
        diagnosis: prose::one_line(&diagnosis),
        message_id: None,
    })
}

/// What follows `rfc822;` or `smtp;`.
fn behind_type(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, behind)) if !kind.contains(['@', ' ']) => behind.trim(),
        _ => value.trim(),
    }
}

/// The Message-ID of the mail or the header that is given back.
fn returned_id(tree: &Tree<'_>) -> Option<String> {
    let given_back = [
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/global-headers",
    ];
    let part =
        own_parts(tree).find(|part| given_back.contains(&part.content_type.value.as_str()))?;
    let text = decoded(part);
    let fields = Fields::read(&text, &mut Notes::default());
    let id = fields
        .list
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(b"Message-ID"));
    id.and_then(|field| threads::id_of(field.value))
}

#[cfg(test)]
#[path = "reports_tests.rs"]
mod tests;
