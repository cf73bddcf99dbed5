//! The text of a page in linear time: blocks on lines of their own, cells apart, nothing of styles and scripts.
//!
//! Not mail-parser's: that one glues together what stands in divs and table cells, shows the content of
//! `<style type=...>`, and ends at a comment with three hyphens.

use mail_parser::decoders::html::add_html_token;

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
/// What is inside these is not for people.
const SILENT: [&str; 6] = ["style", "script", "template", "title", "xmp", "noembed"];
/// Longer than any name of a character.
const MAX_ENTITY: usize = 32;

/// The text that a person would read in `html`.
pub(super) fn text_of_html(html: &str) -> String {
    let mut text = Text {
        out: String::with_capacity(html.len() / 2),
        ..Text::default()
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push(before);
        let inside = tag.get(1..).unwrap_or_default();
        rest = match inside.chars().next() {
            Some('!') => behind_declaration(inside),
            Some('?') => inside.split_once('>').map_or("", |(_, behind)| behind),
            Some(c) if c == '/' || c.is_ascii_alphabetic() => text.tag(inside),
            // "1 < 2" is no tag.
            _ => {
                text.push("<");
                inside
            }
        };
    }
    text.push(rest);
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
    /// Some quote was never closed; from then on every tag ends at the next `>`.
    quotes_broken: bool,
}

impl Text {
    /// Takes a tag whose inside begins here; gives what follows it.
    fn tag<'h>(&mut self, inside: &'h str) -> &'h str {
        let (closing, name) = inside
            .strip_prefix('/')
            .map_or((false, inside), |name| (true, name));
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let name = name
            .get(..end.min(MAX_ENTITY))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let behind = self.behind_tag(inside);
        match name.as_str() {
            "br" => self.line(),
            "p" => self.paragraph(),
            "td" | "th" if !closing => self.cell(),
            "pre" => {
                self.end_line();
                self.kept = if closing {
                    self.kept.saturating_sub(1)
                } else {
                    self.kept + 1
                };
            }
            name if BLOCKS.contains(&name) => self.end_line(),
            name if !closing && SILENT.contains(&name) => return self.behind_element(behind, name),
            _ => {}
        }
        behind
    }

    /// What follows the `>` of a tag; quotes are minded where a value begins.
    fn behind_tag<'h>(&mut self, inside: &'h str) -> &'h str {
        let (mut quote, mut last) = (None, 0);
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'>' if quote.is_none() => return inside.get(at + 1..).unwrap_or_default(),
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
        inside.split_once('>').map_or("", |(_, behind)| behind)
    }

    /// What follows the element `name` that is open here.
    fn behind_element<'h>(&mut self, html: &'h str, name: &str) -> &'h str {
        let mut rest = html;
        while let Some((_, behind)) = rest.split_once("</") {
            if behind
                .get(..name.len())
                .is_some_and(|end| end.eq_ignore_ascii_case(name))
            {
                return self.behind_tag(behind);
            }
            rest = behind;
        }
        ""
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
#[path = "html_text_tests.rs"]
mod tests;
