//! Attached cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), read for what is known of a person.

use encodify::qp;
use rules::{Address, Detail, DetailName, DetailSource};

use super::super::charset;
use super::super::parts::{Part, Tree};
use super::detail;

/// How many cards are read, how much of each, and how many of its lines.
const MAX_CARDS: usize = 5;
const MAX_BYTES: usize = 256 << 10;
const MAX_LINES: usize = 500;
/// How sure a card is that has the sender's address, one that has none, and that of somebody else.
const OF_THE_SENDER: u8 = 92;
const OF_NOBODY: u8 = 75;
const OF_ANOTHER: u8 = 30;

/// What the cards attached to a message say.
pub(in super::super) fn read(tree: &Tree<'_>, sender: Option<&Address>) -> Vec<Detail> {
    let cards = tree
        .parts
        .iter()
        .filter(|part| is_card(part))
        .take(MAX_CARDS);
    let details = cards.flat_map(|part| {
        let raw = part.body.get(..MAX_BYTES).unwrap_or(part.body);
        let bytes = part.encoding.decode(raw);
        let declared = part.content_type.token("charset");
        let told = of_card(&charset::decode(declared.as_deref(), &bytes).text, sender);
        // What lies in an attached message is of whoever wrote that.
        let own = part.nested == 0;
        told.into_iter()
            .filter(move |detail| own || detail.confidence == OF_THE_SENDER)
    });
    details.collect()
}

fn is_card(part: &Part<'_>) -> bool {
    let kind = part.content_type.value.as_str();
    matches!(
        kind,
        "text/vcard" | "text/x-vcard" | "text/directory" | "application/vcard"
    ) || part
        .content_type
        .token("name")
        .is_some_and(|name| name.to_ascii_lowercase().ends_with(".vcf"))
}

/// The first card of a file.
fn of_card(text: &str, sender: Option<&Address>) -> Vec<Detail> {
    let mut found: Vec<(DetailName, String)> = Vec::new();
    for line in unfolded(text) {
        if line.trim().eq_ignore_ascii_case("END:VCARD") {
            break;
        }
        for (name, value) in properties(&line) {
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, value));
            }
        }
    }
    let email = found
        .iter()
        .find(|(name, _)| *name == DetailName::Email)
        .map(|(_, email)| email.to_lowercase());
    let confidence = match (email, sender) {
        (Some(email), Some(sender)) if email == sender.email => OF_THE_SENDER,
        (None, _) => OF_NOBODY,
        _ => OF_ANOTHER,
    };
    let details = found
        .iter()
        .filter_map(|(name, value)| detail(*name, value, confidence, DetailSource::Card));
    details.collect()
}

/// The lines of a card, with those put together that were folded, by a blank or by quoted-printable.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().take(MAX_LINES) {
        let folded = line.strip_prefix([' ', '\t']);
        let Some(last) = lines.last_mut() else {
            lines.push(line.to_owned());
            continue;
        };
        if last.ends_with('=') && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE") {
            last.pop();
            last.push_str(line.trim_start());
        } else if let Some(rest) = folded {
            last.push_str(rest);
        } else {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// What a line tells: a name's two parts, or one thing.
fn properties(line: &str) -> Vec<(DetailName, String)> {
    let Some((DetailName::LastName, whole)) = property(line) else {
        return property(line).into_iter().collect();
    };
    let parts = split_unescaped(&whole);
    let both = [DetailName::LastName, DetailName::FirstName]
        .into_iter()
        .zip(parts);
    both.filter(|(_, part)| !part.is_empty()).collect()
}

/// What a line tells, in one line; a name's parts still divided.
fn property(line: &str) -> Option<(DetailName, String)> {
    let (head, value) = line.split_once(':')?;
    let head = head.to_ascii_uppercase();
    let mut words = head.split(';');
    // Apple groups properties: `item1.EMAIL`.
    let name = words.next()?.rsplit('.').next()?.trim();
    let parameters: Vec<&str> = words.collect();
    let value = decoded(value, &parameters);
    let parts = || split_unescaped(&value);
    let mobile = parameters
        .iter()
        .any(|parameter| parameter.contains("CELL"));
    let fax = parameters
        .iter()
        .any(|parameter| parameter.contains("FAX") || parameter.contains("PAGER"));
    let found = match name {
        "FN" => (DetailName::Name, plain(&value)),
        "N" => (DetailName::LastName, value.clone()),
        "ORG" => (DetailName::Company, parts().first().cloned()?),
        "TITLE" | "ROLE" => (DetailName::Role, plain(&value)),
        "EMAIL" => (
            DetailName::Email,
            plain(&value).trim_start_matches("mailto:").to_owned(),
        ),
        "TEL" if fax => return None,
        "TEL" => {
            let number = plain(&value).trim_start_matches("tel:").to_owned();
            (
                if mobile {
                    DetailName::Mobile
                } else {
                    DetailName::Phone
                },
                number,
            )
        }
        "ADR" => {
            let parts: Vec<String> = parts()
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            (DetailName::Address, parts.join(", "))
        }
        "URL" => (DetailName::Website, plain(&value)),
        _ => return None,
    };
    Some(found).filter(|(_, value)| !value.is_empty())
}

fn decoded(value: &str, parameters: &[&str]) -> String {
    let quoted = parameters
        .iter()
        .any(|parameter| parameter.ends_with("QUOTED-PRINTABLE"));
    if !quoted {
        return value.to_owned();
    }
    let label = parameters
        .iter()
        .find_map(|parameter| parameter.strip_prefix("CHARSET="));
    match qp::BODY.decode(value.as_bytes()) {
        Ok(bytes) => charset::decode(label.or(Some("utf-8")), &bytes).text,
        Err(_) => value.to_owned(),
    }
}

/// The parts of a value that semicolons divide (RFC 6350 §3.4).
fn split_unescaped(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        if c == ';' && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    parts.iter().map(|part| plain(part)).collect()
}

fn plain(value: &str) -> String {
    let value = value
        .replace("\\n", " ")
        .replace("\\N", " ")
        .replace("\\,", ",")
        .replace("\\;", ";");
    value.replace("\\\\", "\\").trim().to_owned()
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
