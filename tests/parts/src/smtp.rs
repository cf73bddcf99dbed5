//! A real SMTP server (npm `smtp-server`) that takes any mail and keeps it for the test to read.
//!
//! It has a port for plain SMTP with STARTTLS and one for TLS from the first byte. AUTH (PLAIN, LOGIN, XOAUTH2) is
//! refused before TLS (538) and not required unless the test says so.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::certificates::Certificates;
use crate::guard::Signals;
use crate::steered::Steered;

const SIGNALS: Signals = Signals {
    stop: "KILL",
    end: "KILL",
};

/// A running SMTP server; it and its mail are gone when this is dropped.
#[derive(Debug)]
pub struct Smtp {
    server: Steered,
    port: u16,
    tls_port: u16,
    certificates: Certificates,
}

/// A message as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Of the envelope; empty for a bounce.
    pub from: String,
    /// Of the envelope.
    pub to: Vec<String>,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
    /// Headers and body.
    pub raw: Vec<u8>,
}

/// When something goes wrong in an SMTP session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// At the greeting.
    Connect,
    /// At AUTH.
    Auth,
    /// At MAIL FROM.
    Mail,
    /// At RCPT TO.
    Rcpt,
    /// When the message has been sent; it is not kept.
    Data,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
        }
    }
}

/// Starts an SMTP server.
///
/// # Panics
/// When it is not installed or does not start; the message says what to do.
#[must_use]
pub fn smtp() -> Smtp {
    let certificates = Certificates::new();
    let files = [
        ("authority.pem", certificates.authority.as_str()),
        ("server.pem", &certificates.server),
        ("key.pem", &certificates.key),
    ];
    let server = Steered::start(
        "smtp",
        "smtp/server.mjs",
        "smtp-server",
        SIGNALS,
        &[],
        &files,
    );
    let ports = server.order("ports", Value::Null);
    let port = |place: usize| {
        let port = ports.get(place).and_then(Value::as_u64);
        port.and_then(|port| port.try_into().ok())
            .unwrap_or_else(|| panic!("The SMTP server does not tell its ports"))
    };
    Smtp {
        port: port(0),
        tls_port: port(1),
        server,
        certificates,
    }
}

impl Smtp {
    /// The address it listens on; its certificate is good for that and for `localhost`.
    #[must_use]
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The port for plain SMTP and STARTTLS.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port for SMTP in TLS from the first byte.
    #[must_use]
    pub fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// The certificate authority to trust, in PEM.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        &self.certificates.authority
    }

    /// A file with [`Smtp::certificate_authority`].
    #[must_use]
    pub fn certificate_authority_file(&self) -> PathBuf {
        self.server.folder().join("authority.pem")
    }

    /// What was taken so far, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let mails = self.order("messages", Value::Null);
        mails
            .as_array()
            .into_iter()
            .flatten()
            .map(Mail::read)
            .collect()
    }

    /// Forgets what was taken.
    pub fn forget(&self) {
        self.order("forget", Value::Null);
    }

    /// Lets a user sign in with this password, for PLAIN and LOGIN.
    pub fn set_password(&self, user: &str, password: &str) {
        self.order("set_password", json!({"user": user, "password": password}));
    }

    /// Lets a user sign in with this access token, for XOAUTH2.
    pub fn add_token(&self, user: &str, token: &str) {
        self.order("add_token", json!({"user": user, "token": token}));
    }

    /// Takes a token back.
    pub fn remove_token(&self, user: &str, token: &str) {
        self.order("remove_token", json!({"user": user, "token": token}));
    }

    /// Takes no mail from whoever has not signed in (530).
    pub fn require_sign_in(&self) {
        self.order("require_sign_in", Value::Null);
    }

    /// Answers the next so many at a step with this code and text, e.g. 451 for later and 550 for never.
    pub fn refuse_next(&self, times: u32, at: Step, code: u16, text: &str) {
        let fault = json!({"at": at.name(), "times": times, "code": code, "text": text});
        self.order("fault", fault);
    }

    /// Closes the connection without an answer, the next so many times at a step.
    pub fn drop_next(&self, times: u32, at: Step) {
        self.order("fault", json!({"at": at.name(), "times": times}));
    }

    /// Answers as usual from now on.
    pub fn clear_faults(&self) {
        self.order("clear_faults", Value::Null);
    }

    /// Stops it: connections end, and the ports refuse new ones. It keeps what it has taken.
    pub fn stop(&self) {
        self.order("stop", Value::Null);
    }

    /// Starts it again on the same ports.
    pub fn start_again(&self) {
        self.order("start", Value::Null);
    }

    fn order(&self, action: &str, order: Value) -> Value {
        self.server.order(action, order)
    }
}

impl Mail {
    /// The message as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    fn read(value: &Value) -> Self {
        let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let field = |name: &str| value.get(name).cloned().unwrap_or_default();
        Self {
            from: string(&field("from")),
            to: field("to")
                .as_array()
                .into_iter()
                .flatten()
                .map(string)
                .collect(),
            encrypted: field("encrypted") == Value::Bool(true),
            user: field("user").as_str().map(str::to_owned),
            raw: STANDARD.decode(string(&field("raw"))).unwrap_or_default(),
        }
    }
}
