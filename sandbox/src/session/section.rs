//! The pieces of a message that FETCH may ask for: all of it, its header, some header fields, its text. Parts of a
//! multipart are not served; nor are ENVELOPE and BODYSTRUCTURE.

use imap_codec::imap_types::core::{AString, Vec1};
use imap_codec::imap_types::fetch::Section;

/// The bytes of a section; `None` when it is one of those that are not served.
pub(super) fn bytes(raw: &[u8], section: Option<&Section<'_>>) -> Option<Vec<u8>> {
    let (header, text) = split(raw);
    match section {
        None => Some(raw.to_vec()),
        Some(Section::Header(None)) => Some(header.to_vec()),
        Some(Section::Text(None)) => Some(text.to_vec()),
        Some(Section::HeaderFields(None, names)) => {
            Some(fields(header, |name| listed(names, name)))
        }
        Some(Section::HeaderFieldsNot(None, names)) => {
            Some(fields(header, |name| !listed(names, name)))
        }
        Some(_) => None,
    }
}

/// The header with the blank line that ends it, and the rest.
pub(super) fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if line == b"\r\n" || line == b"\n" {
            break;
        }
    }
    raw.split_at_checked(at).unwrap_or((raw, &[]))
}

/// Header fields unfolded no further than they are: `(name, whole field with its continuation lines)`.
pub(super) fn header_fields(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for line in header.split_inclusive(|&byte| byte == b'\n') {
        match (line.first(), fields.last_mut()) {
            (Some(b' ' | b'\t'), Some((_, field))) => field.extend(line),
            _ => {
                if let Some(colon) = line.iter().position(|&byte| byte == b':') {
                    let name = String::from_utf8_lossy(line.get(..colon).unwrap_or_default())
                        .trim()
                        .to_owned();
                    fields.push((name, line.to_vec()));
                }
            }
        }
    }
    fields
}

fn fields(header: &[u8], wanted: impl Fn(&str) -> bool) -> Vec<u8> {
    let chosen = header_fields(header)
        .into_iter()
        .filter(|(name, _)| wanted(name));
    let mut bytes: Vec<u8> = chosen.flat_map(|(_, field)| field).collect();
    bytes.extend(b"\r\n");
    bytes
}

fn listed(names: &Vec1<AString<'_>>, name: &str) -> bool {
    names
        .as_ref()
        .iter()
        .any(|listed| listed.as_ref().eq_ignore_ascii_case(name.as_bytes()))
}

/// The piece of a section that `<start.length>` names.
pub(super) fn partial(bytes: Vec<u8>, start: u32, length: u32) -> Vec<u8> {
    let (start, length) = (
        usize::try_from(start).unwrap_or(usize::MAX),
        usize::try_from(length).unwrap_or(usize::MAX),
    );
    bytes.into_iter().skip(start).take(length).collect()
}
