//! A text divided into what was written for this message and what came along: quoted mail, a signature, a disclaimer,
//! mail passed on.
//!
//! Told by the lines that mail programs put in front of each, in the languages our mail comes in. Never takes everything
//! away: where nothing would be left the whole text is new.

mod attribution;
mod block_date;
mod closing;
mod disclaimer;
mod header_block;
mod marker;

pub(super) use header_block::{HeaderBlock, addresses_in};

use super::folded::folded;
use marker::Marker;

/// How many lines are looked at; what follows them stays with the last of them.
const MAX_LINES: usize = 2_000;

/// How many lines a sentence on whom a quote is of may have above its last.
const MAX_ATTRIBUTION: usize = 3;

/// One line and how it is compared.
#[derive(Debug, Clone)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) folded: String,
}

/// The lines of a text, as many as are looked at.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().take(MAX_LINES).map(Line::of)
}

impl<'t> Line<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            folded: folded(text),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether it is where a letter ends.
    pub(super) fn closes_letter(&self) -> bool {
        closing::is_closing(self)
    }

    fn is_quoted(&self) -> bool {
        self.folded.starts_with('>')
    }
}

/// A text, divided.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Split {
    /// What was written for this message, or all of it.
    pub(super) new_text: String,
    /// What stands below it until the end or the quote, as lines that are not blank; its formula is not among them.
    pub(super) signature: Vec<String>,
    /// Whether it quotes mail.
    pub(super) quotes: bool,
    /// Mail below the text, with its header copied.
    pub(super) below: Option<Below>,
}

/// Mail that stands below a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Below {
    /// Whether a line says that it is passed on; otherwise answers look the same.
    pub(super) says_forwarded: bool,
    /// Its header as it is copied.
    pub(super) header: HeaderBlock,
    /// What follows that.
    pub(super) text: String,
}

/// Divides a text.
pub(super) fn split(text: &str) -> Split {
    let lines: Vec<Line<'_>> = lines_of(text).collect();
    let cut = Cut::find(&lines);
    let end = cut.as_ref().map_or(lines.len(), |cut| cut.at);
    let head = lines.get(..end).unwrap_or_default();
    let quoted = quoted_lines(head);
    let own: Vec<&Line<'_>> = head
        .iter()
        .zip(&quoted)
        .filter(|(_, quoted)| !**quoted)
        .map(|(line, _)| line)
        .collect();
    let own = disclaimer::without(&own);
    let (said, signature) = closing::divide(&own);
    let mut new_text = joined(&said);
    if cut.is_none() {
        // What is beyond the lines that are looked at.
        let rest = text.lines().skip(MAX_LINES);
        for line in rest {
            new_text.push_str(line);
            new_text.push('\n');
        }
    }
    let new_text = new_text.trim();
    Split {
        new_text: if new_text.is_empty() {
            text.to_owned()
        } else {
            new_text.to_owned()
        },
        signature: signature
            .iter()
            .map(|line| line.text.trim().to_owned())
            .collect(),
        quotes: cut.is_some() || quoted.contains(&true),
        below: cut.and_then(|cut| cut.below),
    }
}

fn joined(lines: &[&Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.text.trim_end());
        text.push('\n');
    }
    text
}

