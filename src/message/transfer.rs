//! Content-Transfer-Encoding (RFC 2045 §6), decoded leniently: no byte of a part is given up because another is odd.

use std::borrow::Cow;

use encodify::{base64, qp};

/// How a part's bytes were made fit for transport.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 7bit, 8bit, binary.
    #[default]
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
    /// One that we do not know, by its name.
    Unknown(String),
}

impl Encoding {
    /// Reads the header's value.
    pub(super) fn parse(value: &[u8]) -> Self {
        let value = String::from_utf8_lossy(value).trim().to_ascii_lowercase();
        let word = value
            .split([' ', ';', '(', '\t', '\r', '\n'])
            .next()
            .unwrap_or("")
            .trim_matches('"');
        match word {
            "base64" | "base-64" | "b64" => Self::Base64,
            "quoted-printable" | "quoted" | "quoted_printable" | "qp" => Self::QuotedPrintable,
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" | "7bits" | "8bits" | "none"
            | "utf-8" => Self::Identity,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The decoded bytes.
    pub(super) fn decode<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Self::Identity | Self::Unknown(_) => Cow::Borrowed(body),
            Self::Base64 => Cow::Owned(decode_base64(body)),
            Self::QuotedPrintable => qp::BODY.decode(body).unwrap_or(Cow::Borrowed(body)),
        }
    }

    /// The size of the decoded bytes, found without keeping them.
    pub(super) fn size(&self, body: &[u8]) -> u64 {
        let size = match self {
            Self::Identity | Self::Unknown(_) => body.len(),
            Self::Base64 => base64::LENIENT
                .decoded_len(body)
                .unwrap_or_else(|_| decode_base64(body).len()),
            Self::QuotedPrintable => qp::BODY.decoded_len(body).unwrap_or(body.len()),
        };
        size as u64
    }

    /// The first decoded bytes, at most about `wanted`.
    pub(super) fn head<'a>(&self, body: &'a [u8], wanted: usize) -> Cow<'a, [u8]> {
        let head = body.get(..wanted.saturating_mul(2)).unwrap_or(body);
        self.decode(head)
    }
}

/// Base64 with or without padding, with foreign bytes in between, or with plain text behind it as mailing lists
/// and virus scanners append it.
fn decode_base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(base64::LENIENT.decoded_len_estimate(body.len()));
    let read = base64::LENIENT.decode_prefix(body, &mut out);
    let Some(rest) = body.get(read..).filter(|rest| !rest.is_empty()) else {
        return out;
    };
    let line_start = body
        .get(..read)
        .and_then(|read| read.iter().rposition(|&byte| byte == b'\n'))
        .map_or(0, |at| at + 1);
    let (encoded, line_on) = body.split_at_checked(line_start).unwrap_or((body, &[]));
    out.clear();
    if is_prose(line_on) {
        base64::LENIENT.decode_prefix(encoded, &mut out);
        out.push(b'\n');
        out.extend_from_slice(line_on);
        return out;
    }
    let symbols: Vec<u8> = encoded
        .iter()
        .chain(line_on)
        .copied()
        .filter(|&byte| is_symbol(byte))
        .collect();
    base64::LENIENT.decode_prefix(&symbols, &mut out);
    if out.is_empty() { rest.to_vec() } else { out }
}

/// Whether a line is plain text rather than base64 with a slip: words with blanks, or a row of signs.
fn is_prose(from: &[u8]) -> bool {
    let line = from
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let foreign = line.iter().filter(|&&byte| !is_symbol(byte)).count();
    line.contains(&b' ') || foreign * 4 > line.len()
}

fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
