#![allow(clippy::unwrap_used)]

use super::Period;

#[test]
fn days_hours_and_minutes_read_and_write_back() {
    for (text, minutes, written) in [
        ("7d", 10_080, "7d"),
        ("12h", 720, "12h"),
        (" 90 m ", 90, "90m"),
        ("48h", 2_880, "2d"),
    ] {
        let read: Period = serde_json::from_value(text.into()).unwrap();
        assert_eq!(read, Period(minutes), "{text}");
        assert_eq!(read.to_string(), written);
    }
    for text in [
        "",
        "d",
        "0d",
        "7",
        "7w",
        "367d",
        "99999999999d",
        "-1d",
        "7 days",
    ] {
        let read: Result<Period, _> = serde_json::from_value(text.into());
        assert!(read.is_err(), "{text}");
    }
}
