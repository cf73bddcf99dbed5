#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::num::NonZeroU64;
use std::time::Duration;

use crate::raw_client::{ANNA, RawClient, message, noon, provider};
use crate::{At, Fault, Harm, Moment, Options, Tls, UidNextLie, Verb, serve};

/// What a client in INBOX hears to one command under a fault: the wanted lines in this order among others, and whether
/// the connection is open afterwards.
struct Case {
    name: &'static str,
    fault: Fault,
    command: &'static str,
    wanted: &'static [&'static str],
    open: bool,
}

fn case(
    name: &'static str,
    fault: Fault,
    command: &'static str,
    wanted: &'static [&'static str],
    open: bool,
) -> Case {
    Case {
        name,
        fault,
        command,
        wanted,
        open,
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    const DONE: &str = "A OK FETCH completed";
    let fetch = "A UID FETCH 1:* (BODY.PEEK[])";

    vec![
        case(
            "NO",
            Fault::answer_no(Verb::Fetch, "[UNAVAILABLE] Later"),
            fetch,
            &["A NO [UNAVAILABLE] Later"],
            true,
        ),
        case(
            "BAD",
            Fault::answer_bad(Verb::Open, "What?"),
            "A EXAMINE INBOX",
            &["A BAD What?"],
            true,
        ),
        case(
            "BYE",
            Fault::bye(Verb::Noop, "Going down"),
            "A NOOP",
            &["* BYE Going down"],
            false,
        ),
        case(
            "throttled",
            Fault::throttle(Verb::Fetch, 92_415),
            fetch,
            &["A BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds"],
            true,
        ),
        case(
            "Server Unavailable",
            Fault::server_unavailable(Verb::Fetch),
            fetch,
            &["Server Unavailable. 15"],
            false,
        ),
        case(
            "dropped after bytes",
            Fault::drop_after(Verb::Fetch, 10),
            fetch,
            &["* 1 FETCH "],
            false,
        ),
        case(
            "dropped in a literal",
            Fault::drop_in_literal(),
            fetch,
            &["* 1 FETCH (UID 1 BODY[] {"],
            false,
        ),
        case(
            "dropped before tagged",
            Fault::drop_before_tagged(Verb::Fetch),
            fetch,
            &["* 3 FETCH (UID 3"],
            false,
        ),
        case(
            "byte by byte",
            Fault::one_byte_writes(Verb::Fetch),
            fetch,
            &["* 1 FETCH", "* 3 FETCH", DONE],
            true,
        ),
        case(
            "dripping",
            Fault::slow_drip(Verb::Noop, 5, Duration::from_millis(1)),
            "A NOOP",
            &["A OK NOOP completed"],
            true,
        ),
        case(
            "garbage",
            Fault::garbage_line(Verb::Fetch),
            fetch,
            &["* 3 FETCH", "\0\u{fffd}<html>502", DONE],
            true,
        ),
        case(
            "blank line",
            Fault::blank_line(Verb::Noop),
            "A NOOP",
            &["", "A OK"],
            true,
        ),
        case(
            "wrong tag",
            Fault::wrong_tag(Verb::Noop),
            "ZZ99 NOOP",
            &["ZZ99 OK"],
            true,
        ),
        case(
            "lying EXISTS",
            Fault::lying_exists(4000),
            "A EXAMINE INBOX",
            &["* 4000 EXISTS", "A OK"],
            true,
        ),
        case(
            "lying STATUS",
            Fault::lying_exists(4000),
            "A STATUS INBOX (MESSAGES)",
            &["* STATUS INBOX (MESSAGES 4000)", "A OK"],
            true,
        ),
        case(
            "missing bodies",
            Fault::missing_bodies(&[1, 2]),
            fetch,
            &["* 3 FETCH", DONE],
            true,
        ),
        case(
            "missing bodies are announced",
            Fault::missing_bodies(&[1, 2]),
            "A UID FETCH 1:* (RFC822.SIZE)",
            &["* 1 FETCH", "* 2 FETCH", "* 3 FETCH", DONE],
            true,
        ),
        case(
            "withheld by UID",
            Fault::withheld_by_uid(&[2, 3]),
            "A UID FETCH 1:* (UID)",
            &["* 1 FETCH (UID 1)", DONE],
            true,
        ),
        case(
            "withheld by UID only",
            Fault::withheld_by_uid(&[2, 3]),
            "A FETCH 3 (UID)",
            &["* 3 FETCH (UID 3)", DONE],
            true,
        ),
        case(
            "withheld",
            Fault::withheld(&[1, 2]),
            "A FETCH 1:* (UID)",
            &["* 3 FETCH (UID 3)", DONE],
            true,
        ),
        case(
            "UIDNEXT that stands still",
            Fault::uid_next(UidNextLie::Says(2)),
            "A EXAMINE INBOX",
            &["* OK [UIDNEXT 2]", "A OK"],
            true,
        ),
        case(
            "UIDNEXT 0",
            Fault::uid_next(UidNextLie::Zero),
            "A EXAMINE INBOX",
            &["* OK [UIDNEXT 0]", "A OK"],
            true,
        ),
        case(
            "UIDNEXT 0 in STATUS",
            Fault::uid_next(UidNextLie::Zero),
            "A STATUS INBOX (UIDNEXT MESSAGES)",
            &["* STATUS INBOX (UIDNEXT 0 MESSAGES 3)", "A OK"],
            true,
        ),
        case(
            "HIGHESTMODSEQ",
            Fault::highest_modseq(NonZeroU64::new(7).unwrap()),
            "A EXAMINE INBOX",
            &["* OK [HIGHESTMODSEQ 7]", "A OK"],
            true,
        ),
        case(
            "HIGHESTMODSEQ in STATUS",
            Fault::highest_modseq(NonZeroU64::new(7).unwrap()),
            "A STATUS INBOX (HIGHESTMODSEQ)",
            &["* STATUS INBOX (HIGHESTMODSEQ 7)", "A OK"],
            true,
        ),
        case(
            "deep nesting",
            Fault::deep_nesting(500),
            fetch,
            &["* 1 FETCH (BODYSTRUCTURE ((((((", DONE],
            true,
        ),
        case(
            "restless UIDVALIDITY",
            Fault::restless_uid_validity(),
            "A EXAMINE INBOX",
            &["* OK [UIDVALIDITY 1002]"],
            true,
        ),
        case(
            "interleaved",
            Fault::interleaved_fetch(),
            "A UID FETCH 1:2 (UID)",
            &[
                "* 1 FETCH (UID 1)",
                "* 2 FETCH (FLAGS ())",
                "* 2 FETCH (UID 2 FLAGS ())",
                "* 2 FETCH (UID 2)",
                "* 3 FETCH (FLAGS ())",
                "* 3 FETCH (UID 3 FLAGS ())",
                DONE,
            ],
            true,
        ),
        case(
            "composed",
            Fault::on(
                Verb::Fetch,
                Harm::Send(b"* OK Still here\r\n".to_vec(), Moment::BetweenUntagged),
            )
            .with(Harm::Pace(7, Duration::ZERO)),
            "A UID FETCH 1:2 (UID)",
            &[
                "* 1 FETCH",
                "* OK Still here",
                "* 2 FETCH",
                "* OK Still here",
                DONE,
            ],
            true,
        ),
    ]
}

#[tokio::test]
async fn what_is_withheld_is_listed_all_the_same() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    provider.inject(Fault::withheld(&[1, 2]));
    let heard = client.command("A UID SEARCH ALL").await;
    assert!(
        heard.iter().any(|line| line == "* SEARCH 1 2 3"),
        "{heard:#?}"
    );
}

