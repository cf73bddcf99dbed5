#![allow(clippy::unwrap_used, clippy::panic)]

use imap_proto::Response;
use proptest::prelude::*;

use super::{Bounds, Scanner, Shape, Violation};

const BOUNDS: Bounds = Bounds {
    literal: 1_000,
    line: 2_000,
    depth: 8,
};

fn listing() -> Scanner {
    Scanner {
        command: "LIST",
        ..Scanner::new(BOUNDS)
    }
}

fn judge(lines: &[&str]) -> Result<Vec<u64>, Violation> {
    let mut scanner = listing();
    lines
        .iter()
        .map(|line| Ok(scanner.line(&mut line.as_bytes().to_vec())?.literal))
        .collect()
}

/// What is left of a line.
fn left(line: &str, command: &'static str) -> String {
    let mut scanner = Scanner {
        command,
        ..Scanner::new(BOUNDS)
    };
    let mut bytes = line.as_bytes().to_vec();
    let judged = scanner.line(&mut bytes).unwrap();
    bytes.truncate(judged.kept);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn what_nobody_asked_for_is_left_out() {
    for line in [
        "\r\n",
        "* ESEARCH (TAG \"M9\") UID\r\n",
        "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
        "* STATUS \"INBOX\" (MESSAGES 5 SIZE 900)\r\n",
        "* SEARCH 1 2 3 (MODSEQ 5)\r\n",
        "* list () \"/\" a\r\n",
        "* FLAGS (\\Seen)\r\n",
        "* \r\n",
    ] {
        assert_eq!(left(line, "UID FETCH"), "", "{line}");
    }
    for (line, command) in [
        ("* LIST () \"/\" a\r\n", "LIST"),
        ("* Search 1 2\r\n", "UID SEARCH"),
        ("* STATUS INBOX (UIDNEXT 4)\r\n", "STATUS"),
        ("* LIST () \"/\" {3}\r\n", "NOOP"),
        ("* CAPABILITY IMAP4rev1\r\n", "NOOP"),
        ("* 5 EXISTS\r\n", "NOOP"),
        ("* 5 EXPUNGE\r\n", "NOOP"),
        ("* VANISHED 5\r\n", "NOOP"),
        ("* 5 FETCH (FLAGS ())\r\n", "NOOP"),
        ("* BYE\r\n", "NOOP"),
        ("Server Unavailable.\r\n", "NOOP"),
        ("+ \r\n", "NOOP"),
    ] {
        assert_eq!(left(line, command), line);
    }
}

#[test]
fn spaces_that_nobody_needs_are_left_out_of_fetch_lines() {
    for (line, mended) in [
        (
            "* 1 FETCH ( UID 5  FLAGS ())\r\n",
            "* 1 FETCH (UID 5 FLAGS ())\r\n",
        ),
        ("* 1 FETCH (   UID   5   )\r\n", "* 1 FETCH (UID 5 )\r\n"),
        (
            "* 1 FETCH (UID 5  BODY[]  {5}\r\n",
            "* 1 FETCH (UID 5 BODY[] {5}\r\n",
        ),
        (
            "* 1 FETCH (BODY[] \"a  b\\\"  (  c\"  UID 1)\r\n",
            "* 1 FETCH (BODY[] \"a  b\\\"  (  c\" UID 1)\r\n",
        ),
    ] {
        assert_eq!(left(line, "UID FETCH"), mended);
    }
    let status = "* OK  two  spaces ( stay\r\n";
    assert_eq!(left(status, "UID FETCH"), status);
}

#[test]
fn literals_are_seen_where_they_belong() {
    for (lines, literals) in [
        (
            vec!["* 1 FETCH (UID 1 BODY[] {5}\r\n", ")\r\n", "* OK\r\n"],
            vec![5, 0, 0],
        ),
        (
            vec!["* 1 FETCH (BODY[]<0> {0}\r\n", " UID 1)\r\n"],
            vec![0, 0],
        ),
        (
            vec!["* LIST () \"/\" {4}\r\n", "\r\n", "M1 OK\r\n"],
            vec![4, 0, 0],
        ),
        (vec!["* LIST () \"/\" \"a {5}\"\r\n"], vec![0]),
        (vec!["* 1 FETCH (BODY[] \"a \\\" ( b\")\r\n"], vec![0]),
        (vec!["* 1 FETCH (BODY[] {a}\r\n"], vec![]),
        (
            vec![
                "* OK 5\" wide :( \r\n",
                "+ \"\r\n",
                "M1 NO \"((((((((((((\r\n",
            ],
            vec![0, 0, 0],
        ),
    ] {
        match judge(&lines) {
            Ok(seen) => assert_eq!(seen, literals, "{lines:?}"),
            Err(violation) => assert!(literals.is_empty(), "{lines:?}: {violation}"),
        }
    }
}

#[test]
fn what_no_honest_server_sends_is_refused() {
    for (lines, violation) in [
        (vec!["* OK literal {5}\r\n"], Violation::StrayLiteral),
        (vec!["* NO [BADCHARSET ({5}\r\n"], Violation::StrayLiteral),
        (vec!["M1 OK {5}\r\n"], Violation::StrayLiteral),
        (vec!["+ {5}\r\n"], Violation::StrayLiteral),
        (vec!["* 1 FETCH (FLAGS {5}\r\n"], Violation::StrayLiteral),
        (
            vec!["* 1 FETCH (X (BODY[] {5}\r\n"],
            Violation::StrayLiteral,
        ),
        (vec!["* 1 FETCH (X \"BODY[] {5}\r\n"], Violation::Unfinished),
        (vec!["* 1 FETCH (UID 1\r\n"], Violation::Unfinished),
        (vec!["* 1 FETCH (UID 1))\r\n"], Violation::Unfinished),
        (vec!["* 1 FETCH (X {3+}\r\n"], Violation::Unfinished),
        (vec!["* LIST () \"/\" \"abc\r\n"], Violation::Unfinished),
        (
            vec!["* 1 FETCH (X \"(((((((((\")\r\n"],
            Violation::DeepNesting { limit: 8 },
        ),
        (
            vec!["* 1 fetch (BODYSTRUCTURE (((((((((\r\n"],
            Violation::DeepNesting { limit: 8 },
        ),
        (
            vec![
                "* 1 FETCH (BODY[] {2}\r\n",
                " X ((((\r\n",
                "* 2 FETCH (BODY[] {2}\r\n",
                " X (((((((()\r\n",
            ],
            Violation::Unfinished,
        ),
        (
            vec!["* 1 FETCH (BODY[] {1000}\r\n", " BODY[] {1}\r\n"],
            Violation::BigLiteral {
                announced: 1_001,
                limit: 1_000,
            },
        ),
        (vec!["* 1 EXISTS\n"], Violation::LineEnd),
        (vec!["* OK a\rb\r\n"], Violation::LineEnd),
        (vec!["\n"], Violation::LineEnd),
    ] {
        assert_eq!(judge(&lines), Err(violation), "{lines:?}");
    }
}

#[test]
fn a_response_is_measured_over_all_its_lines() {
    let mut scanner = listing();
    let mut refused = Ok(0);
    for number in 0..1_000 {
        let line: &[u8] = if number == 0 {
            b"* LIST ({0}\r\n"
        } else {
            b" {0}\r\n"
        };
        refused = scanner
            .line(&mut line.to_vec())
            .map(|judged| judged.literal);
        if refused.is_err() {
            break;
        }
    }
    assert_eq!(refused, Err(Violation::LongLine { limit: 2_000 }));
    assert_eq!(
        scanner.growing(2_001),
        Err(Violation::LongLine { limit: 2_000 })
    );
}

#[test]
fn a_missing_date_is_mended_outside_of_literals_only() {
    let mut line = b"* 1 FETCH (INTERNALDATE NIL UID 5 internaldate nil)\r\n".to_vec();
    Scanner::new(BOUNDS).line(&mut line).unwrap();
    assert_eq!(
        String::from_utf8(line).unwrap(),
        "* 1 FETCH (INTERNALDATE \"-\" UID 5 internaldate \"-\")\r\n"
    );
}

#[test]
fn the_shape_tells_quoted_from_literal() {
    for (lines, shape) in [
        (
            vec!["* LIST () \"/\" \"a\\\\b\"\r\n"],
            Shape {
                literals: 0,
                ends_quoted: true,
            },
        ),
        (
            vec!["* LIST () \"/\" a\r\n"],
            Shape {
                literals: 0,
                ends_quoted: false,
            },
        ),
        (
            vec!["* LIST () \"/\" {2}\r\n", "\r\n"],
            Shape {
                literals: 1,
                ends_quoted: false,
            },
        ),
    ] {
        let mut scanner = listing();
        for line in lines {
            scanner.line(&mut line.as_bytes().to_vec()).unwrap();
        }
        assert_eq!(scanner.shape(), shape);
    }
}

/// The first response that the scanner lets through whole, and the same with other bytes in its literals.
fn first_response(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut scanner = Scanner::new(Bounds {
        depth: 64,
        ..BOUNDS
    });
    let mut response = Vec::new();
    let mut masked = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")? + 2;
        let (line, after) = rest.split_at(end);
        let mut line = line.to_vec();
        let judged = scanner.line(&mut line).ok()?;
        line.truncate(judged.kept);
        let literal = usize::try_from(judged.literal).unwrap();
        response.extend(&line);
        masked.extend(&line);
        if scanner.kind.is_none() {
            return Some((response, masked));
        }
        let (literal, after) = after.split_at_checked(literal)?;
        response.extend_from_slice(literal);
        masked.extend(vec![b'x'; literal.len()]);
        rest = after;
    }
}

