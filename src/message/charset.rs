//! Bytes to text, whatever the label says: the declared charset where it fits the bytes, else a guess.
//!
//! Never fails; says when it guessed. RFC 2045 §5.2 (`us-ascii` unless told), and what mailers do instead.

use std::borrow::Cow;

use encoding_rs::{
    Encoding, GB18030, ISO_2022_JP, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decoded text and how it came about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// The charset that was assumed when the declared one did not fit or none was declared.
    pub(super) guessed: Option<&'static str>,
}

/// Decodes by the label if that fits the bytes, else by what they look like.
pub(super) fn decode(label: Option<&str>, bytes: &[u8]) -> Decoded {
    let label = label
        .map(|label| label.trim_matches(['"', '\'', ' ', '\t']))
        .filter(|label| !label.is_empty());
    let sure = |text: String| Decoded {
        text: clean(text),
        guessed: None,
    };
    if bytes.is_ascii() && !label.is_some_and(needs_decoding) && !bytes.contains(&0x1B) {
        return sure(String::from_utf8_lossy(bytes).into_owned());
    }
    let known = label.and_then(|label| Encoding::for_label_no_replacement(label.as_bytes()));
    if known.is_none_or(|encoding| is_western(encoding) || encoding == UTF_8)
        && let Ok(text) = std::str::from_utf8(bytes)
        && !label.is_some_and(needs_decoding)
        && !bytes.contains(&0x1B)
    {
        return sure(text.trim_start_matches('\u{FEFF}').to_owned());
    }
    if let Some(encoding) = known.filter(|&encoding| encoding != UTF_8) {
        let bytes = without_idle_escapes(encoding, bytes);
        let (text, _, failed) = encoding.decode(&bytes);
        if !failed {
            return sure(text.into_owned());
        }
    } else if let Some(decoder) = label.and_then(|label| charset_decoder(label.as_bytes())) {
        let text = decoder(bytes);
        // What it stands for charsets that browsers refuse, whatever the bytes were.
        if text != "\u{FFFD}" {
            return sure(text);
        }
    }
    guess(known, bytes)
}

/// Whether `label` is a name of the charset called `name`.
pub(super) fn is_called(name: &str, label: &str) -> bool {
    Encoding::for_label(label.as_bytes()).is_some_and(|encoding| encoding.name() == name)
}

/// Two encoded words of ISO-2022-JP, joined, shift to ASCII and at once back (RFC 2047 §2 asks each for it); the
/// decoder takes a shift that nothing follows for an error.
fn without_idle_escapes<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let idle = |at: usize| bytes.get(at) == Some(&0x1B) && bytes.get(at + 3) == Some(&0x1B);
    if encoding != ISO_2022_JP || !(0..bytes.len()).any(idle) {
        return Cow::Borrowed(bytes);
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, others)) = rest.split_first() {
        if idle(bytes.len() - rest.len()) {
            rest = rest.get(3..).unwrap_or_default();
        } else {
            kept.push(*first);
            rest = others;
        }
    }
    Cow::Owned(kept)
}

/// Charsets in which plain ASCII bytes may mean something else.
fn needs_decoding(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    [
        "utf-16",
        "utf16",
        "utf-7",
        "utf7",
        "iso-2022",
        "hz-gb",
        "unicode-1-1-utf-7",
    ]
    .iter()
    .any(|odd| label.starts_with(odd))
}

/// Charsets that are declared by default rather than by knowledge.
fn is_western(encoding: &'static Encoding) -> bool {
    encoding == WINDOWS_1252
}

fn guess(declared: Option<&'static Encoding>, bytes: &[u8]) -> Decoded {
    let encoding = looks_like(bytes, declared);
    let (text, _, failed) = encoding.decode(bytes);
    if failed && encoding != UTF_8 {
        let text = WINDOWS_1252.decode(bytes).0.into_owned();
        return Decoded {
            text: clean(text),
            guessed: Some(WINDOWS_1252.name()),
        };
    }
    // Valid UTF-8 is no guess.
    let guessed = (failed || encoding != UTF_8).then(|| encoding.name());
    Decoded {
        text: clean(text.into_owned()),
        guessed,
    }
}

/// The charset that the bytes most likely are in.
fn looks_like(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    if bytes.starts_with(b"\xFF\xFE") {
        return UTF_16LE;
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return UTF_16BE;
    }
    if bytes
        .windows(3)
        .any(|three| matches!(three, [0x1B, b'$', b'@' | b'B'] | [0x1B, b'(', b'J']))
    {
        return ISO_2022_JP;
    }
    let cut_off = |failed: std::str::Utf8Error| failed.error_len().is_none();
    if declared == Some(UTF_8) && std::str::from_utf8(bytes).is_err_and(cut_off) {
        return UTF_8;
    }
    if mostly_utf8(bytes) {
        return UTF_8;
    }
    // A multi-byte text with a broken spot is still that text.
    if let Some(declared) =
        declared.filter(|encoding| !encoding.is_single_byte() && *encoding != UTF_8)
    {
        return declared;
    }
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let (lower, upper) = (count(bytes, 0xC0..=0xDF), count(bytes, 0xE0..=0xFF));
    if lower + upper <= letters {
        return WINDOWS_1252;
    }
    // Hanzi take two bytes of which the second is as often below 0xC0; Cyrillic letters are all above.
    if count(bytes, 0x81..=0xBF) * 3 > lower + upper {
        return if GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
        {
            GB18030
        } else {
            WINDOWS_1252
        };
    }
    // What KOI8-R has as small letters, windows-1251 has as capitals; text is mostly small letters.
    if lower > upper { KOI8_R } else { WINDOWS_1251 }
}

fn count(bytes: &[u8], range: std::ops::RangeInclusive<u8>) -> usize {
    bytes.iter().filter(|byte| range.contains(byte)).count()
}

/// Whether the bytes are UTF-8 but for a few: a text cut in the middle of a character, a stray byte.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid > broken * 4 || broken == 0
}

/// Without NUL, which no database takes in text.
pub(super) fn clean(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}")
    } else {
        text
    }
}

#[cfg(test)]
#[path = "charset_tests.rs"]
mod tests;
