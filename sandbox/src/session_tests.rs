#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use imap_codec::imap_types::utils::escape_byte_string;

use crate::raw_client::{ANNA, RawClient, message, noon, provider};
use crate::{Feature, MailboxLogin, Options, Provider, SpecialUse, Tls, serve};

fn transcript(provider: &Provider) -> String {
    provider
        .transcript()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_whole_session_reads_as_rfc_3501_says() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    for command in [
        "A1 CAPABILITY",
        r#"A2 ID ("name" "test")"#,
        r#"A3 LOGIN anna@brightwell.example "pa ss\"word""#,
        "A4 CAPABILITY",
        r#"A5 LIST "" "*""#,
        "A6 STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)",
        "A7 EXAMINE INBOX",
        "A8 UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE)",
        "A9 UID FETCH 2 (BODY.PEEK[])",
        "B1 UID FETCH 2 (BODY.PEEK[]<10.5>)",
        "B2 UID FETCH 3 (BODY.PEEK[HEADER.FIELDS (SUBJECT)] FLAGS)",
        "B3 UID SEARCH UID 2:* UNSEEN",
        "B4 SEARCH SUBJECT \"message 3\"",
        "B5 FETCH 9 FLAGS",
        "B6 NOOP",
        "B7 UNSELECT",
        "B8 FETCH 1 FLAGS",
        "B9 LOGOUT",
    ] {
        client.command(command).await;
    }
    assert_eq!(client.line().await, None);
    insta::assert_snapshot!(transcript(&provider));
}

#[tokio::test]
async fn changes_by_one_session_are_told_to_another() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut one = RawClient::in_inbox(server.addr).await;
    let mut other = RawClient::in_inbox(server.addr).await;
    provider.clear_transcript();

    one.command(r"A1 STORE 1 +FLAGS (\Deleted $Work)").await;
    one.command("A2 EXPUNGE").await;
    provider.deliver(ANNA, "INBOX", message(4), noon()).unwrap();
    one.command("A3 UID STORE 2 FLAGS.SILENT (\\Seen)").await;
    one.command("A4 FETCH 1:* (UID FLAGS)").await;
    // Message 1 is gone, but its number must not shift during FETCH.
    other.command("B1 FETCH 1:* (UID)").await;
    other.command("B2 NOOP").await;
    other.command("B3 FETCH 1:* (UID)").await;
    insta::assert_snapshot!(transcript(&provider));
}

#[tokio::test]
async fn fetching_a_body_marks_it_seen_unless_peeked_or_examined() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    client.command("A1 UID FETCH 1 BODY.PEEK[]").await;
    client.command("A2 UID FETCH 2 BODY[TEXT]").await;
    client.command("A3 EXAMINE INBOX").await;
    client.command("A4 UID FETCH 3 RFC822").await;
    let seen: Vec<_> = (1..=3)
        .map(|uid| provider.flags(ANNA, "INBOX", uid).unwrap())
        .collect();
    assert_eq!(seen, [vec![], vec!["\\Seen".to_owned()], vec![]]);
}

#[tokio::test]
async fn a_body_arrives_byte_for_byte_in_whole_and_in_pieces() {
    let provider = provider();
    let raw: Vec<u8> = b"Subject: x\r\n\r\n"
        .iter()
        .copied()
        .chain((1..=250_u8).cycle().take(5000))
        .collect();
    provider
        .deliver(ANNA, "INBOX", raw.clone(), noon())
        .unwrap();
    let server = serve(provider, Options::default()).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
    let commands = "1 LOGIN anna@brightwell.example \"pa ss\\\"word\"\r\n2 EXAMINE INBOX\r\n3 UID FETCH 4 BODY.PEEK[]\r\n4 UID FETCH 4 BODY.PEEK[]<4000.9999>\r\n5 LOGOUT\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut stream, commands.as_bytes())
        .await
        .unwrap();
    let mut heard = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut heard)
        .await
        .unwrap();
    let whole = [
        format!("BODY[] {{{}}}\r\n", raw.len()).as_bytes(),
        raw.as_slice(),
        b")\r\n",
    ]
    .concat();
    let piece = [
        format!("BODY[]<4000> {{{}}}\r\n", raw.len() - 4000).as_bytes(),
        &raw[4000..],
        b")\r\n",
    ]
    .concat();
    for wanted in [whole, piece] {
        let found = heard.windows(wanted.len()).any(|window| window == wanted);
        assert!(found, "{}", escape_byte_string(&heard[..400]));
    }
}