/// What the parser made of a response, without the contents of strings.
fn made_of(response: &[u8]) -> String {
    match Response::parse(response) {
        Ok((_, Response::Fetch(number, attributes))) => {
            let kinds: Vec<_> = attributes.iter().map(std::mem::discriminant).collect();
            format!("{number} {kinds:?}")
        }
        Ok((_, other)) => format!("{other:?}"),
        Err(_) => "an error".to_owned(),
    }
}

fn tokens() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "(",
        ")",
        "\"",
        " ",
        "\r\n",
        "{3}",
        "{3}\r\n",
        "{12}\r\n",
        "X",
        "UID 1",
        "FLAGS ",
        "BODY[] ",
        "BODY[]<0> ",
        "BODY",
        "BODYSTRUCTURE ",
        "NIL",
        "INTERNALDATE ",
        "\\",
        "\\\"",
        "a",
        "* ",
        "* 1 FETCH (",
        ") ",
        " (",
        "X (",
        "X a",
        "OK ",
    ]);
    prop::collection::vec(token, 0..25).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The scanner's idea of where a FETCH response ends and what is a literal in it is the parser's, so that nothing is
    /// parsed unjudged.
    #[test]
    fn the_parser_never_reads_past_what_was_judged(inside in tokens(), after in tokens()) {
        let stream = format!("* 1 FETCH ({inside})\r\n{after}\r\n* 2 FETCH (UID 2)\r\nM1 OK done\r\n");
        if let Some((response, masked)) = first_response(stream.as_bytes()) {
            let shown = String::from_utf8_lossy(&response);
            match Response::parse(&response) {
                Ok((rest, _)) => prop_assert!(rest.is_empty(), "{shown}"),
                Err(error) => prop_assert!(!error.is_incomplete(), "{shown}"),
            }
            prop_assert_eq!(made_of(&response), made_of(&masked), "{}", shown);
        }
    }
}

#[test]
fn a_status_line_in_any_encoding_stays_a_status_line() {
    for (line, mended) in [
        (
            &b"M2 NO [AUTHENTICATIONFAILED] Anmeldung ung\xfcltig\r\n"[..],
            &b"M2 NO [AUTHENTICATIONFAILED] Anmeldung ung?ltig\r\n"[..],
        ),
        (b"* BYE \xd0\xf3\xea\xe0\0\r\n", b"* BYE ?????\r\n"),
        (
            "* OK [ALERT]été prévu\r\n".as_bytes(),
            "* OK [ALERT]??t\u{e9} prévu\r\n".as_bytes(),
        ),
        (
            "* OK [ALERT] été\r\n".as_bytes(),
            "* OK [ALERT] été\r\n".as_bytes(),
        ),
    ] {
        let mut bytes = line.to_vec();
        let judged = Scanner::new(BOUNDS).line(&mut bytes).unwrap();
        assert_eq!((judged.kept, judged.literal), (line.len(), 0));
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(mended)
        );
        Response::parse(&bytes).unwrap();
    }
}
