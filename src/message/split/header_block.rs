//! The header of another mail, copied into a text: From, Sent, To, Subject in the languages of mail programs.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use regex::Regex;
use rules::Address;

use super::super::addresses;
use super::super::folded::folded;
use super::{Line, block_date};

/// How many lines a header may take.
const MAX_BLOCK: usize = 40;
/// How many addresses of one field are read.
const MAX_ADDRESSES: usize = 50;
/// Longer than any label.
const MAX_LABEL: usize = 40;

const FROM: &[&str] = &[
    "nadawca",
    "from",
    "da",
    "od",
    "de",
    "de la",
    "von",
    "expediteur",
    "remitente",
    "mittente",
    "van",
];
const DATE: &[&str] = &[
    "date",
    "sent",
    "data",
    "inviato",
    "inviata",
    "inviato il",
    "data invio",
    "wyslano",
    "wyslane",
    "wyslany",
    "data wyslania",
    "enviada",
    "enviado",
    "enviada em",
    "enviado em",
    "enviado el",
    "enviado a",
    "fecha",
    "trimis",
    "trimis la",
    "datum",
    "gesendet",
    "envoye",
    "date d'envoi",
    "envoye le",
    "verzonden",
    "received",
];
const TO: &[&str] = &[
    "to",
    "a",
    "do",
    "para",
    "catre",
    "an",
    "destinataire",
    "destinataires",
    "destinatario",
    "destinatari",
    "aan",
    "adresat",
    "empfanger",
    "pour",
    "la",
];
const CC: &[&str] = &[
    "cc",
    "kopia",
    "dw",
    "do wiadomosci",
    "kopie",
    "copia",
    "copie",
    "c.c",
    "bcc",
];
const SUBJECT: &[&str] = &[
    "subject",
    "oggetto",
    "temat",
    "assunto",
    "subiect",
    "betreff",
    "objet",
    "asunto",
    "onderwerp",
    "emne",
];
const OTHER: &[&str] = &[
    "reply-to",
    "reply to",
    "rispondi a",
    "odpowiedz do",
    "responder para",
    "responder a",
    "raspuns catre",
    "antwort an",
    "repondre a",
    "importance",
    "priorita",
    "priority",
    "wichtigkeit",
    "attachments",
    "allegati",
    "zalaczniki",
    "anexos",
    "anlagen",
    "pieces jointes",
    "adjuntos",
    "atasamente",
    "message-id",
];

/// A header as it is copied into a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct HeaderBlock {
    /// Who wrote the mail.
    pub(in super::super) from: Option<Address>,
    /// To and Cc.
    pub(in super::super) to: Vec<Address>,
    pub(in super::super) subject: String,
    /// Where it is written as mail writes dates; without a zone it is taken for UTC.
    pub(in super::super) date: Option<DateTime<FixedOffset>>,
    /// Which fields it has, each once.
    has: Vec<Label>,
    /// Whether its date has a time, as those of mail do.
    timed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Cc,
    Subject,
    Other,
}

impl HeaderBlock {
    /// Whether it is a header even where no line announces it. `From: Rotterdam, To: Verona, Date: 12.12.` is freight: mail
    /// has an address somewhere, or a subject and a time.
    pub(super) fn is_whole(&self) -> bool {
        let has = |label| self.has.contains(&label);
        let of_mail = self.from.is_some()
            || !self.to.is_empty()
            || has(Label::Subject) && (self.timed || self.date.is_some());
        of_mail
            && has(Label::From)
            && [Label::Date, Label::To, Label::Subject]
                .into_iter()
                .filter(|label| has(*label))
                .count()
                >= 2
    }

    fn take(&mut self, label: Label, value: &str) {
        if !self.has.contains(&label) {
            self.has.push(label);
        }
        match label {
            Label::From => {
                self.from = addresses_in(value).into_iter().next();
            }
            Label::To | Label::Cc => {
                let room = MAX_ADDRESSES.saturating_sub(self.to.len());
                self.to.extend(addresses_in(value).into_iter().take(room));
            }
            Label::Subject => {
                value.trim().clone_into(&mut self.subject);
            }
            Label::Date => {
                self.date = block_date::read(value);
                let mut around = value.split([':', '.']).map(str::trim);
                let ends_in_digit = |part: &str| part.ends_with(|c: char| c.is_ascii_digit());
                self.timed = value.contains(':') && around.any(ends_in_digit);
            }
            Label::Other => {}
        }
    }
}

