#![allow(clippy::unwrap_used)]

use super::Command;
use crate::imap::ServerError;

fn shown(command: Command) -> Vec<String> {
    let (line, literals) = command.into_parts();
    std::iter::once(line)
        .chain(literals)
        .map(|part| String::from_utf8(part.to_vec()).unwrap())
        .collect()
}

#[test]
fn strings_are_quoted_and_escaped() {
    let command = Command::new("LOGIN")
        .string("a b")
        .unwrap()
        .string(r#"p"a\ss"#)
        .unwrap();
    assert_eq!(shown(command), [r#"LOGIN "a b" "p\"a\\ss""#]);
}

#[test]
fn eight_bit_strings_are_literals_and_the_rest_follows_them() {
    let command = Command::new("LOGIN")
        .string("jürgen")
        .unwrap()
        .string("pass")
        .unwrap();
    assert_eq!(shown(command), ["LOGIN {7}", "jürgen \"pass\""]);
}

#[test]
fn nothing_can_smuggle_in_a_second_command() {
    for text in ["a\r\nA2 DELETE INBOX", "a\n", "a\r", "a\0b"] {
        assert!(matches!(
            Command::new("EXAMINE").string(text),
            Err(ServerError::BadSetting { .. })
        ));
        assert!(matches!(
            Command::new("UID FETCH").word(text),
            Err(ServerError::BadSetting { .. })
        ));
    }
}
