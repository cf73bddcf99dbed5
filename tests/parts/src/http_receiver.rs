//! A small HTTP server that keeps what it is sent, for webhooks and for redirects: records each request and answers
//! as the test has set; only `/favicon.ico` is never there. One request a connection (`Connection: close`), in the
//! clear or over TLS.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::certificates::Certificates;
use crate::free_port::free_port;

const HOST: &str = "127.0.0.1";
const SPEAKS_WITHIN: Duration = Duration::from_secs(10);
const COMES_WITHIN: Duration = Duration::from_secs(30);

/// A running receiver; gone when this is dropped.
#[derive(Debug)]
pub struct HttpReceiver {
    port: u16,
    state: Arc<Mutex<State>>,
    running: Option<Running>,
    certificates: Option<Certificates>,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case; of a name that came twice the last.
    pub headers: BTreeMap<String, String>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    instead: Option<Instead>,
}

/// What happens in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    Closed,
    Held,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    next: VecDeque<Answer>,
    usual: Option<Answer>,
}

#[derive(Debug)]
struct Running {
    ends: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// Starts a receiver that answers 200 (a browser stays where it was at 204).
///
/// # Panics
/// When no port is free.
#[must_use]
pub fn http_receiver() -> HttpReceiver {
    HttpReceiver::start(None)
}

/// The same over TLS, with a certificate of an authority of its own.
///
/// # Panics
/// When no port is free.
#[must_use]
pub fn http_receiver_over_tls() -> HttpReceiver {
    HttpReceiver::start(Some(Certificates::new()))
}

impl Answer {
    /// An answer with this status and nothing else.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            instead: None,
        }
    }

    /// No answer: the connection closes when the request was read.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            instead: Some(Instead::Closed),
            ..Self::status(0)
        }
    }

    /// No answer: the connection stays open for ten seconds, or until the client closes it.
    #[must_use]
    pub fn held() -> Self {
        Self {
            instead: Some(Instead::Held),
            ..Self::status(0)
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    fn write(&self, stream: &mut (impl Read + Write)) -> std::io::Result<()> {
        match self.instead {
            None => {}
            Some(Instead::Closed) => return Ok(()),
            Some(Instead::Held) => return stream.read(&mut [0]).map(drop),
        }
        write!(
            stream,
            "HTTP/1.1 {} Answer\r\nConnection: close\r\n",
            self.status
        )?;
        for (name, value) in &self.headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        if self.status != 204 {
            write!(stream, "Content-Length: {}\r\n", self.body.len())?;
        }
        stream.write_all(b"\r\n")?;
        stream.write_all(&self.body)?;
        stream.flush()
    }
}

impl HttpReceiver {
    fn start(certificates: Option<Certificates>) -> Self {
        let mut receiver = Self {
            port: free_port(HOST),
            state: Arc::default(),
            running: None,
            certificates,
        };
        receiver.start_again();
        receiver
    }

    /// Its address, `http://127.0.0.1:port`; over TLS `https://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.certificates {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{HOST}:{}", self.port)
    }

    /// The certificate authority to trust, in PEM; empty without TLS.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        let certificates = self.certificates.as_ref();
        certificates.map_or("", |certificates| &certificates.authority)
    }

    /// What has come so far, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// Waits until so many requests have come, and gives all.
    ///
    /// # Panics
    /// When that takes longer than 30 s.
    #[must_use]
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let started = Instant::now();
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(
                started.elapsed() < COMES_WITHIN,
                "Only {} of {count} requests came: {received:?}",
                received.len()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Forgets what has come.
    pub fn forget(&self) {
        self.state().received.clear();
    }

    /// Answers this from now on.
    pub fn answer(&self, answer: Answer) {
        self.state().usual = Some(answer);
    }

    /// Answers this next; several stand in line.
    pub fn answer_next(&self, answer: Answer) {
        self.state().next.push_back(answer);
    }

    /// Stops it: its port refuses connections. It keeps what has come.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.ends.store(true, Ordering::Release);
            TcpStream::connect((HOST, self.port)).ok();
            running.thread.join().ok();
        }
    }

    /// Starts it again on its port.
    ///
    /// # Panics
    /// When somebody has taken the port in between.
    pub fn start_again(&mut self) {
        let listener = TcpListener::bind((HOST, self.port))
            .unwrap_or_else(|e| panic!("Can't listen on {HOST}:{}: {e}", self.port));
        let ends = Arc::new(AtomicBool::new(false));
        let (state, seen) = (Arc::clone(&self.state), Arc::clone(&ends));
        let tls = self.certificates.as_ref().map(configuration);
        let thread = thread::spawn(move || accept(&listener, tls.as_ref(), &state, &seen));
        self.running = Some(Running { ends, thread });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for HttpReceiver {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Received {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("The body is no JSON: {e}: {}", self.text()))
    }

    /// A parameter of the query, as it stands there (percent-encoded).
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(known, value)| (known == name).then_some(value))
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn configuration(certificates: &Certificates) -> Arc<ServerConfig> {
    let unfit =
        |e: &dyn std::fmt::Display| -> ! { panic!("The test's certificate can't be used: {e}") };
    let certificate = CertificateDer::from_pem_slice(certificates.server.as_bytes());
    let certificate = certificate.unwrap_or_else(|e| unfit(&e));
    let key = PrivateKeyDer::from_pem_slice(certificates.key.as_bytes());
    let key = key.unwrap_or_else(|e| unfit(&e));
    let configuration = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![certificate], key)
        });
    Arc::new(configuration.unwrap_or_else(|e| unfit(&e)))
}

fn accept(
    listener: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    state: &Arc<Mutex<State>>,
    ends: &AtomicBool,
) {
    for stream in listener.incoming() {
        if ends.load(Ordering::Acquire) {
            return;
        }
        if let Ok(stream) = stream {
            let (tls, state) = (tls.cloned(), Arc::clone(state));
            thread::spawn(move || welcome(stream, tls, &state).ok());
        }
    }
}

fn welcome(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    state: &Mutex<State>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SPEAKS_WITHIN))?;
    match tls {
        None => converse(stream, state),
        Some(tls) => {
            let connection = ServerConnection::new(tls).map_err(std::io::Error::other)?;
            converse(StreamOwned::new(connection, stream), state)
        }
    }
}

fn converse(mut stream: impl Read + Write, state: &Mutex<State>) -> std::io::Result<()> {
    let Some(received) = read(&mut stream)? else {
        return Ok(());
    };
    // Browsers ask for this by themselves, at a time of their own.
    if received.target == "/favicon.ico" {
        return Answer::status(404).write(&mut stream);
    }
    let answer = {
        let mut state = lock(state);
        state.received.push(received);
        let usual = state.usual.clone();
        let next = state.next.pop_front();
        next.or(usual).unwrap_or_else(|| Answer::status(200))
    };
    answer.write(&mut stream)
}

/// None when the client has nothing to ask: browsers open connections ahead.
fn read(stream: &mut impl Read) -> std::io::Result<Option<Received>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|l| l.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    reader.read_exact(&mut body)?;
    Ok(Some(Received {
        method,
        target,
        headers,
        body,
    }))
}
