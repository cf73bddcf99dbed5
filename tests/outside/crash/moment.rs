//! When a scan is killed, and how that moment is seen to come.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::super::program::{Program, Running};
use super::super::waiting::until;

/// A scan makes a handful of commits to begin with, then a few for each batch.
const COMMITS: u32 = 12;
/// So often a large message begins, or has its name, until one is waited for.
const FILES: u32 = 6;
const LONG: Duration = Duration::from_mins(2);

/// How long an undisturbed scan of a few messages takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Until the first message is kept.
    pub(super) start: Duration,
    /// To the end, the report and the lease.
    pub(super) whole: Duration,
}

/// When a scan is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// So long after its start.
    After(Duration),
    /// In the middle of a commit: when the database's log is seen to change for the so-many-th time.
    Commit(u32),
    /// When for the so-many-th time a large message begins to be written, or is whole and no row names it yet.
    File(u32),
}

impl Moment {
    /// By turns: before the first message, anywhere, in a commit, in a file.
    pub(super) fn any(turn: usize, pace: Pace, rng: &mut StdRng) -> Self {
        match turn % 8 {
            0 => Self::After(rng.random_range(Duration::ZERO..pace.start)),
            1 | 3 => Self::After(rng.random_range(pace.start..pace.whole)),
            5 => Self::File(rng.random_range(1..=FILES)),
            _ => Self::Commit(rng.random_range(1..COMMITS)),
        }
    }

    /// Waits for it; says whether the scan was still running.
    pub(super) fn comes(self, scan: &mut Running, program: &Program) -> bool {
        let log = program.path("data/mailroom.db-wal");
        let files = program.path("data/blobs/incoming");
        let began = Instant::now();
        let (mut log_was, mut files_were) = (Seen::of(&log), Seen::of(&files));
        let (mut commits, mut written) = (0, 0);
        until("the moment comes", LONG, || {
            let came = match self {
                Self::After(time) => began.elapsed() >= time,
                Self::Commit(number) => {
                    commits += log_was.changed(&log);
                    commits >= number
                }
                Self::File(number) => {
                    written += files_were.changed(&files);
                    written >= number
                }
            };
            if came {
                return Some(true);
            }
            scan.ended().map(|_| false)
        })
    }
}

/// What tells that a file was written, or that a folder's files came and went.
#[derive(Debug, PartialEq, Eq)]
struct Seen(Option<(u64, SystemTime)>);

impl Seen {
    fn of(path: &Path) -> Self {
        let seen = fs::metadata(path).and_then(|seen| Ok((seen.len(), seen.modified()?)));
        Self(seen.ok())
    }

    /// 1 where it was written since the last look.
    fn changed(&mut self, path: &Path) -> u32 {
        let was = std::mem::replace(self, Self::of(path));
        u32::from(was != *self)
    }
}
