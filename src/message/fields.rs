//! Header fields as bytes: where each one begins and ends (RFC 5322 §2.2), and where the body does.
//!
//! Forgiving: an mbox `From ` line or blank lines in front, a fold without its blank, a missing blank line
//! before the body. Decodes nothing.

use std::borrow::Cow;

use super::notes::Notes;

/// How many fields of one block are kept.
const MAX_FIELDS: usize = 1_000;
/// How many bytes of one field are kept.
const MAX_FIELD: usize = 64 << 10;

/// One field: its name as written and its value, folded as it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
}

/// A block of fields and where what follows it begins.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) list: Vec<Field<'a>>,
    pub(super) end: usize,
}

impl<'a> Fields<'a> {
    /// The block at the start of a message.
    pub(super) fn read(raw: &'a [u8], notes: &mut Notes) -> Self {
        Self::read_at(raw, start(raw), |_| false, notes)
    }

    /// The block at `at`, which ends early at a line that `is_boundary` knows.
    pub(super) fn read_at(
        raw: &'a [u8],
        at: usize,
        is_boundary: impl Fn(&[u8]) -> bool,
        notes: &mut Notes,
    ) -> Self {
        let mut list: Vec<Field<'a>> = Vec::new();
        let mut open: Option<Open<'a>> = None;
        let mut at = at;
        let end = loop {
            let line = line_at(raw, at);
            if line.is_empty() || line.starts_with(b"--") && is_boundary(line) {
                break at;
            }
            let next = at + line.len();
            if without_break(line).is_empty() {
                break next;
            }
            let line_start = at;
            at = next;
            if let Some(name) = name_of(line) {
                if let Some(open) = open.take() {
                    push(&mut list, open, raw, notes);
                }
                open = Some(Open {
                    name,
                    from: line_start + name.len(),
                    to: next,
                });
                continue;
            }
            let blank = line.iter().all(u8::is_ascii_whitespace);
            let folded = line.starts_with(b" ") || line.starts_with(b"\t");
            match open.as_mut() {
                Some(open) if folded && !blank || goes_on(raw, next) => open.to = next,
                Some(_) if blank => break next,
                None if goes_on(raw, next) => {}
                _ => {
                    if !blank {
                        notes.add("No blank line divides the headers from the text.");
                    }
                    break line_start;
                }
            }
        };
        if let Some(open) = open {
            push(&mut list, open, raw, notes);
        }
        Self { list, end }
    }

    /// What follows the block.
    pub(super) fn body(&self, raw: &'a [u8]) -> &'a [u8] {
        raw.get(self.end..).unwrap_or_default()
    }
}

/// A field whose end is not known yet.
struct Open<'a> {
    name: &'a [u8],
    from: usize,
    to: usize,
}

fn push<'a>(
    list: &mut Vec<Field<'a>>,
    Open { name, from, to }: Open<'a>,
    raw: &'a [u8],
    notes: &mut Notes,
) {
    if list.len() >= MAX_FIELDS {
        notes.add(format!(
            "Only the first {MAX_FIELDS} header fields were read."
        ));
        return;
    }
    let value = raw.get(from..to).unwrap_or_default();
    // Between the name and the colon there may be blanks (RFC 5322 §4.5).
    let value = match value.iter().position(|&byte| byte == b':') {
        Some(colon) => value.get(colon + 1..).unwrap_or_default(),
        None => value,
    };
    if value.len() > MAX_FIELD {
        notes.add(format!(
            "A header field is longer than {MAX_FIELD} bytes; the rest of it was not read."
        ));
    }
    let value = value.get(..MAX_FIELD).unwrap_or(value).trim_ascii();
    list.push(Field { name, value });
}

/// The name that begins a line, if a colon follows it.
fn name_of(line: &[u8]) -> Option<&[u8]> {
    let end = line
        .iter()
        .position(|byte| !matches!(byte, 33..=57 | 59..=126))?;
    let (name, rest) = line.split_at_checked(end)?;
    let colon = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    (!name.is_empty() && colon == Some(&b':')).then_some(name)
}

/// Whether the line at `at` is again one of a header: then the odd line before it did not end the block.
fn goes_on(raw: &[u8], at: usize) -> bool {
    let line = line_at(raw, at);
    name_of(line).is_some_and(|name| {
        name.contains(&b'-') || KNOWN.contains(&name.to_ascii_lowercase().as_slice())
    })
}

/// Names without a hyphen that do not begin an ordinary sentence with a colon.
const KNOWN: [&[u8]; 7] = [
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"sender",
    b"received",
];

/// Where the first field begins: behind a byte order mark, blank lines and an mbox `From ` line.
fn start(raw: &[u8]) -> usize {
    let mut at = if raw.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    loop {
        let line = line_at(raw, at);
        let mbox = line.starts_with(b"From ") || line.starts_with(b">From ");
        let blank = line.iter().all(u8::is_ascii_whitespace);
        if line.is_empty() || !mbox && !blank {
            return at;
        }
        at += line.len();
    }
}

/// The line that begins at `at`, with its line break; empty at the end.
pub(super) fn line_at(raw: &[u8], at: usize) -> &[u8] {
    let rest = raw.get(at..).unwrap_or_default();
    match rest.iter().position(|&byte| byte == b'\n') {
        Some(end) => rest.get(..=end).unwrap_or(rest),
        None => rest,
    }
}

/// A line without the break that ends it.
pub(super) fn without_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The bytes with line feeds, where they have only carriage returns.
pub(super) fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(
        raw.iter()
            .map(|&byte| if byte == b'\r' { b'\n' } else { byte })
            .collect(),
    )
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
