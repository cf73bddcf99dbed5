//! An authorization server for tests: over loopback it answers each request with the next bytes of its script.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::client::{Client, Endpoints, Provider};
use super::wire::{Http, Timeouts};
use crate::trust::Authorities;

/// A server that is gone with the test.
pub(crate) struct Script {
    origin: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Script {
    /// Answers with these bytes, one a request, each over a connection of its own; then it refuses connections.
    pub(crate) async fn of(answers: Vec<Vec<u8>>) -> Self {
        Self::answering(|_| answers).await
    }

    /// The same with answers that name the server's own origin.
    pub(crate) async fn answering(answers: impl FnOnce(&str) -> Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let answers = answers(&origin);
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = request(&mut stream).await;
                notes.lock().unwrap().push(request);
                // A client that has read enough goes away.
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { origin, heard }
    }

    /// Takes a connection and says nothing.
    pub(crate) async fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let _connection = listener.accept().await;
            std::future::pending::<()>().await;
        });
        Self {
            origin,
            heard: Arc::default(),
        }
    }

    /// Answers with JSON, one a request.
    pub(crate) async fn json(answers: &[(u16, &str)]) -> Self {
        let answers = answers
            .iter()
            .map(|(status, body)| answer(*status, "Content-Type: application/json\r\n", body));
        Self::of(answers.collect()).await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.origin).parse().unwrap()
    }

    /// The first lines of what was asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let heard = self.heard();
        heard
            .iter()
            .map(|request| request.lines().next().unwrap().to_owned())
            .collect()
    }

    /// What was asked so far: heads and bodies.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The form of the one request there was, a field a line.
    pub(crate) fn form(&self) -> String {
        let heard = self.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        let (_, body) = heard[0].split_once("\r\n\r\n").unwrap();
        let fields = url::form_urlencoded::parse(body.as_bytes());
        let lines: Vec<_> = fields
            .map(|(name, value)| format!("{name} = {value}\n"))
            .collect();
        lines.concat()
    }

    /// A client of this server.
    pub(crate) fn client(&self, provider: Provider) -> Client {
        Client {
            endpoints: Endpoints {
                authorization: self.url("/authorize"),
                token: self.url("/token"),
                device: Some(self.url("/device")),
                revocation: Some(self.url("/revoke")),
                jwks: Some(self.url("/keys")),
                issuer: Some(self.origin.clone()),
                admin_consent: None,
                sends_iss: false,
            },
            ..client(provider)
        }
    }
}

/// A client as a provider's preset makes it.
pub(crate) fn client(provider: Provider) -> Client {
    let microsoft = "https://login.microsoftonline.com";
    let (authorization, token, issuer, scopes, mail): (_, _, _, &[&str], _) = match provider {
        Provider::Google => (
            "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
            "https://oauth2.googleapis.com/token".to_owned(),
            "https://accounts.google.com".to_owned(),
            &["https://mail.google.com/", "openid", "email"],
            "https://mail.google.com/",
        ),
        Provider::Microsoft => (
            format!("{microsoft}/common/oauth2/v2.0/authorize"),
            format!("{microsoft}/common/oauth2/v2.0/token"),
            format!("{microsoft}/{{tenantid}}/v2.0"),
            &[
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://graph.microsoft.com/User.Read",
                "offline_access",
                "openid",
                "email",
                "profile",
            ],
            "https://outlook.office.com/IMAP.AccessAsUser.All",
        ),
        Provider::Zoho => (
            "https://accounts.zoho.eu/oauth/v2/auth".to_owned(),
            "https://accounts.zoho.eu/oauth/v2/token".to_owned(),
            "https://accounts.zoho.eu".to_owned(),
            &["ZOHOMAIL.PROTOCOL.IMAP", "ZOHOMAIL.PROTOCOL.SMTP"],
            "ZOHOMAIL.PROTOCOL.IMAP",
        ),
        _ => (
            "https://id.example.com/authorize".to_owned(),
            "https://id.example.com/token".to_owned(),
            "https://id.example.com".to_owned(),
            &["openid", "email", "offline_access", "mail"],
            "mail",
        ),
    };
    Client {
        provider,
        client_id: "the-client".to_owned(),
        client_secret: Some("the-secret".into()),
        endpoints: Endpoints {
            authorization: authorization.parse().unwrap(),
            token: token.parse().unwrap(),
            device: None,
            revocation: None,
            jwks: None,
            issuer: Some(issuer),
            admin_consent: None,
            sends_iss: false,
        },
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        mail_scopes: vec![mail.to_owned()],
        tenant: None,
    }
}

/// HTTP with short limits.
pub(crate) fn http() -> Http {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_secs(10),
    };
    Http::new(timeouts, &Authorities::default()).unwrap()
}

/// An answer's bytes; `headers` each end with CRLF.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}")
        .into_bytes()
}

async fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, length)| length.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
            return text;
        }
    }
}
