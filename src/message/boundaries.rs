//! Boundaries (RFC 2046 §5.1.1): whole lines of two hyphens and the boundary of a multipart that is open.
//!
//! Neither `--XX` in the middle of a line nor a longer boundary with the same beginning is the boundary `XX`.

use super::fields::line_at;

/// RFC 2046 allows 70 bytes.
pub(super) const MAX_BOUNDARY: usize = 200;

/// A multipart that is not closed yet.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) boundary: Vec<u8>,
    pub(super) alternative: Option<usize>,
    pub(super) digest: bool,
    pub(super) nested: usize,
}

/// A line that ends a part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delimiter {
    /// Where its line begins.
    pub(super) start: usize,
    /// Where the next line begins.
    pub(super) after: usize,
    /// Which frame's it is.
    pub(super) frame: usize,
    pub(super) closing: bool,
}

/// The next line from `at` on that is a boundary of an open multipart.
pub(super) fn after(frames: &[Frame], raw: &[u8], at: usize) -> Option<Delimiter> {
    if frames.is_empty() {
        return None;
    }
    let mut at = at;
    loop {
        let line = line_at(raw, at);
        if line.is_empty() {
            return None;
        }
        let after = at + line.len();
        if let Some((frame, closing)) = matching(frames, line) {
            return Some(Delimiter {
                start: at,
                after,
                frame,
                closing,
            });
        }
        at = after;
    }
}

/// Which open multipart a line is a boundary of, innermost first, and whether it closes it.
pub(super) fn matching(frames: &[Frame], line: &[u8]) -> Option<(usize, bool)> {
    let rest = line.strip_prefix(b"--")?.trim_ascii_end();
    let open = |frame: &Frame| {
        if rest == frame.boundary {
            return Some(false);
        }
        let closes = rest.len() == frame.boundary.len() + 2
            && rest.starts_with(&frame.boundary)
            && rest.ends_with(b"--");
        closes.then_some(true)
    };
    frames
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, frame)| open(frame).map(|closing| (at, closing)))
}

/// A line `--something` with a part's header right behind it.
pub(super) fn guess(body: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    loop {
        let line = line_at(body, at);
        if line.is_empty() {
            return None;
        }
        at += line.len();
        let boundary = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end);
        if let Some(boundary) =
            boundary.filter(|rest| !rest.is_empty() && rest.len() <= MAX_BOUNDARY)
            && line_at(body, at)
                .get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        {
            return Some(boundary.to_vec());
        }
    }
}
