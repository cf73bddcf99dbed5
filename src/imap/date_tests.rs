use super::internal_date;

#[test]
fn dates_as_servers_write_them() {
    for (text, shown) in [
        (
            "17-Jul-1996 02:44:25 -0700",
            Some("1996-07-17 09:44:25 UTC"),
        ),
        (
            " 7-Jul-1996 02:44:25 +0000",
            Some("1996-07-07 02:44:25 UTC"),
        ),
        (
            "07-jul-2026 23:59:60 +0530",
            Some("2026-07-07 18:29:60 UTC"),
        ),
        ("31-Feb-2026 00:00:00 +0000", None),
        ("01-Jan-2026 00:00:00", None),
        ("1-Mär-2026 00:00:00 +0000", None),
        ("-", None),
        ("", None),
    ] {
        assert_eq!(
            internal_date(text).map(|date| date.to_string()).as_deref(),
            shown,
            "{text}"
        );
    }
}
