//! The text a person reads, and the HTML it may have come as.
//!
//! Of alternatives (RFC 2046 §5.1.4) the plain one is the text and the HTML one the HTML; texts that follow each
//! other are joined. Where there is no text, what else can be read takes its place, with a note.

use std::borrow::Cow;
use std::collections::HashSet;

use super::MAX_TEXT;
use super::charset;
use super::file_name;
use super::flowed::unflow;
use super::html_text::text_of_html;
use super::notes::{Notes, excerpt};
use super::parts::{Part, Tree};
use super::safe_html::plain_as_html;
use super::transfer::Encoding;
use super::winmail::{self, Opened};

/// How many encoded bytes of one text are decoded.
const MAX_ENCODED: usize = 4 * MAX_TEXT;

/// What was made of the parts that are text.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) html: Option<String>,
    /// For each part of the tree whether it is in here, and so no attachment.
    pub(super) shown: Vec<bool>,
}

/// One text part, decoded.
struct Piece {
    html: bool,
    alternative: Option<usize>,
    content: String,
}

/// Reads the text of a message, or that of a winmail.dat in it if it has no other.
pub(super) fn read(tree: &Tree<'_>, opened: &[Opened<'_>], notes: &mut Notes) -> Body {
    let mut body = body_at(tree, 0, notes);
    if body.text.is_empty()
        && let Some(lent) = winmail::text(opened, notes)
    {
        body.text = lent.text;
        body.html = lent.html.or(body.html);
    }
    if body.text.is_empty() {
        stand_in(tree, &mut body, notes);
    }
    note_what_hides(tree, notes);
    cut(&mut body.text, notes);
    if let Some(html) = &mut body.html {
        cut(html, notes);
    }
    body
}

/// The text of a message inside the message, whose tree this is.
pub(super) fn text_of(tree: &Tree<'_>) -> String {
    let mut text = body_at(tree, 0, &mut Notes::default()).text;
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    text
}

fn body_at(tree: &Tree<'_>, nested: usize, notes: &mut Notes) -> Body {
    let mut left = MAX_ENCODED;
    let mut pieces = Vec::new();
    let mut shown = Vec::with_capacity(tree.parts.len());
    for part in &tree.parts {
        let show = part.nested == nested && is_text(part);
        shown.push(show);
        if show {
            pieces.push(piece_of(part, &mut left, notes));
        }
    }
    let html = joined_html(&pieces);
    Body {
        text: joined_text(&pieces),
        html,
        shown,
    }
}

/// Whether a part is read rather than opened.
fn is_text(part: &Part<'_>) -> bool {
    let kind = part.content_type.value.as_str();
    matches!(
        kind,
        "text/plain" | "text/html" | "text/enriched" | "application/xhtml+xml"
    ) && part.disposition.value != "attachment"
        && (part.alternative.is_some() || file_name::of(part, None).is_empty())
}

fn piece_of(part: &Part<'_>, left: &mut usize, notes: &mut Notes) -> Piece {
    let html = part.content_type.value.contains("html");
    let alternative = part.alternative;
    if part.body.len() > *left {
        notes.add(format!(
            "The text is longer than {MAX_TEXT} bytes; only its beginning was read."
        ));
    }
    let encoded = part.body.get(..*left).unwrap_or(part.body);
    *left -= encoded.len();
    if let Encoding::Unknown(name) = &part.encoding {
        let name = excerpt(name);
        notes.add(format!(
            "The text is encoded in a way that is not known ({name}); it is shown as it came."
        ));
    }
    let bytes = part.encoding.decode(encoded);
    let declared = part
        .content_type
        .token("charset")
        .or_else(|| html.then(|| charset_of_html(&bytes)).flatten());
    let decoded = charset::decode(declared.as_deref(), &bytes);
    if let Some(guessed) = decoded.guessed {
        notes.add(about_charset(declared.as_deref(), guessed));
    }
    let flowed = !html
        && part
            .content_type
            .token("format")
            .is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let delsp = part
        .content_type
        .token("delsp")
        .is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
    let content = with_line_feeds(decoded.text);
    let content = match part.content_type.value.as_str() {
        "text/enriched" => text_of_html(&content),
        _ if flowed => unflow(&content, delsp),
        _ => content,
    };
    Piece {
        html,
        alternative,
        content,
    }
}

