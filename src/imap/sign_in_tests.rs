#![allow(clippy::unwrap_used)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::imap::script::{endpoint, limits, open_over, play, steps};
use crate::imap::{Endpoint, Login, Protocol, ServerError, Session, Tls};

fn login(kind: &str) -> Login {
    let user = "ann@example.com".to_owned();
    match kind {
        "XOAUTH2" => Login::XOAuth2 {
            user,
            token: "tok".into(),
        },
        "OAUTHBEARER" => Login::OAuthBearer {
            user,
            token: "tok".into(),
        },
        _ => Login::Password {
            user,
            password: "pass".into(),
        },
    }
}

async fn sign_in(login: Login, script: &[(&str, &str)]) -> Result<Session, ServerError> {
    let (client, _) = play(steps(script), 3, true);
    open_over(client, endpoint(), login, limits()).await
}

const READY: (&str, &str) = ("M3 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1\r\nM3 OK\r\n");
const PLAIN: &str = "AGFubkBleGFtcGxlLmNvbQBwYXNz";
const XOAUTH2: &str = "dXNlcj1hbm5AZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgdG9rAQE=";
const BEARER: &str =
    "bixhPWFubkBleGFtcGxlLmNvbSwBaG9zdD1tYWlsLnRlc3QBcG9ydD0xNDMBYXV0aD1CZWFyZXIgdG9rAQE=";

#[test]
fn the_expected_base64_says_what_the_rfcs_want() {
    for (encoded, plain) in [
        (PLAIN, "\0ann@example.com\0pass"),
        (XOAUTH2, "user=ann@example.com\x01auth=Bearer tok\x01\x01"),
        (
            BEARER,
            "n,a=ann@example.com,\x01host=mail.test\x01port=143\x01auth=Bearer tok\x01\x01",
        ),
    ] {
        assert_eq!(
            String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            plain
        );
    }
}

#[tokio::test]
async fn with_sasl_ir_each_mechanism_needs_one_round_trip() {
    for (kind, response) in [
        ("PLAIN", PLAIN),
        ("XOAUTH2", XOAUTH2),
        ("OAUTHBEARER", BEARER),
    ] {
        let greeting = format!("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={kind}] ready\r\n");
        let command = format!("M1 AUTHENTICATE {kind} {response}\r\n");
        let ready = "* CAPABILITY IMAP4rev1 UIDPLUS\r\nM2 OK\r\n";
        let script = [
            ("", greeting.as_str()),
            (&command, "* OK hello\r\nM1 OK in\r\n"),
            ("M2 CAPABILITY\r\n", ready),
        ];
        let session = sign_in(login(kind), &script).await.unwrap();
        assert_eq!(
            session.capabilities(),
            ["IMAP4REV1", "UIDPLUS"],
            "what was true before signing in is forgotten"
        );
    }
}

#[tokio::test]
async fn without_sasl_ir_the_server_asks_first() {
    for (kind, response) in [
        ("PLAIN", PLAIN),
        ("XOAUTH2", XOAUTH2),
        ("OAUTHBEARER", BEARER),
    ] {
        for go_on in ["+ \r\n", "+\r\n", "* OK wait\r\n+ go ahead\r\n"] {
            let capabilities = format!("* CAPABILITY IMAP4rev1 AUTH={kind}\r\nM1 OK\r\n");
            let command = format!("M2 AUTHENTICATE {kind}\r\n");
            let answer = format!("{response}\r\n");
            let script = [
                ("", "* OK ready\r\n"),
                ("M1 CAPABILITY\r\n", capabilities.as_str()),
                (&command, go_on),
                (&answer, "M2 OK in\r\n"),
                READY,
            ];
            sign_in(login(kind), &script).await.unwrap();
        }
    }
}

#[tokio::test]
async fn sasl_ir_that_is_only_advertised_is_done_without() {
    let command = format!("M1 AUTHENTICATE PLAIN {PLAIN}\r\n");
    let answer = format!("{PLAIN}\r\n");
    let script = [
        (
            "",
            "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n",
        ),
        (&command, "M1 BAD Parse command error\r\n"),
        ("M2 AUTHENTICATE PLAIN\r\n", "+ \r\n"),
        (&answer, "M2 OK in\r\n"),
        READY,
    ];
    sign_in(login("PLAIN"), &script).await.unwrap();
}

