//! The MIME tree in one pass over the lines (RFC 2046 §5.1): which bytes are the body of which part.
//!
//! A boundary is a whole line, so neither `--XX` in the middle of a line nor a longer boundary with the same
//! beginning ends a part. A boundary never closed ends with its parent; one that never comes is looked for
//! under another name, and if there is none the part is text. Decodes no body.

use super::boundaries::{self, Delimiter, Frame, MAX_BOUNDARY};
use super::fields::{Field, Fields, without_break};
use super::notes::Notes;
use super::parameters::Parameters;
use super::transfer::Encoding;

/// How deep multiparts and messages may be nested in each other.
const MAX_DEPTH: usize = 64;
/// How many parts are told apart.
const MAX_PARTS: usize = 10_000;
/// How many wrong boundaries of one message are guessed.
const MAX_GUESSES: usize = 8;

/// A message's header fields and its parts in their order.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub(super) fields: Vec<Field<'a>>,
    /// Everything behind the header.
    pub(super) body: &'a [u8],
    /// The message's own Content-Type.
    pub(super) content_type: Parameters,
    /// Leaves, and messages inside the message before their own parts.
    pub(super) parts: Vec<Part<'a>>,
    /// What stands before the first and behind the last boundary of a multipart.
    pub(super) asides: Vec<&'a [u8]>,
}

impl Tree<'_> {
    /// The charset of the first part that names one.
    pub(super) fn charset(&self) -> Option<String> {
        self.content_type.token("charset").or_else(|| {
            self.parts
                .iter()
                .find_map(|part| part.content_type.token("charset"))
        })
    }
}

/// One leaf of the tree, or a message inside the message.
#[derive(Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) content_type: Parameters,
    pub(super) disposition: Parameters,
    pub(super) encoding: Encoding,
    pub(super) content_id: Option<&'a [u8]>,
    /// As it came, still encoded.
    pub(super) body: &'a [u8],
    /// Which `multipart/alternative` it is one of, by number.
    pub(super) alternative: Option<usize>,
    /// How many messages are around it besides the outermost.
    pub(super) nested: usize,
}

/// Reads the tree of a message.
pub(super) fn read<'a>(raw: &'a [u8], notes: &mut Notes) -> Tree<'a> {
    let mut walk = Walk {
        raw,
        notes,
        tree: Tree::default(),
        frames: Vec::new(),
        messages: Vec::new(),
        alternatives: 0,
        guesses: 0,
    };
    walk.run();
    walk.tree
}

struct Walk<'a, 'n> {
    raw: &'a [u8],
    notes: &'n mut Notes,
    tree: Tree<'a>,
    frames: Vec<Frame>,
    /// Messages whose end is not known: part, where it begins, how many frames were open.
    messages: Vec<(usize, usize, usize)>,
    alternatives: usize,
    guesses: usize,
}

