//! The text of a page in linear time: blocks on lines of their own, cells apart, nothing of styles and scripts.
//!
//! Not mail-parser's: that one glues together what stands in divs and table cells, shows the content of
//! `<style type=...>`, and ends at a comment with three hyphens.

use mail_parser::decoders::html::add_html_token;

use super::html_tags::{Piece, Pieces, Tag};

/// These stand on a line of their own.
const BLOCKS: [&str; 34] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
    "caption",
];
/// Longer than any name of a character.
const MAX_ENTITY: usize = 32;

/// The text that a person would read in `html`.
pub(super) fn text_of_html(html: &str) -> String {
    let mut text = Text {
        out: String::with_capacity(html.len() / 2),
        ..Text::default()
    };
    for piece in Pieces::of(html) {
        match piece {
            Piece::Text(piece) => text.push(piece),
            Piece::Tag(tag) => text.tag(&tag),
        }
    }
    text.out.truncate(text.out.trim_end().len());
    text.out
}

#[derive(Default)]
struct Text {
    out: String,
    /// A blank is due before the next word.
    blank: bool,
    /// How many `pre` are open.
    kept: usize,
}

impl Text {
    fn tag(&mut self, tag: &Tag<'_>) {
        match tag.name.to_ascii_lowercase().as_str() {
            "br" => self.line(),
            "p" => self.paragraph(),
            "td" | "th" if !tag.closing => self.cell(),
            "pre" => {
                self.end_line();
                self.kept = if tag.closing {
                    self.kept.saturating_sub(1)
                } else {
                    self.kept + 1
                };
            }
            name if BLOCKS.contains(&name) => self.end_line(),
            _ => {}
        }
    }

    fn push(&mut self, piece: &str) {
        let mut rest = piece;
        while let Some(at) = rest.find('&') {
            let (before, entity) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.words(before);
            rest = self.entity(entity);
        }
        self.words(rest);
    }

    /// Decodes the entity that begins here, if it is one; gives what follows it.
    fn entity<'h>(&mut self, text: &'h str) -> &'h str {
        let end = text.bytes().take(MAX_ENTITY).position(|byte| byte == b';');
        let name = end.and_then(|end| text.get(..=end));
        let fits = |name: &&str| {
            name.bytes()
                .skip(1)
                .all(|byte| byte.is_ascii_alphanumeric() || b"#;".contains(&byte))
        };
        let Some(name) = name.filter(fits) else {
            self.word("&");
            return text.get(1..).unwrap_or_default();
        };
        let mut decoded = String::new();
        add_html_token(&mut decoded, name.as_bytes(), false);
        if decoded == "\u{A0}" {
            self.blank = true;
        } else {
            self.word(&decoded.replace('\0', "\u{FFFD}"));
        }
        text.get(name.len()..).unwrap_or_default()
    }

    fn words(&mut self, text: &str) {
        if self.kept > 0 {
            return self.word(text);
        }
        let mut rest = text;
        loop {
            let trimmed = rest.trim_start_matches(is_blank);
            self.blank |= trimmed.len() < rest.len();
            let Some(end) = trimmed.find(is_blank) else {
                return self.word(trimmed);
            };
            let (word, behind) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
            self.word(word);
            rest = behind;
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if std::mem::take(&mut self.blank) && !self.at_start_of_line() {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    fn at_start_of_line(&self) -> bool {
        self.out.is_empty() || self.out.ends_with(['\n', '\t'])
    }

    fn line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn end_line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.end_line();
        self.line();
    }

    fn cell(&mut self) {
        if !self.at_start_of_line() {
            self.blank = false;
            self.out.push('\t');
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{A0}'
}

#[cfg(test)]
#[path = "html_text_tests.rs"]
mod tests;
