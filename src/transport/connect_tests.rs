#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpListener;

use super::{connect, connect_resolved, interleave};
use crate::imap::script::{limits, password};
use crate::imap::{Endpoint, Limits, Protocol, ServerError, Speaks, Step, Tls, open};
use crate::trust::Authorities;

fn endpoint(host: &str, port: u16) -> Endpoint {
    Endpoint {
        protocol: Protocol::Imap,
        host: host.to_owned(),
        port,
        tls: Tls::None,
        verify_certificate: true,
        ca_pem: None,
        authorities: Authorities::default(),
    }
}

#[test]
fn the_address_families_take_turns() {
    let addresses: Vec<SocketAddr> = [
        "[::1]:1",
        "[::2]:1",
        "[::3]:1",
        "127.0.0.1:1",
        "127.0.0.2:1",
    ]
    .iter()
    .map(|text| text.parse().unwrap())
    .collect();
    let order: Vec<_> = interleave(&addresses)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        order,
        [
            "[::1]:1",
            "127.0.0.1:1",
            "[::2]:1",
            "127.0.0.2:1",
            "[::3]:1"
        ]
    );
}

#[tokio::test]
async fn localhost_is_found_on_whichever_address_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stream = connect(&endpoint("localhost", port), &limits())
        .await
        .unwrap();
    assert!(stream.nodelay().unwrap());
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_host_are_told_apart() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let refused = open(&endpoint("127.0.0.1", port), &password(), &limits())
        .await
        .unwrap_err();
    assert_eq!(
        refused,
        ServerError::Refused {
            protocol: Protocol::Imap,
            host: "127.0.0.1".to_owned(),
            port
        }
    );

    let unknown = open(
        &endpoint("no-such-host.invalid", 993),
        &password(),
        &limits(),
    )
    .await
    .unwrap_err();
    assert!(matches!(unknown, ServerError::Dns { .. }), "{unknown:?}");

    let empty = open(&endpoint(" ", 993), &password(), &limits())
        .await
        .unwrap_err();
    assert!(matches!(empty, ServerError::BadSetting { .. }), "{empty:?}");
}

#[tokio::test]
async fn a_server_that_never_greets_is_a_timeout_and_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let hasty = Limits {
        greeting: Duration::from_millis(30),
        connect: Duration::from_millis(200),
        ..limits()
    };
    let error = open(&endpoint("127.0.0.1", port), &password(), &hasty)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ServerError::Timeout {
            step: Step::Greeting,
            after: hasty.greeting
        }
    );

    let implicit = Endpoint {
        tls: Tls::Implicit,
        verify_certificate: false,
        ..endpoint("127.0.0.1", port)
    };
    let error = open(&implicit, &password(), &hasty).await.unwrap_err();
    assert_eq!(
        error,
        ServerError::Timeout {
            step: Step::Handshake,
            after: hasty.connect
        }
    );
}

#[tokio::test]
async fn a_plain_server_on_a_tls_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"* OK ready\r\n")
            .await
            .unwrap();
        let mut rest = Vec::new();
        drop(tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await);
    });
    let implicit = Endpoint {
        tls: Tls::Implicit,
        verify_certificate: false,
        ..endpoint("127.0.0.1", port)
    };
    let error = open(&implicit, &password(), &limits()).await.unwrap_err();
    assert_eq!(
        error,
        ServerError::WrongPort {
            protocol: Protocol::Imap,
            host: "127.0.0.1".to_owned(),
            port,
            speaks: Speaks::PlainText
        }
    );
}

#[tokio::test]
async fn a_host_is_found_where_it_was_while_the_name_service_is_out_of_order() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = endpoint("mail.remembered.example", address.port());
    let dns = |temporary| {
        Err(ServerError::Dns {
            host: endpoint.host.clone(),
            temporary,
        })
    };
    let limits = limits();
    let unknown = connect_resolved(&endpoint, &limits, dns(true)).await;
    assert!(matches!(unknown, Err(ServerError::Dns { .. })));

    connect_resolved(&endpoint, &limits, Ok(vec![address]))
        .await
        .unwrap();
    connect_resolved(&endpoint, &limits, dns(true))
        .await
        .unwrap();
    let slow = ServerError::Timeout {
        step: Step::Resolve,
        after: Duration::from_secs(5),
    };
    connect_resolved(&endpoint, &limits, Err(slow))
        .await
        .unwrap();
    // A name that no longer exists is another matter.
    let gone = connect_resolved(&endpoint, &limits, dns(false)).await;
    assert!(matches!(gone, Err(ServerError::Dns { .. })));
}

#[tokio::test]
async fn a_connection_is_kept_alive() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stream = connect(&endpoint("127.0.0.1", port), &limits())
        .await
        .unwrap();
    assert!(SockRef::from(&stream).keepalive().unwrap());
}
