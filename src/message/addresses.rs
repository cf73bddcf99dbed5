//! Address headers (RFC 5322 §3.4) as lists of addresses: groups flattened, names decoded, domains in Unicode.
//!
//! mail-parser tells the addresses apart. It gets them with encoded words already decoded into quoted strings,
//! since it loses characters that are split over two of them, and what it can't tell is mended here. What is
//! no address becomes a note.

use encodify::rfc2047::EncodedWord;
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use rules::Address;

use super::headers::{Headers, one_line, text_of};
use super::notes::{Notes, excerpt};

/// How many addresses of one message are kept.
const MAX_ADDRESSES: usize = 1_000;
/// How many bytes of address headers are read, a generous length for so many.
const MAX_BYTES: usize = 256 << 10;
/// RFC 5321 §4.5.3.1: 64 for the local part, 255 for the domain.
const MAX_EMAIL: usize = 320;

/// Reads the address headers of one message.
pub(super) struct Reader<'h, 'n> {
    headers: &'h Headers,
    notes: &'n mut Notes,
    left: usize,
    bytes_left: usize,
}

impl<'h, 'n> Reader<'h, 'n> {
    pub(super) fn new(headers: &'h Headers, notes: &'n mut Notes) -> Self {
        Self {
            headers,
            notes,
            left: MAX_ADDRESSES,
            bytes_left: MAX_BYTES,
        }
    }

    /// The addresses of all headers of these names; says what it could not read if `telling`.
    pub(super) fn read(&mut self, names: &[&str], telling: bool) -> Vec<Address> {
        let mut list = Vec::new();
        for name in names {
            for value in self.headers.all_encoded(name) {
                if value.len() > self.bytes_left {
                    self.notes.add(format!(
                        "Only {MAX_BYTES} bytes of the address headers were read."
                    ));
                    return list;
                }
                self.bytes_left -= value.len();
                for one in parse(value) {
                    self.add(one, name, telling, &mut list);
                }
            }
        }
        list
    }

    fn add(&mut self, one: Written, name: &str, telling: bool, list: &mut Vec<Address>) {
        if self.left == 0 {
            self.notes.add(format!(
                "Only the first {MAX_ADDRESSES} addresses were read."
            ));
            return;
        }
        if let Some(email) = normal(&one.email) {
            self.left -= 1;
            // Many mailers repeat the address where a name belongs.
            let name = if one.name.eq_ignore_ascii_case(&one.email) {
                String::new()
            } else {
                one.name
            };
            list.push(Address { email, name });
        } else if telling {
            let what = excerpt(format!("{} {}", one.name, one.email).trim());
            self.notes
                .add(format!("The {name} header names no address here: {what}"));
        }
    }
}

/// Stands for an equals sign, in which mail-parser would look for an encoded word again, in time that grows with
/// the square of the length.
const NO_WORD: &str = "\u{E03D}";

/// An address as it stands, name decoded.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Written {
    name: String,
    email: String,
}

fn parse(value: &str) -> Vec<Written> {
    let prepared = prepare(value);
    let parsed = MessageStream::new(prepared.as_bytes()).parse_address();
    let HeaderValue::Address(parsed) = parsed else {
        return Vec::new();
    };
    let mut list: Vec<Written> = Vec::new();
    for one in parsed.iter() {
        let plain = |text: Option<&str>| one_line(&text.unwrap_or_default().replace(NO_WORD, "="));
        let mut one = mended(Written {
            name: plain(one.name.as_deref()),
            email: plain(one.address.as_deref()),
        });
        // `Müller, Anna <a@example.com>` without quotes is one person.
        if !one.name.is_empty()
            && !one.email.is_empty()
            && list
                .last()
                .is_some_and(|last| last.email.is_empty() && !last.name.is_empty())
        {
            let family = list.pop().map(|last| last.name).unwrap_or_default();
            one.name = format!("{family}, {}", one.name);
        }
        if one != Written::default() {
            list.push(one);
        }
    }
    list
}