#[tokio::test]
async fn a_refused_token_is_answered_as_its_mechanism_wants_and_its_status_kept() {
    for (kind, response, status, reply) in [
        ("XOAUTH2", XOAUTH2, "\"401\"", "\r\n"),
        ("OAUTHBEARER", BEARER, "\"invalid_token\"", "AQ==\r\n"),
        ("XOAUTH2", XOAUTH2, "400", "\r\n"),
    ] {
        let greeting = format!("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={kind}] ready\r\n");
        let command = format!("M1 AUTHENTICATE {kind} {response}\r\n");
        let challenge = format!(
            "+ {}\r\n",
            STANDARD.encode(format!("{{\"status\":{status},\"schemes\":\"bearer\"}}"))
        );
        let script = [
            ("", greeting.as_str()),
            (&command, &challenge),
            (
                reply,
                "M1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n",
            ),
        ];
        let error = sign_in(login(kind), &script).await.unwrap_err();
        assert_eq!(
            error,
            ServerError::CredentialRefused {
                words: "[AUTHENTICATIONFAILED] Authentication failed.".to_owned(),
                status: Some(status.trim_matches('"').to_owned())
            }
        );
        assert!(error.is_credential() && !error.is_transient());
    }
}

#[tokio::test]
async fn a_server_that_keeps_asking_is_left() {
    let command = format!("M1 AUTHENTICATE XOAUTH2 {XOAUTH2}\r\n");
    let script = [
        (
            "",
            "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n",
        ),
        (&command, "+ \r\n"),
        ("\r\n", "+ \r\n+ \r\n"),
    ];
    assert!(matches!(
        sign_in(login("XOAUTH2"), &script).await,
        Err(ServerError::Protocol { .. })
    ));
}

#[tokio::test]
async fn an_eight_bit_password_goes_as_a_literal_where_only_login_is_left() {
    let script = [
        ("", "* OK ready\r\n"),
        ("M1 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1\r\nM1 OK\r\n"),
        ("M2 LOGIN \"ann\" {7}\r\n", "+ go on\r\n"),
        ("gehe\u{ef}m\r\n", "M2 OK in\r\n"),
        READY,
    ];
    let login = Login::Password {
        user: "ann".to_owned(),
        password: "gehe\u{ef}m".into(),
    };
    sign_in(login, &script).await.unwrap();
}

#[tokio::test]
async fn who_asks_for_a_name_gets_one_and_who_minds_it_is_no_error() {
    for answer in [
        "* ID NIL\r\nM4 OK\r\n",
        "* ID (\"name\" \"Dovecot\" \"x\" NIL)\r\nM4 OK\r\n",
        "M4 BAD what\r\n",
    ] {
        let script = [
            ("", "* OK ready\r\n"),
            ("M1 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1\r\nM1 OK\r\n"),
            ("M2 LOGIN \"ann@example.com\" \"pass\"\r\n", "M2 OK in\r\n"),
            (
                "M3 CAPABILITY\r\n",
                "* CAPABILITY IMAP4rev1 ID\r\nM3 OK\r\n",
            ),
            (
                "M4 ID (\"name\" \"Mailroom\" \"version\" \"0.1.0\")\r\n",
                answer,
            ),
        ];
        sign_in(login(""), &script).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_secret_is_said_where_login_is_disabled_or_the_mechanism_unknown() {
    let disabled = [(
        "",
        "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS] ready\r\n",
    )];
    assert_eq!(
        sign_in(login(""), &disabled).await.unwrap_err(),
        ServerError::EncryptionRequired
    );

    let other = [(
        "",
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=NTLM] ready\r\n",
    )];
    let error = sign_in(login("XOAUTH2"), &other).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The server does not take XOAUTH2; it offers NTLM, PLAIN."
    );
}

#[tokio::test]
async fn names_and_passwords_that_imap_cannot_carry_are_named() {
    for (user, password) in [("ann", "pa\r\nss"), ("an\0n", "pass"), ("", "pass")] {
        for greeting in [
            "* OK [CAPABILITY IMAP4rev1] ready\r\n",
            "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
        ] {
            if password.contains('\r') && greeting.contains("AUTH=PLAIN") {
                continue;
            }
            let login = Login::Password {
                user: user.to_owned(),
                password: password.into(),
            };
            let error = sign_in(login, &[("", greeting)]).await.unwrap_err();
            assert!(matches!(error, ServerError::BadSetting { .. }), "{error:?}");
        }
    }
}