/// Which lines are quoted with `>`, and which say of whom the quote is.
fn quoted_lines(lines: &[Line<'_>]) -> Vec<bool> {
    let mut quoted: Vec<bool> = lines.iter().map(Line::is_quoted).collect();
    if !quoted.contains(&true) {
        return quoted;
    }
    for at in 0..lines.len() {
        let Some(length) = attribution::at(lines, at) else {
            continue;
        };
        if let Some(said) = quoted.get_mut(at..at + length)
            && quote_follows(lines, at + length)
        {
            said.fill(true);
        }
    }
    quoted
}

fn quote_follows(lines: &[Line<'_>], at: usize) -> bool {
    let mut below = lines.iter().skip(at).filter(|line| !line.is_blank());
    below.next().is_some_and(Line::is_quoted)
}

/// Where everything below is not new.
struct Cut {
    at: usize,
    below: Option<Below>,
}

impl Cut {
    fn find(lines: &[Line<'_>]) -> Option<Self> {
        // Of a header that is not whole no part is: hundreds of lines `From:` are read once, not once for each line.
        let mut looked_at = 0;
        (0..lines.len()).find_map(|at| {
            let line = lines.get(at).filter(|line| !line.is_blank())?;
            if line.is_quoted() {
                return Self::at_quoted_marker(lines, at);
            }
            if let Some(marker) = marker::of(line) {
                return Self::at_marker(lines, at, marker);
            }
            if at >= looked_at
                && let Some((header, end)) = header_block::read(lines, at)
            {
                if header.is_whole() {
                    return Some(Self {
                        at: above_rules(lines, at),
                        below: Some(Below {
                            says_forwarded: false,
                            header,
                            text: text_from(lines, end),
                        }),
                    });
                }
                looked_at = end;
            }
            let length = attribution::at(lines, at)?;
            (!quote_follows(lines, at + length)).then_some(Self { at, below: None })
        })
    }

    /// `> Begin forwarded message:`, as Apple's programs quote all that they pass on, where a quote begins.
    fn at_quoted_marker(lines: &[Line<'_>], at: usize) -> Option<Self> {
        if let Some(above) = lines.get(..at)?.iter().rposition(|line| !line.is_blank()) {
            let says_who =
                |from| attribution::at(lines, from).is_some_and(|length| from + length > above);
            let in_a_quote = lines.get(above).is_some_and(Line::is_quoted);
            if in_a_quote || (above.saturating_sub(MAX_ATTRIBUTION)..=above).any(says_who) {
                return None;
            }
        }
        let first = unquoted(lines.get(at)?);
        let marker = marker::of(&first).filter(|marker| *marker == Marker::Forwarded)?;
        let run = unquoted_run(lines.get(at..)?);
        let cut = Self::at_marker(&run, 0, marker)?;
        Some(Self { at, ..cut })
    }

    /// `---------- Forwarded message ---------` and its like, with or without a header that can be read below it.
    fn at_marker(lines: &[Line<'_>], at: usize, marker: Marker) -> Option<Self> {
        let below = lines.get(at + 1..).unwrap_or_default();
        let first = below.iter().position(|line| !line.is_blank())?;
        let unquoted: Vec<Line<'_>>;
        let below = if below.get(first).is_some_and(Line::is_quoted) {
            unquoted = unquoted_run(below.get(first..).unwrap_or_default());
            unquoted.as_slice()
        } else {
            below.get(first..).unwrap_or_default()
        };
        let header = header_block::read(below, 0);
        let read = header.is_some();
        let below = header.map(|(header, end)| Below {
            says_forwarded: marker == Marker::Forwarded,
            header,
            text: text_from(below, end),
        });
        // Words between dashes may be a heading of the writer's own.
        (read || marker == Marker::Original).then_some(Self { at, below })
    }
}

/// The run of quoted lines that begins here, without their marks.
fn unquoted_run<'t>(lines: &[Line<'t>]) -> Vec<Line<'t>> {
    let run = lines
        .iter()
        .take_while(|line| line.is_quoted() || line.is_blank());
    run.map(unquoted).collect()
}

fn unquoted<'t>(line: &Line<'t>) -> Line<'t> {
    let text = line.text.trim_start();
    let text = text.strip_prefix('>').unwrap_or(text);
    Line::of(text.strip_prefix(' ').unwrap_or(text))
}

/// The line of underscores that Outlook draws over the header it copies, else the header itself.
fn above_rules(lines: &[Line<'_>], at: usize) -> usize {
    let above = lines.get(..at).unwrap_or_default();
    let last = above.iter().rposition(|line| !line.is_blank());
    last.filter(|last| above.get(*last).is_some_and(|line| is_rule(&line.folded)))
        .unwrap_or(at)
}

/// A line drawn with hyphens, underscores, equals signs or asterisks.
pub(super) fn is_rule(folded: &str) -> bool {
    folded.len() >= 3 && folded.chars().all(|c| "-_=*".contains(c))
}

fn text_from(lines: &[Line<'_>], at: usize) -> String {
    let mut text = String::new();
    for line in lines.iter().skip(at) {
        text.push_str(line.text);
        text.push('\n');
    }
    text.trim().to_owned()
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
