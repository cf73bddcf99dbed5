use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::{CredentialKind, Model};
use entities::ids::MailboxId;
use entities::mail_servers::Preset;

use super::{End, OF_GRANT, OF_SECRET, of_grant, reached};
use crate::store::fixture::at;

#[test]
fn each_threshold_is_reached_once_and_none_after_the_end() {
    let told: Vec<_> = (-2..=32)
        .rev()
        .map(|days| reached(&OF_SECRET, days))
        .collect();
    let days = |threshold, times| std::iter::repeat_n(threshold, times);
    let expected: Vec<_> = days(None, 2)
        .chain(days(Some(30), 16))
        .chain(days(Some(14), 7))
        .chain(days(Some(7), 6))
        .chain(days(Some(1), 1))
        .chain(days(Some(0), 1))
        .chain(days(None, 2))
        .collect();
    assert_eq!(told, expected);
    assert_eq!(reached(&OF_GRANT, 15), None);
    assert_eq!(reached(&OF_GRANT, 0), Some(1));
}

fn day(day: i64) -> DateTime<Utc> {
    at(0) + TimeDelta::days(day)
}

/// A grant got on day 0.
fn grant(expires: Option<i64>, refreshed: i64) -> Model {
    Model {
        mailbox_id: MailboxId(1),
        kind: CredentialKind::Oauth,
        reference: None,
        sealed: Some(Vec::new()),
        key_id: None,
        access_sealed: None,
        access_key_id: None,
        access_expires_at: None,
        refresh_expires_at: expires.map(day),
        granted_scopes: None,
        identity: None,
        refreshed_at: Some(day(refreshed)),
        claimed_by: None,
        claimed_until: None,
        version: 1,
        updated_at: day(0),
    }
}

#[test]
fn a_grant_ends_on_its_day_or_for_want_of_use_whichever_comes_first() {
    let end = |grant: Model, preset, now| of_grant(&grant, preset, day(now));
    // Google's app in testing: seven days, however much it is used.
    let seven = || grant(Some(7), 3);
    assert_eq!(
        end(seven(), Preset::Google, 3),
        Some(End::Idle(day(183))),
        "not past half"
    );
    assert_eq!(end(seven(), Preset::Google, 4), Some(End::Set(day(7))));
    // Fourteen days, and new ones with each use.
    assert_eq!(end(grant(Some(14), 0), Preset::Generic, 1), None);
    // Half an hour, and new ones with each use: no matter of days.
    let mut short = grant(Some(0), 0);
    short.refresh_expires_at = Some(day(0) + TimeDelta::minutes(30));
    assert_eq!(
        of_grant(&short, Preset::Generic, day(0) + TimeDelta::minutes(29)),
        None
    );
    // Microsoft: ninety days without use.
    assert_eq!(
        end(grant(None, 20), Preset::Microsoft, 100),
        Some(End::Idle(day(110)))
    );
    assert_eq!(end(grant(None, 20), Preset::Fastmail, 100), None);
}

#[test]
fn an_app_with_rights_of_its_own_has_no_sign_in_that_could_end() {
    let of_app = Model {
        sealed: None,
        ..grant(None, 0)
    };
    assert_eq!(of_grant(&of_app, Preset::Microsoft, day(80)), None);
    assert!(of_grant(&grant(None, 0), Preset::Microsoft, day(80)).is_some());
}
