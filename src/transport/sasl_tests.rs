#![allow(clippy::unwrap_used)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{initial_response, refusal_status};
use crate::imap::{Login, ServerError};

fn said(login: &Login) -> String {
    let encoded = initial_response(login, "mail.test", 993).unwrap();
    String::from_utf8(STANDARD.decode(&*encoded).unwrap()).unwrap()
}

#[test]
fn separators_in_a_bearer_name_are_escaped() {
    let login = Login::OAuthBearer {
        user: "a=b,c".to_owned(),
        token: "t".into(),
    };
    assert!(said(&login).starts_with("n,a=a=3Db=2Cc,\x01host=mail.test\x01port=993\x01"));
}

#[test]
fn names_and_passwords_of_any_script_are_sent_as_utf_8() {
    let login = Login::Password {
        user: "jürgen".to_owned(),
        password: "пароль\n".into(),
    };
    assert_eq!(said(&login), "\0jürgen\0пароль\n");
}

#[test]
fn what_would_break_out_of_its_field_is_refused() {
    let token = |token: &str| Login::XOAuth2 {
        user: "ann".to_owned(),
        token: token.to_owned().into(),
    };
    let forged = Login::OAuthBearer {
        user: "ann\x01auth=Bearer x".to_owned(),
        token: "t".into(),
    };
    let split = Login::Password {
        user: "ann\0bob".to_owned(),
        password: "p".into(),
    };
    for login in [token("t\x01x"), token("t\r\nA LOGOUT"), forged, split] {
        let refused = initial_response(&login, "mail.test", 993);
        assert!(matches!(refused, Err(ServerError::BadSetting { .. })));
    }
}

#[test]
fn the_reason_for_a_refusal_is_read_if_there_is_one() {
    for (json, status) in [
        (r#"{"status":"400","schemes":"Bearer"}"#, Some("400")),
        (r#"{"status":401}"#, Some("401")),
        (r#"{"status":"invalid_token"}"#, Some("invalid_token")),
        (r#"{"status":null}"#, None),
        (r#"{"error":"x"}"#, None),
        ("[]", None),
        ("no json", None),
    ] {
        assert_eq!(
            refusal_status(&STANDARD.encode(json)).as_deref(),
            status,
            "{json}"
        );
    }
    assert_eq!(refusal_status("go ahead"), None);
}
