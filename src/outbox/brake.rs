//! Leaves a mail server alone that takes no mail of ours until a person has mended something: a hundred announcements
//! that wait are not a hundred refused sign-ins, for which it would lock the account. Each process keeps to what it was
//! told itself.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::cause::Red;

/// After the first refusal; twice as long after each further one.
const FIRST: TimeDelta = TimeDelta::minutes(30);
/// The longest.
const LONGEST: TimeDelta = TimeDelta::hours(6);

/// Whether mail may be tried.
#[derive(Debug, Default)]
pub(super) struct Brake(Mutex<Option<Pressed>>);

#[derive(Debug)]
struct Pressed {
    until: DateTime<Utc>,
    refusals: u32,
    red: Red,
}

impl Brake {
    /// What has to be mended, and for how much longer nothing is tried; nothing when it may be.
    pub(super) fn pressed(&self, now: DateTime<Utc>) -> Option<(Red, TimeDelta)> {
        let pressed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pressed = pressed.as_ref().filter(|pressed| pressed.until > now)?;
        Some((pressed.red.clone(), pressed.until - now))
    }

    /// Nothing is tried for a while; gives for how long.
    pub(super) fn press(&self, red: &Red, now: DateTime<Utc>) -> TimeDelta {
        let mut pressed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = pressed.as_ref().map_or(0, |pressed| pressed.refusals);
        let wait = (FIRST * 2_i32.pow(before.min(8))).min(LONGEST);
        *pressed = Some(Pressed {
            until: now + wait,
            refusals: before.saturating_add(1),
            red: red.clone(),
        });
        wait
    }

    /// Mail is taken.
    pub(super) fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