#[tokio::test]
async fn a_literal_is_asked_for_and_a_non_synchronising_one_is_not() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    client.send(b"A1 LOGIN {23}\r\n").await;
    assert!(client.line().await.unwrap().starts_with("+ "));
    client.send(b"anna@brightwell.example {10}\r\n").await;
    assert!(client.line().await.unwrap().starts_with("+ "));
    client.send(b"pa ss\"word\r\n").await;
    assert!(client.line().await.unwrap().starts_with("A1 OK"));

    let mail = message(7);
    client
        .send(
            format!(
                "A2 APPEND INBOX (\\Seen) \"01-Nov-2026 10:00:00 +0000\" {{{}+}}\r\n",
                mail.len()
            )
            .as_bytes(),
        )
        .await;
    client.send(&mail).await;
    client.send(b"\r\n").await;
    let answer = client.line().await.unwrap();
    assert!(answer.starts_with("A2 OK [APPENDUID 1001 4]"), "{answer}");
    assert_eq!(provider.flags(ANNA, "INBOX", 4).unwrap(), ["\\Seen"]);
    assert!(
        !transcript(&provider).contains("Body 7"),
        "the transcript has a body"
    );
}

#[tokio::test]
async fn folders_have_modified_utf_7_names_and_their_superiors() {
    let provider = provider();
    provider.create_folder(ANNA, "Заявки").unwrap();
    provider.create_folder(ANNA, "Archivio/2026/Però").unwrap();
    provider.create_folder(ANNA, "inbox/Richieste").unwrap();
    provider.create_folder(ANNA, "Sent").unwrap();
    provider
        .set_special_use(ANNA, "Sent", SpecialUse::Sent)
        .unwrap();
    provider
        .deliver(ANNA, "Заявки", message(1), noon())
        .unwrap();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    provider.clear_transcript();
    for command in [
        r#"A1 LIST "" "*""#,
        r#"A2 LIST "" "%""#,
        r#"A3 LIST "" """#,
        r#"A4 LIST "INBOX/" "r*""#,
        r#"A5 LIST "" "inbox*""#,
        "A6 EXAMINE &BBcEMARPBDIEOgQ4-",
        "A7 EXAMINE Archivio",
        "A8 SELECT &bad",
        "A9 CREATE Neu/&AMQ-ndern",
        "B1 CREATE Neu",
        "B2 CREATE Neu",
        "B3 RENAME Neu Alt",
        r#"B4 LSUB "" Alt*"#,
        "B5 DELETE Alt/&AMQ-ndern",
        "B6 DELETE INBOX",
        "B7 SELECT nowhere",
        "B8 UID FETCH 1 FLAGS",
    ] {
        client.command(command).await;
    }
    insta::assert_snapshot!(transcript(&provider));
}

#[tokio::test]
async fn copy_and_move_tell_the_new_uids() {
    let provider = provider();
    provider.create_folder(ANNA, "Done").unwrap();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    let copied = client.command("A1 UID COPY 1:2 Done").await;
    assert!(
        copied[0].starts_with("A1 OK [COPYUID 1002 1,2 1,2]"),
        "{copied:?}"
    );
    let moved = client.command("A2 UID MOVE 3 Done").await;
    assert_eq!(moved[0], "* 3 EXPUNGE");
    assert!(client.command("A3 COPY 1 Nowhere").await[0].starts_with("A3 NO [TRYCREATE]"));
    assert_eq!(provider.uids(ANNA, "INBOX").unwrap(), [1, 2]);
    assert_eq!(provider.uids(ANNA, "Done").unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn idle_tells_of_arrivals_and_removals_as_they_happen() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    client.send(b"A1 IDLE\r\n").await;
    assert_eq!(client.line().await.unwrap(), "+ idling");
    provider.deliver(ANNA, "INBOX", message(4), noon()).unwrap();
    assert_eq!(client.line().await.unwrap(), "* 4 EXISTS");
    assert_eq!(client.line().await.unwrap(), "* 4 RECENT");
    provider.expunge(ANNA, "INBOX", 2).unwrap();
    assert_eq!(client.line().await.unwrap(), "* 2 EXPUNGE");
    client.send(b"DONE\r\n").await;
    assert_eq!(client.line().await.unwrap(), "A1 OK IDLE terminated");
}

#[tokio::test]
async fn a_new_uid_validity_throws_open_sessions_out_and_renumbers() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    provider.set_uid_validity(ANNA, "INBOX", 77, 500).unwrap();
    let heard = client.command("A1 NOOP").await;
    assert!(heard[0].starts_with("* BYE"), "{heard:?}");
    let mut client = RawClient::in_inbox(server.addr).await;
    let heard = client.command("A2 EXAMINE INBOX").await.join("\n");
    assert!(
        heard.contains("[UIDVALIDITY 77]") && heard.contains("[UIDNEXT 503]"),
        "{heard}"
    );
    assert_eq!(provider.uids(ANNA, "INBOX").unwrap(), [500, 501, 502]);
}

