//! A generated message's body with its MIME fields: plain, with an HTML twin, or with an attachment.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{Rng, RngExt};

use super::Kind;
use super::people::Person;
use super::phrases::{Language, one};

/// What the body is made of.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) kind: Kind,
    pub(super) person: &'a Person,
    pub(super) to: &'a str,
    pub(super) language: &'static Language,
}

/// One message in so many has an attachment.
const ATTACHED: u32 = 12;
/// About what a message has without one.
const TEXT_SIZE: usize = 4_600;
const NAMES: [(&str, &str); 4] = [
    ("drawing.pdf", "application/pdf"),
    ("photo.jpg", "image/jpeg"),
    (
        "prices.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("Größen.zip", "application/zip"),
];

impl Body<'_> {
    /// MIME fields, empty line and content.
    pub(super) fn bytes(&self, rng: &mut StdRng, mean_size: usize) -> Vec<u8> {
        let content = match self.kind {
            Kind::Bounce => self.report(rng),
            Kind::Newsletter => self.with_html(rng, 20..80),
            _ if rng.random_ratio(1, 2) => self.with_html(rng, 3..12),
            _ => self.plain(rng),
        };
        let part = if matches!(self.kind, Kind::Letter | Kind::Reply | Kind::Notice)
            && rng.random_ratio(1, 8)
        {
            let largest = mean_size.saturating_sub(TEXT_SIZE) * ATTACHED as usize * 2;
            attach(rng, &content, largest)
        } else {
            content
        };
        format!("MIME-Version: 1.0\r\n{part}").into_bytes()
    }

    fn plain(&self, rng: &mut StdRng) -> String {
        let text = self.text(rng, 2..15);
        match rng.random_range(0..3) {
            0 => format!(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
            ),
            1 => base64_part("text/plain; charset=utf-8", text.as_bytes()),
            _ => quoted_part("text/plain; charset=\"UTF-8\"", &text),
        }
    }

    fn with_html(&self, rng: &mut StdRng, sentences: std::ops::Range<usize>) -> String {
        let text = self.text(rng, sentences);
        let paragraphs: Vec<_> = text
            .split("\r\n\r\n")
            .map(|part| {
                format!(
                    "<p style=\"margin:0 0 1em;font-family:Helvetica,Arial,sans-serif\">{part}</p>"
                )
            })
            .collect();
        let tag = self.language.tag;
        let html = format!(
            "<html lang=\"{tag}\"><body>{}</body></html>\r\n",
            paragraphs.join("\r\n")
        );
        let (text, html) = (
            quoted_part("text/plain; charset=utf-8", &text),
            quoted_part("text/html; charset=utf-8", &html),
        );
        multipart(rng, "alternative", &[text, html])
    }

    fn text(&self, rng: &mut StdRng, sentences: std::ops::Range<usize>) -> String {
        let mut text = String::new();
        if self.kind == Kind::Form {
            let Person { company, .. } = self.person;
            let (name, email, phone) =
                (self.person.name(), self.person.email(), self.person.phone());
            text = format!(
                "Name: {name}\r\nE-mail: {email}\r\nCompany: {company}\r\nPhone: {phone}\r\nMessage:\r\n"
            );
        }
        for _ in 0..rng.random_range(sentences) {
            text.push_str(one(rng, self.language.sentences));
            text.push_str(if rng.random_ratio(1, 3) {
                "\r\n\r\n"
            } else {
                " "
            });
        }
        if self.kind == Kind::Reply {
            text.push_str("\r\n\r\nOn 3 January 2026, Sales wrote:\r\n");
            for _ in 0..rng.random_range(1..8) {
                text.push_str("> ");
                text.push_str(one(rng, self.language.sentences));
                text.push_str("\r\n");
            }
        }
        let Person { company, .. } = self.person;
        let (name, phone) = (self.person.name(), self.person.phone());
        text + &format!("\r\n\r\n-- \r\n{name}\r\n{company}\r\n{phone}\r\n")
    }

    /// RFC 3464.
    fn report(&self, rng: &mut StdRng) -> String {
        let (domain, email) = (self.person.domain(), self.person.email());
        let said = format!(
            "Content-Type: text/plain; charset=us-ascii\r\n\r\nYour message to {email} could not be delivered.\r\n"
        );
        let status = format!(
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.{domain}\r\n\r\n\
             Final-Recipient: rfc822; {email}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
        );
        let returned = format!(
            "Content-Type: text/rfc822-headers\r\n\r\nFrom: {}\r\nTo: {email}\r\n",
            self.to
        );
        multipart(
            rng,
            "report; report-type=delivery-status",
            &[said, status, returned],
        )
    }
}

fn attach(rng: &mut StdRng, content: &str, largest: usize) -> String {
    let size = rng.random_range(200..largest.max(400)) * 3 / 4;
    let mut bytes = vec![0; size];
    rng.fill_bytes(&mut bytes);
    let (name, kind) = NAMES
        .get(rng.random_range(0..NAMES.len()))
        .copied()
        .unwrap_or(NAMES[0]);
    let name: String = name.bytes().map(percent_encoded).collect();
    let part = base64_part(
        &format!("{kind}\r\nContent-Disposition: attachment; filename*=UTF-8''{name}"),
        &bytes,
    );
    multipart(rng, "mixed", &[content.to_owned(), part])
}

/// RFC 2231.
fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'.' {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn multipart(rng: &mut StdRng, kind: &str, parts: &[String]) -> String {
    let boundary = format!("=_{:016x}", rng.random::<u64>());
    let parts: Vec<_> = parts
        .iter()
        .map(|part| format!("--{boundary}\r\n{part}\r\n"))
        .collect();
    format!(
        "Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n{}--{boundary}--\r\n",
        parts.concat()
    )
}

fn base64_part(kind: &str, bytes: &[u8]) -> String {
    let mut text = format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    for line in bytes.chunks(57) {
        STANDARD.encode_string(line, &mut text);
        text.push_str("\r\n");
    }
    text
}

/// RFC 2045 §6.7.
fn quoted_part(kind: &str, text: &str) -> String {
    let mut quoted =
        format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    for line in text.split("\r\n") {
        let mut width = 0;
        for byte in line.bytes() {
            let word = match byte {
                b' ' | b'!'..=b'<' | b'>'..=b'~' => char::from(byte).to_string(),
                _ => format!("={byte:02X}"),
            };
            if width + word.len() > 72 {
                quoted.push_str("=\r\n");
                width = 0;
            }
            width += word.len();
            quoted.push_str(&word);
        }
        if quoted.ends_with(' ') {
            quoted.push_str("=\r\n");
        }
        quoted.push_str("\r\n");
    }
    quoted
}
