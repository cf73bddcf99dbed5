//! Stylesheet, scripts and icon, inside the program. Their addresses hold a hash of their bytes, so that a browser may
//! keep them forever and still gets new ones from a new version.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::http::Problem;

/// The stylesheet, a file a subject; what is said for paper comes last.
const STYLE: &[&str] = &[
    include_str!("assets/css/base.css"),
    include_str!("assets/css/frame.css"),
    include_str!("assets/css/buttons.css"),
    include_str!("assets/css/light.css"),
    include_str!("assets/css/mailboxes.css"),
    include_str!("assets/css/values.css"),
    include_str!("assets/css/form.css"),
    include_str!("assets/css/table.css"),
    include_str!("assets/css/account.css"),
    include_str!("assets/css/set-up.css"),
    include_str!("assets/css/narrow.css"),
    include_str!("assets/css/print.css"),
];

/// The scripts of every page, each of which it works without. htmx is not ours: its licence lies beside it.
const SCRIPTS: &[&str] = &[
    include_str!("assets/vendor/htmx.min.js"),
    include_str!("assets/js/copy.js"),
    include_str!("assets/js/zone.js"),
    include_str!("assets/js/live.js"),
];

/// A file that pages name.
struct Asset {
    name: String,
    media_type: &'static str,
    bytes: String,
}

impl Asset {
    fn new(stem: &str, ending: &str, media_type: &'static str, bytes: String) -> Self {
        let mut version = hex::encode(Sha256::digest(bytes.as_bytes()));
        version.truncate(16);
        Self {
            name: format!("{stem}-{version}.{ending}"),
            media_type,
            bytes,
        }
    }

    fn address(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

static STYLE_FILE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mailroom", "css", "text/css; charset=utf-8", STYLE.concat()));

static SCRIPT_FILE: LazyLock<Asset> = LazyLock::new(|| {
    // Each in a scope of its own.
    let scripts: String = SCRIPTS.iter().map(|script| scoped(script)).collect();
    Asset::new("mailroom", "js", "text/javascript; charset=utf-8", scripts)
});

static ICON_FILE: LazyLock<Asset> = LazyLock::new(|| {
    let icon = include_str!("assets/icon.svg").to_owned();
    Asset::new("icon", "svg", "image/svg+xml", icon)
});

/// A script whose names are its own; what declares with `var`, as libraries do, is seen by all.
fn scoped(script: &str) -> String {
    if script.starts_with("var ") {
        format!("{script}\n")
    } else {
        format!("{{\n{script}}}\n")
    }
}

/// Where the stylesheet is.
pub(super) fn style() -> String {
    STYLE_FILE.address()
}

/// Where the scripts are.
pub(super) fn script() -> String {
    SCRIPT_FILE.address()
}

/// Where the icon is.
pub(super) fn icon() -> String {
    ICON_FILE.address()
}

/// Gives one of them.
pub(super) async fn give(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = [&*STYLE_FILE, &*SCRIPT_FILE, &*ICON_FILE]
        .into_iter()
        .find(|asset| asset.name == name)
        .ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, found.bytes.as_str()).into_response())
}

#[cfg(test)]
#[path = "assets_tests.rs"]
mod tests;
