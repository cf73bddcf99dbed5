//! Whether HTML can be given to html5ever, which takes time with the square of nesting, of attributes and of
//! what stands in a table where it must not.
//!
//! A scan in linear time that never counts less than html5ever will build: a closing tag takes away only what
//! it would close there, and formatting that is still open is built anew in every block that follows. Where the
//! scan could be led astray (foreign content, quotes, scripts) it refuses all but a few tags.

use super::html_tags::behind_declaration;

/// How deep tags may be nested.
const MAX_DEPTH: usize = 256;
/// How many attributes, or signs that may begin one, a tag may have.
const MAX_ATTRIBUTES: usize = 512;
/// How many tags a page may have.
const MAX_TAGS: usize = 20_000;
/// How many elements formatting that is still open may be built anew as.
const MAX_REBUILT: usize = 50_000;
/// How many tags may stand in a table where only rows and cells may.
const MAX_MISPLACED: usize = 2_000;
/// How many signs of a tag may stand where we see none, in quotes and scripts.
const MAX_HIDDEN: usize = 200;

const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "!doctype",
];
/// What may only hold rows and cells, and what may stand there.
const TABLE: [&str; 5] = ["table", "tbody", "thead", "tfoot", "tr"];
const IN_TABLE: [&str; 11] = [
    "caption", "colgroup", "col", "tbody", "thead", "tfoot", "tr", "td", "th", "style", "script",
];
/// An open one of these is closed by the next of its kind.
const CLOSED_BY_NEXT: [&str; 9] = ["p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody"];
/// These stay open, and come again, when what is around them is closed.
const FORMATTING: [&str; 15] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "span", "strike", "strong",
    "tt", "u",
];
/// Between these there are no tags.
const RAW: [&str; 8] = [
    "style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
];
/// With these, what is a tag depends on more than this scan knows.
const REFUSED: [&str; 4] = ["svg", "math", "noscript", "![cdata["];

/// Whether nothing in `html` takes html5ever more than a moment.
pub(super) fn within_bounds(html: &str) -> bool {
    let mut scan = Scan {
        rest: html,
        ..Scan::default()
    };
    while scan.step().is_some() {
        let over = scan.open.len() > MAX_DEPTH
            || scan.tags > MAX_TAGS
            || scan.rebuilt > MAX_REBUILT
            || scan.misplaced > MAX_MISPLACED
            || scan.hidden > MAX_HIDDEN
            || scan.refused;
        if over {
            return false;
        }
    }
    !scan.refused
}

#[derive(Default)]
struct Scan<'h> {
    rest: &'h str,
    open: Vec<String>,
    tags: usize,
    rebuilt: usize,
    misplaced: usize,
    hidden: usize,
    refused: bool,
}

impl<'h> Scan<'h> {
    /// Goes behind the next tag or comment; nothing at the end.
    fn step(&mut self) -> Option<()> {
        let (_, behind) = self.rest.split_once('<')?;
        self.rest = behind;
        if behind.starts_with("!--") {
            self.rest = behind_declaration(behind);
            return Some(());
        }
        let (closing, tag) = behind
            .strip_prefix('/')
            .map_or((false, behind), |tag| (true, tag));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') {
            return Some(());
        }
        self.tags += 1;
        let name = tag
            .split(|c: char| c.is_ascii_whitespace() || "/>".contains(c))
            .next()?;
        let name: String = name
            .chars()
            .take(32)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        self.refused |= REFUSED.iter().any(|refused| name.starts_with(refused));
        self.go_behind(tag);
        if closing {
            self.close(&name);
        } else {
            self.open(name);
        }
        Some(())
    }

    /// Goes behind the `>` that ends a tag.
    fn go_behind(&mut self, tag: &'h str) {
        let (mut quote, mut last, mut attributes) = (None, 0, 0);
        for (at, byte) in tag.bytes().enumerate() {
            self.hidden += usize::from(byte == b'<');
            // Quotes have a meaning only behind an equals sign.
            match byte {
                b'>' if quote.is_none() => {
                    self.rest = tag.get(at + 1..).unwrap_or_default();
                    return;
                }
                b'"' | b'\'' if quote.is_none() && last == b'=' => quote = Some(byte),
                _ if quote == Some(byte) => quote = None,
                _ => {}
            }
            if byte.is_ascii_whitespace() || byte == b'/' || byte == b'"' || byte == b'\'' {
                attributes += usize::from(quote.is_none());
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
            if attributes > MAX_ATTRIBUTES {
                break;
            }
        }
        self.refused = true;
    }

    fn open(&mut self, name: String) {
        if RAW.contains(&name.as_str()) {
            self.skip_raw(&name);
            return;
        }
        let in_table = self
            .open
            .last()
            .is_some_and(|last| TABLE.contains(&last.as_str()));
        self.misplaced += usize::from(in_table && !IN_TABLE.contains(&name.as_str()));
        if !VOID.contains(&name.as_str()) {
            if CLOSED_BY_NEXT.contains(&name.as_str()) && self.open.last() == Some(&name) {
                self.open.pop();
            }
            self.open.push(name);
        }
        let formatting = |one: &&String| FORMATTING.contains(&one.as_str());
        self.rebuilt += self.open.iter().filter(formatting).count();
    }

    fn skip_raw(&mut self, name: &str) {
        while let Some((_, behind)) = self.rest.split_once('<') {
            self.rest = behind;
            let ends = behind
                .strip_prefix('/')
                .and_then(|end| end.get(..name.len()))
                .is_some_and(|end| end.eq_ignore_ascii_case(name));
            if ends {
                return;
            }
            self.hidden += 1;
        }
        self.rest = "";
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|one| one == name) else {
            return;
        };
        if FORMATTING.contains(&name) {
            self.open.remove(at);
            return;
        }
        let mut place = 0;
        self.open.retain(|one| {
            place += 1;
            place <= at || place > at + 1 && FORMATTING.contains(&one.as_str())
        });
    }
}

#[cfg(test)]
#[path = "html_bounds_tests.rs"]
mod tests;
