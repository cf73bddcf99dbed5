//! Header fields decoded: unfolded, encoded words (RFC 2047) and raw 8-bit bytes (RFC 6532 and before) as text.

use encodify::rfc2047;
use rules::Header;

use super::charset;
use super::fields::Field;
use super::notes::Notes;

/// The top-level fields in their order, decoded, and beside each its undecoded text.
#[derive(Debug, Default)]
pub(super) struct Headers {
    pub(super) list: Vec<Header>,
    /// Unfolded, in Unicode, encoded words still encoded; same order as `list`.
    encoded: Vec<Option<String>>,
}

impl Headers {
    /// Decodes fields; `charset` is that of the body, the best clue for raw 8-bit bytes.
    pub(super) fn decode(fields: &[Field<'_>], charset: Option<&str>, notes: &mut Notes) -> Self {
        let mut headers = Self::default();
        for field in fields {
            let name = String::from_utf8_lossy(field.name).into_owned();
            let text = in_unicode(field.value, charset, &name, notes);
            let value = text_of(text.as_bytes());
            let encoded = (value != text).then_some(text);
            headers.list.push(Header { name, value });
            headers.encoded.push(encoded);
        }
        headers
    }

    /// The first value of a field that is not empty, by its name in lower case.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).find(|value| !value.is_empty())
    }

    /// All values of a field, by its name in lower case.
    pub(super) fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.list
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// All values of a field with their encoded words still encoded: a decoded comma is no separator.
    pub(super) fn all_encoded<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.list
            .iter()
            .zip(&self.encoded)
            .filter(move |(header, _)| header.name.eq_ignore_ascii_case(name))
            .map(|(header, encoded)| encoded.as_deref().unwrap_or(&header.value))
    }
}

/// A field's value as text: unfolded, encoded words decoded, one line.
pub(super) fn text_of(value: &[u8]) -> String {
    let text = rfc2047::decode_text(value, |label, bytes, out| {
        out.push_str(&charset::decode(std::str::from_utf8(label).ok(), bytes).text);
    });
    one_line(&text)
}

/// Line breaks that came out of an encoded word would make two headers of one.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\r' | '\n' | '\t' => ' ',
            '\0' => '\u{FFFD}',
            c => c,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn in_unicode(value: &[u8], charset: Option<&str>, name: &str, notes: &mut Notes) -> String {
    let decoded = match std::str::from_utf8(value) {
        // ISO-2022-JP without encoded words is all ASCII bytes.
        Ok(text) if !text.contains('\u{1B}') => return text.to_owned(),
        _ => charset::decode(charset, value),
    };
    if let Some(guessed) = decoded.guessed {
        notes.add(format!(
            "The {name} header does not say in which charset it is; {guessed} was assumed."
        ));
    }
    decoded.text
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;