/// The header whose From begins in the line at `at`, and where what follows it begins.
pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<(HeaderBlock, usize)> {
    let first = lines.get(at)?;
    let (label, _) = labelled(first)?;
    // Yahoo and Apple may begin with another field; without From it is none.
    if label == Label::Other || label != Label::From && !from_follows(lines, at) {
        return None;
    }
    let mut header = HeaderBlock::default();
    let mut open: Option<(Label, String)> = None;
    let mut end = at;
    let mut here = at;
    while let Some(line) = lines.get(here).filter(|_| here < at + MAX_BLOCK) {
        if let Some((label, value)) = labelled(line) {
            if let Some((label, value)) = open.replace((label, value.to_owned())) {
                header.take(label, &value);
            }
        } else if line.is_blank() {
            // Pages may set each field as a paragraph of its own.
            let goes_on = lines
                .get(here + 1)
                .is_some_and(|next| labelled(next).is_some());
            let value_follows = open.as_ref().is_some_and(|(_, value)| value.is_empty());
            if !goes_on && !value_follows {
                break;
            }
        } else if let Some((label, value)) = open
            .as_mut()
            .filter(|(label, value)| continues(*label, value, line))
        {
            if *label == Label::Subject || !value.is_empty() {
                value.push(' ');
            }
            value.push_str(line.text.trim());
        } else {
            break;
        }
        here += 1;
        end = here;
    }
    if let Some((label, value)) = open {
        header.take(label, &value);
    }
    header.has.contains(&Label::From).then_some((header, end))
}

fn from_follows(lines: &[Line<'_>], at: usize) -> bool {
    let next = lines.iter().skip(at + 1).take(4);
    next.take_while(|line| line.is_blank() || labelled(line).is_some())
        .any(|line| labelled(line).is_some_and(|(label, _)| label == Label::From))
}

/// Whether a line without a label belongs to the value before it.
fn continues(label: Label, value: &str, line: &Line<'_>) -> bool {
    let people = matches!(label, Label::From | Label::To | Label::Cc);
    value.is_empty()
        || people
            && (line.text.contains('@') || value.ends_with([',', ';']))
            && line.text.len() < 200
}

/// The field a line names, and its value.
fn labelled<'t>(line: &Line<'t>) -> Option<(Label, &'t str)> {
    let text = line.text.trim().trim_start_matches('*');
    let (label, value) = text.split_once(':')?;
    if label.len() > MAX_LABEL {
        return None;
    }
    let label = folded(label.trim_end_matches(['*', ' ', '\u{A0}']));
    let is = |list: &[&str]| list.contains(&label.as_str());
    let label = if is(FROM) {
        Label::From
    } else if is(SUBJECT) {
        Label::Subject
    } else if is(DATE) {
        Label::Date
    } else if is(TO) {
        Label::To
    } else if is(CC) {
        Label::Cc
    } else if is(OTHER) {
        Label::Other
    } else {
        return None;
    };
    Some((
        label,
        value.trim_start_matches(['*', ' ', '\t', '\u{A0}']).trim(),
    ))
}

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}._%+'=/&~-]+@[\p{L}\p{N}][\p{L}\p{N}.-]*").ok());

/// The addresses in a line of text, each with the name that stands before it.
pub(in super::super) fn addresses_in(text: &str) -> Vec<Address> {
    let mut list: Vec<Address> = Vec::new();
    // Most lines have none, and need no search.
    let Some(pattern) = EMAIL.as_ref().filter(|_| text.contains('@')) else {
        return list;
    };
    let mut behind = 0;
    for found in pattern.find_iter(text).take(2 * MAX_ADDRESSES) {
        let before = text.get(behind..found.start()).unwrap_or_default();
        behind = found.end();
        let Some(email) = addresses::normal(found.as_str().trim_matches(['.', '-', '\''])) else {
            continue;
        };
        if list.last().is_some_and(|last| last.email == email) {
            continue;
        }
        let marks = |c: char| c.is_whitespace() || "<>[]()\"';,:*|".contains(c);
        let name = before.replace("mailto:", "");
        let name = name.trim_matches(marks);
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        list.push(Address { email, name });
    }
    list.truncate(MAX_ADDRESSES);
    list
}
