#![allow(clippy::unwrap_used)]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use super::Guard;
use crate::imap::scanner::{Bounds, Violation};

const BOUNDS: Bounds = Bounds {
    literal: 200,
    line: 300,
    depth: 6,
};

/// Gives its bytes in pieces of the given sizes, over and over.
#[derive(Debug)]
struct Pieces {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    given: usize,
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let size = self
            .sizes
            .get(self.given % self.sizes.len().max(1))
            .copied()
            .unwrap_or(usize::MAX);
        self.given += 1;
        let count = size.max(1).min(out.remaining()).min(self.bytes.len());
        out.put_slice(&self.bytes.drain(..count).collect::<Vec<_>>());
        Poll::Ready(Ok(()))
    }
}

fn through(bytes: &[u8], sizes: &[usize], reads: usize) -> (Vec<u8>, Option<Violation>) {
    let mut guard = Guard::new(
        Pieces {
            bytes: bytes.to_vec(),
            sizes: sizes.to_vec(),
            given: 0,
        },
        BOUNDS,
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let passed = runtime.block_on(async {
        let mut passed = Vec::new();
        let mut space = vec![0; reads];
        while let Ok(count @ 1..) = guard.read(&mut space).await {
            passed.extend(space.iter().take(count));
        }
        passed
    });
    (passed, guard.violation())
}

#[test]
fn honest_bytes_pass_unchanged() {
    let stream = b"* OK ready\r\n* 1 FETCH (UID 1 BODY[] {7}\r\n(\r\n\"{9}\0)\r\nM1 OK done\r\n";
    assert_eq!(through(stream, &[3], 5), (stream.to_vec(), None));
}

#[test]
fn a_reader_never_sees_the_next_response_with_this_one() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bytes = b"* OK one\r\n* OK two\r\n".to_vec();
        let mut guard = Guard::new(
            Pieces {
                bytes,
                sizes: vec![1_000],
                given: 0,
            },
            BOUNDS,
        );
        let mut space = [0; 100];
        assert_eq!(guard.read(&mut space).await.unwrap(), 10);
        assert!(guard.has_unread());
        assert_eq!(guard.read(&mut space).await.unwrap(), 10);
        assert!(!guard.has_unread());
        assert_eq!(guard.first_line(), b"* OK one\r\n* OK two\r\n");
    });
}

#[test]
fn what_came_before_a_violation_passes_and_nothing_after_it() {
    let (passed, violation) = through(
        b"* OK one\r\n* 1 FETCH (((((((\r\n* OK two\r\n",
        &[1_000],
        1_000,
    );
    assert_eq!(passed, b"* OK one\r\n");
    assert_eq!(violation, Some(Violation::DeepNesting { limit: 6 }));
}

#[test]
fn what_nobody_asked_for_is_left_out_and_what_follows_it_passes() {
    let stream = b"\r\n* 1 FETCH ( UID 1  BODY[]  {7}\r\n  \r\n(  )\r\n* NAMESPACE NIL NIL NIL\r\n\r\nM1 OK done\r\n";
    for sizes in [1, 3, 1_000] {
        let (passed, violation) = through(stream, &[sizes], 1_000);
        assert_eq!(
            String::from_utf8_lossy(&passed),
            "* 1 FETCH (UID 1 BODY[] {7}\r\n  \r\n(  )\r\nM1 OK done\r\n"
        );
        assert_eq!(violation, None);
    }
}

#[test]
fn a_server_that_says_nothing_that_was_asked_for_is_cut_off() {
    let (passed, violation) = through(&b"\r\n".repeat(1 << 20), &[1 << 14], 1_000);
    assert_eq!(passed, b"");
    assert_eq!(violation, Some(Violation::LongAnswer { limit: 1 << 20 }));
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "* 1 FETCH (UID 1 BODY[] {5}\r\n",
            "hello",
            ")\r\n",
            "* OK [ALERT] words\r\n",
            "M1 NO no\r\n",
            "\"",
            "\r",
            "\n",
            "* LIST () \"/\" {3}\r\n",
            "abc\r\n",
            "(",
            "{201}\r\n",
            "+ \r\n",
            "* 3 EXISTS\r\n",
            "INTERNALDATE NIL ",
            "* NAMESPACE NIL\r\n",
            "\r\n",
            "  ",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
        Just(vec![b'x'; 150]),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_verdict_does_not_depend_on_how_the_bytes_arrive(
        bytes in stream(),
        sizes in prop::collection::vec(1_usize..50, 1..8),
        reads in 1_usize..100,
    ) {
        let whole = through(&bytes, &[usize::MAX], 4_096);
        prop_assert_eq!(through(&bytes, &sizes, reads), whole);
    }
}

#[tokio::test]
async fn a_guard_at_rest_holds_nothing_and_misses_nothing() {
    let words = b"* 1 EXISTS\r\n* 2 EXISTS\r\n* 3 EXISTS\r\n";
    let pieces = Pieces {
        bytes: words.to_vec(),
        sizes: vec![12],
        given: 0,
    };
    let mut guard = Guard::new(pieces, BOUNDS);
    let mut heard = Vec::new();
    for _ in 0..3 {
        let mut line = [0; 12];
        guard.read_exact(&mut line).await.unwrap();
        heard.extend(line);
        guard.rest();
        assert_eq!(guard.held.capacity(), 0);
        guard.rouse();
    }
    assert_eq!(heard, words);
}
