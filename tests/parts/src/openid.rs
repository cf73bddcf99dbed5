//! A real OpenID provider (npm `oidc-provider`) that gives out and introspects access tokens for mail.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::free_port::free_port;
use crate::guard::{Guarded, Signals, new_folder};

/// The scope that lets a token open a mailbox.
pub const MAIL_SCOPE: &str = "mail";

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openid");
const INSTALL: &str = "The OpenID server for tests is not installed. Install it: apt-get install nodejs npm, \
    then npm ci --prefix tests/parts/openid";
const HOST: &str = "127.0.0.1";
const SIGNALS: Signals = Signals {
    stop: "KILL",
    end: "KILL",
};
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// A running OpenID provider; all its tokens are void when this is dropped or stopped.
#[derive(Debug)]
pub struct OpenId {
    server: Guarded,
    port: u16,
}

/// Starts an OpenID provider.
///
/// # Panics
/// When it is not installed or does not start; the message says what to do.
#[must_use]
pub fn openid() -> OpenId {
    assert!(
        Path::new(FOLDER)
            .join("node_modules/oidc-provider")
            .is_dir(),
        "{INSTALL}"
    );
    let folder = new_folder("openid");
    let port = free_port(HOST);
    let script = Path::new(FOLDER).join("server.mjs");
    let command = vec!["node".into(), script.into(), port.to_string().into()];
    let openid = OpenId {
        server: Guarded::start(&folder, SIGNALS, command),
        port,
    };
    openid.wait();
    openid
}

impl OpenId {
    /// Its address, `http://127.0.0.1:port`.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{HOST}:{}", self.port)
    }

    /// An access token that opens `account`'s mailbox for an hour.
    #[must_use]
    pub fn mail_token(&self, account: &str) -> String {
        self.token(account, MAIL_SCOPE, Duration::from_hours(1))
    }

    /// An access token of `account`'s with these scopes (parted by spaces) that ends after `ttl` (whole seconds).
    ///
    /// # Panics
    /// When the provider refuses; the message has its words.
    #[must_use]
    pub fn token(&self, account: &str, scope: &str, ttl: Duration) -> String {
        let answer = self.steer(
            "/test/token",
            &json!({"account": account, "scope": scope, "ttl": ttl.as_secs()}),
        );
        match answer.get("access_token").and_then(Value::as_str) {
            Some(token) => token.to_owned(),
            None => panic!("The OpenID provider gave no token: {answer}"),
        }
    }

    /// Takes a token back.
    ///
    /// # Panics
    /// When the provider does not know it.
    pub fn revoke(&self, token: &str) {
        let answer = self.steer("/test/revoke", &json!({"token": token}));
        assert_eq!(
            answer.get("revoked"),
            Some(&Value::Bool(true)),
            "The OpenID provider revoked nothing"
        );
    }

    /// Stops it: mail servers can ask nobody about tokens.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Starts it again on the same port, with no token known.
    pub fn start_again(&mut self) {
        self.server.start_again();
        self.wait();
    }

    /// Where a mail server asks about tokens, with its own credentials in the address.
    pub(crate) fn introspection_url(&self) -> String {
        format!(
            "http://mailserver:mailserver-secret@{HOST}:{}/token/introspection",
            self.port
        )
    }

    fn wait(&self) {
        self.server
            .wait_until(|| TcpStream::connect((HOST, self.port)).is_ok())
            .unwrap_or_else(|e| panic!("The OpenID provider does not start: {e}"));
    }

    fn steer(&self, path: &str, body: &Value) -> Value {
        self.post(path, &body.to_string()).unwrap_or_else(|e| {
            panic!(
                "The OpenID provider does not answer {path}: {e}\n{}",
                self.server.output()
            )
        })
    }

    fn post(&self, path: &str, body: &str) -> std::io::Result<Value> {
        let mut stream = TcpStream::connect((HOST, self.port))?;
        stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.0\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let text = answer.split_once("\r\n\r\n").map_or("", |(_, text)| text);
        Ok(serde_json::from_str(text)?)
    }
}
