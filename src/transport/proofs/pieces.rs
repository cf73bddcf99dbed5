//! A server that says what it says in pieces of given sizes, whatever is said to it, and then goes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Reads of a stream that has nothing left to say.
const PATIENCE: usize = 1_000;

/// One side of a connection.
#[derive(Debug)]
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    said: usize,
    /// Sizes of the pieces, over and over.
    sizes: Vec<usize>,
    turn: usize,
    /// How often nothing is there yet when it is asked for more.
    stumbles: bool,
    stumbled: bool,
    at_its_end: usize,
}

impl Pieces {
    pub(crate) fn new(bytes: &[u8], sizes: Vec<usize>, stumbles: bool) -> Self {
        Self {
            bytes: bytes.to_vec(),
            said: 0,
            sizes,
            turn: 0,
            stumbles,
            stumbled: false,
            at_its_end: 0,
        }
    }

    /// Pieces as one byte of an input chooses them.
    pub(crate) fn paced(bytes: &[u8], pace: u8) -> Self {
        let sizes = match pace.wrapping_sub(b'0') % 5 {
            0 => vec![usize::MAX],
            1 => vec![1],
            2 => vec![2, 1, 5],
            3 => vec![100, 1],
            _ => vec![usize::from(pace) + 1],
        };
        Self::new(bytes, sizes, pace.is_multiple_of(2))
    }

    fn size(&mut self) -> usize {
        let size = self.sizes.get(self.turn % self.sizes.len().max(1));
        self.turn += 1;
        size.copied().unwrap_or(usize::MAX).max(1)
    }

    /// Whether this once nothing is there yet.
    fn stumble(&mut self, cx: &Context<'_>) -> bool {
        self.stumbled = self.stumbles && !self.stumbled;
        if self.stumbled {
            cx.waker().wake_by_ref();
        }
        self.stumbled
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.stumble(cx) {
            return Poll::Pending;
        }
        let size = self.size().min(out.remaining());
        let piece = self.bytes.get(self.said..).unwrap_or_default();
        let piece = piece.get(..size).unwrap_or(piece);
        out.put_slice(piece);
        let count = piece.len();
        self.said += count;
        if count == 0 {
            self.at_its_end += 1;
            assert!(self.at_its_end < PATIENCE, "the end is read on and on");
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.stumble(cx) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(self.size().min(bytes.len())))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
