//! When something that could not be delivered is tried again, and when no more.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// The first wait; each later one is four times as long.
const FIRST: TimeDelta = TimeDelta::seconds(30);
/// The longest wait, unless the receiver asks for more.
const LONGEST: TimeDelta = TimeDelta::hours(6);
/// After this long nobody wants to know any more.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// What is to be delivered, as far as waiting goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting<'a> {
    /// The same for all tries of one thing.
    pub(super) key: &'a str,
    /// How often it was tried, the last time included.
    pub(super) attempts: i32,
    /// Since when it waits.
    pub(super) since: DateTime<Utc>,
}

/// When it is tried next after a try that failed at `now`; nothing once it is time to give up.
pub(super) fn next_try(
    waiting: Waiting<'_>,
    retry_after: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if now - waiting.since >= PATIENCE {
        return None;
    }
    let times = 4_i32.saturating_pow(
        waiting
            .attempts
            .saturating_sub(1)
            .clamp(0, 9)
            .unsigned_abs(),
    );
    let wait = FIRST.checked_mul(times).unwrap_or(LONGEST).min(LONGEST);
    let asked = retry_after.unwrap_or_default();
    Some(now + wait.max(asked) + jitter(waiting, wait / 5))
}

/// Part of `window`, the same for the same try: what failed together is not tried together again.
fn jitter(waiting: Waiting<'_>, window: TimeDelta) -> TimeDelta {
    let digest = Sha256::digest(format!("{} {}", waiting.key, waiting.attempts));
    let share = digest.first().copied().unwrap_or_default();
    window * i32::from(share) / 256
}

#[cfg(test)]
#[path = "backoff_tests.rs"]
mod tests;
