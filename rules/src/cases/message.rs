//! Makes facts of a case's message, which is short to write.

use crate::facts::{
    Address, Attachment, Candidate, Evidence, Facts, Header, RecordKind, RecordRef, Role,
};
use crate::rule::case::CaseMessage;
use crate::rule::texts::Texts;

/// The facts that a case's message stands for.
pub(super) fn facts(case: &CaseMessage) -> Result<Facts, String> {
    let mut facts = Facts::default();
    let message = &mut facts.message;
    message.message_id = Some("case@mailroom.invalid".to_owned());
    message.from = case
        .from
        .iter()
        .map(|text| address(text))
        .collect::<Result<_, _>>()?;
    message.reply_to = case
        .reply_to
        .iter()
        .map(|text| address(text))
        .collect::<Result<_, _>>()?;
    message.to = addresses(&case.to)?;
    message.cc = addresses(&case.cc)?;
    message.subject.clone_from(&case.subject);
    message.text.clone_from(&case.text);
    message.headers = headers(case);
    message.attachments = case.attachments.iter().map(attachment).collect();
    message.size = case.size.map_or(0, |size| size.0);
    message.kind = case.kind.unwrap_or_default();
    message.direction = case.direction.unwrap_or_default();
    facts.place.folder.clone_from(&case.folder);
    facts.place.mailbox.clone_from(&case.mailbox);
    if let Some(kind) = case.sender {
        let email = facts
            .message
            .sender()
            .map_or_else(String::new, |sender| sender.email.clone());
        let evidence = Evidence::Address {
            email,
            role: Role::From,
            field: "email".to_owned(),
        };
        facts.candidates.push(candidate(kind, 1, evidence));
    }
    if let Some(kind) = case.answers {
        let message_id = "earlier@mailroom.invalid".to_owned();
        facts.message.in_reply_to.push(message_id.clone());
        facts.candidates.push(candidate(
            kind,
            2,
            Evidence::Thread {
                message_id,
                stranger: false,
            },
        ));
    }
    Ok(facts)
}

fn candidate(kind: RecordKind, id: i64, evidence: Evidence) -> Candidate {
    Candidate {
        record: RecordRef { kind, id },
        name: "of the case".to_owned(),
        evidence: vec![evidence],
        doubt: None,
    }
}

fn headers(case: &CaseMessage) -> Vec<Header> {
    case.headers
        .iter()
        .map(|(name, value)| Header {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

fn attachment(name: &str) -> Attachment {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let media_type = match ending.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "txt" => "text/plain",
        "ics" => "text/calendar",
        _ => "application/octet-stream",
    };
    Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        ..Attachment::default()
    }
}

fn addresses(texts: &Texts) -> Result<Vec<Address>, String> {
    texts.iter().map(address).collect()
}

/// `Anna Rossi <anna@example.it>`, or the address alone.
fn address(text: &str) -> Result<Address, String> {
    let (name, email) = match text
        .trim()
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
    {
        Some((name, email)) => (name.trim().trim_matches('"'), email),
        None => ("", text),
    };
    let email = email.trim();
    if !email.contains('@') {
        return Err(format!(
            "`{text}` is no address; write `anna@example.it` or `Anna Rossi <anna@example.it>`"
        ));
    }
    Ok(Address {
        email: email.to_lowercase(),
        name: name.to_owned(),
    })
}
