use chrono::{DateTime, Utc};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::CodeSecret;

/// The secret of RFC 6238, appendix B: `12345678901234567890`.
fn secret() -> CodeSecret {
    CodeSecret::stored("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into())
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

#[test]
fn codes_are_those_of_the_standard() {
    let table = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (seconds, code) in table {
        assert_eq!(secret().step_of(code, at(seconds)), Some(seconds / 30));
    }
}

#[test]
fn a_code_holds_for_its_neighbours_and_no_longer() {
    let step = 1_234_567_890 / 30;
    for (seconds, found) in [
        (1_234_567_890 - 30, Some(step)),
        (1_234_567_890 + 59, Some(step)),
        (1_234_567_890 - 31, None),
        (1_234_567_890 + 60, None),
    ] {
        assert_eq!(secret().step_of("005924", at(seconds)), found, "{seconds}");
    }
    assert_eq!(secret().step_of(" 005 924 ", at(1_234_567_890)), Some(step));
}

#[test]
fn a_damaged_secret_takes_no_code() {
    let damaged = CodeSecret::stored("not base32!".into());
    assert_eq!(damaged.step_of("", at(0)), None);
    assert_eq!(damaged.step_of("000000", at(0)), None);
}

#[test]
fn apps_are_told_whose_it_is() {
    let address = secret()
        .address("Mailroom", "anna rossi@example.com")
        .unwrap();
    assert_eq!(
        address.expose_secret(),
        "otpauth://totp/Mailroom:anna%20rossi@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mailroom"
    );
}

proptest! {
    #[test]
    fn whatever_is_typed_is_a_code_or_none(typed in ".{0,40}", seconds in 0_i64..4_000_000_000) {
        let found = secret().step_of(&typed, at(seconds));
        prop_assert!(found.is_none() || typed.chars().filter(char::is_ascii_digit).count() == 6);
    }
}
