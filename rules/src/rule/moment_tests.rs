#![allow(clippy::unwrap_used)]

use super::{Moment, Zone};

#[test]
fn days_and_moments_are_read_and_written_back() {
    for (text, written) in [
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T08:30:00+01:00", "2026-11-01T08:30:00+01:00"),
        (" 2026-11-01T08:30:00Z ", "2026-11-01T08:30:00Z"),
    ] {
        let moment = Moment::parse(text).unwrap();
        assert_eq!(moment.to_string(), written);
        assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
    }
    for text in [
        "",
        "yesterday",
        "2026-13-01",
        "01.11.2026",
        "2026-11-01T25:00:00Z",
    ] {
        assert_eq!(Moment::parse(text), None, "{text}");
    }
}

#[test]
fn a_day_begins_at_midnight_of_the_zone() {
    let day = Moment::parse("1970-01-02").unwrap();
    let hour = 3_600_000;
    for (zone, millis) in [
        ("UTC", 24 * hour),
        ("+01:00", 23 * hour),
        ("-05:30", 29 * hour + hour / 2),
    ] {
        assert_eq!(day.millis(Zone::parse(zone).unwrap()), millis, "{zone}");
    }
    let instant = Moment::parse("1970-01-01T01:00:00+01:00").unwrap();
    assert_eq!(instant.millis(Zone::parse("-05:30").unwrap()), 0);
}

#[test]
fn offsets_are_read_and_written_back() {
    for text in ["UTC", "+01:00", "-05:30", "+14:00"] {
        assert_eq!(Zone::parse(text).unwrap().to_string(), text);
    }
    for text in [
        "", "+1:00", "+15:00", "+01:60", "01:00", "CET", "+aa:bb", "é1:00", "+-1:00",
    ] {
        assert_eq!(Zone::parse(text), None, "{text}");
    }
}