#[tokio::test]
async fn an_alert_at_sign_in_is_kept_for_people() {
    let script = [
        ("", "* OK [CAPABILITY IMAP4rev1] ready\r\n"),
        (
            "M1 LOGIN \"ann@example.com\" \"pass\"\r\n",
            "* OK [ALERT] Maintenance tonight\r\nM1 OK in\r\n",
        ),
        ("M2 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1\r\nM2 OK\r\n"),
    ];
    assert_eq!(
        sign_in(login(""), &script).await.unwrap().warnings(),
        ["[ALERT] Maintenance tonight"]
    );
}

#[tokio::test]
async fn greetings_that_are_none_say_what_the_port_speaks() {
    for (greeting, sentence) in [
        (
            "220 mail.test ESMTP Postfix\r\n",
            "Port 143 of mail.test speaks SMTP, not IMAP.",
        ),
        (
            "+OK POP3 ready\r\n",
            "Port 143 of mail.test speaks POP3, not IMAP.",
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n",
            "Port 143 of mail.test speaks HTTP, not IMAP.",
        ),
        (
            "SSH-2.0-OpenSSH_9.2\r\n",
            "Port 143 of mail.test speaks something that is not IMAP.",
        ),
        (
            "\x15\x03\x01\x00\x02\x02\n",
            "Port 143 of mail.test speaks TLS at once, not plain IMAP.",
        ),
        (
            "* BYE Too many connections\r\n",
            "The server allows no more connections for this account: \"Too many connections\".",
        ),
        (
            "* BYE going down\r\n",
            "The server closed the connection: \"going down\".",
        ),
        (
            "* NO who are you\r\n",
            "The server does not keep to IMAP: its first line is no greeting.",
        ),
        (
            "* PREAUTH hello root\r\n",
            "The server does not keep to IMAP: it signed us in before we said who we are (PREAUTH).",
        ),
    ] {
        let error = sign_in(login(""), &[("", greeting)]).await.unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
}

async fn start_tls(script: &[(&str, &str)]) -> ServerError {
    let (client, _) = play(steps(script), 1 << 16, true);
    let endpoint = Endpoint {
        tls: Tls::StartTls,
        ..endpoint()
    };
    open_over(client, endpoint, login(""), limits())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn nobody_talks_us_out_of_starttls() {
    let missing = [("", "* OK [CAPABILITY IMAP4rev1] ready\r\n")];
    assert_eq!(
        start_tls(&missing).await,
        ServerError::StartTlsMissing {
            protocol: Protocol::Imap,
            host: "mail.test".to_owned()
        }
    );

    let signed_in = [("", "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")];
    assert!(matches!(
        start_tls(&signed_in).await,
        ServerError::StartTlsTampered { .. }
    ));

    for injected in ["* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", "M2 OK\r\n", "*"] {
        let answer = format!("M1 OK begin\r\n{injected}");
        let script = [
            ("", "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"),
            ("M1 STARTTLS\r\n", answer.as_str()),
        ];
        assert!(
            matches!(
                start_tls(&script).await,
                ServerError::StartTlsTampered { .. }
            ),
            "{injected}"
        );
    }

    let refused = [
        ("", "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"),
        ("M1 STARTTLS\r\n", "M1 NO no certificate\r\n"),
    ];
    assert!(matches!(
        start_tls(&refused).await,
        ServerError::ServerSaid { .. }
    ));
}

/// Old servers answer in the encoding of their country.
#[tokio::test]
async fn a_refusal_that_is_no_utf8_is_a_refusal() {
    let mut script = steps(&[("", "* OK [CAPABILITY IMAP4rev1] ready\r\n")]);
    let refusal = b"M1 NO [AUTHENTICATIONFAILED] Kennwort ung\xfcltig\r\n".to_vec();
    script.push((
        b"M1 LOGIN \"ann@example.com\" \"pass\"\r\n".to_vec(),
        refusal,
    ));
    let (client, _) = play(script, 3, true);
    let error = open_over(client, endpoint(), login(""), limits()).await;
    assert_eq!(
        error.unwrap_err(),
        ServerError::CredentialRefused {
            words: "[AUTHENTICATIONFAILED] Kennwort ung?ltig".to_owned(),
            status: None,
        }
    );
}
