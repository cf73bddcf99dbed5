use super::read;

fn came(header: &str) -> Option<String> {
    read(header.as_bytes()).map(|moment| moment.to_rfc3339())
}

#[test]
fn the_topmost_received_counts_then_the_date() {
    let header = "Received: from b by c (with; a comment) id 1;\r\n\tSun, 22 Nov 2026 13:00:05 +0100\r\n\
                  Received: from a by b; Sat, 21 Nov 2026 12:00:00 +0000\r\n\
                  Date: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\nbody";
    assert_eq!(came(header).as_deref(), Some("2026-11-22T12:00:05+00:00"));
    let garbled = "Received: from a by b\nDate: Mon, 1 Jan 2001 00:00:00 +0000\n";
    assert_eq!(came(garbled).as_deref(), Some("2001-01-01T00:00:00+00:00"));
}

#[test]
fn what_says_nothing_has_no_time() {
    for header in [
        "",
        "Subject: a\r\n\r\n",
        "Received: ;\r\nDate: soon\r\n\r\n",
        "\0\0;",
    ] {
        assert_eq!(came(header), None, "{header:?}");
    }
}
