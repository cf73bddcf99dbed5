//! What a server says, made fit to be shown.

/// Characters kept of what a server says.
const LONGEST: usize = 300;

/// One line without control characters, of bearable length.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    match clean.char_indices().nth(LONGEST) {
        Some((at, _)) => {
            clean.truncate(at);
            clean + "…"
        }
        None => clean,
    }
}
