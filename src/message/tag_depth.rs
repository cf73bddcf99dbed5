//! Whether HTML can be given to html5ever, which takes time with the square of nesting depth and of attributes.
//!
//! A scan in linear time that never counts less than html5ever will build: a closing tag takes away only what
//! it would close there.

/// How deep tags may be nested.
const MAX_DEPTH: usize = 256;
/// How many attributes, or signs that may begin one, a tag may have.
const MAX_ATTRIBUTES: usize = 512;

const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "!doctype",
];
/// An open one of these is closed by the next of its kind.
const CLOSED_BY_NEXT: [&str; 9] = ["p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody"];
/// These stay open, and come again, when what is around them is closed.
const FORMATTING: [&str; 15] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "span", "strike", "strong",
    "tt", "u",
];

/// Whether the nesting and the tags of `html` are within bounds.
pub(super) fn within_bounds(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some((_, behind)) = rest.split_once('<') {
        rest = behind;
        if let Some(comment) = behind.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let (closing, tag) = behind
            .strip_prefix('/')
            .map_or((false, behind), |tag| (true, tag));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') {
            continue;
        }
        let Some((tag, behind)) = tag_and_rest(tag) else {
            return false;
        };
        rest = behind;
        let name: String = tag
            .chars()
            .take_while(|c| !c.is_whitespace() && *c != '/')
            .take(32)
            .collect::<String>()
            .to_ascii_lowercase();
        if closing {
            close(&mut open, &name);
        } else if !VOID.contains(&name.as_str()) {
            if CLOSED_BY_NEXT.contains(&name.as_str()) && open.last() == Some(&name) {
                open.pop();
            }
            open.push(name);
        }
        if open.len() > MAX_DEPTH {
            return false;
        }
    }
    true
}

/// The inside of a tag up to its `>`, quotes minded; nothing if it has too many attributes.
fn tag_and_rest(tag: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut attributes = 0;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some((tag.get(..at)?, tag.get(at + 1..)?)),
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                attributes += 1;
            }
            (None, b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) => attributes += 1,
            _ => {}
        }
        if attributes > MAX_ATTRIBUTES {
            return None;
        }
    }
    Some((tag, ""))
}

fn close(open: &mut Vec<String>, name: &str) {
    let Some(at) = open.iter().rposition(|one| one == name) else {
        return;
    };
    if FORMATTING.contains(&name) {
        open.remove(at);
        return;
    }
    let mut place = 0;
    open.retain(|one| {
        place += 1;
        place <= at || place > at + 1 && FORMATTING.contains(&one.as_str())
    });
}

#[cfg(test)]
#[path = "tag_depth_tests.rs"]
mod tests;
