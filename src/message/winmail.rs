//! The winmail.dat files of a message, opened: their files stand in the list of attachments in their place, and their
//! text is that of a message that has no other.
//!
//! Only these parts are decoded whole, a few of a message; what is in a message inside the message stays closed.

use std::borrow::Cow;
use std::collections::HashSet;

use rules::Attachment;

use super::attachments::{cids, message_name};
use super::body::{about_charset, charset_of_html, with_line_feeds};
use super::html_text::text_of_html;
use super::media_type::{self, LOOK_AT};
use super::notes::Notes;
use super::parts::{Part, Tree};
use super::tnef::{self, Contents, File, SIGNATURE, Text};

/// How many of one message are opened.
const MAX_OPENED: usize = 4;

/// One of a message, decoded.
#[derive(Debug)]
pub(super) struct Packed<'t> {
    /// Which part of the tree it is.
    part: usize,
    bytes: Cow<'t, [u8]>,
}

/// One that could be read.
#[derive(Debug)]
pub(super) struct Opened<'p> {
    part: usize,
    contents: Contents<'p>,
    /// The page in it.
    html: Option<String>,
    /// What is to be said if that page is shown.
    about_html: Option<String>,
}

/// Text of a winmail.dat.
#[derive(Debug)]
pub(super) struct Lent {
    pub(super) text: String,
    pub(super) html: Option<String>,
}

/// Finds them and decodes them.
pub(super) fn unpack<'t>(tree: &'t Tree<'_>, notes: &mut Notes) -> Vec<Packed<'t>> {
    let mut found = Vec::new();
    for (at, part) in tree.parts.iter().enumerate() {
        if !is_winmail(part) {
            continue;
        }
        if found.len() == MAX_OPENED {
            notes.add(format!(
                "Only the first {MAX_OPENED} winmail.dat files of the message were opened."
            ));
            break;
        }
        found.push(Packed {
            part: at,
            bytes: part.encoding.decode(part.body),
        });
    }
    found
}

/// Reads them. Of those that can't be read there is a note, and no other trace.
pub(super) fn open<'p>(packed: &'p [Packed<'_>], notes: &mut Notes) -> Vec<Opened<'p>> {
    packed
        .iter()
        .filter_map(|packed| {
            let contents = tnef::read(&packed.bytes);
            note_state(contents.as_ref(), notes);
            contents.map(|contents| Opened::of(packed.part, contents))
        })
        .collect()
}

/// The text of the first that has some.
pub(super) fn text(opened: &[Opened<'_>], notes: &mut Notes) -> Option<Lent> {
    let lent = opened.iter().find_map(|one| one.lend(notes));
    if lent.is_some() {
        notes.add("The text of the message was packed in winmail.dat, a format of Outlook.");
    } else if opened.iter().any(|one| one.contents.rtf) {
        notes.add(
            "The text of the message is packed in winmail.dat as compressed RTF, a format of Outlook that is not \
             shown; ask the sender to send it as HTML or plain text.",
        );
    }
    lent
}

fn is_winmail(part: &Part<'_>) -> bool {
    part.nested == 0
        && match part.content_type.value.as_str() {
            "application/ms-tnef" | "application/vnd.ms-tnef" => true,
            "application/octet-stream" => part
                .encoding
                .head(part.body, LOOK_AT)
                .starts_with(&SIGNATURE),
            _ => false,
        }
}

fn note_state(contents: Option<&Contents<'_>>, notes: &mut Notes) {
    match contents {
        None => notes.add(
            "Attachments may be hidden in winmail.dat, a format of Outlook, which is damaged and can't be opened; ask \
             the sender to send the message again as HTML or plain text.",
        ),
        Some(contents) if contents.cut_off => notes.add(
            "winmail.dat, a format of Outlook, is damaged or cut off; what could be read of it is shown.",
        ),
        Some(contents) if contents.sum_wrong => notes.add(
            "A checksum in winmail.dat, a format of Outlook, is wrong; what came in it may be damaged.",
        ),
        Some(_) => {}
    }
}

impl<'p> Opened<'p> {
    fn of(part: usize, contents: Contents<'p>) -> Self {
        let mut opened = Self {
            part,
            contents,
            html: None,
            about_html: None,
        };
        if let Some(html) = opened.contents.html {
            let charset = opened.contents.charset_of_html().or_else(|| match html {
                Text::InCodePage(bytes) => charset_of_html(bytes),
                Text::Unicode(_) => None,
            });
            let decoded = opened.contents.decode(html, charset.as_deref());
            opened.about_html = decoded
                .guessed
                .map(|guessed| about_charset(charset.as_deref(), guessed));
            opened.html =
                Some(with_line_feeds(decoded.text)).filter(|html| !html.trim().is_empty());
        }
        opened
    }

    fn lend(&self, notes: &mut Notes) -> Option<Lent> {
        let plain = self.contents.text.map(|text| {
            let decoded = self.contents.decode(text, None);
            (with_line_feeds(decoded.text), decoded.guessed)
        });
        if let Some((text, guessed)) = plain.filter(|(text, _)| !text.trim().is_empty()) {
            notes_of(guessed.map(|guessed| about_charset(None, guessed)), notes);
            return Some(Lent {
                text: text.trim_end().to_owned(),
                html: self.html.clone(),
            });
        }
        let html = self.html.clone()?;
        let text = text_of_html(&html);
        if text.trim().is_empty() {
            return None;
        }
        notes_of(self.about_html.clone(), notes);
        Some(Lent {
            text,
            html: Some(html),
        })
    }

    /// The files in it, as attachments of the message; `pictured` are the content ids that its page shows.
    fn files(&self, pictured: &HashSet<&str>) -> Vec<Attachment> {
        let own = self.html.as_deref().map(cids).unwrap_or_default();
        let shown = |id: &str| pictured.contains(id) || own.contains(id);
        self.contents
            .files
            .iter()
            .map(|file| Attachment {
                inline: file.content_id.as_deref().is_some_and(shown),
                ..attachment(file)
            })
            .collect()
    }
}

/// The files that a part held, if it is a winmail.dat that could be read.
pub(super) fn files_of(
    opened: &[Opened<'_>],
    part: usize,
    pictured: &HashSet<&str>,
) -> Option<Vec<Attachment>> {
    let one = opened.iter().find(|one| one.part == part)?;
    Some(one.files(pictured))
}

fn attachment(file: &File<'_>) -> Attachment {
    let head = file.data.get(..LOOK_AT).unwrap_or(file.data);
    let (name, media_type) = if file.is_message {
        let subject = Some(&file.title).filter(|title| !title.trim().is_empty());
        let name = message_name(subject.unwrap_or(&file.name));
        (name, "message/rfc822".to_owned())
    } else {
        let media_type = media_type::tell(&file.media_type, head, &file.name);
        (file.name.clone(), media_type)
    };
    Attachment {
        name,
        media_type,
        size: file.data.len() as u64,
        inline: false,
        content_id: file.content_id.clone(),
    }
}

fn notes_of(note: Option<String>, notes: &mut Notes) {
    if let Some(note) = note {
        notes.add(note);
    }
}

#[cfg(test)]
#[path = "winmail_tests.rs"]
mod tests;
