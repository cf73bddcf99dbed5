#![allow(clippy::unwrap_used, clippy::panic)]

use secrecy::ExposeSecret as _;

use super::*;

fn parse(text: &str) -> String {
    match SecretReference::parse(text) {
        Ok(Some(reference)) => format!("{reference:?}"),
        Ok(None) => "literal".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn references_and_literals_are_told_apart() {
    for (text, expected) in [
        ("${env:IMAP_PASSWORD}", r#"Env("IMAP_PASSWORD")"#),
        ("${file:/run/secrets/imap}", r#"File("/run/secrets/imap")"#),
        ("hunter2", "literal"),
        ("", "literal"),
        ("a${env:X}", "literal"),
        ("${unfinished", "literal"),
        (
            "${ENV:X}",
            "${ENV:…} is neither ${env:NAME} nor ${file:/path}. A secret that itself begins with ${ must be given by one of these",
        ),
        (
            "${my secret}",
            "${…} is neither ${env:NAME} nor ${file:/path}. A secret that itself begins with ${ must be given by one of these",
        ),
        (
            "${env:}",
            "${env:} does not name an environment variable: use letters, digits and _, not starting with a digit",
        ),
        (
            "${file:secrets/imap}",
            "${file:secrets/imap} must be an absolute path, because the worker may run in another folder",
        ),
    ] {
        assert_eq!(parse(text), expected, "{text}");
    }
}

#[test]
fn a_reference_is_written_as_it_was_read() {
    for text in ["${env:X}", "${file:/run/secrets/a b}"] {
        assert_eq!(
            SecretReference::parse(text).unwrap().unwrap().to_string(),
            text
        );
    }
}

#[test]
fn a_variable_gives_its_value_without_one_line_end() {
    let reference = SecretReference::Env("X".to_owned());
    let value = |text: &'static str| {
        reference.resolve_with(&move |name| (name == "X").then(|| text.into()))
    };
    assert_eq!(value("secret\n").unwrap().expose_secret(), "secret");
    assert_eq!(value("secret\r\n").unwrap().expose_secret(), "secret");
    assert_eq!(value(" two\n\n").unwrap().expose_secret(), " two\n");
    assert_eq!(
        value("\n").unwrap_err().to_string(),
        "The secret ${env:X} is empty; it should hold the password or token"
    );
    assert_eq!(
        reference.resolve_with(&|_| None).unwrap_err().to_string(),
        "The environment variable X is not set; set it where Mailroom runs"
    );
}

#[test]
fn a_file_gives_its_text_up_to_64_kib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let reference = SecretReference::File(path.clone());
    assert!(matches!(
        reference.resolve(),
        Err(ReferenceError::Read { .. })
    ));
    std::fs::write(&path, "from a file\n").unwrap();
    assert_eq!(reference.resolve().unwrap().expose_secret(), "from a file");
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(
        reference.resolve(),
        Err(ReferenceError::NotText(_))
    ));
    std::fs::write(&path, vec![b'a'; 64 * 1024 + 1]).unwrap();
    assert!(matches!(
        reference.resolve(),
        Err(ReferenceError::TooLarge(_))
    ));
}
