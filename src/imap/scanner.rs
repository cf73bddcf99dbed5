//! Judges what a server sends, line by line, before the parser sees it.
//!
//! What no command of ours asks for never gets there: servers send lines unasked (`* ESEARCH`, `* NAMESPACE`, a blank line)
//! that the parser takes for an error, which would keep a folder unread. [`unasked`] says which.
//!
//! The parser behind it (imap-proto) recurses with each parenthesis, commits memory for whatever literal is announced,
//! and in an unknown FETCH attribute reads on over the end of a line. So a FETCH response must close what it opens, may
//! carry literals only where we ask for them (`BODY[]`), and has a bounded number of parentheses wherever they stand;
//! lines of text (`* OK …`) have no literals at all. Stricter than RFC 3501 §9 only where no server goes.

pub(crate) use crate::transport::Violation;

/// How the last response was written, as far as the parser does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Literals in it.
    pub(crate) literals: u32,
    /// Whether it ends in a quoted string.
    pub(crate) ends_quoted: bool,
}

/// What a server may make us hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) literal: u64,
    pub(crate) line: usize,
    pub(crate) depth: usize,
}

/// What is to be done with a whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judged {
    /// How many of its bytes are handed on, from its beginning; none where nobody asked for it.
    pub(crate) kept: usize,
    /// Bytes of the literal that follows it.
    pub(crate) literal: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Status, continuation and tagged lines: words up to the end of the line.
    Text,
    /// `* n FETCH (…)`
    Fetch,
    /// Any other untagged data.
    Data,
}

/// Reads lines of one connection after another and says after which of them a literal follows.
#[derive(Debug)]
pub(crate) struct Scanner {
    pub(crate) bounds: Bounds,
    /// The command that is being answered.
    pub(crate) command: &'static str,
    /// `None` between two responses.
    kind: Option<Kind>,
    shape: Shape,
    line_bytes: usize,
    literal_bytes: u64,
    /// All opening parentheses, quoted ones too.
    parentheses: usize,
    opened: usize,
    closed: usize,
}

impl Scanner {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            command: "",
            kind: None,
            shape: Shape::default(),
            line_bytes: 0,
            literal_bytes: 0,
            parentheses: 0,
            opened: 0,
            closed: 0,
        }
    }

    /// How the response that ended last was written.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Judges an unfinished line of `length` bytes.
    pub(crate) fn growing(&self, length: usize) -> Result<(), Violation> {
        let so_far = if self.kind.is_some() {
            self.line_bytes
        } else {
            0
        };
        if so_far + length > self.bounds.line {
            return Err(Violation::LongLine {
                limit: self.bounds.line,
            });
        }
        Ok(())
    }

    /// Judges a whole line, its end included, which may be shorter afterwards.
    pub(crate) fn line(&mut self, line: &mut [u8]) -> Result<Judged, Violation> {
        self.growing(line.len())?;
        let whole = line.len();
        let content = match line.split_at_mut_checked(whole.wrapping_sub(2)) {
            Some((content, end)) if end == b"\r\n" && !content.contains(&b'\r') => content,
            _ => return Err(Violation::LineEnd),
        };
        if self.kind.is_none() && self.is_unasked(content) {
            return Ok(Judged {
                kept: 0,
                literal: 0,
            });
        }
        let kind = self.begin(content);
        self.line_bytes += whole;

        if kind == Kind::Text {
            self.kind = None;
            mend_text(content);
            return if announced_literal(content).is_some() {
                Err(Violation::StrayLiteral)
            } else {
                Ok(Judged {
                    kept: whole,
                    literal: 0,
                })
            };
        }
        self.count(content)?;
        let mut kept = whole;
        if kind == Kind::Fetch {
            kept = mend_spaces(content) + 2;
            mend_missing_date(content);
        }
        let (content, rest) = line.split_at_mut_checked(kept - 2).unwrap_or_default();
        if let Some(end) = rest.get_mut(..2) {
            end.copy_from_slice(b"\r\n");
        }
        let literal = match announced_literal(content) {
            Some((before, size)) => self.literal(kind, before, size)?,
            None => self.end(kind, content)?,
        };
        Ok(Judged { kept, literal })
    }

    fn is_unasked(&self, content: &[u8]) -> bool {
        unasked(content, self.command) && announced_literal(content).is_none()
    }

    fn begin(&mut self, content: &[u8]) -> Kind {
        if let Some(kind) = self.kind {
            return kind;
        }
        let kind = kind_of(content);
        *self = Self {
            kind: Some(kind),
            command: self.command,
            ..Self::new(self.bounds)
        };
        kind
    }

    /// Parentheses are bounded by their number, quoted or not, because the parser's idea of a quote may differ.
    fn count(&mut self, content: &[u8]) -> Result<(), Violation> {
        let mut quoted = false;
        let mut bytes = content.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'(' => {
                    self.parentheses += 1;
                    self.opened += usize::from(!quoted);
                }
                b')' => self.closed += usize::from(!quoted),
                b'"' => quoted = !quoted,
                b'\\' if quoted => drop(bytes.next()),
                _ => {}
            }
        }
        if self.parentheses > self.bounds.depth {
            return Err(Violation::DeepNesting {
                limit: self.bounds.depth,
            });
        }
        if quoted {
            Err(Violation::Unfinished)
        } else {
            Ok(())
        }
    }

    fn literal(&mut self, kind: Kind, before: &[u8], size: u64) -> Result<u64, Violation> {
        let limit = match kind {
            Kind::Fetch => self.bounds.literal,
            Kind::Data | Kind::Text => self.bounds.line as u64,
        };
        self.literal_bytes = self.literal_bytes.saturating_add(size);
        if self.literal_bytes > limit {
            return Err(Violation::BigLiteral {
                announced: self.literal_bytes,
                limit,
            });
        }
        let in_place = match kind {
            Kind::Fetch => {
                self.opened == self.closed + 1
                    && (before.ends_with(b"] ") || before.ends_with(b"> "))
            }
            Kind::Data | Kind::Text => before.ends_with(b" ") || before.ends_with(b"("),
        };
        if !in_place {
            return Err(Violation::StrayLiteral);
        }
        self.shape.literals += 1;
        Ok(size)
    }

    fn end(&mut self, kind: Kind, content: &[u8]) -> Result<u64, Violation> {
        self.kind = None;
        if kind == Kind::Fetch && self.opened != self.closed {
            return Err(Violation::Unfinished);
        }
        self.shape.ends_quoted = content.trim_ascii_end().ends_with(b"\"");
        Ok(0)
    }
}

