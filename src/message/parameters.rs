//! A value with parameters: Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231).
//!
//! Keeps the bytes of each value, so that a character split over two RFC 2231 pieces is whole again when they
//! are put together. Forgiving about quotes, comments, blanks and backslashes of Windows paths.

use encodify::hex;

use super::charset;
use super::headers::text_of;

/// How many parameters of one header are kept.
const MAX_PARAMETERS: usize = 256;

/// A header value with its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// What stands before the first semicolon, in lower case.
    pub(super) value: String,
    list: Vec<Parameter>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parameter {
    /// In lower case, without the marks of RFC 2231.
    name: String,
    /// Number of the piece, where the value came in pieces.
    piece: Option<u32>,
    /// Percent-encoded, the first piece with its charset in front.
    extended: bool,
    bytes: Vec<u8>,
}

impl Parameters {
    /// A value without parameters.
    pub(super) fn of(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            list: Vec::new(),
        }
    }

    /// Reads a header's value.
    pub(super) fn parse(raw: &[u8]) -> Self {
        let mut pieces = split(raw).into_iter();
        let value = pieces
            .next()
            .map(|first| word(&unquoted(&first)).to_ascii_lowercase())
            .unwrap_or_default();
        let list = pieces
            .take(MAX_PARAMETERS)
            .filter_map(|piece| Parameter::parse(&piece))
            .collect();
        Self { value, list }
    }

    /// A parameter's bytes as they are.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.list
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.bytes.as_slice())
    }

    /// The first word of a parameter, for those that are no text for people.
    pub(super) fn token(&self, name: &str) -> Option<String> {
        self.bytes(name)
            .map(|bytes| word(bytes).to_owned())
            .filter(|token| !token.is_empty())
    }

    /// A parameter as text: pieces joined, percent signs and encoded words decoded.
    pub(super) fn text(&self, name: &str, charset: Option<&str>) -> Option<String> {
        let all = || self.list.iter().filter(|one| one.name == name);
        if let Some(whole) = all().find(|one| one.extended && one.piece.is_none()) {
            return Some(extended_text(&percent(&whole.bytes)));
        }
        let mut pieces: Vec<&Parameter> = all().filter(|one| one.piece.is_some()).collect();
        if pieces.is_empty() {
            return all().next().map(|plain| plain_text(&plain.bytes, charset));
        }
        pieces.sort_by_key(|one| one.piece);
        let extended = pieces.first().is_some_and(|first| first.extended);
        let joined: Vec<u8> = pieces
            .iter()
            .flat_map(|one| {
                if one.extended {
                    percent(&one.bytes)
                } else {
                    one.bytes.clone()
                }
            })
            .collect();
        Some(if extended {
            extended_text(&joined)
        } else {
            plain_text(&joined, charset)
        })
    }
}

impl Parameter {
    fn parse(piece: &[u8]) -> Option<Self> {
        let equals = piece.iter().position(|&byte| byte == b'=')?;
        let (name, value) = piece.split_at_checked(equals)?;
        let name = String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase();
        let bytes = unquoted(value.get(1..).unwrap_or_default());
        let (name, extended) = match name.strip_suffix('*') {
            Some(name) => (name, true),
            None => (name.as_str(), false),
        };
        let (name, piece) = match name.split_once('*') {
            Some((name, number)) => (name, number.parse().ok()),
            None => (name, None),
        };
        let name = name.trim().to_owned();
        (!name.is_empty()).then_some(Self {
            name,
            piece,
            extended,
            bytes,
        })
    }
}

/// Cuts at the semicolons that are in no quotes; folds become blanks.
fn split(raw: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let (mut quoted, mut escaped) = (false, false);
    for &byte in raw {
        let ends = byte == b';' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        if ends {
            if pieces.len() > MAX_PARAMETERS {
                break;
            }
            pieces.push(Vec::new());
        } else if !matches!(byte, b'\r' | b'\n')
            && let Some(piece) = pieces.last_mut()
        {
            piece.push(byte);
        }
    }
    pieces
}

/// Without quotes and trailing comment. A backslash is kept unless it escapes a quote or a backslash:
/// `"C:\Users\me.pdf"` is far more frequent than an escaped letter.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii();
    let Some(inner) = value.strip_prefix(b"\"") else {
        let end = value
            .windows(2)
            .position(|two| two == b" (")
            .unwrap_or(value.len());
        return value.get(..end).unwrap_or(value).trim_ascii().to_vec();
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'"', _) => break,
            (b'\\', Some(&next @ (b'"' | b'\\'))) => {
                out.push(next);
                bytes.next();
            }
            _ => out.push(byte),
        }
    }
    out
}

/// The first word as text.
fn word(bytes: &[u8]) -> &str {
    let text = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    text.split([' ', '\t', '(', ','])
        .find(|word| !word.is_empty())
        .unwrap_or("")
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'%', [high, low, behind @ ..])
                if let Some(decoded) = hex::decode_pair(*high, *low) =>
            {
                out.push(decoded);
                rest = behind;
            }
            _ => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}

/// `charset'language'text` (RFC 2231 §4).
fn extended_text(bytes: &[u8]) -> String {
    let mut parts = bytes.splitn(3, |&byte| byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(label), Some(_), Some(text)) => {
            charset::decode(std::str::from_utf8(label).ok(), text).text
        }
        _ => charset::decode(None, bytes).text,
    }
}

/// A plain value may hold encoded words, which RFC 2047 §5 forbids and most mailers write, or raw bytes.
fn plain_text(bytes: &[u8], charset: Option<&str>) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => charset::decode(charset, bytes).text,
    };
    if text.contains("=?") {
        text_of(text.as_bytes())
    } else {
        text
    }
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
