use std::time::Duration;

use imap_proto::{Outcome, ResponseCode};

use super::{Said, clean};

fn said(text: &str) -> Said {
    Said::of(&Outcome {
        code: None,
        information: Some(text.into()),
    })
}

#[test]
fn codes_are_read_from_the_brackets() {
    for (text, code) in [
        ("[AUTHENTICATIONFAILED] no", Some("AUTHENTICATIONFAILED")),
        (
            "[WEBALERT https://example.com/x] Web login required.",
            Some("WEBALERT"),
        ),
        ("[unavailable]", Some("UNAVAILABLE")),
        ("[] x", None),
        ("[open", None),
        ("no [CODE]", None),
        ("", None),
    ] {
        assert_eq!(said(text).code.as_deref(), code, "{text}");
    }
    let alert = Said::of(&Outcome {
        code: Some(ResponseCode::Alert),
        information: Some("look".into()),
    });
    assert_eq!(
        (alert.code.as_deref(), alert.words.as_str()),
        (Some("ALERT"), "[ALERT] look")
    );
    let known = Said::of(&Outcome {
        code: Some(ResponseCode::UidNext(4)),
        information: Some("next".into()),
    });
    assert_eq!(
        (known.code.as_deref(), known.words.as_str()),
        (None, "next")
    );
}

#[test]
fn suggested_waits_are_read() {
    for (text, wait) in [
        (
            "Request is throttled. Suggested Backoff Time: 92415 milliseconds",
            Some(Duration::from_millis(92_415)),
        ),
        (
            "suggested backoff time: 30 seconds",
            Some(Duration::from_secs(30)),
        ),
        (
            "Suggested Backoff Time: 99999999999999999999999 milliseconds",
            None,
        ),
        ("Suggested Backoff Time: soon", None),
        (
            "Suggested Backoff Time: 92415",
            Some(Duration::from_millis(92_415)),
        ),
        (
            "[LIMIT] Rate limit hit. Try again in 5 minutes.",
            Some(Duration::from_mins(5)),
        ),
        (
            "[UNAVAILABLE] Busy, retry after 2 hours",
            Some(Duration::from_hours(2)),
        ),
        ("Try again in 7", None),
        ("slow down", None),
    ] {
        assert_eq!(said(text).suggested_wait(), wait, "{text}");
    }
}

#[test]
fn words_are_made_fit_to_be_shown() {
    assert_eq!(clean("  a\tb\x1b[31m\u{7f} c\n"), "a b [31m c");
    assert_eq!(clean(&"é".repeat(500)).chars().count(), 301);
}
