//! When client secrets and refresh tokens end, and how long before that people are told.

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials;
use entities::mail_servers::Preset;

/// Days before a client secret ends on which people are told; replacing it takes an admin of the provider.
pub(super) const OF_SECRET: [i64; 5] = [30, 14, 7, 1, 0];
/// The same for a refresh token; signing in again takes minutes.
pub(super) const OF_GRANT: [i64; 3] = [14, 7, 1];

/// The last of `thresholds`, which fall, that has come with `days_left`; none before the first and after the end.
pub(super) fn reached(thresholds: &[i64], days_left: i64) -> Option<i64> {
    if days_left < 0 {
        return None;
    }
    let reached = thresholds.iter().filter(|days| days_left <= **days);
    reached.min().copied()
}

/// How a refresh token comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// On a set day, however much it is used.
    Set(DateTime<Utc>),
    /// For want of use.
    Idle(DateTime<Utc>),
}

impl End {
    pub(super) fn at(self) -> DateTime<Utc> {
        match self {
            Self::Set(at) | Self::Idle(at) => at,
        }
    }
}

/// When a mailbox's refresh token ends if nobody does anything, as far as that is worth a word at `now`.
pub(super) fn of_grant(
    credential: &credentials::Model,
    preset: Preset,
    now: DateTime<Utc>,
) -> Option<End> {
    // An app with rights of its own has none.
    credential.sealed.as_ref()?;
    let set = credential
        .refresh_expires_at
        .filter(|end| is_past_half(credential.updated_at, *end, now))
        .map(End::Set);
    let idle = credential
        .refreshed_at
        .zip(idle_limit(preset))
        .map(|(used, limit)| End::Idle(used + limit));
    set.into_iter().chain(idle).min_by_key(|end| end.at())
}

/// A token that is replaced by a longer-lived one with each use never gets past half of its life, and one that lives
/// for hours is no matter of days.
fn is_past_half(got: DateTime<Utc>, end: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let life = end - got;
    life >= TimeDelta::days(2) && end - now <= life / 2
}

/// After how long without use a refresh token ends, where the provider says so.
fn idle_limit(preset: Preset) -> Option<TimeDelta> {
    match preset {
        Preset::Google => Some(TimeDelta::days(180)),
        Preset::Microsoft | Preset::OutlookCom => Some(TimeDelta::days(90)),
        Preset::Yahoo
        | Preset::Aol
        | Preset::Fastmail
        | Preset::Zoho
        | Preset::Yandex
        | Preset::Generic => None,
    }
}

/// The least use that [`of_grant`] could have something to say about at `now`: older than this.
pub(super) fn idle_since(now: DateTime<Utc>) -> DateTime<Utc> {
    let shortest = idle_limit(Preset::Microsoft).unwrap_or_default();
    now + soon() - shortest
}

/// How far ahead refresh tokens are looked at.
pub(super) fn soon() -> TimeDelta {
    TimeDelta::days(OF_GRANT[0] + 1)
}

#[cfg(test)]
#[path = "expiry_tests.rs"]
mod tests;
