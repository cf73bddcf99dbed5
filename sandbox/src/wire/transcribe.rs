//! Commands and responses as the text that the transcript keeps: no credential, no literal longer than a name.

use imap_codec::encode::Fragment;
use imap_codec::imap_types::command::{Command, CommandBody};

/// Literals up to this length are shown; they are names, not bodies.
const SHOWN_LITERAL: usize = 64;
/// Longer lines are cut.
const SHOWN_LINE: usize = 400;

/// Bytes as one printable line.
pub(super) fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text
        .trim_end_matches(['\r', '\n'])
        .escape_default()
        .take(SHOWN_LINE)
        .collect();
    if shown.len() >= SHOWN_LINE {
        shown.push('…');
    }
    shown
        .replace("\\\"", "\"")
        .replace("\\'", "'")
        .replace("\\\\", "\\")
}

/// A command without its credential and without its message.
pub(super) fn command(command: &Command<'_>, bytes: &[u8]) -> String {
    let tag = command.tag.inner();
    match &command.body {
        CommandBody::Login { username, .. } => {
            format!("{tag} LOGIN {} ***", line(username.as_ref()))
        }
        CommandBody::Authenticate {
            mechanism,
            initial_response,
        } => {
            let initial = if initial_response.is_some() {
                " ***"
            } else {
                ""
            };
            format!("{tag} AUTHENTICATE {mechanism}{initial}")
        }
        CommandBody::Append { .. } => {
            let head = bytes
                .split(|&byte| byte == b'\r')
                .next()
                .unwrap_or_default();
            format!("{} …", line(head))
        }
        _ => line(bytes),
    }
}

/// A line that is no command; it may be a login that went wrong, so little of it is shown.
pub(super) fn nonsense(bytes: &[u8]) -> String {
    let shown = line(bytes);
    let upper = shown.to_ascii_uppercase();
    if upper.contains("LOGIN") || upper.contains("AUTH") {
        return "*** (not understood)".to_owned();
    }
    shown
}

/// A response whose long literals are replaced by an ellipsis.
pub(super) fn response(fragments: &[Fragment]) -> String {
    let parts = fragments.iter().map(|fragment| match fragment {
        Fragment::Line { data } => line(data),
        Fragment::Literal { data, .. } if data.len() <= SHOWN_LITERAL => format!(" {}", line(data)),
        Fragment::Literal { .. } => " …".to_owned(),
    });
    parts.collect()
}
