//! What a browser tells about itself and about pages.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request that the browser made, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// `GET`, `POST` …
    pub method: String,
    /// As they were sent, `cookie` and `referer` included; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// What was posted.
    pub body: Option<String>,
    /// Whether it was for a page, not for something on one.
    pub navigation: bool,
    /// The answer's status; none when nothing came.
    pub status: Option<u16>,
    /// The answer's headers; names in lower case.
    pub answer_headers: BTreeMap<String, String>,
}

impl Request {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            url: string(value, "url"),
            method: string(value, "method"),
            headers: headers(value, "headers"),
            body: value.get("body").and_then(Value::as_str).map(str::to_owned),
            navigation: is(value, "navigation"),
            status: value
                .get("status")
                .and_then(Value::as_u64)
                .and_then(|status| status.try_into().ok()),
            answer_headers: headers(value, "answer_headers"),
        }
    }

    /// The page that the server was told to have led here.
    #[must_use]
    pub fn referer(&self) -> Option<&str> {
        self.headers.get("referer").map(String::as_str)
    }
}

/// A cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The host it goes to.
    pub domain: String,
    /// Below which path.
    pub path: String,
    /// Whether scripts can't read it.
    pub http_only: bool,
    /// Whether it goes over HTTPS only.
    pub secure: bool,
    /// `Strict`, `Lax` or `None`.
    pub same_site: String,
    /// Whether it outlives the browser.
    pub persistent: bool,
}

impl Cookie {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            name: string(value, "name"),
            value: string(value, "value"),
            domain: string(value, "domain"),
            path: string(value, "path"),
            http_only: is(value, "httpOnly"),
            secure: is(value, "secure"),
            same_site: string(value, "sameSite"),
            persistent: value
                .get("expires")
                .and_then(Value::as_f64)
                .is_some_and(|at| at > 0.0),
        }
    }
}

/// The element with the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focused {
    /// Its tag in lower case; `body` when nothing has the focus.
    pub tag: String,
    /// Its `id`.
    pub id: String,
    /// Its `name`.
    pub name: String,
    /// Its text, or what it holds.
    pub text: String,
}

impl Focused {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            tag: string(value, "tag"),
            id: string(value, "id"),
            name: string(value, "name"),
            text: string(value, "text"),
        }
    }
}

/// Something that axe-core finds wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name.
    pub id: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule wants.
    pub help: String,
    /// The elements, as selectors.
    pub targets: Vec<String>,
}

impl Violation {
    pub(super) fn read(value: &Value) -> Self {
        let targets = value.get("targets").and_then(Value::as_array);
        Self {
            id: string(value, "id"),
            impact: string(value, "impact"),
            help: string(value, "help"),
            targets: targets
                .into_iter()
                .flatten()
                .filter_map(|target| target.as_str().map(str::to_owned))
                .collect(),
        }
    }
}

fn string(value: &Value, field: &str) -> String {
    value
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn is(value: &Value, field: &str) -> bool {
    value.get(field) == Some(&Value::Bool(true))
}

fn headers(value: &Value, field: &str) -> BTreeMap<String, String> {
    let fields = value.get(field).and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            (
                name.to_lowercase(),
                value.as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}
