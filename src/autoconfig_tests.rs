//! With a name server and a web server of the test's own, over loopback.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::op::{Message, Metadata, ResponseCode};
use hickory_resolver::proto::rr::rdata::{MX, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, UdpSocket};
use url::Url;

use super::{
    Address, Auth, Encryption, Found, Names, NotFound, Service, Source, Sources, find, places,
};
use crate::oauth::presets::{Cloud, Preset};
use crate::oauth::{Http, Timeouts};
use crate::trust::Authorities;

type Zone = HashMap<String, Vec<RData>>;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn mx(preference: u16, host: &str) -> RData {
    RData::MX(MX::new(preference, name(host)))
}

fn srv(priority: u16, weight: u16, port: u16, host: &str) -> RData {
    RData::SRV(SRV::new(priority, weight, port, name(host)))
}

/// Answers for these names; there are no others.
async fn name_server(zone: Zone) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let asked = Message::from_vec(&buffer[..length]).unwrap();
            let query = asked.queries[0].clone();
            let mut answer = Message::query();
            answer.metadata = Metadata::response_from_request(&asked.metadata);
            answer.add_query(query.clone());
            match zone.get(&query.name().to_ascii()) {
                None => answer.metadata.response_code = ResponseCode::NXDomain,
                Some(records) => {
                    for data in records {
                        if data.record_type() == query.query_type() {
                            let record = Record::from_rdata(query.name().clone(), 60, data.clone());
                            answer.add_answer(record);
                        }
                    }
                }
            }
            socket
                .send_to(&answer.to_vec().unwrap(), from)
                .await
                .unwrap();
        }
    });
    at
}

/// Answers every request with this, and returns its origin.
async fn web_server(status: u16, body: &str) -> Url {
    let answer = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = Arc::new(answer.into_bytes());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                while stream
                    .read_line(&mut line)
                    .await
                    .is_ok_and(|count| count > 2)
                {
                    line.clear();
                }
                drop(stream.write_all(&answer).await);
            });
        }
    });
    origin.parse().unwrap()
}

async fn found(address: &str, zone: Zone, web: Url) -> Result<Found, NotFound> {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_secs(5),
    };
    let sources = Sources {
        names: Names::at(name_server(zone).await).unwrap(),
        http: Http::new(timeouts, &Authorities::default()).unwrap(),
        places: Box::new(move |_| vec![web.join("one").unwrap(), web.join("two").unwrap()]),
    };
    find(&address.parse().unwrap(), &sources).await
}

fn zone(records: &[(&str, &[RData])]) -> Zone {
    let records = records.iter();
    records
        .map(|(name, data)| ((*name).to_owned(), data.to_vec()))
        .collect()
}

fn service(host: &str, port: u16, tls: Encryption) -> Service {
    Service {
        host: host.to_owned(),
        port,
        tls,
    }
}

const XML: &str = "<clientConfig><emailProvider><incomingServer type='imap'><hostname>imap.corp.example</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer></emailProvider></clientConfig>";

#[tokio::test]
async fn a_providers_own_domain_needs_nobody_to_be_asked() {
    let nowhere = "http://127.0.0.1:1/".parse().unwrap();
    let found = found("Ann@GMAIL.com", Zone::new(), nowhere).await.unwrap();
    assert_eq!(found.source, Source::Provider);
    assert_eq!(found.preset, Preset::Google);
    assert_eq!(
        found.imap,
        service("imap.gmail.com", 993, Encryption::Implicit)
    );
    assert_eq!(found.auth, [Auth::Xoauth2, Auth::AppPassword]);
    assert_eq!(found.address.to_string(), "Ann@gmail.com");
    assert_eq!(found.note, None);
}

#[tokio::test]
async fn a_domain_is_believed_before_its_records() {
    let zone = zone(&[
        ("corp.example.", &[mx(10, "aspmx.l.google.com.")]),
        (
            "_imaps._tcp.corp.example.",
            &[srv(0, 1, 993, "other.corp.example.")],
        ),
    ]);
    let web = web_server(200, XML).await;
    let url = web.join("one").unwrap();
    let found = found("ann@corp.example", zone, web).await.unwrap();
    assert_eq!(found.source, Source::Autoconfig { url });
    assert_eq!(found.imap.host, "imap.corp.example");
    assert_eq!(found.preset, Preset::Generic);
    assert_eq!(found.note, None);
}

