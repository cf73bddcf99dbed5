#![allow(clippy::unwrap_used)]

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn utc(text: &str) -> Now {
    Now {
        at: at(text),
        zone: Tz::UTC,
    }
}

#[test]
fn each_reads_it_in_their_own_zone() {
    let moment = at("2026-11-22T23:30:00Z");
    let told = |zone| plain(moment, Now { at: moment, zone }).into_string();
    for (zone, text) in [
        (Tz::Europe__Rome, "2026-11-23 00:30 CET"),
        (Tz::America__New_York, "2026-11-22 18:30 EST"),
        (Tz::Asia__Kathmandu, "2026-11-23 05:15 +0545"),
    ] {
        assert_eq!(
            told(zone),
            format!(r#"<time datetime="2026-11-22T23:30:00Z">{text}</time>"#)
        );
    }
    let rome = Now {
        at: moment,
        zone: Tz::Europe__Rome,
    };
    let today = "2026-11-23".parse().unwrap();
    assert!(day(today, rome).into_string().contains("(today)"));
}

#[test]
fn a_moment_tells_how_long_ago_it_was() {
    let now = utc("2026-11-22T12:00:00Z");
    let told = |text| moment(at(text), now).into_string();
    assert_eq!(
        told("2026-11-22T09:00:00Z"),
        r#"<time datetime="2026-11-22T09:00:00Z">2026-11-22 09:00 UTC</time> <span class="quiet">(3 hours ago)</span>"#
    );
    for (text, distance) in [
        ("2026-11-22T11:59:30Z", "(just now)"),
        ("2026-11-22T11:59:00Z", "(1 minute ago)"),
        ("2026-11-21T12:00:00Z", "(1 day ago)"),
        ("2026-11-22T12:00:20Z", "(in a moment)"),
        ("2026-11-22T13:30:00Z", "(in 1 hour)"),
        ("2027-02-20T12:00:00Z", "(in 90 days)"),
    ] {
        assert!(told(text).contains(distance), "{text}: {}", told(text));
    }
}

#[test]
fn a_day_is_counted_in_days() {
    let now = utc("2026-11-22T23:59:00Z");
    for (date, distance) in [
        ("2026-11-22", "(today)"),
        ("2026-11-23", "(tomorrow)"),
        ("2026-11-21", "(yesterday)"),
        ("2026-12-22", "(in 30 days)"),
        ("2026-11-20", "(2 days ago)"),
    ] {
        let told = day(date.parse().unwrap(), now).into_string();
        assert!(told.contains(distance), "{told}");
    }
}