#[tokio::test]
async fn each_fault_does_what_its_name_says() {
    for case in cases() {
        let provider = provider();
        let server = serve(provider.clone(), Options::default()).await.unwrap();
        let mut client = RawClient::in_inbox(server.addr).await;
        let fault = provider.inject(case.fault);
        let heard = client.command(case.command).await;
        let mut lines = heard.iter();
        for wanted in case.wanted {
            assert!(
                lines.any(|line| line.starts_with(wanted)),
                "{}: no {wanted:?} in {heard:#?}",
                case.name
            );
        }
        assert_eq!(provider.struck(fault), 1, "{}", case.name);
        provider.clear_faults();
        if case.open {
            client.command("Z NOOP").await;
            assert!(
                client
                    .command("Y NOOP")
                    .await
                    .last()
                    .unwrap()
                    .starts_with("Y OK"),
                "{}",
                case.name
            );
        } else {
            assert_eq!(
                client.line().await,
                None,
                "{}: the connection is open",
                case.name
            );
        }
    }
}

#[tokio::test]
async fn missing_bodies_leave_no_trace() {
    let provider = provider();
    provider.inject(Fault::missing_bodies(&[1, 2]));
    let server = serve(provider, Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    let heard = client.command("A UID FETCH 1:* (BODY.PEEK[])").await;
    assert_eq!(heard.len(), 2, "{heard:?}");
}

#[tokio::test]
async fn login_is_refused_with_the_words_given_for_one_address() {
    let provider = provider();
    provider.add_mailbox(
        "bob@brightwell.example",
        crate::MailboxLogin::Password("b".to_owned()),
    );
    provider.inject(Fault::refuse_login("[ALERT] Please log in via your web browser").of(ANNA));
    let server = serve(provider, Options::default()).await.unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    let heard = client
        .command(r#"A LOGIN anna@brightwell.example "pa ss\"word""#)
        .await;
    assert_eq!(heard, ["A NO [ALERT] Please log in via your web browser"]);
    assert!(client.command("B LOGIN bob@brightwell.example b").await[0].starts_with("B OK"));
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_told() {
    let provider = provider();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    let fault = provider.inject(
        Fault::answer_no(Verb::Noop, "[INUSE] Locked")
            .after(1)
            .times(2),
    );
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(client.command("A NOOP").await[0].starts_with("A NO [INUSE]"));
    }
    assert_eq!(heard, [false, true, true, false]);
    assert_eq!(provider.struck(fault), 2);
}

#[tokio::test]
async fn a_stalled_answer_comes_when_the_fault_is_cleared() {
    for moment in [
        Moment::Before,
        Moment::InLiteral,
        Moment::BeforeTagged,
        Moment::AfterBytes(20),
    ] {
        let provider = provider();
        let server = serve(provider.clone(), Options::default()).await.unwrap();
        let mut client = RawClient::in_inbox(server.addr).await;
        let fault = provider.inject(Fault::on(Verb::Fetch, Harm::Stall(moment)));
        client.send(b"A UID FETCH 1 (BODY.PEEK[])\r\n").await;
        let stalled = async {
            while provider.struck(fault) == 0
                || !provider
                    .transcript()
                    .iter()
                    .any(|line| line.text.contains("stalled"))
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), stalled)
            .await
            .unwrap();
        provider.clear(fault);
        let heard = client.until_tagged("A").await;
        assert_eq!(heard.len(), 2, "{moment:?}: {heard:?}");
        assert!(heard[0].contains("Body 1, long"), "{moment:?}: {heard:?}");
    }
}

#[tokio::test]
async fn idle_dies_silently() {
    let provider = provider();
    provider.inject(Fault::silent_idle());
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    client.send(b"A IDLE\r\n").await;
    assert_eq!(client.line().await.unwrap(), "+ idling");
    provider.deliver(ANNA, "INBOX", message(4), noon()).unwrap();
    client.send(b"DONE\r\n").await;
    assert!(client.hears_nothing().await);
}

#[tokio::test]
async fn a_huge_literal_is_announced_and_not_sent() {
    let provider = provider();
    provider.inject(Fault::huge_literal(536_800_000));
    let server = serve(provider, Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(server.addr).await;
    client.send(b"A UID FETCH 1 (BODY.PEEK[])\r\n").await;
    assert!(client.hears_nothing().await);
}

#[tokio::test]
async fn an_endless_line_goes_on_until_the_client_leaves() {
    let provider = provider();
    provider.inject(Fault::endless_line(Verb::Noop));
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"A NOOP\r\n")
        .await
        .unwrap();
    let mut heard = vec![0; 1 << 20];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut heard)
        .await
        .unwrap();
    assert_eq!(
        heard.split(|&byte| byte == b'\n').count() - 1,
        1,
        "only the greeting ends"
    );
    drop(stream);
    assert_eq!(server.stop().await, 0);
}

