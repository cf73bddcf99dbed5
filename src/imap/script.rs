//! A server for tests that follows a script, byte for byte, in pieces of any size.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex};

use super::endpoint::{Endpoint, Limits, Login, Protocol, Tls};
use super::session::Session;
use super::sign_in::sign_in;
use super::wire::Wire;
use crate::transport::ServerError;
use crate::transport::greet;
use crate::trust::Authorities;

/// Sizes of the pieces in which a server's words arrive: inside CRLF, inside literals, all at once.
pub(crate) const PIECES: [usize; 4] = [1, 2, 7, 1 << 16];

/// Sign-in as most servers do it; what comes after is numbered from M4 on.
pub(crate) const SIGNED_IN: [(&str, &str); 4] = [
    ("", "* OK ready\r\n"),
    (
        "M1 CAPABILITY\r\n",
        "* CAPABILITY IMAP4rev1\r\nM1 OK done\r\n",
    ),
    ("M2 LOGIN \"ann\" \"secret\"\r\n", "M2 OK welcome\r\n"),
    (
        "M3 CAPABILITY\r\n",
        "* CAPABILITY IMAP4rev1\r\nM3 OK done\r\n",
    ),
];

/// What the client is to say next and what the server answers.
pub(crate) type Steps = Vec<(Vec<u8>, Vec<u8>)>;

pub(crate) fn steps(steps: &[(&str, &str)]) -> Steps {
    steps
        .iter()
        .map(|(expected, answer)| (expected.as_bytes().to_vec(), answer.as_bytes().to_vec()))
        .collect()
}

pub(crate) fn signed_in(after: &[(&str, &[u8])]) -> Steps {
    let mut all = steps(&SIGNED_IN);
    all.extend(
        after
            .iter()
            .map(|(expected, answer)| (expected.as_bytes().to_vec(), answer.to_vec())),
    );
    all
}

/// What was said, for assertions about the client.
pub(crate) type Heard = Arc<Mutex<Vec<String>>>;

/// Plays the server; after its last step it closes the connection, or stays silent.
pub(crate) fn play(steps: Steps, piece: usize, stay: bool) -> (DuplexStream, Heard) {
    let (client, server) = duplex(piece);
    let heard = Heard::default();
    let notes = Arc::clone(&heard);
    tokio::spawn(async move {
        let mut server = BufReader::new(server);
        for (expected, answer) in steps {
            if !expected.is_empty() {
                let mut line = Vec::new();
                if server.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                notes
                    .lock()
                    .unwrap()
                    .push(String::from_utf8_lossy(&line).into_owned());
                assert_eq!(
                    String::from_utf8_lossy(&line),
                    String::from_utf8_lossy(&expected)
                );
            }
            for part in answer.chunks(piece) {
                if server.write_all(part).await.is_err() {
                    return;
                }
            }
        }
        if stay {
            let mut rest = Vec::new();
            while server
                .read_until(b'\n', &mut rest)
                .await
                .is_ok_and(|count| count > 0)
            {}
        }
    });
    (client, heard)
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        protocol: Protocol::Imap,
        host: "mail.test".to_owned(),
        port: 143,
        tls: Tls::None,
        verify_certificate: true,
        ca_pem: None,
        authorities: Authorities::default(),
    }
}

pub(crate) fn password() -> Login {
    Login::Password {
        user: "ann".to_owned(),
        password: "secret".into(),
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        greeting: Duration::from_secs(5),
        command: Duration::from_secs(5),
        whole_command: Duration::from_secs(10),
        max_line: 8 << 10,
        ..Limits::default()
    }
}

pub(crate) async fn open_over(
    stream: DuplexStream,
    endpoint: Endpoint,
    login: Login,
    limits: Limits,
) -> Result<Session, ServerError> {
    Session::start(async move {
        let mut wire: Wire = greet(Box::new(stream), &endpoint, &limits).await?;
        sign_in(&mut wire, &endpoint, &login).await?;
        Ok(wire)
    })
    .await
}

/// A signed-in session with a server that then follows these steps.
pub(crate) async fn session(after: &[(&str, &[u8])], piece: usize) -> Session {
    let (client, _) = play(signed_in(after), piece, true);
    open_over(client, endpoint(), password(), limits())
        .await
        .unwrap()
}
