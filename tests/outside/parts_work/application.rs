//! A small application that wants access to a mailbox: what the product does, as barely as can be, so that the parts are
//! not tested with the product.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parts::http_receiver::{HttpReceiver, http_receiver};
use parts::openid::{CLIENT_ID, CLIENT_SECRET};
use parts::{Browser, OpenId};
use serde_json::Value;
use sha2::{Digest, Sha256};

const VERIFIER: &str = "a-verifier-that-is-at-least-43-characters-long";

/// It has a page to come back to.
pub(super) struct Application {
    receiver: HttpReceiver,
}

impl Application {
    pub(super) fn new() -> Self {
        Self {
            receiver: http_receiver(),
        }
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}/callback", self.receiver.url())
    }

    /// Where a browser begins; `more` are further parameters.
    pub(super) fn begin(&self, openid: &OpenId, scope: &str, more: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        format!(
            "{}?response_type=code&client_id={CLIENT_ID}&redirect_uri={}&scope={}&state=a-state&nonce=a-nonce\
             &code_challenge={challenge}&code_challenge_method=S256{more}",
            openid.authorization_endpoint(),
            self.redirect_uri(),
            scope.replace(' ', "+"),
        )
    }

    /// A parameter that the browser has brought back.
    pub(super) fn brought(&self, browser: &Browser, name: &str) -> Option<String> {
        browser.wait_for_url(&self.redirect_uri());
        let last = self.receiver.wait_for(1).pop().unwrap();
        last.parameter(name).map(str::to_owned)
    }

    /// The token answer to the code that the browser has brought back.
    pub(super) fn exchange(&self, openid: &OpenId, browser: &Browser) -> Value {
        let code = self.brought(browser, "code").unwrap();
        let redirect_uri = self.redirect_uri();
        let answer = ask(
            &token_endpoint(openid),
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &redirect_uri),
                ("code_verifier", VERIFIER),
            ],
        );
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

/// Signs in on the page that is shown.
pub(super) fn sign_in(browser: &Browser, address: &str) {
    browser.fill("#address", address);
    browser.fill("#password", "anything");
    browser.click("#sign-in");
}

pub(super) fn token_endpoint(openid: &OpenId) -> String {
    openid.endpoint(parts::openid::Endpoint::Token)
}

pub(super) fn refresh(openid: &OpenId, token: &str) -> Answer {
    ask(
        &token_endpoint(openid),
        &[("grant_type", "refresh_token"), ("refresh_token", token)],
    )
}

/// What a server answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub(super) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

/// Posts a form, with the application's credentials.
pub(super) fn ask(url: &str, form: &[(&str, &str)]) -> Answer {
    try_ask(url, form).unwrap_or_else(|e| panic!("{url}: {e}"))
}

/// As [`ask`]; the error is the connection's.
pub(super) fn try_ask(url: &str, form: &[(&str, &str)]) -> Result<Answer, String> {
    let credentials = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    let pairs = form.iter().chain(&credentials);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let text = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(host)?;
        write!(
            stream,
            "POST /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    };
    let text = text().map_err(|e| e.to_string())?;
    let (head, text) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head
        .to_lowercase()
        .split("content-length: ")
        .nth(1)
        .map(|rest| rest.lines().next().unwrap().parse::<usize>().unwrap());
    if length.is_some_and(|length| length != text.len()) {
        return Err(format!("cut off after {text}"));
    }
    Ok(Answer {
        status,
        head: head.to_owned(),
        text: text.to_owned(),
    })
}
