//! Makes facts of a case's message, which is short to write.

use chrono::{DateTime, FixedOffset, NaiveTime};

use crate::facts::{
    Address, Attachment, Authentication, Author, Authorless, Candidate, Conversation,
    DeliveryReport, Detail, DetailSource, Doubt, Evidence, Facts, Form, FormField, Header,
    Identified, MessageFacts, PassedOn, RecordKind, RecordRef, Role, Standing, Verdict,
};
use crate::rule::case::CaseMessage;
use crate::rule::moment::Moment;
use crate::rule::texts::Texts;

/// The facts that a case's message stands for.
pub(super) fn facts(case: &CaseMessage) -> Result<Facts, String> {
    let mut facts = Facts {
        message: said(case)?,
        ..Facts::default()
    };
    facts.place.folder.clone_from(&case.folder);
    facts.place.mailbox.clone_from(&case.mailbox);
    facts.place.arrived = case.arrived.map(moment).map(|moment| moment.to_utc());
    facts.sender = Standing {
        colleague: case.colleague,
        our_domain: case.our_domain,
        free_mail: case.free_mail,
        first_contact: case.first_contact,
    };
    facts.message.our_recipients = our_recipients(case, &facts.message);
    judged(case, &mut facts.message);
    facts.candidates = candidates(case, &mut facts.message);
    let replied = case.answers.is_some() || !case.in_reply_to.0.is_empty();
    facts.message.conversation = case.conversation.unwrap_or(match &case.passed_on {
        Some(_) => Conversation::Forward,
        None if replied => Conversation::Reply,
        None => Conversation::New,
    });
    Ok(facts)
}

/// What the message itself says.
fn said(case: &CaseMessage) -> Result<MessageFacts, String> {
    let one = |text: &Option<String>| -> Result<Vec<Address>, String> {
        text.iter().map(|text| address(text)).collect()
    };
    let mut message = MessageFacts {
        from: one(&case.from)?,
        reply_to: one(&case.reply_to)?,
        to: addresses(&case.to)?,
        cc: addresses(&case.cc)?,
        bcc: addresses(&case.bcc)?,
        in_reply_to: case.in_reply_to.0.clone(),
        subject: case.subject.clone(),
        text: case.text.clone(),
        new_text: case.new_text.clone().unwrap_or_else(|| case.text.clone()),
        language: case.language.clone(),
        headers: headers(case),
        attachments: case.attachments.iter().map(attachment).collect(),
        size: case.size.map_or(0, |size| size.0),
        kind: case.kind.unwrap_or_default(),
        direction: case.direction.unwrap_or_default(),
        date: case.date.map(moment),
        ..MessageFacts::default()
    };
    let message_id = case.message_id.as_deref();
    message.message_id = Some(message_id.unwrap_or("case@mailroom.invalid").to_owned());
    if !case.form.is_empty() || case.form_service.is_some() {
        message.details.form = Some(form(case));
        let address = form_author(case);
        if case.form_of_strangers {
            message.named = address;
            message.authorless = Some(Authorless::NotBelieved);
        } else {
            if address.is_none() {
                message.authorless = Some(Authorless::NamesNobody);
            }
            message.author = address.map(|address| Author {
                address,
                role: Role::Form,
            });
        }
    }
    for (name, value) in &case.details {
        message.details.known.push(Detail {
            name: *name,
            value: value.clone(),
            confidence: 100,
            source: DetailSource::Form,
        });
    }
    if let Some(passed_on) = &case.passed_on {
        let from = passed_on.from.as_deref().map(address).transpose()?;
        if from.is_some() {
            message.authorless = None;
        }
        message.author = from.clone().map(|address| Author {
            address,
            role: Role::PassedOn,
        });
        message.passed_on.push(PassedOn {
            from,
            subject: passed_on.subject.clone(),
            text: passed_on.text.clone(),
            ..PassedOn::default()
        });
    }
    for (email, outcome) in &case.bounce {
        message.reports.push(DeliveryReport {
            email: address(email)?.email,
            outcome: *outcome,
            ..DeliveryReport::default()
        });
    }
    Ok(message)
}

/// The receivers at the domain of the mailbox it was found in; where none is said, those of To.
fn our_recipients(case: &CaseMessage, message: &MessageFacts) -> Vec<Address> {
    let Some((_, ours)) = case.mailbox.rsplit_once('@') else {
        return message.to.clone();
    };
    let receivers = message.to.iter().chain(&message.cc).chain(&message.bcc);
    receivers
        .filter(|to| to.domain().eq_ignore_ascii_case(ours))
        .cloned()
        .collect()
}

/// Who filled in the form: the address under a label that speaks of mail, else the one address there is. Which of several
/// others it would be nobody can tell, as the order of the fields is not kept.
fn form_author(case: &CaseMessage) -> Option<Address> {
    let addresses = || {
        let fields = case.form.iter();
        fields.filter_map(|(label, value)| Some((label, address(value).ok()?)))
    };
    let labelled = addresses().find(|(label, _)| crate::fold(label).contains("mail"));
    let mut all = addresses();
    let lone = all.next().filter(|_| all.next().is_none());
    labelled.or(lone).map(|(_, address)| address)
}

/// What servers before us said of it.
fn judged(case: &CaseMessage, message: &mut MessageFacts) {
    message.spam.is_spam = case.spam;
    message.spam.score = case
        .spam_score
        .and_then(|score| i32::try_from(score.0).ok());
    let by_identity = case.identity.map(|identity| match identity {
        Identified::Strong => Verdict::Pass,
        Identified::Weak => Verdict::Fail,
        Identified::Unknown => Verdict::Unknown,
    });
    message.authentication = Authentication {
        server: None,
        spf: case.spf.unwrap_or_default(),
        dkim: case.dkim.unwrap_or_default(),
        dmarc: case.dmarc.or(by_identity).unwrap_or_default(),
    };
}

/// The records that it may belong to; an answer gets the Message-ID of what it answers.
fn candidates(case: &CaseMessage, message: &mut MessageFacts) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut add = |kind: RecordKind, id: i64, evidence: Evidence| {
        candidates.push(Candidate {
            record: RecordRef { kind, id },
            name: "of the case".to_owned(),
            evidence: vec![evidence],
            doubt: case.doubt,
        });
    };
    if let Some(kind) = case.sender {
        let email = message
            .sender()
            .map_or_else(String::new, |sender| sender.email.clone());
        let role = message
            .author
            .as_ref()
            .map_or(Role::From, |author| author.role);
        let tied = case.doubt == Some(Doubt::Tie);
        for id in if tied { vec![1, 3] } else { vec![1] } {
            add(
                kind,
                id,
                Evidence::Address {
                    email: email.clone(),
                    role,
                    field: "email".to_owned(),
                },
            );
        }
    }
    if let Some(kind) = case.answers {
        let message_id = "earlier@mailroom.invalid".to_owned();
        message.in_reply_to.push(message_id.clone());
        add(
            kind,
            2,
            Evidence::Thread {
                message_id,
                stranger: case.doubt == Some(Doubt::Stranger),
            },
        );
    }
    candidates
}

/// A day stands for its midnight in UTC.
fn moment(moment: Moment) -> DateTime<FixedOffset> {
    match moment {
        Moment::At(moment) => moment,
        Moment::Day(day) => day.and_time(NaiveTime::MIN).and_utc().fixed_offset(),
    }
}

fn form(case: &CaseMessage) -> Form {
    let fields = case.form.iter().map(|(label, value)| FormField {
        label: label.clone(),
        value: value.clone(),
    });
    Form {
        service: case.form_service.clone(),
        fields: fields.collect(),
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
