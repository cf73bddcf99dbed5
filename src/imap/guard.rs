//! Stands between TLS and the parser and hands on only what the [`Scanner`] has seen and allowed.
//!
//! Hands on a whole line or part of a literal at a time and never the beginning of the next response, so that the
//! parser never meets half a line (it takes some for errors), never copies a remainder, and nothing that a server said
//! before TLS can hide in its buffer. Literals go straight into the parser's buffer. What nobody asked for is left out.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::scanner::{Bounds, Judged, Scanner, Shape, Violation};

/// Bytes read at once while looking for the end of a line: one TLS record.
const CHUNK: usize = 16 << 10;
/// The same while nothing is expected: a line or two.
const CRUMB: usize = 256;
/// Bytes that nobody asked for between two responses that somebody did.
const MOST_LEFT_OUT: u64 = 1 << 20;
/// Bytes of the first line kept to tell what kind of server this is.
const FIRST_LINE: usize = 120;

/// A stream that is cut off at the first thing that no honest server sends.
pub(crate) struct Guard<T> {
    inner: T,
    scanner: Scanner,
    /// Space for what was read from the server. It holds, in this order: bytes handed on, bytes that may be
    /// (`from..allowed`), bytes still to be judged (`allowed..filled`, without a line end up to `searched`), nothing.
    held: Vec<u8>,
    from: usize,
    allowed: usize,
    searched: usize,
    filled: usize,
    /// Bytes of the current literal that have not come yet.
    literal: u64,
    received: u64,
    /// Bytes read at once.
    chunk: usize,
    /// Bytes left out so far, and when something was handed on last.
    left_out: u64,
    left_out_before: u64,
    first_line: Vec<u8>,
    violation: Option<Violation>,
}

impl<T> Guard<T> {
    pub(crate) fn new(inner: T, bounds: Bounds) -> Self {
        Self {
            inner,
            scanner: Scanner::new(bounds),
            held: Vec::new(),
            from: 0,
            allowed: 0,
            searched: 0,
            filled: 0,
            literal: 0,
            received: 0,
            chunk: CHUNK,
            left_out: 0,
            left_out_before: 0,
            first_line: Vec::new(),
            violation: None,
        }
    }

    /// Bytes that came so far: progress.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Why the server was cut off, if it was.
    pub(crate) fn violation(&self) -> Option<Violation> {
        self.violation
    }

    /// How the response handed on last was written.
    pub(crate) fn shape(&self) -> Shape {
        self.scanner.shape()
    }

    /// The beginning of the first thing the server ever said.
    pub(crate) fn first_line(&self) -> &[u8] {
        &self.first_line
    }

    /// Sets the biggest literal taken from now on.
    pub(crate) fn set_max_literal(&mut self, bytes: u64) {
        self.scanner.bounds.literal = bytes;
    }

    /// Gives its space back as far as it is empty, and takes little from now on.
    pub(crate) fn rest(&mut self) {
        self.chunk = CRUMB;
        self.make_space();
        self.held.truncate(self.filled);
        self.held.shrink_to_fit();
    }

    /// Takes as much space as a busy connection needs again.
    pub(crate) fn rouse(&mut self) {
        self.chunk = CHUNK;
    }

    /// Says which command is being answered from now on.
    pub(crate) fn expect_answer_to(&mut self, command: &'static str) {
        self.scanner.command = command;
    }

