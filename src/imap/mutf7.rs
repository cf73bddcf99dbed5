//! Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3), both ways.
//!
//! Reading is strict: whatever is not well formed is `None`, and the caller keeps the server's own spelling.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Trailing bits of the last character are padding; servers that do not zero them are understood all the same.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The name as a person reads it, or nothing if this is not modified UTF-7.
pub(crate) fn decode(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((plain, shifted)) = rest.split_once('&') {
        push_plain(plain, &mut name)?;
        let (encoded, after) = shifted.split_once('-')?;
        if encoded.is_empty() {
            name.push('&');
        } else {
            push_encoded(encoded, &mut name)?;
        }
        rest = after;
    }
    push_plain(rest, &mut name)?;
    Some(name)
}

fn push_plain(plain: &str, name: &mut String) -> Option<()> {
    plain.bytes().all(is_plain).then(|| name.push_str(plain))
}

fn push_encoded(encoded: &str, name: &mut String) -> Option<()> {
    let bytes = BASE64.decode(encoded).ok()?;
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    for character in char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair))) {
        name.push(character.ok()?);
    }
    Some(())
}

/// The name as it goes over the wire: printable ASCII only.
pub(crate) fn encode(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    for character in name.chars() {
        if u8::try_from(character).is_ok_and(is_plain) {
            end_shift(&mut shifted, &mut wire);
            wire.push(character);
            if character == '&' {
                wire.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(
                character
                    .encode_utf16(&mut units)
                    .iter()
                    .flat_map(|unit| unit.to_be_bytes()),
            );
        }
    }
    end_shift(&mut shifted, &mut wire);
    wire
}

fn end_shift(shifted: &mut Vec<u8>, wire: &mut String) {
    if !shifted.is_empty() {
        wire.push('&');
        BASE64.encode_string(&*shifted, wire);
        wire.push('-');
        shifted.clear();
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e)
}

#[cfg(test)]
#[path = "mutf7_tests.rs"]
mod tests;
