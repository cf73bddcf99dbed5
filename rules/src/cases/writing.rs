//! Writes a case of a message that was met: no more of it than the rule needs to come to the same.

use std::collections::BTreeMap;

use crate::compile::RuleSet;
use crate::decision::Decision;
use crate::facts::{
    Address, Attachment, Authorless, Conversation, Direction, Facts, Identified, Kind,
    MessageFacts, Verdict,
};
use crate::rule::Rule;
use crate::rule::amount::Amount;
use crate::rule::case::{Case, CaseMessage, CasePassedOn};
use crate::rule::condition::Condition;
use crate::rule::decimal::Decimal;
use crate::rule::expect::{ContactField, Expect, LeadField, OrganizationField};
use crate::rule::fact::{Fact, Party};
use crate::rule::moment::Moment;
use crate::rule::texts::Texts;
use crate::shared::{Exceptions, Shared};

use super::came::came;
use super::message;

/// How much of the text a case is tried with, in characters, until the rule comes to the same as of the message.
const TEXT: [usize; 4] = [0, 300, 2_000, 20_000];
/// How many receivers, attachments and fields of a form it has at most.
const MANY: usize = 10;
/// How long one of their values is, in characters.
const VALUE: usize = 200;
/// The fields that it looks at, those that come from the message's text left out.
const LEAD: [LeadField; 4] = [
    LeadField::FirstName,
    LeadField::LastName,
    LeadField::Company,
    LeadField::Email,
];
const CONTACT: [ContactField; 4] = [
    ContactField::FirstName,
    ContactField::LastName,
    ContactField::Email,
    ContactField::Organization,
];
const ORGANIZATION: [OrganizationField; 2] = [OrganizationField::Name, OrganizationField::Domain];

/// A case of a message, and whether the rule does in it what it does with the message.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenCase {
    /// The case; it passes as it is.
    pub case: Case,
    /// Whether the rule does the same with the message itself, which has more to it than a case can say.
    pub same: bool,
}

/// Writes a case of this name that shows what `rule`, alone, makes of a message.
///
/// # Errors
/// Why the rule can't be asked about the message, as a sentence.
pub fn write_case(
    rule: &Rule,
    name: &str,
    facts: &Facts,
    shared: &Shared,
) -> Result<WrittenCase, String> {
    let shared = Shared {
        lists: shared.lists.clone(),
        exceptions: Exceptions::default(),
    };
    let alone = Rule {
        enabled: true,
        scanners: Vec::new(),
        cases: Vec::new(),
        ..rule.clone()
    };
    let set = RuleSet::compile(&[alone], &shared).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        told.join("; ")
    })?;
    let decide = |facts: &Facts| -> Result<Decision, String> {
        set.decide(facts).map_err(|error| error.to_string())
    };
    let wanted = expectation(&decide(facts)?);
    let mut written = None;
    for length in TEXT {
        let said = said(rule, facts, length);
        let expect = expectation(&decide(&message::facts(&said)?)?);
        let same = expect == wanted;
        written = Some(WrittenCase {
            case: Case {
                name: name.to_owned(),
                message: said,
                expect,
            },
            same,
        });
        if same {
            break;
        }
    }
    written.ok_or_else(|| "nothing can be told of the message".to_owned())
}

fn expectation(decision: &Decision) -> Expect {
    let empty = String::new;
    let asked = Expect {
        lead: LEAD.map(|field| (field, empty())).into(),
        contact: CONTACT.map(|field| (field, empty())).into(),
        organization: ORGANIZATION.map(|field| (field, empty())).into(),
        ..Expect::default()
    };
    let mut expect = came(decision, &asked);
    expect.lead.retain(|_, value| !value.is_empty());
    expect.contact.retain(|_, value| !value.is_empty());
    expect.organization.retain(|_, value| !value.is_empty());
    expect
}

fn said(rule: &Rule, facts: &Facts, text: usize) -> CaseMessage {
    let mut asked = Vec::new();
    collect(&rule.when, &mut asked);
    let asks = |wanted: &Fact| asked.iter().any(|fact| **fact == *wanted);
    let said = &facts.message;
    let timed = asked.iter().any(|fact| fact.has_zone());
    let part = |fact: &Fact, value: &str| {
        if asks(fact) {
            value.to_owned()
        } else {
            String::new()
        }
    };
    let mut case = CaseMessage {
        from: one(&said.from),
        reply_to: one(&said.reply_to),
        to: receivers(&said.to),
        cc: receivers(&said.cc),
        subject: shortened(&said.subject, 2 * VALUE),
        text: shortened(&said.new_text, text),
        language: said.language.clone(),
        headers: headers(&asked, said),
        attachments: named(&said.attachments),
        size: asks(&Fact::Size).then_some(Amount(said.size)),
        kind: (said.kind != Kind::default()).then_some(said.kind),
        direction: (said.direction != Direction::default()).then_some(said.direction),
        message_id: said.message_id.clone().filter(|_| asks(&Fact::MessageId)),
        date: said.date.map(Moment::At).filter(|_| timed),
        arrived: facts
            .place
            .arrived
            .filter(|_| timed)
            .map(|at| Moment::At(at.fixed_offset())),
        folder: part(&Fact::Folder, &facts.place.folder),
        mailbox: if asks(&Fact::Mailbox) || asks(&Fact::Address(Party::OurRecipient)) {
            facts.place.mailbox.clone()
        } else {
            String::new()
        },
        colleague: facts.sender.colleague,
        our_domain: facts.sender.our_domain,
        free_mail: facts.sender.free_mail,
        first_contact: facts.sender.first_contact,
        ..CaseMessage::default()
    };
    judged(&mut case, said);
    structured(&mut case, said, text);
    belonging(&mut case, facts);
    case
}

