//! Short ways to build `imap-codec` responses. It never knows the state.

use std::num::NonZeroU32;

use imap_codec::imap_types::core::{Literal, NString, Tag, Text};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{
    Bye, Code, CodeOther, Response, Status, StatusBody, StatusKind, Tagged,
};

/// Words as a response's text: what the grammar forbids is replaced.
pub(crate) fn text(words: &str) -> Text<'static> {
    let mut clean: String = words
        .chars()
        .map(|c| {
            if c == ' ' || c.is_ascii_graphic() {
                c
            } else {
                '?'
            }
        })
        .collect();
    if clean.is_empty() {
        clean.push('.');
    }
    Text::unvalidated(clean)
}

fn body(kind: StatusKind, code: Option<Code<'static>>, words: &str) -> StatusBody<'static> {
    StatusBody {
        kind,
        code,
        text: text(words),
    }
}

/// `* OK …`
pub(crate) fn untagged_ok(code: Option<Code<'static>>, words: &str) -> Response<'static> {
    Response::Status(Status::Untagged(body(StatusKind::Ok, code, words)))
}

/// `* BAD …`, for a line that has no tag to answer to.
pub(crate) fn untagged_bad(words: &str) -> Response<'static> {
    Response::Status(Status::Untagged(body(StatusKind::Bad, None, words)))
}

/// `* BYE …`
pub(crate) fn bye(words: &str) -> Response<'static> {
    Response::Status(Status::Bye(Bye {
        code: None,
        text: text(words),
    }))
}

/// How a command ended; becomes its tagged line.
#[derive(Debug)]
pub(crate) struct Outcome(StatusBody<'static>);

impl Outcome {
    pub(crate) fn ok(words: &str) -> Self {
        Self(body(StatusKind::Ok, None, words))
    }

    pub(crate) fn ok_with(code: Code<'static>, words: &str) -> Self {
        Self(body(StatusKind::Ok, Some(code), words))
    }

    pub(crate) fn no(words: &str) -> Self {
        Self(body(StatusKind::No, None, words))
    }

    /// NO with a code of RFC 5530.
    pub(crate) fn no_with(code: &str, words: &str) -> Self {
        Self(body(StatusKind::No, Some(code_named(code)), words))
    }

    pub(crate) fn bad(words: &str) -> Self {
        Self(body(StatusKind::Bad, None, words))
    }

    pub(crate) fn tagged(self, tag: Tag<'static>) -> Response<'static> {
        Response::Status(Status::Tagged(Tagged { tag, body: self.0 }))
    }
}

/// A response code that imap-codec has no type for.
pub(crate) fn code_named(code: &str) -> Code<'static> {
    Code::Other(CodeOther::unvalidated(code.as_bytes().to_vec()))
}

/// Bytes as a literal. NUL can't stand in one (RFC 3501 §4.3): it becomes 0x80, as Dovecot has it.
pub(crate) fn literal(bytes: &[u8]) -> NString<'static> {
    let bytes: Vec<u8> = bytes
        .iter()
        .map(|&byte| if byte == 0 { 0x80 } else { byte })
        .collect();
    NString::from(Literal::unvalidated(bytes))
}

/// A decoded folder name in its wire form.
pub(crate) fn mailbox(name: &str) -> Mailbox<'static> {
    let wire = encodify::utf7::IMAP.encode(name);
    Mailbox::try_from(wire).unwrap_or(Mailbox::Inbox)
}

/// A number that is never 0 in a consistent state.
pub(crate) fn nonzero(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

/// A place in a list, counted from 1.
pub(crate) fn sequence_number(place: usize) -> NonZeroU32 {
    nonzero(u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1))
}

/// A count as IMAP's number.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
