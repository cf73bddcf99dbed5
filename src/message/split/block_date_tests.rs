use super::read;

#[test]
fn dates_are_read_as_programs_write_them() {
    for (text, date) in [
        ("Mon, 9 Nov 2026 at 18:00", "2026-11-09T18:00:00+00:00"),
        ("Mon, Nov 9, 2026 at 6:00 PM", "2026-11-09T18:00:00+00:00"),
        (
            "Monday, November 9, 2026 12:05 AM",
            "2026-11-09T00:05:00+00:00",
        ),
        (
            "9 November 2026 at 18:00:00 CET",
            "2026-11-09T18:00:00+01:00",
        ),
        (
            "Mon, 9 Nov 2026 18:00:00 +0100",
            "2026-11-09T18:00:00+01:00",
        ),
        ("lunedì 9 novembre 2026 18:00", "2026-11-09T18:00:00+00:00"),
        (
            "mar 10 mar 2026 alle ore 18:00",
            "2026-03-10T18:00:00+00:00",
        ),
        (
            "poniedziałek, 9 listopada 2026 18:00",
            "2026-11-09T18:00:00+00:00",
        ),
        ("9 de novembro de 2026 18:00", "2026-11-09T18:00:00+00:00"),
        ("luni, 9 noiembrie 2026 18:00", "2026-11-09T18:00:00+00:00"),
        (
            "Montag, 9. November 2026 18:00",
            "2026-11-09T18:00:00+00:00",
        ),
        (
            "lundi 9 août 2026 à 18:00:00 UTC+2",
            "2026-08-09T18:00:00+02:00",
        ),
        (
            "lunes, 9 de noviembre de 2026 18:00",
            "2026-11-09T18:00:00+00:00",
        ),
    ] {
        assert_eq!(
            read(text).map(|date| date.to_rfc3339()).as_deref(),
            Some(date),
            "{text}"
        );
    }
}

#[test]
fn what_may_be_two_dates_is_none() {
    for text in [
        "",
        "09/11/2026 18:00",
        "yesterday",
        "9 Nov 2026",
        "31 feb 2026 18:00",
        "9 nov 2026 25:00",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}