#[tokio::test]
async fn srv_records_are_chosen_by_encryption_priority_and_weight() {
    let zone = zone(&[
        (
            "_imaps._tcp.corp.example.",
            &[
                srv(20, 9, 993, "late.corp.example."),
                srv(10, 1, 993, "light.corp.example."),
                srv(10, 5, 1993, "Heavy.Corp.Example."),
            ],
        ),
        (
            "_imap._tcp.corp.example.",
            &[srv(0, 0, 143, "plain.corp.example.")],
        ),
        ("_submissions._tcp.corp.example.", &[srv(0, 0, 0, ".")]),
        (
            "_submission._tcp.corp.example.",
            &[srv(0, 0, 587, "smtp.corp.example.")],
        ),
    ]);
    let web = web_server(404, "").await;
    let found = found("ann@corp.example", zone, web).await.unwrap();
    assert_eq!(found.source, Source::Srv);
    assert_eq!(
        found.imap,
        service("heavy.corp.example", 1993, Encryption::Implicit)
    );
    assert_eq!(
        found.smtp,
        Some(service("smtp.corp.example", 587, Encryption::Starttls))
    );
}

#[tokio::test]
async fn a_service_that_is_declared_not_to_be_there_is_not_used() {
    let zone = zone(&[
        ("_imaps._tcp.corp.example.", &[srv(0, 0, 0, ".")]),
        (
            "_imap._tcp.corp.example.",
            &[srv(0, 0, 143, "imap.elsewhere.example.")],
        ),
    ]);
    let web = web_server(404, "").await;
    let found = found("ann@corp.example", zone, web).await.unwrap();
    assert_eq!(
        found.imap,
        service("imap.elsewhere.example", 143, Encryption::Starttls)
    );
    // RFC 6186 §6: whoever spoils the answer could send the password elsewhere.
    assert!(found.note.unwrap().contains("is not of the domain"));
}

#[tokio::test]
async fn a_described_server_may_be_a_known_providers() {
    let zone = zone(&[(
        "_imaps._tcp.corp.example.",
        &[srv(0, 0, 993, "outlook.office365.com.")],
    )]);
    let web = web_server(404, "").await;
    let found = found("ann@corp.example", zone, web).await.unwrap();
    assert_eq!((found.preset, found.note), (Preset::Microsoft, None));
    assert_eq!(found.auth, [Auth::Xoauth2]);
}

#[tokio::test]
async fn mail_that_goes_to_a_known_provider_is_read_there() {
    for (host, preset, cloud) in [
        ("aspmx.l.google.com.", Preset::Google, None),
        (
            "corp-example.mail.protection.outlook.com.",
            Preset::Microsoft,
            None,
        ),
        (
            "corp-example.mail.protection.office365.us.",
            Preset::Microsoft,
            Some(Cloud::UsGov),
        ),
    ] {
        let zone = zone(&[("corp.example.", &[mx(20, "backup.example."), mx(10, host)])]);
        let web = web_server(200, "<html><body>Welcome</body></html>").await;
        let found = found("ann@corp.example", zone, web).await.unwrap();
        assert_eq!((found.preset, found.cloud), (preset, cloud));
        let host = host.trim_end_matches('.').to_owned();
        assert_eq!(found.source, Source::Mx { host });
        assert!(found.note.unwrap().contains("filter"));
    }
}

#[tokio::test]
async fn who_was_asked_in_vain_is_said() {
    let zone = zone(&[("corp.example.", &[mx(10, "mail.corp.example.")])]);
    let web = web_server(200, "<html></html>").await;
    let origin = web.to_string();
    let nothing = found("ann@corp.example", zone, web).await.unwrap_err();
    let said = nothing.to_string().replace(&origin, "http://WEB/");
    insta::assert_snapshot!(said);
}

#[tokio::test]
async fn a_name_server_that_is_out_of_order_is_no_answer_that_there_is_nothing() {
    // Nobody answers there.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let names = Names::at(socket.local_addr().unwrap()).unwrap();
    drop(socket);
    let web = web_server(404, "").await;
    let sources = Sources {
        names,
        http: Http::new(Timeouts::default(), &Authorities::default()).unwrap(),
        places: Box::new(move |_| vec![web.clone()]),
    };
    let nothing = find(&"ann@corp.example".parse().unwrap(), &sources).await;
    let said = nothing.unwrap_err().to_string();
    assert!(said.contains("the name servers don't answer"), "{said}");
}

#[test]
fn the_usual_places_are_asked_with_the_address_written_safely() {
    let address: Address = "ann+sales&x@bücher.example".parse().unwrap();
    let places: Vec<_> = places(&address).iter().map(ToString::to_string).collect();
    assert_eq!(
        places,
        [
            "https://autoconfig.xn--bcher-kva.example/mail/config-v1.1.xml?emailaddress=ann%2Bsales%26x%40xn--bcher-kva.example",
            "https://xn--bcher-kva.example/.well-known/autoconfig/mail/config-v1.1.xml"
        ]
    );
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "ann@exa mple.com",
        "a nn@example.com",
        "<ann@example.com>",
        "ann@-example.com",
        "ann@example..com",
        "ann@[192.0.2.1]",
        "ann@example.com/../x",
        "ann\n@example.com",
        "ann@example.com:8080",
    ] {
        assert!(text.parse::<Address>().is_err(), "{text:?}");
    }
}
