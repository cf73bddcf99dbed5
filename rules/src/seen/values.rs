//! What a message has for each fact: texts, words, numbers, and what is so or is not.

use chrono::{DateTime, Datelike as _, FixedOffset, Timelike as _, Utc};

use crate::facts::{Address, Attachment, Doubt, Facts, Form};
use crate::fold::fold;
use crate::rule::fact::{Fact, Flag, Party};
use crate::rule::fact_kind::WEEKDAYS;
use crate::rule::moment::Zone;

/// The texts of a fact of texts or addresses.
pub(super) fn raw_values<'f>(
    facts: &'f Facts,
    fact: &Fact,
) -> Box<dyn Iterator<Item = &'f str> + 'f> {
    let message = &facts.message;
    let one = |text: &'f str| Box::new(std::iter::once(text));
    match fact {
        Fact::Address(party) => Box::new(addresses(facts, *party).map(|who| who.email.as_str())),
        Fact::Name(party) => Box::new(addresses(facts, *party).map(|who| who.name.as_str())),
        Fact::SenderDomain => Box::new(message.sender().into_iter().map(Address::domain)),
        Fact::Subject => one(&message.subject),
        Fact::Text => one(&message.text),
        Fact::NewText => one(&message.new_text),
        Fact::Header(name) => header_values(facts, name.clone()),
        Fact::MessageId => Box::new(message.message_id.iter().map(String::as_str)),
        Fact::InReplyTo => Box::new(message.parents().into_iter()),
        Fact::Folder => one(&facts.place.folder),
        Fact::Mailbox => one(&facts.place.mailbox),
        Fact::Attachment => Box::new(attachments(facts).map(|file| file.name.as_str())),
        Fact::AttachmentType => Box::new(attachments(facts).map(|file| file.media_type.as_str())),
        Fact::Form => Box::new(form(facts).filter_map(|form| form.service.as_deref())),
        Fact::FormField(label) => field_values(facts, fold(label)),
        Fact::Detail(name) => Box::new(message.details.sure(*name).into_iter()),
        Fact::PassedOnSubject => {
            Box::new(message.passed_on.iter().map(|mail| mail.subject.as_str()))
        }
        Fact::PassedOnText => Box::new(message.passed_on.iter().map(|mail| mail.text.as_str())),
        Fact::BounceEmail => Box::new(message.reports.iter().map(|report| report.email.as_str())),
        _ => Box::new(std::iter::empty()),
    }
}

fn header_values(facts: &Facts, name: String) -> Box<dyn Iterator<Item = &str> + '_> {
    let headers = facts.message.headers.iter();
    Box::new(
        headers
            .filter(move |header| header.name.eq_ignore_ascii_case(&name))
            .map(|header| header.value.as_str()),
    )
}

fn form(facts: &Facts) -> impl Iterator<Item = &Form> {
    facts.message.details.form.iter()
}

fn field_values(facts: &Facts, label: String) -> Box<dyn Iterator<Item = &str> + '_> {
    let fields = form(facts).flat_map(|form| &form.fields);
    Box::new(
        fields
            .filter(move |field| fold(&field.label) == label)
            .map(|field| field.value.as_str()),
    )
}

fn addresses(facts: &Facts, party: Party) -> Box<dyn Iterator<Item = &Address> + '_> {
    let message = &facts.message;
    match party {
        Party::From => Box::new(message.from.iter()),
        Party::ReplyTo => Box::new(message.reply_to.iter()),
        Party::Sender => Box::new(message.sender().into_iter()),
        Party::To => Box::new(message.to.iter()),
        Party::Cc => Box::new(message.cc.iter()),
        Party::Bcc => Box::new(message.bcc.iter()),
        Party::Recipient => Box::new(message.to.iter().chain(&message.cc).chain(&message.bcc)),
        Party::OurRecipient => Box::new(message.our_recipients.iter()),
        Party::PassedOn => Box::new(
            message
                .passed_on
                .iter()
                .filter_map(|mail| mail.from.as_ref()),
        ),
    }
}

