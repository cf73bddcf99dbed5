use chrono::{DateTime, TimeDelta, Utc};

use super::{Waiting, next_try};
use crate::store::fixture::at;

fn waiting(attempts: i32) -> Waiting<'static> {
    Waiting {
        key: "light-1-0-red-webhook",
        attempts,
        since: at(0),
    }
}

#[test]
fn waits_grow_from_half_a_minute_to_six_hours_and_end_after_three_days() {
    let mut now: DateTime<Utc> = at(0);
    let mut waits = Vec::new();
    for attempts in 1.. {
        let Some(next) = next_try(waiting(attempts), None, now) else {
            break;
        };
        waits.push((next - now).num_seconds());
        now = next;
    }
    let least = [30, 120, 480, 1_920, 7_680, 21_600, 21_600];
    for (wait, least) in waits.iter().zip(least) {
        assert!((least..=least + least / 5).contains(wait), "{waits:?}");
    }
    assert!((15..20).contains(&waits.len()), "{waits:?}");
    assert!(now - at(0) < TimeDelta::days(3) + TimeDelta::hours(8));
}

#[test]
fn what_failed_together_is_not_tried_together() {
    let next = |key| next_try(Waiting { key, ..waiting(6) }, None, at(0));
    assert_ne!(next("a"), next("b"));
    assert_eq!(next("a"), next("a"));
}

#[test]
fn a_receiver_may_ask_for_more_time() {
    let wait = |asked| {
        let next = next_try(waiting(1), Some(TimeDelta::seconds(asked)), at(0)).unwrap();
        (next - at(0)).num_seconds()
    };
    assert!((30..=36).contains(&wait(5)));
    assert!((3_600..=3_606).contains(&wait(3_600)));
    assert!((86_400..=86_406).contains(&wait(86_400)));
}
