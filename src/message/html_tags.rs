//! A page as it is walked over: its text and its tags, without comments, styles and scripts, in linear time.
//!
//! Knows nothing of how elements lie in each other; whoever needs that asks html5ever.

/// What is inside these is not for people.
const SILENT: [&str; 6] = ["style", "script", "template", "title", "xmp", "noembed"];
/// Longer than any name that is asked for.
const MAX_NAME: usize = 32;

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    /// Not decoded yet.
    Text(&'h str),
    Tag(Tag<'h>),
}

/// An opening or a closing tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'h> {
    /// As it is written, at most 32 characters.
    pub(super) name: &'h str,
    pub(super) closing: bool,
    /// What stands behind the name.
    rest: &'h str,
}

/// The pieces of a page, in their order.
pub(super) struct Pieces<'h> {
    rest: &'h str,
    /// Some quote was never closed; from then on every tag ends at the next `>`.
    quotes_broken: bool,
}

impl<'h> Pieces<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Self {
            rest: html,
            quotes_broken: false,
        }
    }

    /// Takes the tag whose inside begins here.
    fn tag(&mut self, inside: &'h str) -> Tag<'h> {
        let (closing, name) = inside
            .strip_prefix('/')
            .map_or((false, inside), |name| (true, name));
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let (rest, behind) = self.split_tag(name);
        let tag = Tag {
            name: name.get(..end.min(MAX_NAME)).unwrap_or_default(),
            closing,
            rest: rest.get(end..).unwrap_or_default(),
        };
        let silent = |known: &&str| tag.name.eq_ignore_ascii_case(known);
        self.rest = match SILENT.iter().find(|known| !closing && silent(known)) {
            Some(name) => self.behind_element(behind, name),
            None => behind,
        };
        tag
    }

    /// What stands before and behind the `>` of a tag; quotes are minded where a value begins.
    fn split_tag(&mut self, inside: &'h str) -> (&'h str, &'h str) {
        let (mut quote, mut last) = (None, 0);
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'>' if quote.is_none() => {
                    let before = inside.get(..at).unwrap_or_default();
                    return (before, inside.get(at + 1..).unwrap_or_default());
                }
                b'"' | b'\'' if quote.is_none() && last == b'=' && !self.quotes_broken => {
                    quote = Some(byte);
                }
                _ if quote == Some(byte) => quote = None,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
        }
        self.quotes_broken = true;
        inside.split_once('>').unwrap_or((inside, ""))
    }

    /// What follows the element `name` that is open here.
    fn behind_element(&mut self, html: &'h str, name: &str) -> &'h str {
        let mut rest = html;
        while let Some((_, behind)) = rest.split_once("</") {
            if behind
                .get(..name.len())
                .is_some_and(|end| end.eq_ignore_ascii_case(name))
            {
                return self.split_tag(behind).1;
            }
            rest = behind;
        }
        ""
    }
}

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        while !self.rest.is_empty() {
            let (before, tag) = self
                .rest
                .split_at_checked(self.rest.find('<').unwrap_or(self.rest.len()))?;
            if !before.is_empty() {
                self.rest = tag;
                return Some(Piece::Text(before));
            }
            let (sign, inside) = tag.split_at_checked(1)?;
            match inside.chars().next() {
                Some('!') => self.rest = behind_declaration(inside),
                Some('?') => self.rest = inside.split_once('>').map_or("", |(_, behind)| behind),
                Some(c) if c == '/' || c.is_ascii_alphabetic() => {
                    return Some(Piece::Tag(self.tag(inside)));
                }
                // "1 < 2" is no tag.
                _ => {
                    self.rest = inside;
                    return Some(Piece::Text(sign));
                }
            }
        }
        None
    }
}

impl<'h> Tag<'h> {
    /// The attributes, with their values as they are written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'h str, &'h str)> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| c.is_ascii_whitespace() || "=/".contains(*c))
                .map_or(rest.len(), |(at, _)| at);
            let (name, behind) = rest
                .split_at_checked(end)
                .filter(|(name, _)| !name.is_empty())?;
            let (value, behind) = match behind.trim_start().strip_prefix('=') {
                Some(value) => split_value(value.trim_start()),
                None => ("", behind),
            };
            rest = behind;
            Some((name, value))
        })
    }
}

/// A value, in quotes or not, and what follows it.
fn split_value(text: &str) -> (&str, &str) {
    let quoted = |quote: char| {
        text.strip_prefix(quote)
            .map(|text| text.split_once(quote).unwrap_or((text, "")))
    };
    quoted('"').or_else(|| quoted('\'')).unwrap_or_else(|| {
        let end = text
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(text.len());
        text.split_at_checked(end).unwrap_or((text, ""))
    })
}

/// What follows a comment or a declaration; a comment never closed ends with the page.
pub(super) fn behind_declaration(inside: &str) -> &str {
    let Some(comment) = inside.strip_prefix("!--") else {
        return inside.split_once('>').map_or("", |(_, behind)| behind);
    };
    if let Some(behind) = comment
        .strip_prefix('>')
        .or_else(|| comment.strip_prefix("->"))
    {
        return behind;
    }
    let mut rest = comment;
    while let Some((_, behind)) = rest.split_once("--") {
        if let Some(behind) = behind
            .strip_prefix('>')
            .or_else(|| behind.strip_prefix("!>"))
        {
            return behind;
        }
        // A third hyphen may begin the end.
        rest = rest
            .get(rest.len() - behind.len() - 1..)
            .unwrap_or_default();
    }
    ""
}

#[cfg(test)]
#[path = "html_tags_tests.rs"]
mod tests;
