#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use futures_util::TryStreamExt;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::raw_client::{ANNA, RawClient, message, noon, provider};
use crate::{Certificate, Limits, Options, Tls, serve};

#[tokio::test]
async fn a_certificate_is_as_good_or_bad_as_asked_for() {
    let cases = [
        (Certificate::Good, "localhost", None),
        (Certificate::Good, "127.0.0.1", None),
        (
            Certificate::Good,
            "imap.other.example",
            Some("not valid for name"),
        ),
        (
            Certificate::WrongName,
            "localhost",
            Some("not valid for name"),
        ),
        (Certificate::Expired, "localhost", Some("expired")),
        (
            Certificate::UnknownAuthority,
            "localhost",
            Some("UnknownIssuer"),
        ),
    ];
    for (certificate, name, wanted) in cases {
        let options = Options {
            tls: Tls::Implicit,
            certificate,
            ..Options::default()
        };
        let server = serve(provider(), options).await.unwrap();
        let client = RawClient::plain(server.addr).await;
        match (
            client.tls(server.ca_pem.as_ref().unwrap(), name).await,
            wanted,
        ) {
            (Ok(mut client), None) => assert!(client.line().await.unwrap().starts_with("* OK")),
            (Err(error), Some(wanted)) => assert!(
                error.to_string().contains(wanted),
                "{certificate:?}: {error}"
            ),
            (result, _) => panic!("{certificate:?} for {name}: {}", result.is_ok()),
        }
    }
}

#[tokio::test]
async fn a_connection_too_many_hears_bye() {
    let options = Options {
        limits: Limits {
            connections: 2,
            ..Limits::default()
        },
        ..Options::default()
    };
    let server = serve(provider(), options).await.unwrap();
    let _first = RawClient::greeted(server.addr).await;
    let second = RawClient::greeted(server.addr).await;
    let mut third = RawClient::plain(server.addr).await;
    assert_eq!(third.line().await.unwrap(), "* BYE Too many connections");
    assert_eq!(third.line().await, None);
    drop(second);
}

#[tokio::test]
async fn stopping_ends_connections_and_closes_the_port() {
    let server = serve(provider(), Options::default()).await.unwrap();
    let addr = server.addr;
    let mut client = RawClient::greeted(addr).await;
    assert_eq!(server.stop().await, 0);
    assert_eq!(client.line().await, None);
    assert!(TcpStream::connect(addr).await.is_err());

    let cancel = CancellationToken::new();
    let server = serve(
        provider(),
        Options {
            cancel: cancel.clone(),
            ..Options::default()
        },
    )
    .await
    .unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    cancel.cancel();
    assert_eq!(client.line().await, None);

    let server = serve(provider(), Options::default()).await.unwrap();
    let mut client = RawClient::greeted(server.addr).await;
    drop(server);
    assert_eq!(client.line().await, None);
}

#[tokio::test]
async fn two_servers_of_one_provider_show_one_state() {
    let provider = provider();
    let one = serve(provider.clone(), Options::default()).await.unwrap();
    let other = serve(provider.clone(), Options::default()).await.unwrap();
    let mut client = RawClient::in_inbox(one.addr).await;
    client.command(r"A1 STORE 1 +FLAGS (\Deleted)").await;
    client.command("A2 EXPUNGE").await;
    let mut client = RawClient::in_inbox(other.addr).await;
    assert_eq!(client.command("A3 UID SEARCH ALL").await[0], "* SEARCH 2 3");
}

/// The independent check: a client that is not ours.
#[tokio::test]
async fn async_imap_lists_fetches_appends_and_idles() {
    let provider = provider();
    provider.create_folder(ANNA, "Заявки").unwrap();
    let server = serve(provider.clone(), Options::default()).await.unwrap();
    let stream = TcpStream::connect(server.addr).await.unwrap();
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.unwrap().unwrap();
    let mut session = client.login(ANNA, "pa ss\"word").await.unwrap();
    assert!(session.capabilities().await.unwrap().has_str("IDLE"));
    let names: Vec<_> = session
        .list(Some(""), Some("*"))
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let names: Vec<&str> = names.iter().map(async_imap::types::Name::name).collect();
    assert_eq!(names, ["INBOX", "&BBcEMARPBDIEOgQ4-"]);

    let status = session
        .status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY)")
        .await
        .unwrap();
    assert_eq!(
        (status.exists, status.uid_next, status.uid_validity),
        (3, Some(4), Some(1001))
    );
    let opened = session.select("INBOX").await.unwrap();
    assert_eq!(
        (opened.exists, opened.uid_next, opened.uid_validity),
        (3, Some(4), Some(1001))
    );

    let fetched: Vec<_> = session
        .uid_fetch("1:*", "(RFC822.SIZE INTERNALDATE BODY.PEEK[])")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(fetched.len(), 3);
    for (fetch, number) in fetched.iter().zip(1..) {
        assert_eq!(fetch.body().unwrap(), message(number));
        assert_eq!(fetch.uid, Some(number));
        assert_eq!(fetch.internal_date().unwrap(), noon());
    }
    session
        .append("INBOX", None, None, message(4))
        .await
        .unwrap();
    let mut found: Vec<_> = session
        .uid_search("UID 2:*")
        .await
        .unwrap()
        .into_iter()
        .collect();
    found.sort_unstable();
    assert_eq!(found, [2, 3, 4]);

    let mut idle = session.idle();
    idle.init().await.unwrap();
    let (news, _stop) = idle.wait();
    provider.deliver(ANNA, "INBOX", message(5), noon()).unwrap();
    assert!(matches!(
        news.await.unwrap(),
        async_imap::extensions::idle::IdleResponse::NewData(_)
    ));
    let mut session = idle.done().await.unwrap();
    session.logout().await.unwrap();
}
