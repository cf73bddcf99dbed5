#![allow(clippy::unwrap_used)]

use crate::imap::script::password;
use crate::pop3::script::{GREETING, OLD, SIGNED_IN, opened};
use crate::transport::{Login, ServerError, Speaks, Tls};
use base64::Engine as _;

fn token() -> Login {
    Login::XOAuth2 {
        user: "ann".to_owned(),
        token: "t".into(),
    }
}

fn bearer(token: &str) -> Login {
    Login::OAuthBearer {
        user: "ann".to_owned(),
        token: token.into(),
    }
}

/// `user=ann^Aauth=Bearer t^A^A`
const XOAUTH2: &str = "AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgdAEB\r\n";
const CAPABLE: (&str, &str) = (
    "CAPA\r\n",
    "+OK list follows\r\nUIDL\r\nTOP\r\nSASL PLAIN XOAUTH2 OAUTHBEARER\r\n.\r\n",
);
/// `{"status":"401"}`
const REFUSED: &str = "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n";

#[tokio::test]
async fn old_servers_take_user_and_password() {
    let session = opened(&SIGNED_IN, &password()).await.unwrap();
    assert!(session.is_open());
}

#[tokio::test]
async fn a_password_goes_by_auth_plain_where_that_is_offered() {
    let plain = ("AUTH PLAIN AGFubgBzZWNyZXQ=\r\n", "+OK in\r\n");
    opened(&[GREETING, CAPABLE, plain], &password())
        .await
        .unwrap();
    let user = (
        "CAPA\r\n",
        "+OK list follows\r\nUSER\r\nSASL CRAM-MD5\r\n.\r\n",
    );
    let [_, _, name, secret] = SIGNED_IN;
    opened(&[GREETING, user, name, secret], &password())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_short_token_goes_at_once_and_a_long_one_waits_to_be_asked_for() {
    opened(&[GREETING, CAPABLE, (XOAUTH2, "+OK\r\n")], &token())
        .await
        .unwrap();
    let long = "t".repeat(300);
    let response = format!("n,a=ann,\x01host=mail.test\x01port=110\x01auth=Bearer {long}\x01\x01");
    let response = base64::engine::general_purpose::STANDARD.encode(response) + "\r\n";
    let script = [
        GREETING,
        CAPABLE,
        ("AUTH OAUTHBEARER\r\n", "+ \r\n"),
        (response.as_str(), "+OK\r\n"),
    ];
    opened(&script, &bearer(&long)).await.unwrap();
}

#[tokio::test]
async fn the_reason_for_a_tokens_refusal_is_acknowledged_and_read() {
    let xoauth2 = [
        GREETING,
        CAPABLE,
        (XOAUTH2, REFUSED),
        ("\r\n", "-ERR [AUTH] Authentication failed.\r\n"),
    ];
    let expected = |status: &str| ServerError::CredentialRefused {
        words: "[AUTH] Authentication failed.".to_owned(),
        status: Some(status.to_owned()),
    };
    assert_eq!(
        opened(&xoauth2, &token()).await.unwrap_err(),
        expected("401")
    );
    let line =
        "AUTH OAUTHBEARER bixhPWFubiwBaG9zdD1tYWlsLnRlc3QBcG9ydD0xMTABYXV0aD1CZWFyZXIgdAEB\r\n";
    let oauthbearer = [
        GREETING,
        CAPABLE,
        (line, REFUSED),
        ("AQ==\r\n", "-ERR [AUTH] Authentication failed.\r\n"),
    ];
    assert_eq!(
        opened(&oauthbearer, &bearer("t")).await.unwrap_err(),
        expected("401")
    );
    // It may ask once and no more.
    let again = [GREETING, CAPABLE, (XOAUTH2, REFUSED), ("\r\n", REFUSED)];
    let error = opened(&again, &token()).await.unwrap_err();
    assert!(matches!(error, ServerError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn what_a_server_does_not_take_is_not_tried() {
    let error = opened(&[GREETING, OLD], &token()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The server does not take XOAUTH2; it offers nothing else."
    );
    for (lines, expected) in [
        ("STLS\r\n", ServerError::EncryptionRequired),
        (
            "SASL CRAM-MD5\r\n",
            ServerError::NoMechanism {
                wanted: "a password".to_owned(),
                offered: "CRAM-MD5".to_owned(),
            },
        ),
    ] {
        let capabilities = format!("+OK\r\n{lines}.\r\n");
        let script = [GREETING, ("CAPA\r\n", capabilities.as_str())];
        assert_eq!(opened(&script, &password()).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn nothing_can_be_smuggled_in_by_a_name_or_a_password() {
    for (user, secret) in [("a\r\nDELE 1", "x"), ("a", "x\r\nDELE 1"), ("", "x")] {
        let login = Login::Password {
            user: user.to_owned(),
            password: secret.into(),
        };
        let error = opened(&[GREETING, OLD], &login).await.unwrap_err();
        assert!(matches!(error, ServerError::BadSetting { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn letters_of_any_script_are_announced() {
    let login = Login::Password {
        user: "änn".to_owned(),
        password: "sécret".into(),
    };
    let script = [
        GREETING,
        ("CAPA\r\n", "+OK\r\nUSER\r\nUTF8 USER\r\n.\r\n"),
        ("UTF8\r\n", "+OK\r\n"),
        ("USER änn\r\n", "+OK\r\n"),
        ("PASS sécret\r\n", "+OK\r\n"),
    ];
    opened(&script, &login).await.unwrap();
}

#[tokio::test]
async fn other_servers_are_told_by_their_first_line() {
    for (greeting, speaks) in [
        ("* OK IMAP4rev1 ready\r\n", Speaks::Imap),
        ("220 mail.test ESMTP\r\n", Speaks::Smtp),
        ("HTTP/1.1 400 Bad Request\r\n", Speaks::Http),
        ("hello\r\n", Speaks::Unknown),
    ] {
        let error = opened(&[("", greeting)], &password()).await.unwrap_err();
        let expected =
            matches!(&error, ServerError::WrongPort { speaks: told, .. } if *told == speaks);
        assert!(expected, "{error:?}");
    }
    for (greeting, words) in [
        (
            "-ERR too many connections from you\r\n",
            "The server allows no more connections for this account: \"too many connections from you\".",
        ),
        (
            "-ERR closed for the day\r\n",
            "The server closed the connection: \"closed for the day\".",
        ),
        (
            "-ERR [SYS/TEMP] later\r\n",
            "The server is not available just now: \"[SYS/TEMP] later\".",
        ),
    ] {
        let error = opened(&[("", greeting)], &password()).await.unwrap_err();
        assert_eq!(error.to_string(), words);
    }
}

#[tokio::test]
async fn without_stls_nothing_is_said_and_nothing_may_be_said_behind_it() {
    use crate::imap::script::{limits, play, steps};
    use crate::pop3::script::{endpoint, open_over};
    let wanting_tls = crate::transport::Endpoint {
        tls: Tls::StartTls,
        ..endpoint()
    };
    let stls = ("CAPA\r\n", "+OK\r\nSTLS\r\nUSER\r\n.\r\n");
    for (script, tampered) in [
        (vec![GREETING, ("CAPA\r\n", "+OK\r\nUSER\r\n.\r\n")], false),
        (vec![GREETING, OLD, ("STLS\r\n", "-ERR what\r\n")], false),
        (
            vec![GREETING, stls, ("STLS\r\n", "+OK go\r\n+OK in\r\n")],
            true,
        ),
    ] {
        let (client, heard) = play(steps(&script), 1 << 16, true);
        let error = open_over(client, &wanting_tls, &password(), &limits())
            .await
            .unwrap_err();
        let as_expected = match error {
            ServerError::StartTlsTampered { .. } => tampered,
            ServerError::StartTlsMissing { .. } => !tampered,
            _ => false,
        };
        assert!(as_expected, "{error:?}");
        let heard = heard.lock().unwrap().concat();
        assert!(!heard.contains("PASS"), "{heard}");
    }
}