    /// Bytes held, and space for more.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn holds(&self) -> usize {
        self.held.len()
    }

    /// Bytes left out so far.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Whether something came that nobody has read yet.
    pub(crate) fn has_unread(&self) -> bool {
        self.from < self.filled
    }

    /// The stream below; whatever is held is lost.
    pub(crate) fn into_inner(self) -> T {
        self.inner
    }

    fn hand_on(&mut self, out: &mut ReadBuf<'_>) {
        let ready = self.held.get(self.from..self.allowed).unwrap_or_default();
        let (now, _) = ready.split_at(ready.len().min(out.remaining()));
        out.put_slice(now);
        self.from += now.len();
    }

    /// Forgets what was handed on, and leaves room for at least half a chunk.
    fn make_space(&mut self) {
        if self.from > 0 {
            self.held.copy_within(self.from..self.filled, 0);
        }
        self.allowed -= self.from;
        self.searched -= self.from;
        self.filled -= self.from;
        self.from = 0;
        if self.held.len() - self.filled < self.chunk / 2 {
            self.held.resize(self.filled + self.chunk, 0);
        }
    }

    /// Allows what is held of the current literal.
    fn allow_literal(&mut self) {
        let held = (self.filled - self.allowed) as u64;
        let now = held.min(self.literal);
        self.literal -= now;
        self.allowed += usize::try_from(now).unwrap_or(usize::MAX);
        self.searched = self.allowed;
    }

    /// Allows the next line, or what is kept of it, if all of it is held and all before it was handed on.
    fn allow_line(&mut self) -> Result<bool, Violation> {
        let unsearched = self
            .held
            .get(self.searched..self.filled)
            .unwrap_or_default();
        let Some(at) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.filled;
            self.scanner.growing(self.filled - self.allowed)?;
            return Ok(false);
        };
        let end = self.searched + at + 1;
        let line = self.held.get_mut(self.allowed..end).unwrap_or_default();
        let Judged { kept, literal } = self.scanner.line(line)?;
        let begin = end - kept;
        self.leave_out(begin - self.allowed, kept > 0)?;
        if begin > self.allowed {
            self.held
                .copy_within(self.allowed..self.allowed + kept, begin);
        }
        self.literal = literal;
        self.from = begin;
        self.allowed = end;
        self.searched = end;
        Ok(true)
    }

    fn leave_out(&mut self, bytes: usize, something_is_kept: bool) -> Result<(), Violation> {
        self.left_out += bytes as u64;
        if self.left_out - self.left_out_before > MOST_LEFT_OUT {
            let limit = MOST_LEFT_OUT;
            return Err(Violation::LongAnswer { limit });
        }
        if something_is_kept {
            self.left_out_before = self.left_out;
        }
        Ok(())
    }
}

impl<T: AsyncRead + Unpin> Guard<T> {
    /// Reads more to judge; `false` at the end of the stream.
    fn poll_hold_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.make_space();
        let mut space = ReadBuf::new(self.held.get_mut(self.filled..).unwrap_or_default());
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut space))?;
        let count = space.filled().len();
        let before = self.filled;
        self.filled += count;
        self.received += count as u64;
        let wanted = FIRST_LINE.saturating_sub(self.first_line.len());
        self.first_line
            .extend(self.held.iter().take(self.filled).skip(before).take(wanted));
        Poll::Ready(Ok(count > 0))
    }

    /// Reads the current literal without holding it.
    fn poll_literal(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wanted = usize::try_from(self.literal)
            .unwrap_or(usize::MAX)
            .min(out.remaining());
        let mut space = ReadBuf::new(out.initialize_unfilled_to(wanted));
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut space))?;
        let count = space.filled().len();
        out.advance(count);
        self.received += count as u64;
        self.literal -= count as u64;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guard<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.from < this.allowed {
                this.hand_on(out);
                return Poll::Ready(Ok(()));
            }
            if let Some(violation) = this.violation {
                return Poll::Ready(Err(io::Error::other(violation)));
            }
            if this.literal > 0 {
                if this.allowed == this.filled {
                    return this.poll_literal(cx, out);
                }
                this.allow_literal();
                continue;
            }
            match this.allow_line() {
                Ok(true) => {}
                Ok(false) => {
                    if !ready!(this.poll_hold_more(cx))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Err(violation) => this.violation = Some(violation),
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guard<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Never shows what is held: it is mail.
impl<T> fmt::Debug for Guard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("received", &self.received)
            .field("violation", &self.violation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