/// What servers before us said of it.
fn judged(case: &mut CaseMessage, said: &MessageFacts) {
    let told = |verdict: Verdict| (verdict != Verdict::default()).then_some(verdict);
    case.spam = said.spam.is_spam;
    case.spam_score = said.spam.score.map(|score| Decimal(i64::from(score)));
    case.spf = told(said.authentication.spf);
    case.dkim = told(said.authentication.dkim);
    case.dmarc = told(said.authentication.dmarc);
    let identity = said.authentication.identity();
    if case.dmarc.is_none() && identity != Identified::Unknown {
        case.identity = Some(identity);
    }
}

/// What its form, its details and the mail that it passes on say.
fn structured(case: &mut CaseMessage, said: &MessageFacts, text: usize) {
    if let Some(form) = &said.details.form {
        let fields = form.fields.iter().take(MANY);
        case.form = fields
            .map(|field| (field.label.clone(), shortened(&field.value, VALUE)))
            .collect();
        case.form_service.clone_from(&form.service);
        case.form_of_strangers = said.authorless == Some(Authorless::NotBelieved);
    }
    for detail in said.details.known.iter().take(MANY) {
        if let Some(sure) = said.details.sure(detail.name) {
            case.details.insert(detail.name, shortened(sure, VALUE));
        }
    }
    case.passed_on = said.passed_on.first().map(|mail| CasePassedOn {
        from: one(mail.from.as_slice()),
        subject: shortened(&mail.subject, VALUE),
        text: shortened(&mail.text, text),
    });
    let reports = said.reports.iter().take(MANY);
    case.bounce = reports
        .filter(|report| report.email.contains('@'))
        .map(|report| (report.email.clone(), report.outcome))
        .collect();
}

/// The records that it may belong to.
fn belonging(case: &mut CaseMessage, facts: &Facts) {
    let sender = facts.sender_records().next();
    let answered = facts.answered_records().next();
    case.sender = sender.map(|candidate| candidate.record.kind);
    case.answers = answered.map(|candidate| candidate.record.kind);
    case.doubt = sender.or(answered).and_then(|candidate| candidate.doubt);
    let told = match &case.passed_on {
        Some(_) => Conversation::Forward,
        None if case.answers.is_some() => Conversation::Reply,
        None => Conversation::New,
    };
    let conversation = facts.message.conversation;
    case.conversation = (conversation != told).then_some(conversation);
}

/// Every fact that a condition asks about.
fn collect<'c>(condition: &'c Condition, asked: &mut Vec<&'c Fact>) {
    match condition {
        Condition::Always => {}
        Condition::All(members) | Condition::Any(members) => {
            for member in members {
                collect(member, asked);
            }
        }
        Condition::Not(member) => collect(member, asked),
        Condition::Test(test) => asked.push(&test.fact),
    }
}

fn headers(asked: &[&Fact], said: &MessageFacts) -> BTreeMap<String, String> {
    let names = asked.iter().filter_map(|fact| match fact {
        Fact::Header(name) => Some(name),
        _ => None,
    });
    names
        .filter_map(|name| Some((name.clone(), shortened(said.header(name)?, 2 * VALUE))))
        .collect()
}

/// The first that a case can name.
fn one(addresses: &[Address]) -> Option<String> {
    let mut sound = addresses.iter().filter(|one| one.email.contains('@'));
    sound.next().map(written)
}

fn receivers(addresses: &[Address]) -> Texts {
    addresses
        .iter()
        .take(MANY)
        .filter(|address| address.email.contains('@'))
        .map(written)
        .collect()
}

fn named(attachments: &[Attachment]) -> Texts {
    let shown = attachments.iter().filter(|file| !file.is_in_text());
    let names = shown.map(|file| file.name.as_str());
    names.filter(|name| !name.is_empty()).take(MANY).collect()
}

/// `Anna Rossi <anna@example.it>`, or the address alone.
fn written(address: &Address) -> String {
    let name = address.name.trim();
    if name.is_empty() || name.contains(['<', '>', '"']) {
        address.email.clone()
    } else {
        format!("{name} <{}>", address.email)
    }
}

fn shortened(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

#[cfg(test)]
#[path = "writing_tests.rs"]
mod tests;
