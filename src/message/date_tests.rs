use super::parse;

fn read(text: &str) -> Option<String> {
    parse(text).map(|date| date.to_rfc3339())
}

#[test]
fn dates_keep_the_offset_of_their_sender() {
    assert_eq!(
        read("Tue, 10 Nov 2026 09:15:00 +0530").as_deref(),
        Some("2026-11-10T09:15:00+05:30")
    );
    assert_eq!(
        read("10 Nov 2026 09:15 -0330").as_deref(),
        Some("2026-11-10T09:15:00-03:30")
    );
}

#[test]
fn old_forms_are_known() {
    assert_eq!(
        read("Fri, 13 Oct 78 14:05:00 EST").as_deref(),
        Some("1978-10-13T14:05:00-05:00")
    );
    assert_eq!(
        read("10 Nov 26 09:15:00 GMT").as_deref(),
        Some("2026-11-10T09:15:00+00:00")
    );
    assert_eq!(
        read("Tue, 10 Nov 2026 09:15:00").as_deref(),
        Some("2026-11-10T09:15:00+00:00")
    );
    assert_eq!(
        read("10-Nov-2026 09:15:00 +0000").as_deref(),
        Some("2026-11-10T09:15:00+00:00")
    );
    assert_eq!(
        read("2026-11-10T09:15:00Z").as_deref(),
        Some("2026-11-10T09:15:00+00:00")
    );
}

#[test]
fn a_day_that_is_none_is_no_date() {
    for none in [
        "Mon, 30 Feb 2026 09:15:00 +0100",
        "Mon, 0 Jan 2026 10:00:00 +0000",
        "10 Mai 2026 09:15:00 +0200",
        "yesterday",
        "",
        "1 Jan 2026 25:00:00 +0000",
    ] {
        assert_eq!(read(none), None, "{none}");
    }
}

#[test]
fn a_leap_second_is_the_last_of_its_minute() {
    assert_eq!(
        read("Sat, 31 Dec 2016 23:59:60 +0000").as_deref(),
        Some("2016-12-31T23:59:59+00:00")
    );
}
