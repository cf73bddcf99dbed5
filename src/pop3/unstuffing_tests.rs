use super::Unstuffing;

/// The message and what is left behind it, in pieces of every size.
fn unstuffed(wire: &str, bare: bool) -> (String, Option<String>) {
    let mut answers: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
    for piece in 1..=wire.len() {
        let mut unstuffing = Unstuffing::new(bare);
        let (mut out, mut rest) = (Vec::new(), wire.as_bytes());
        let mut left = None;
        while !rest.is_empty() {
            let now = &rest[..piece.min(rest.len())];
            let (taken, ended) = unstuffing.take(now, &mut out);
            rest = &rest[taken..];
            if ended {
                left = Some(rest.to_vec());
                break;
            }
            assert_eq!(taken, now.len(), "all is taken before the end");
        }
        answers.push((out, left));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let (out, left) = answers.remove(0);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    (text(out), left.map(text))
}

#[test]
fn dots_are_taken_away_and_the_end_is_found() {
    for (wire, message, left) in [
        (".\r\n", "", Some("")),
        ("a\r\n.\r\n", "a\r\n", Some("")),
        (
            "a\r\n..b\r\n...\r\n.\r\n+OK",
            "a\r\n.b\r\n..\r\n",
            Some("+OK"),
        ),
        ("..\r\n.\r\n", ".\r\n", Some("")),
        ("a\r\n\r\n.\r\n", "a\r\n\r\n", Some("")),
        ("a\r\n.b\r\n.\r\n", "a\r\nb\r\n", Some("")),
        ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", Some("")),
        ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", Some("")),
        ("a\r\r\n.\r\n", "a\r\r\n", Some("")),
        ("a.\r\nb.c\r\n.\r\n", "a.\r\nb.c\r\n", Some("")),
        ("a\r\n", "a\r\n", None),
        ("a\r\n.", "a\r\n", None),
    ] {
        let expected = (message.to_owned(), left.map(str::to_owned));
        assert_eq!(unstuffed(wire, false), expected, "{wire:?}");
    }
}

#[test]
fn a_bare_line_feed_begins_no_line_where_the_server_writes_whole_ones() {
    let forged = "a\n.\r\n+OK forged\r\n.\n.b\r\n.\r\n";
    let (message, left) = unstuffed(forged, false);
    // What stands behind CRLF loses its dot, as the server put one there; nothing in between ends the message.
    assert_eq!(message, "a\n.\r\n+OK forged\r\n\n.b\r\n");
    assert_eq!(left.as_deref(), Some(""));
}

#[test]
fn a_server_without_carriage_returns_is_understood() {
    let (message, left) = unstuffed("a\n..b\n.\nx", true);
    assert_eq!((message.as_str(), left.as_deref()), ("a\n.b\n", Some("x")));
    let (message, _) = unstuffed("a\r\n..b\n.\r\n", true);
    assert_eq!(message, "a\r\n.b\n");
}

#[test]
fn an_end_that_counts_for_nothing_is_known_again() {
    for (wire, seems) in [
        ("a\n.\r\n", true),
        ("a\n.\n", true),
        ("a\r\nb\r\n", false),
        ("a .\r\n", false),
    ] {
        let mut unstuffing = Unstuffing::new(false);
        let (_, ended) = unstuffing.take(wire.as_bytes(), &mut Vec::new());
        assert_eq!(
            (ended, unstuffing.seems_ended()),
            (false, seems),
            "{wire:?}"
        );
    }
}
