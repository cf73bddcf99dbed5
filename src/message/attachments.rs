//! Attached files: true names, true types and sizes, without decoding more than their first bytes.

use std::collections::HashSet;

use rules::Attachment;

use super::body::Body;
use super::charset;
use super::fields::Fields;
use super::file_name;
use super::headers::text_of;
use super::media_type::{self, LOOK_AT};
use super::notes::Notes;
use super::parts::{Part, Tree};
use super::threads::id_of;
use super::winmail::{self, Opened};

/// How many attachments are listed.
const MAX_ATTACHMENTS: usize = 1_000;
/// How many `cid:` of a page are looked at.
const MAX_CIDS: usize = 1_000;

/// Lists the parts of the message that are not its text, and of a winmail.dat that was opened what is in it. What is
/// inside a message inside the message is that one's.
pub(super) fn list(
    tree: &Tree<'_>,
    body: &Body,
    opened: &[Opened<'_>],
    notes: &mut Notes,
) -> Vec<Attachment> {
    let charset = tree.charset();
    let pictured = body.html.as_deref().map(cids).unwrap_or_default();
    let mut attachments = Vec::new();
    for (at, (part, shown)) in tree.parts.iter().zip(&body.shown).enumerate() {
        let same_again = matches!(
            part.content_type.value.as_str(),
            "text/x-amp-html" | "text/watch-html"
        );
        if *shown || part.nested > 0 || same_again {
            continue;
        }
        match winmail::files_of(opened, at, &pictured) {
            Some(files) => attachments.extend(files),
            None => attachments.push(attachment(part, charset.as_deref(), &pictured)),
        }
        if attachments.len() > MAX_ATTACHMENTS {
            attachments.truncate(MAX_ATTACHMENTS);
            notes.add(format!(
                "Only the first {MAX_ATTACHMENTS} attachments are listed."
            ));
            break;
        }
    }
    attachments
}

fn attachment(part: &Part<'_>, charset: Option<&str>, pictured: &HashSet<&str>) -> Attachment {
    let declared = part.content_type.value.as_str();
    let mut name = file_name::of(part, charset);
    if name.is_empty() {
        name = name_of_nameless(part);
    }
    let head = part.encoding.head(part.body, LOOK_AT);
    let content_id = part.content_id.and_then(id_of);
    let inline = part.disposition.value == "inline"
        || content_id
            .as_deref()
            .is_some_and(|id| pictured.contains(id))
            && part.disposition.value != "attachment";
    Attachment {
        media_type: media_type::tell(declared, &head, &name),
        size: part.encoding.size(part.body),
        name,
        inline,
        content_id,
    }
}

/// A message inside the message is called by its subject; an invitation as calendars call it.
fn name_of_nameless(part: &Part<'_>) -> String {
    match part.content_type.value.as_str() {
        "message/rfc822" | "message/global" => {
            let head = part.encoding.head(part.body, 64 << 10);
            let fields = Fields::read(&head, &mut Notes::default());
            let subject = fields
                .list
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(b"Subject"));
            let subject =
                subject.map(|field| text_of(charset::decode(None, field.value).text.as_bytes()));
            message_name(&subject.unwrap_or_default())
        }
        "text/calendar" => "invite.ics".to_owned(),
        _ => String::new(),
    }
}

/// What a message inside the message is called.
pub(super) fn message_name(subject: &str) -> String {
    let subject = file_name::plain(&subject.replace(['/', '\\'], "-"));
    if subject.is_empty() {
        "message.eml".to_owned()
    } else {
        format!("{subject}.eml")
    }
}

/// The content ids that a page shows.
pub(super) fn cids(html: &str) -> HashSet<&str> {
    html.split("cid:")
        .skip(1)
        .take(MAX_CIDS)
        .filter_map(|behind| behind.split(['"', '\'', ')', '>', ' ', '&']).next())
        .collect()
}

#[cfg(test)]
#[path = "attachments_tests.rs"]
mod tests;