impl<'a> Walk<'a, '_> {
    fn run(&mut self) {
        let top = Fields::read(self.raw, self.notes);
        self.tree.body = top.body(self.raw);
        let mut nested = 0;
        let mut block = top;
        loop {
            let part = self.part_of(&block, nested);
            if self.tree.parts.is_empty() && self.tree.fields.is_empty() {
                self.tree.content_type = part.content_type.clone();
                self.tree.fields = std::mem::take(&mut block.list);
            }
            let body_start = block.end;
            let stop = if part.content_type.value.starts_with("multipart/") {
                self.enter_multipart(part, body_start)
            } else if self.is_message(&part) {
                nested += 1;
                self.messages
                    .push((self.tree.parts.len(), body_start, self.frames.len()));
                self.tree.parts.push(part);
                block = self.fields_at(body_start);
                continue;
            } else {
                self.add_leaf(part, body_start)
            };
            let Some(next) = self.next_part(stop) else {
                break;
            };
            nested = self.frames.last().map_or(0, |frame| frame.nested);
            block = self.fields_at(next);
        }
        self.end_messages(0, self.raw.len());
        if !self.frames.is_empty() {
            self.notes
                .add("The message ends without its closing boundary; it may have been cut off.");
        }
    }

    fn fields_at(&mut self, at: usize) -> Fields<'a> {
        let frames = &self.frames;
        Fields::read_at(
            self.raw,
            at,
            |line| boundaries::matching(frames, line).is_some(),
            self.notes,
        )
    }

    fn part_of(&self, block: &Fields<'a>, nested: usize) -> Part<'a> {
        let value = |name: &str| {
            let named = |field: &&Field<'a>| field.name.eq_ignore_ascii_case(name.as_bytes());
            block.list.iter().find(named).map(|field| field.value)
        };
        let frame = self.frames.last().filter(|frame| frame.nested == nested);
        let mut content_type = value("Content-Type")
            .map(Parameters::parse)
            .unwrap_or_default();
        if !content_type.value.contains('/') {
            let digest = frame.is_some_and(|frame| frame.digest);
            let default = if digest {
                "message/rfc822"
            } else {
                "text/plain"
            };
            // `Content-Type: text` is what very old mailers wrote for text/plain.
            default.clone_into(&mut content_type.value);
        }
        Part {
            content_type,
            disposition: value("Content-Disposition")
                .map(Parameters::parse)
                .unwrap_or_default(),
            encoding: value("Content-Transfer-Encoding")
                .map(Encoding::parse)
                .unwrap_or_default(),
            content_id: value("Content-ID"),
            body: &[],
            alternative: frame.and_then(|frame| frame.alternative),
            nested,
        }
    }

    fn is_message(&mut self, part: &Part<'_>) -> bool {
        let message = matches!(
            part.content_type.value.as_str(),
            "message/rfc822" | "message/global" | "message/news"
        );
        // The standard forbids base64 here; where it is used the message stays a file.
        message && part.encoding == Encoding::Identity && self.may_nest()
    }

    fn may_nest(&mut self) -> bool {
        let may = self.frames.len() + self.messages.len() < MAX_DEPTH
            && self.tree.parts.len() < MAX_PARTS;
        if !may {
            self.notes.add("The message is nested too deep, or has too many parts; the innermost were not taken apart.");
        }
        may
    }

    /// Goes to the first part of a multipart, or takes it for text if it has none.
    fn enter_multipart(&mut self, part: Part<'a>, body_start: usize) -> Option<Delimiter> {
        let declared = part
            .content_type
            .bytes("boundary")
            .map(|boundary| boundary.trim_ascii_end().to_vec());
        let declared =
            declared.filter(|boundary| !boundary.is_empty() && boundary.len() <= MAX_BOUNDARY);
        if !self.may_nest() {
            return self.add_leaf(part, body_start);
        }
        if let Some(boundary) = declared {
            self.push_frame(&part, boundary);
            let stop = boundaries::after(&self.frames, self.raw, body_start);
            if stop.is_some_and(|stop| stop.frame + 1 == self.frames.len()) {
                self.add_aside(body_start, stop);
                return stop;
            }
            self.frames.pop();
        }
        let stop = boundaries::after(&self.frames, self.raw, body_start);
        let body = self.body_until(body_start, stop);
        if self.guesses < MAX_GUESSES
            && let Some(boundary) = boundaries::guess(body)
        {
            self.guesses += 1;
            self.notes.add(
                "The parts of the message are divided by another boundary than its header says.",
            );
            self.push_frame(&part, boundary);
            let stop = boundaries::after(&self.frames, self.raw, body_start);
            self.add_aside(body_start, stop);
            return stop;
        }
        self.notes.add("The message says that it has several parts, but they could not be told apart; all of it is shown as text.");
        self.add_leaf(
            Part {
                content_type: Parameters::of("text/plain"),
                ..part
            },
            body_start,
        )
    }

    fn push_frame(&mut self, part: &Part<'_>, boundary: Vec<u8>) {
        let kind = part.content_type.value.as_str();
        let alternative = if kind == "multipart/alternative" {
            self.alternatives += 1;
            Some(self.alternatives)
        } else {
            part.alternative
        };
        let digest = kind == "multipart/digest";
        self.frames.push(Frame {
            boundary,
            alternative,
            digest,
            nested: part.nested,
        });
    }

    fn add_leaf(&mut self, mut part: Part<'a>, body_start: usize) -> Option<Delimiter> {
        let stop = boundaries::after(&self.frames, self.raw, body_start);
        part.body = self.body_until(body_start, stop);
        if self.tree.parts.len() < MAX_PARTS {
            self.tree.parts.push(part);
        } else {
            self.notes.add(format!(
                "Only the first {MAX_PARTS} parts of the message were read."
            ));
        }
        stop
    }

    fn add_aside(&mut self, start: usize, stop: Option<Delimiter>) {
        let aside = self.body_until(start, stop).trim_ascii();
        if !aside.is_empty() && self.tree.asides.len() < MAX_PARTS {
            self.tree.asides.push(aside);
        }
    }

    /// Closes what a delimiter closes and finds where the next part begins.
    fn next_part(&mut self, stop: Option<Delimiter>) -> Option<usize> {
        let mut stop = stop?;
        loop {
            if stop.frame + 1 < self.frames.len() {
                self.notes
                    .add("A part of the message ends without its closing boundary.");
            }
            self.frames.truncate(stop.frame + 1);
            self.end_messages(stop.frame + 1, stop.start);
            if !stop.closing {
                return Some(stop.after);
            }
            self.frames.pop();
            let after = stop.after;
            let next = boundaries::after(&self.frames, self.raw, after);
            self.add_aside(after, next);
            stop = next?;
        }
    }

    /// The messages that lie inside more than `frames` multiparts, or in the last part of so many, end at `end`.
    fn end_messages(&mut self, frames: usize, end: usize) {
        while let Some(&(part, start, open)) = self.messages.last()
            && open >= frames
        {
            self.messages.pop();
            if let Some(part) = self.tree.parts.get_mut(part) {
                part.body = without_break(self.raw.get(start..end).unwrap_or_default());
            }
        }
    }

    fn body_until(&self, start: usize, stop: Option<Delimiter>) -> &'a [u8] {
        match stop {
            // The line break before a boundary belongs to the boundary.
            Some(stop) => without_break(self.raw.get(start..stop.start).unwrap_or_default()),
            None => self.raw.get(start..).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