/// What a person would call attachments: a logo in a signature is none.
fn attachments(facts: &Facts) -> impl Iterator<Item = &Attachment> {
    facts
        .message
        .attachments
        .iter()
        .filter(|file| !file.is_in_text())
}

/// The words that a fact of words has for this message.
pub(crate) fn words_of(facts: &Facts, fact: &Fact, zone: Zone) -> Vec<&'static str> {
    let message = &facts.message;
    match fact {
        Fact::Kind => vec![message.kind.as_str()],
        Fact::Direction => vec![message.direction.as_str()],
        Fact::Conversation => vec![message.conversation.as_str()],
        Fact::Sender => sender_words(facts),
        Fact::Reply if facts.answers_linked_message() => vec!["linked"],
        Fact::Reply if !message.parents().is_empty() => vec!["unlinked"],
        Fact::Answered => {
            let answered = facts.answered_records();
            answered.map(|one| one.record.kind.as_str()).collect()
        }
        Fact::Candidates => {
            let candidates = facts.candidates.iter();
            candidates.map(|one| one.record.kind.as_str()).collect()
        }
        Fact::Doubt => {
            let doubts = facts.candidates.iter().filter_map(|one| one.doubt);
            doubts.map(Doubt::as_str).collect()
        }
        Fact::Spf => vec![message.authentication.spf.as_str()],
        Fact::Dkim => vec![message.authentication.dkim.as_str()],
        Fact::Dmarc => vec![message.authentication.dmarc.as_str()],
        Fact::Identity => vec![message.authentication.identity().as_str()],
        Fact::Bounce => {
            let reports = message.reports.iter();
            reports.map(|report| report.outcome.as_str()).collect()
        }
        Fact::Weekday => arrived(facts, zone)
            .and_then(|moment| {
                let day = moment.weekday().num_days_from_monday();
                WEEKDAYS.get(usize::try_from(day).ok()?).copied()
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

fn sender_words(facts: &Facts) -> Vec<&'static str> {
    let mut words: Vec<&str> = facts
        .sender_records()
        .map(|candidate| candidate.record.kind.as_str())
        .collect();
    words.push(if words.is_empty() { "unknown" } else { "known" });
    if facts.sender.colleague {
        words.push("colleague");
    }
    words
}

/// When it arrived, by the clocks of the zone.
fn arrived(facts: &Facts, zone: Zone) -> Option<DateTime<FixedOffset>> {
    Some(facts.place.arrived?.with_timezone(&zone.0))
}

/// Whether what a flag asks is so. Where nobody tells, it is not.
pub(crate) fn is_so(facts: &Facts, fact: &Fact) -> bool {
    match fact {
        Fact::Flag(Flag::FreeMail) => facts.sender.free_mail,
        Fact::Flag(Flag::FirstContact) => facts.sender.first_contact,
        Fact::Flag(Flag::OurDomain) => facts.sender.our_domain,
        Fact::Flag(Flag::Spam) => facts.message.spam.is_spam == Some(true),
        _ => false,
    }
}

/// The numbers of a fact of numbers: counts, bytes, hundredths, or milliseconds since 1970.
pub(crate) fn numbers_of(facts: &Facts, fact: &Fact, zone: Zone) -> Vec<i128> {
    let message = &facts.message;
    match fact {
        Fact::Size => vec![i128::from(message.size)],
        Fact::Attachments => {
            let count = u64::try_from(attachments(facts).count());
            vec![i128::from(count.unwrap_or(u64::MAX))]
        }
        Fact::AttachmentSize => {
            let files = attachments(facts);
            files.map(|file| i128::from(file.size)).collect()
        }
        Fact::SpamScore => message.spam.score.map(i128::from).into_iter().collect(),
        Fact::Date => {
            let date = message.date.map(|date| date.with_timezone(&Utc));
            date.map(millis).into_iter().collect()
        }
        Fact::Arrived => facts.place.arrived.map(millis).into_iter().collect(),
        Fact::Hour => {
            let hour = arrived(facts, zone).map(|moment| i128::from(moment.hour()));
            hour.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn millis(moment: DateTime<Utc>) -> i128 {
    i128::from(moment.timestamp_millis())
}
