//! A client of bare lines for the tests: it knows literals and tags, nothing more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a line that does not come is a failed test"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::wire::Stream;
use crate::{MailboxLogin, Provider};

/// Long enough for a busy machine, short enough that a hung test ends.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const ANNA: &str = "anna@brightwell.example";

/// Anna's mailbox with three messages in INBOX.
pub(crate) fn provider() -> Provider {
    let provider = Provider::new();
    let login = MailboxLogin::Both {
        password: "pa ss\"word".to_owned(),
        token: "good-token".to_owned(),
    };
    provider.add_mailbox(ANNA, login);
    for number in 1..=3 {
        provider
            .deliver(ANNA, "INBOX", message(number), noon())
            .unwrap();
    }
    provider
}

pub(crate) fn message(number: u32) -> Vec<u8> {
    format!(
        "From: Mario <mario@example.org>\r\nTo: {ANNA}\r\nSubject: Message {number}\r\n folded\r\n\
         Date: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\nBody {number}, long enough not to be shown in a transcript, so that it is elided.\r\n"
    )
    .into_bytes()
}

pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 2, 12, 0, 0).unwrap()
}

pub(crate) struct RawClient(BufReader<Box<dyn Stream>>);

impl RawClient {
    pub(crate) async fn plain(addr: SocketAddr) -> Self {
        Self(BufReader::new(Box::new(
            TcpStream::connect(addr).await.unwrap(),
        )))
    }

    /// Connects and reads the greeting.
    pub(crate) async fn greeted(addr: SocketAddr) -> Self {
        let mut client = Self::plain(addr).await;
        client.line().await.unwrap();
        client
    }

    /// Connects, logs in and opens INBOX.
    pub(crate) async fn in_inbox(addr: SocketAddr) -> Self {
        let mut client = Self::greeted(addr).await;
        client
            .command(r#"L LOGIN anna@brightwell.example "pa ss\"word""#)
            .await;
        let opened = client.command("O SELECT INBOX").await;
        assert!(opened.last().unwrap().starts_with("O OK"), "{opened:?}");
        client
    }

    pub(crate) async fn tls(self, ca_pem: &str, name: &str) -> std::io::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap())
            .unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, self.0.into_inner())
            .await?;
        Ok(Self(BufReader::new(Box::new(stream))))
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// One response with its literals, without the last line end; `None`: the connection has ended.
    pub(crate) async fn line(&mut self) -> Option<String> {
        tokio::time::timeout(PATIENCE, self.response())
            .await
            .expect("the server said nothing")
    }

    async fn response(&mut self) -> Option<String> {
        let mut whole = Vec::new();
        loop {
            let mut line = Vec::new();
            let read = self
                .0
                .read_until(b'\n', &mut line)
                .await
                .unwrap_or_default();
            if read == 0 {
                return (!whole.is_empty()).then(|| String::from_utf8_lossy(&whole).into_owned());
            }
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
            whole.extend(text.as_bytes());
            let literal = text
                .rsplit_once('{')
                .and_then(|(_, size)| size.strip_suffix('}')?.parse::<usize>().ok());
            let Some(size) = literal else {
                return Some(String::from_utf8_lossy(&whole).into_owned());
            };
            let mut data = vec![0; size];
            if self.0.read_exact(&mut data).await.is_err() {
                return Some(String::from_utf8_lossy(&whole).into_owned());
            }
            whole.extend(data);
        }
    }

    /// Sends a command and reads until its tagged line or the end of the connection.
    pub(crate) async fn command(&mut self, command: &str) -> Vec<String> {
        self.send(format!("{command}\r\n").as_bytes()).await;
        self.until_tagged(command.split(' ').next().unwrap()).await
    }

    pub(crate) async fn until_tagged(&mut self, tag: &str) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = self.line().await {
            let ended = line.starts_with(&format!("{tag} "));
            lines.push(line);
            if ended {
                break;
            }
        }
        lines
    }

    /// What comes within a moment; for a server that is meant to be silent.
    pub(crate) async fn hears_nothing(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(50), self.response())
            .await
            .is_err()
    }
}