#[tokio::test]
async fn condstore_tells_only_what_changed() {
    let provider = provider();
    let server = serve(provider, Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    let opened = client
        .command("A0 EXAMINE INBOX (CONDSTORE)")
        .await
        .join("\n");
    assert!(opened.contains("[HIGHESTMODSEQ 4]"), "{opened}");
    client.command("A1 SELECT INBOX").await;
    client.command("A2 UID STORE 2 +FLAGS (\\Flagged)").await;
    let changed = client
        .command("A3 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4)")
        .await;
    assert_eq!(changed[0], "* 2 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (5))");
    assert_eq!(changed.len(), 2, "{changed:?}");
    let refused = client
        .command("A4 UID STORE 1:2 (UNCHANGEDSINCE 4) +FLAGS (\\Seen)")
        .await;
    assert!(
        refused.last().unwrap().starts_with("A4 OK [MODIFIED 2]"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn nonsense_is_answered_and_ends_in_bye_never_in_a_panic() {
    let server = serve(provider(), Options::default()).await.unwrap();
    let cases: [(&[u8], &str); 8] = [
        (b"\r\n", "* BAD"),
        (b"A1\r\n", "A1 BAD"),
        (b"A1 FROBNICATE\r\n", "A1 BAD"),
        (b"\x00\xff\xfe\r\n", "* BAD"),
        (b"A1 LOGIN \"unclosed\r\n", "A1 BAD"),
        (b"A1 LOGIN {99999999999999}\r\n", "A1 BAD"),
        (b"A1 LOGIN {4000000000}\r\n", "A1 NO [TOOBIG]"),
        (b"A1 UID FETCH 0 FLAGS\r\n", "A1 BAD"),
    ];
    for (said, wanted) in cases {
        let mut client = RawClient::greeted(server.addr).await;
        client.send(said).await;
        let heard = client.line().await.unwrap();
        assert!(heard.starts_with(wanted), "{said:?}: {heard}");
    }
    let mut client = RawClient::greeted(server.addr).await;
    client.send(&b"A1 X\r\n".repeat(20)).await;
    let heard = client.until_tagged("* BYE").await;
    assert!(
        heard
            .iter()
            .any(|line| line.starts_with("* BYE Too many invalid")),
        "{heard:?}"
    );

    let mut client = RawClient::greeted(server.addr).await;
    client.send(&vec![b'x'; 200_000]).await;
    assert!(client.line().await.unwrap().starts_with("* BYE"));
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn every_way_to_log_in_works_and_refuses() {
    struct Case {
        name: &'static str,
        send: &'static [&'static str],
        wanted: &'static [&'static str],
    }
    let cases = [
        Case {
            name: "LOGIN",
            send: &[r#"A LOGIN ANNA@brightwell.example "pa ss\"word""#],
            wanted: &["A OK"],
        },
        Case {
            name: "LOGIN wrong",
            send: &["A LOGIN anna@brightwell.example x"],
            wanted: &["A NO [AUTHENTICATIONFAILED]"],
        },
        Case {
            name: "LOGIN nobody",
            send: &["A LOGIN x y"],
            wanted: &["A NO [AUTHENTICATIONFAILED]"],
        },
        Case {
            name: "PLAIN",
            send: &[
                "A AUTHENTICATE PLAIN",
                "AGFubmFAYnJpZ2h0d2VsbC5leGFtcGxlAHBhIHNzIndvcmQ=",
            ],
            wanted: &["+ ", "A OK"],
        },
        Case {
            name: "PLAIN with SASL-IR",
            send: &["A AUTHENTICATE PLAIN AGFubmFAYnJpZ2h0d2VsbC5leGFtcGxlAHBhIHNzIndvcmQ="],
            wanted: &["A OK"],
        },
        Case {
            name: "XOAUTH2",
            send: &[
                "A AUTHENTICATE XOAUTH2 dXNlcj1hbm5hQGJyaWdodHdlbGwuZXhhbXBsZQFhdXRoPUJlYXJlciBnb29kLXRva2VuAQE=",
            ],
            wanted: &["A OK"],
        },
        Case {
            name: "XOAUTH2 refused",
            send: &[
                "A AUTHENTICATE XOAUTH2",
                "dXNlcj1hbm5hQGJyaWdodHdlbGwuZXhhbXBsZQFhdXRoPUJlYXJlciBiYWQBAQ==",
                "",
            ],
            wanted: &[
                "+ ",
                // {"schemes":"bearer","scope":"mail","status":"401"}
                "+ eyJzY2hlbWVzIjoiYmVhcmVyIiwic2NvcGUiOiJtYWlsIiwic3RhdHVzIjoiNDAxIn0=",
                "A NO [AUTHENTICATIONFAILED]",
            ],
        },
        Case {
            name: "OAUTHBEARER",
            send: &[
                "A AUTHENTICATE OAUTHBEARER bixhPWFubmFAYnJpZ2h0d2VsbC5leGFtcGxlLAFob3N0PWxvY2FsaG9zdAFwb3J0PTE0MwFhdXRoPUJlYXJlciBnb29kLXRva2VuAQE=",
            ],
            wanted: &["A OK"],
        },
        Case {
            name: "OAUTHBEARER refused",
            send: &[
                "A AUTHENTICATE OAUTHBEARER bixhPWFubmFAYnJpZ2h0d2VsbC5leGFtcGxlLAFhdXRoPUJlYXJlciBiYWQBAQ==",
                "AQ==",
            ],
            wanted: &["+ ", "A NO [AUTHENTICATIONFAILED]"],
        },
        Case {
            name: "cancelled",
            send: &["A AUTHENTICATE PLAIN", "*"],
            wanted: &["+ ", "A BAD"],
        },
        Case {
            name: "not base64",
            send: &["A AUTHENTICATE PLAIN", "!!!"],
            wanted: &["+ ", "A BAD"],
        },
        Case {
            name: "unknown mechanism",
            send: &["A AUTHENTICATE KERBEROS_V4"],
            wanted: &["A NO [CANNOT]"],
        },
    ];
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    for case in cases {
        let mut client = RawClient::greeted(server.addr).await;
        for (said, wanted) in case.send.iter().zip(case.wanted) {
            client.send(format!("{said}\r\n").as_bytes()).await;
            let heard = client.line().await.unwrap();
            assert!(heard.starts_with(wanted), "{}: {heard}", case.name);
        }
    }
    let said = transcript(&provider);
    for secret in ["pa ss", "good-token", "dXNlcj1", "AGFubm", "bixhP"] {
        assert!(
            !said.contains(secret),
            "the transcript has a credential: {secret}"
        );
    }
}

#[tokio::test]
async fn a_revoked_token_lets_nobody_in_and_a_new_one_does() {
    let provider = Provider::new();
    provider.add_mailbox(ANNA, MailboxLogin::Token("first".to_owned()));
    provider.revoke_token(ANNA, "first").unwrap();
    let token = provider.issue_token(ANNA).unwrap();
    let server = serve(provider, Options::default()).await.unwrap();
    for (token, wanted) in [("first", "A NO"), (token.as_str(), "A OK")] {
        let mut client = RawClient::greeted(server.addr).await;
        client.send(b"A AUTHENTICATE XOAUTH2\r\n").await;
        client.line().await;
        let message = format!("user={ANNA}\x01auth=Bearer {token}\x01\x01");
        client
            .send(
                format!(
                    "{}\r\n",
                    encodify::base64::STANDARD.encode(message.as_bytes())
                )
                .as_bytes(),
            )
            .await;
        if wanted == "A NO" {
            client.line().await;
            client.send(b"\r\n").await;
        }
        assert!(client.line().await.unwrap().starts_with(wanted));
    }
}

#[tokio::test]
async fn before_start_tls_no_login_is_taken() {
    let provider = provider();
    let server = serve(provider.clone(), Options::with_tls(Tls::StartTls))
        .await
        .unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    client.command("A1 CAPABILITY").await;
    client.command("A2 LOGIN anna@brightwell.example x").await;
    client.command("A3 AUTHENTICATE PLAIN").await;
    client.command("A4 STARTTLS").await;
    let mut client = client
        .tls(server.ca_pem.as_ref().unwrap(), "localhost")
        .await
        .unwrap();
    client.command("A5 CAPABILITY").await;
    client
        .command(r#"A6 LOGIN anna@brightwell.example "pa ss\"word""#)
        .await;
    client.command("A7 STARTTLS").await;
    insta::assert_snapshot!(transcript(&provider));
}

#[tokio::test]
async fn a_feature_that_is_taken_away_is_neither_told_nor_done() {
    let options = Options::default()
        .without(Feature::Idle)
        .without(Feature::SaslIr)
        .without(Feature::CondStore);
    let server = serve(provider(), options).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    let told = client.command("A1 CAPABILITY").await;
    assert!(
        !told[0].contains("IDLE") && !told[0].contains("SASL-IR"),
        "{told:?}"
    );
    assert!(client.command("A2 IDLE").await[0].starts_with("A2 BAD"));
    assert!(
        !client
            .command("A3 EXAMINE INBOX")
            .await
            .join("\n")
            .contains("HIGHESTMODSEQ")
    );
}

/// Commands with bytes changed, doubled, cut out: whatever is sent, no session may panic.
#[tokio::test]
async fn mangled_commands_crash_no_session() {
    let commands: [&[u8]; 12] = [
        b"A LOGIN {4}\r\nanna {3}\r\npwd\r\n",
        b"A AUTHENTICATE XOAUTH2 dXNlcj14AWF1dGg9QmVhcmVyIHgBAQ==\r\n\r\n",
        b"A LIST \"\" \"%/*\"\r\n",
        b"A UID FETCH 1:*,7 (UID BODY.PEEK[HEADER.FIELDS (FROM \"To\")]<0.20> RFC822)\r\n",
        b"A FETCH *:1 (FLAGS MODSEQ) (CHANGEDSINCE 1)\r\n",
        b"A UID SEARCH CHARSET UTF-8 OR (NOT UID 1:*) HEADER \"x\" {2}\r\nab SINCE 1-Jan-2026\r\n",
        b"A STORE 1:* (UNCHANGEDSINCE 2) -FLAGS.SILENT (\\Seen x)\r\n",
        b"A APPEND INBOX (\\Draft) \" 1-Nov-2026 10:00:00 +0000\" {5+}\r\nhello\r\n",
        b"A CREATE &BBc-/&-/x\r\nA RENAME &BBc- INBOX/y\r\n",
        b"A EXAMINE inbox (CONDSTORE)\r\nA UNSELECT\r\n",
        b"A COPY 1:2 \"&BBc-\"\r\nA UID MOVE 1 INBOX\r\n",
        b"A IDLE\r\nDONE\r\nA STATUS INBOX (MESSAGES UIDNEXT)\r\n",
    ];
    let provider = provider();
    let server = serve(provider, Options::default()).await.unwrap();
    let mut random: u32 = 2026;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    for round in 0..400 {
        let mut bytes = commands[round % commands.len()].to_vec();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = u8::try_from(next(256)).unwrap(),
                1 => bytes.truncate(at.max(1)),
                2 => bytes.insert(at, b"{}()[]<>\"\\*%&\0\r\n 0"[next(18)]),
                _ => bytes.extend_from_within(at..),
            }
        }
        let opening: &[u8] = if round % 3 == 0 {
            b""
        } else {
            b"L LOGIN anna@brightwell.example \"pa ss\\\"word\"\r\nO SELECT INBOX\r\n"
        };
        let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
        let said = [opening, &bytes, b"\r\nZ LOGOUT\r\n"].concat();
        // The server may hang up before all is said.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &said).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
        let mut heard = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut heard).await;
        assert!(heard.starts_with(b"* OK"), "round {round}");
    }
    assert_eq!(server.stop().await, 0);
}

#[tokio::test]
async fn a_message_is_called_the_same_in_every_folder() {
    for (feature, item, capability) in [
        (Feature::Gmail, "X-GM-MSGID", "X-GM-EXT-1"),
        (Feature::ObjectId, "EMAILID", "OBJECTID"),
    ] {
        let provider = provider();
        provider.create_folder(ANNA, "Archive").unwrap();
        provider
            .deliver(ANNA, "Archive", message(2), noon())
            .unwrap();
        let mut options = Options::default();
        options.features.insert(feature);
        let server = serve(provider, options).await.unwrap();
        let mut client = RawClient::in_inbox(server.addr).await;
        let told = client.command("A CAPABILITY").await;
        assert!(told[0].contains(capability), "{told:?}");

        let ask = format!("A UID FETCH 1:* (UID {item} RFC822.SIZE)");
        let inbox = client.command(&ask).await;
        client.command("A EXAMINE Archive").await;
        let archive = client.command(&ask).await;
        let id = |line: &str| {
            let (_, after) = line.split_once(item).unwrap();
            after.split_whitespace().next().unwrap().to_owned()
        };
        assert_eq!(id(&archive[0]), id(&inbox[1]));
        assert_ne!(id(&inbox[0]), id(&inbox[1]));
        assert!(inbox[0].contains("UID 1") && inbox[0].contains("RFC822.SIZE"));

        let plain = serve(self::provider(), Options::default()).await.unwrap();
        let mut client = RawClient::in_inbox(plain.addr).await;
        let refused = client.command(&ask).await;
        assert!(refused[0].starts_with("A BAD"), "{refused:?}");
    }
}