/// Whether a response is none that this command, or all of them, would read: a blank line, or untagged data of another
/// name. Numbers of messages are read at any time.
fn unasked(content: &[u8], command: &str) -> bool {
    if content.is_empty() {
        return true;
    }
    if kind_of(content) != Kind::Data {
        return false;
    }
    let data = content.strip_prefix(b"* ").unwrap_or(content);
    let name = data
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    match name.as_slice() {
        b"CAPABILITY" | b"VANISHED" => false,
        b"LIST" | b"SEARCH" | b"STATUS" => !command
            .split(' ')
            .any(|word| word.as_bytes() == name.as_slice()),
        name => !name.first().is_some_and(u8::is_ascii_digit),
    }
}

fn kind_of(content: &[u8]) -> Kind {
    let Some(data) = content.strip_prefix(b"* ") else {
        return Kind::Text;
    };
    if [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|status| starts_with(data, status))
    {
        return Kind::Text;
    }
    let digits = data.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match data.split_at_checked(digits) {
        Some((_, rest)) if digits > 0 && starts_with(rest, b" FETCH ") => Kind::Fetch,
        _ => Kind::Data,
    }
}

fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// What stands before `{size}` at the end of a line, and the size.
fn announced_literal(content: &[u8]) -> Option<(&[u8], u64)> {
    let rest = content.strip_suffix(b"}")?;
    let digits = rest
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (before, digits) = rest.split_at_checked(rest.len() - digits)?;
    let before = before.strip_suffix(b"{")?;
    if digits.is_empty() {
        return None;
    }
    let size = digits.iter().fold(0_u64, |size, digit| {
        size.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    Some((before, size))
}

/// imap-proto takes a status line's words for UTF-8, of which Latin-1 and its like are none, and panics where a code in
/// brackets ends right before a letter beyond ASCII. A refusal in such words has to stay a refusal.
fn mend_text(content: &mut [u8]) {
    let is_utf8 = std::str::from_utf8(content).is_ok();
    let mut after_code = false;
    for byte in content {
        after_code = *byte == b']' || (after_code && !byte.is_ascii());
        if *byte == 0 || (!byte.is_ascii() && (after_code || !is_utf8)) {
            *byte = b'?';
        }
    }
}

/// imap-proto takes two spaces between attributes, and one behind a parenthesis, for an error (`SurgeMail`). Returns how
/// much of the line is left; spaces in quotes stay.
fn mend_spaces(content: &mut [u8]) -> usize {
    let odd = |pair: &[u8]| pair == b"  " || pair == b"( ";
    if !content.windows(2).any(odd) {
        return content.len();
    }
    let (mut quoted, mut escaped, mut before, mut kept) = (false, false, 0, 0);
    for at in 0..content.len() {
        let byte = content.get(at).copied().unwrap_or_default();
        if quoted || byte != b' ' || !matches!(before, b' ' | b'(') {
            if let Some(place) = content.get_mut(kept) {
                *place = byte;
            }
            kept += 1;
        }
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        before = byte;
    }
    kept
}

/// imap-proto panics at `INTERNALDATE NIL`, which would keep a folder with one such message unread for ever.
fn mend_missing_date(content: &mut [u8]) {
    const MISSING: &[u8] = b"INTERNALDATE NIL";
    let mut from = 0;
    while let Some(rest) = content.get_mut(from..) {
        let Some(at) = rest
            .windows(MISSING.len())
            .position(|window| window.eq_ignore_ascii_case(MISSING))
        else {
            return;
        };
        from += at + MISSING.len();
        if let Some(nil) = content.get_mut(from - 3..from) {
            nil.copy_from_slice(b"\"-\"");
        }
    }
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
