use std::time::Duration;

use super::{Reply, Said};

fn refused(line: &str) -> Said {
    match Reply::read(line.as_bytes()) {
        Some(Reply::Refused(said)) => said,
        other => Said {
            code: None,
            words: format!("{other:?}"),
        },
    }
}

#[test]
fn status_lines_are_told_from_everything_else() {
    for line in ["+OK", "+ok ready", "+OK  maildrop has 2 messages"] {
        assert!(
            matches!(Reply::read(line.as_bytes()), Some(Reply::Well(_))),
            "{line}"
        );
    }
    assert_eq!(Reply::read(b"+ eyJ9"), Some(Reply::GoOn("eyJ9".to_owned())));
    assert_eq!(Reply::read(b"+"), Some(Reply::GoOn(String::new())));
    for line in ["", "+OKAY", "OK", "-ERROR", "* OK ready", "1 2", "\0"] {
        assert_eq!(Reply::read(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn codes_are_read_from_the_brackets() {
    for (line, code) in [
        ("-ERR [AUTH] no", Some("AUTH")),
        ("-ERR [in-use] locked", Some("IN-USE")),
        ("-ERR [SYS/TEMP] later", Some("SYS/TEMP")),
        ("-ERR [SYS/PERM/GONE] never", Some("SYS/PERM")),
        ("-ERR [LOGIN-DELAY]", Some("LOGIN-DELAY")),
        ("-ERR [] x", None),
        ("-ERR [open", None),
        ("-ERR no [AUTH]", None),
        ("-ERR", None),
    ] {
        assert_eq!(refused(line).code.as_deref(), code, "{line}");
    }
}

#[test]
fn words_are_cleaned_and_a_wait_is_read_from_them() {
    assert_eq!(refused("-ERR a\0b\tc").words, "a b c");
    let said = refused("-ERR Request is throttled. Suggested Backoff Time: 299961 milliseconds");
    assert_eq!(said.suggested_wait(), Some(Duration::from_millis(299_961)));
    assert_eq!(refused("-ERR later").suggested_wait(), None);
}
