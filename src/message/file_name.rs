//! The name of an attached file as its sender saw it, without anything that could lead it elsewhere.

use super::parts::Part;

/// File systems take 255 bytes; so do we, in characters.
const MAX_NAME: usize = 255;

/// The name that a part gives its file; empty if it gives none.
pub(super) fn of(part: &Part<'_>, charset: Option<&str>) -> String {
    [
        part.disposition.text("filename", charset),
        part.content_type.text("name", charset),
    ]
    .into_iter()
    .flatten()
    .map(|name| plain(&name))
    .find(|name| !name.is_empty())
    .unwrap_or_default()
}

/// A name without path, control and direction-changing characters (`gpj.exe` must not be shown as `exe.jpg`).
pub(super) fn plain(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|piece| !piece.trim().is_empty())
        .unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|&c| !c.is_control() && !turns(c))
        .take(MAX_NAME)
        .collect();
    let kept = kept.trim();
    if kept.chars().all(|c| c == '.') {
        String::new()
    } else {
        kept.to_owned()
    }
}

fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
#[path = "file_name_tests.rs"]
mod tests;