/// One line, in which runs of encoded words are quoted strings of what they say.
fn prepare(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 1);
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if c == '='
            && !escaped
            && let Some((words, behind)) = encoded_run(rest)
        {
            let text = text_of(words.as_bytes())
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('=', NO_WORD);
            let mark = if quoted { "" } else { "\"" };
            out.extend([mark, &text, mark]);
            rest = behind;
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        match c {
            '=' => out.push_str(NO_WORD),
            '\r' | '\n' | '\0' => out.push(' '),
            c => out.push(c),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    // Without its end a quoted string would swallow the rest of the list.
    if quoted {
        out = out.replace('"', "");
    }
    out.push('\n');
    out
}

/// The encoded words that `text` begins with, and what follows them.
fn encoded_run(text: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    loop {
        let rest = text.get(end..)?;
        let blanks = if end == 0 {
            0
        } else {
            rest.len() - rest.trim_start().len()
        };
        match EncodedWord::parse(rest.get(blanks..)?.as_bytes()) {
            Some((_, length)) => end += blanks + length,
            None => return (end > 0).then(|| text.split_at_checked(end)).flatten(),
        }
    }
}

/// Finds the address where mail-parser put it into the name, or a name into the address.
fn mended(one: Written) -> Written {
    let Written { name, email } = one;
    if email.is_empty() && name.contains('@') {
        if let Some((before, inside)) = name.rsplit_once('<') {
            let (email, after) = inside.split_once('>').unwrap_or((inside, ""));
            return Written {
                name: bare(&format!("{before}{after}")),
                email: email.trim().to_owned(),
            };
        }
        if let Some(email) = name.split_whitespace().find(|word| whole(word)) {
            return Written {
                name: bare(&name.replace(email, "")),
                email: email.to_owned(),
            };
        }
    }
    // `"anna rossi"@example.com`: the quoted part was taken for a name.
    if email.starts_with('@') && !email.contains(':') && !name.is_empty() {
        return Written {
            email: format!("{name}{email}"),
            name: String::new(),
        };
    }
    if email.contains(char::is_whitespace) {
        if let Some(address) = email.split_whitespace().find(|word| whole(word)) {
            let name = if name.is_empty() {
                bare(&email.replace(address, ""))
            } else {
                name
            };
            return Written {
                name,
                email: address.to_owned(),
            };
        }
        return Written {
            name,
            email: email.split_whitespace().collect(),
        };
    }
    Written {
        name: if name.trim() == ">" {
            String::new()
        } else {
            bare(&name)
        },
        email,
    }
}

/// A name without the quotes that some programs put inside the quotes.
fn bare(name: &str) -> String {
    let name = name.trim();
    let inner = name
        .strip_prefix(['\'', '"'])
        .and_then(|rest| rest.strip_suffix(['\'', '"']));
    inner.unwrap_or(name).trim().to_owned()
}

fn whole(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// The address in the form that facts have it, if it is one.
pub(super) fn normal(written: &str) -> Option<String> {
    let mut email = written.trim_matches(|c: char| c.is_whitespace() || "<>'\"`,;".contains(c));
    if email
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"))
    {
        email = email.get(7..)?;
    }
    // A route, from the days when mail had to be told its way (RFC 5321 appendix C).
    if email.starts_with('@') {
        email = email.split_once(':')?.1;
    }
    let (local, domain) = email.rsplit_once('@')?;
    let local = local.trim_matches('"');
    let domain = domain.trim_end_matches('.');
    let unfit = |c: char| c.is_whitespace() || c.is_control() || "<>,;\\()".contains(c);
    if local.is_empty()
        || domain.is_empty()
        || email.len() > MAX_EMAIL
        || domain.contains(unfit)
        || local.contains(|c: char| c.is_control() || "<>".contains(c))
    {
        return None;
    }
    Some(format!("{}@{}", local.to_lowercase(), in_unicode(domain)))
}

fn in_unicode(domain: &str) -> String {
    let lower = domain.to_lowercase();
    if lower.is_ascii() && !lower.contains("xn--") {
        return lower;
    }
    match idna::domain_to_unicode(&lower) {
        (domain, Ok(())) => domain,
        _ => lower,
    }
}

#[cfg(test)]
#[path = "addresses_tests.rs"]
mod tests;