pub(super) fn about_charset(declared: Option<&str>, guessed: &str) -> String {
    match declared {
        Some(declared) if charset::is_called(guessed, declared) => {
            format!("The text has characters that are broken in its charset, {guessed}.")
        }
        Some(declared) => {
            let declared = excerpt(declared);
            format!(
                "The text says that it is in {declared}, which it is not; {guessed} was assumed."
            )
        }
        None => format!("The text does not say in which charset it is; {guessed} was assumed."),
    }
}

fn joined_text(pieces: &[Piece]) -> String {
    let has_plain = |piece: &&Piece| !piece.html && !piece.content.trim().is_empty();
    let plain: HashSet<Option<usize>> = pieces
        .iter()
        .filter(has_plain)
        .map(|piece| piece.alternative)
        .collect();
    let mut said = HashSet::new();
    let mut text = String::new();
    for piece in pieces {
        let alternative = piece.alternative;
        let beaten = piece.html && alternative.is_some() && plain.contains(&alternative);
        // Alternatives of one sort are two languages, or the same thing twice.
        if beaten || alternative.is_some() && !said.insert((alternative, piece.content.as_str())) {
            continue;
        }
        let content = if piece.html {
            Cow::Owned(text_of_html(&piece.content))
        } else {
            Cow::Borrowed(piece.content.as_str())
        };
        let content = content.trim_end().trim_start_matches(['\n', '\u{FEFF}']);
        if content.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(content);
    }
    text
}

fn joined_html(pieces: &[Piece]) -> Option<String> {
    pieces.iter().find(|piece| piece.html)?;
    let mut html = String::new();
    for piece in pieces {
        if piece.html {
            html.push_str(&piece.content);
        } else if piece.alternative.is_none() && !piece.content.trim().is_empty() {
            html.push_str(&plain_as_html(&piece.content));
        }
    }
    (!html.trim().is_empty()).then_some(html)
}

/// For a message without text of its own: the text of a message inside it, else any text part, else what stands
/// outside its parts.
fn stand_in(tree: &Tree<'_>, body: &mut Body, notes: &mut Notes) {
    let deepest = tree.parts.iter().map(|part| part.nested).max().unwrap_or(0);
    for nested in 1..=deepest {
        let inner = body_at(tree, nested, notes);
        if !inner.text.is_empty() {
            notes.add(
                "The message has no text of its own; that of the message attached to it is shown.",
            );
            body.text = inner.text;
            return;
        }
    }
    let mut left = MAX_ENCODED;
    for part in tree.parts.iter().filter(|part| is_some_text(part)) {
        let piece = piece_of(part, &mut left, notes);
        if !piece.content.trim().is_empty() {
            notes.add("The message has no text of its own; that of an attachment is shown.");
            piece.content.trim().clone_into(&mut body.text);
            return;
        }
    }
    let outside: Vec<String> = tree
        .asides
        .iter()
        .map(|aside| charset::decode(None, aside).text)
        .collect();
    body.text = with_line_feeds(outside.join("\n\n"));
    if !body.text.is_empty() {
        notes.add("The message has no text of its own; what stands outside its parts is shown.");
    }
}

fn is_some_text(part: &Part<'_>) -> bool {
    let kind = part.content_type.value.as_str();
    // A multipart is a leaf only where it was nested too deep to be taken apart.
    let readable = [
        "text/plain",
        "text/html",
        "text/calendar",
        "message/delivery-status",
    ];
    (readable.contains(&kind) || kind.starts_with("multipart/")) && part.body.len() <= MAX_TEXT
}

fn note_what_hides(tree: &Tree<'_>, notes: &mut Notes) {
    let any = |kinds: &[&str]| {
        tree.parts
            .iter()
            .any(|part| kinds.contains(&part.content_type.value.as_str()))
    };
    let smime = |part: &Part<'_>| part.content_type.value.ends_with("pkcs7-mime");
    if tree.content_type.value == "multipart/encrypted"
        || any(&["application/pgp-encrypted"])
        || tree.parts.iter().any(smime)
    {
        notes.add("The message is encrypted, or signed in a closed form; its text can't be read.");
    }
}

/// What a page says about itself in its first kilobyte.
pub(super) fn charset_of_html(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, behind) = head.split_once("charset=")?;
    let name: String = behind
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

pub(super) fn with_line_feeds(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

fn cut(text: &mut String, notes: &mut Notes) {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        notes.add(format!(
            "The text is longer than {MAX_TEXT} bytes; only its beginning was read."
        ));
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
