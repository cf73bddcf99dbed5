//! The guard's verdict depends on what a server says and not on how it comes, what it leaves out and hands on adds up, and
//! its bounds hold.

use tokio::io::AsyncReadExt as _;

use super::super::guard::Guard;
use super::super::scanner::{Bounds, Shape, Violation};
use crate::transport::proofs::Pieces;

/// What the guard may hold beyond one line: what it reads at once, twice.
const READ_AHEAD: usize = 2 * (16 << 10);

/// What came of one way to read.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    passed: Vec<u8>,
    violation: Option<Violation>,
    shape: Shape,
    left_out: u64,
}

/// Reads the input's bytes, behind its first four, in pieces of several sizes: each time the same comes through, and
/// the same is objected to.
///
/// # Panics
/// When that does not hold.
pub fn stream_guard(input: &[u8]) {
    let Some(([literal, line, depth, seed], said)) = input.split_first_chunk() else {
        return;
    };
    let bounds = Bounds {
        literal: u64::from(*literal) * 8,
        line: 16 + usize::from(*line) * 4,
        depth: usize::from(depth % 32),
    };
    // All answers are wanted, or none.
    let command = if *depth < 128 {
        "LIST STATUS SEARCH"
    } else {
        ""
    };
    let read = |sizes, space| read(said, bounds, command, sizes, space);
    let whole = read(vec![usize::MAX], 64 << 10);
    assert!(whole.passed.len() as u64 + whole.left_out <= said.len() as u64);
    // Mended: dates that are missing (three bytes of `INTERNALDATE NIL`), and words that are no UTF-8.
    let mended = whole
        .passed
        .iter()
        .zip(said)
        .filter(|(passed, said)| passed != said && (1..0x80).contains(*said))
        .count();
    assert!(whole.left_out > 0 || mended <= said.len() / 16 * 3);

    let seed = usize::from(*seed);
    for (sizes, space) in [
        (vec![1], 64 << 10),
        (vec![1], 1),
        (vec![2, 1], 3),
        (vec![seed + 1], 64 << 10),
        (vec![usize::MAX], seed + 1),
        (
            vec![seed % 7 + 1, seed % 61 + 1, seed % 3 + 1],
            seed % 11 + 1,
        ),
    ] {
        assert_eq!(whole, read(sizes, space));
    }
}

fn read(
    said: &[u8],
    bounds: Bounds,
    command: &'static str,
    sizes: Vec<usize>,
    space: usize,
) -> Verdict {
    let mut guard = Guard::new(Pieces::new(said, sizes, false), bounds);
    guard.expect_answer_to(command);
    let mut passed = Vec::new();
    let mut space = vec![0; space];
    // Nothing here waits for anything: the first poll is the last.
    futures_util::FutureExt::now_or_never(async {
        while let Ok(count @ 1..) = guard.read(&mut space).await {
            passed.extend_from_slice(space.get(..count).unwrap_or_default());
            assert!(guard.holds() <= bounds.line + READ_AHEAD);
        }
    });
    Verdict {
        passed,
        violation: guard.violation(),
        shape: guard.shape(),
        left_out: guard.left_out(),
    }
}