#[tokio::test]
async fn greetings_go_wrong_too() {
    let cases: [(Fault, &[&str]); 4] = [
        (Fault::pre_auth(), &["* PREAUTH [CAPABILITY"]),
        (
            Fault::at(At::Greeting).with(Harm::Bye("Too many connections".to_owned())),
            &["* BYE Too many connections"],
        ),
        (
            Fault::at(At::Greeting)
                .with(Harm::Send(
                    b"220 mx ESMTP ready\r\n".to_vec(),
                    Moment::Before,
                ))
                .with(Harm::Drop(Moment::Before)),
            &["220 mx ESMTP ready"],
        ),
        (
            Fault::at(At::Greeting).with(Harm::Drop(Moment::Before)),
            &[],
        ),
    ];
    for (fault, wanted) in cases {
        let provider = provider();
        provider.inject(fault.clone());
        let server = serve(provider, Options::default()).await.unwrap();
        let mut client = RawClient::plain(server.addr).await;
        for wanted in wanted {
            let heard = client.line().await.unwrap();
            assert!(heard.starts_with(wanted), "{fault:?}: {heard}");
        }
        if wanted.is_empty() {
            assert_eq!(client.line().await, None);
        }
    }
}

#[tokio::test]
async fn plain_text_behind_start_tls_arrives_before_the_handshake() {
    let provider = provider();
    provider.inject(Fault::plain_text_after_start_tls());
    let server = serve(provider, Options::with_tls(Tls::StartTls))
        .await
        .unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    let heard = client.command("A STARTTLS").await;
    assert_eq!(heard, ["A OK Begin TLS now"]);
    assert_eq!(
        client.line().await.unwrap(),
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN"
    );
    assert!(
        client
            .tls(server.ca_pem.as_ref().unwrap(), "localhost")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_wrong_tag_leaves_the_right_one_unsaid() {
    let provider = provider();
    provider.inject(Fault::wrong_tag(Verb::Noop));
    let server = serve(provider, Options::default()).await.unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    client.send(b"A NOOP\r\n").await;
    assert_eq!(client.line().await.unwrap(), "ZZ99 OK NOOP completed");
}
