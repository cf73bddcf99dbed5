//! A generated message's header fields, without those of MIME.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Kind;
use super::people::Person;

/// What the fields are made of.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) kind: Kind,
    pub(super) number: u64,
    pub(super) person: &'a Person,
    pub(super) to: &'a str,
    pub(super) subject: &'a str,
    pub(super) message_id: &'a str,
    pub(super) references: &'a [String],
}

impl Header<'_> {
    /// Name and address of the sender.
    pub(super) fn from(&self) -> (String, String) {
        let domain = self.person.domain();
        let company = &self.person.company;
        match self.kind {
            Kind::Letter | Kind::Reply | Kind::AutoReply => {
                (self.person.name(), self.person.email())
            }
            Kind::Form => ("Website".into(), "forms@website.example".into()),
            Kind::Newsletter => (format!("{company} news"), format!("news@{company}.example")),
            Kind::Notice => (company.clone(), format!("noreply@{company}.example")),
            Kind::Bounce => (
                "Mail Delivery System".into(),
                format!("MAILER-DAEMON@{domain}"),
            ),
        }
    }

    /// All of them, without the empty line.
    pub(super) fn text(&self) -> String {
        let (name, email) = self.from();
        let (date, domain) = (self.date(), self.person.domain());
        let return_path = if self.kind == Kind::Bounce {
            ""
        } else {
            &email
        };
        let mut text = format!(
            "Return-Path: <{return_path}>\r\n\
             Received: from mx.{domain} (mx.{domain} [192.0.2.25])\r\n\tby mx.ours.example with ESMTPS id {:x}\r\n\t\
             for <{}>; {date}\r\n\
             From: {} <{email}>\r\nTo: {}\r\nSubject: {}\r\nDate: {date}\r\nMessage-ID: {}\r\n",
            self.number,
            self.to,
            encoded(&name),
            self.to,
            encoded(self.subject),
            self.message_id,
        );
        for field in self.fields_of_its_kind() {
            let _ = write!(text, "{field}\r\n");
        }
        text
    }

    fn fields_of_its_kind(&self) -> Vec<String> {
        let company = &self.person.company;
        match self.kind {
            Kind::Letter => vec![],
            Kind::Reply => vec![
                format!(
                    "In-Reply-To: {}",
                    self.references.last().map_or("", String::as_str)
                ),
                format!("References: {}", self.references.join("\r\n ")),
            ],
            Kind::Form => vec![format!(
                "Reply-To: {} <{}>",
                encoded(&self.person.name()),
                self.person.email()
            )],
            Kind::Newsletter => vec![
                "Precedence: bulk".into(),
                format!("List-Id: <news.{company}.example>"),
                format!("List-Unsubscribe: <https://{company}.example/leave>"),
            ],
            Kind::Notice => vec!["Auto-Submitted: auto-generated".into()],
            Kind::AutoReply => vec![
                "Auto-Submitted: auto-replied".into(),
                "X-Autoreply: yes".into(),
            ],
            Kind::Bounce => vec!["Auto-Submitted: auto-replied".into()],
        }
    }

    /// Seven minutes after the message before, from 5 January 2026 on, in months of 28 days.
    fn date(&self) -> String {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let minutes = self.number * 7;
        let days = 4 + minutes / (24 * 60);
        let (day, month, year) = (days % 28 + 1, days / 28 % 12, 2026 + days / (28 * 12));
        let month = MONTHS
            .iter()
            .cycle()
            .nth(usize::try_from(month).unwrap_or_default())
            .unwrap_or(&"Jan");
        format!(
            "{day} {month} {year} {:02}:{:02}:{:02} +0000",
            minutes / 60 % 24,
            minutes % 60,
            self.number % 60
        )
    }
}

/// RFC 2047: plain where it can be, else encoded words of whole characters, each short enough.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return if text.contains(['\'', '.', ',']) {
            format!("\"{text}\"")
        } else {
            text.to_owned()
        };
    }
    let mut words = vec![String::new()];
    for character in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + character.len_utf8() <= 42 => word.push(character),
            _ => words.push(character.into()),
        }
    }
    words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)))
        .collect::<Vec<_>>()
        .join("\r\n ")
}
