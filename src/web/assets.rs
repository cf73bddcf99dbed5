//! The stylesheet, the script and the icon, inside the program. Their addresses hold a hash of their bytes, so that a
//! browser may keep them forever and still gets new ones from a new version.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::http::Problem;

/// A file that pages name.
struct Asset {
    name: String,
    media_type: &'static str,
    bytes: &'static str,
}

impl Asset {
    fn new(stem: &str, ending: &str, media_type: &'static str, bytes: &'static str) -> Self {
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

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_str!("assets/mailroom.css");
    Asset::new("mailroom", "css", "text/css; charset=utf-8", bytes)
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_str!("assets/copy.js");
    Asset::new("copy", "js", "text/javascript; charset=utf-8", bytes)
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_str!("assets/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", bytes)
});

/// Where the stylesheet is.
pub(super) fn style() -> String {
    STYLE.address()
}

/// Where the script is.
pub(super) fn script() -> String {
    SCRIPT.address()
}

/// Where the icon is.
pub(super) fn icon() -> String {
    ICON.address()
}

/// Gives one of them.
pub(super) async fn give(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.name == name)
        .ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, found.bytes).into_response())
}

#[cfg(test)]
#[path = "assets_tests.rs"]
mod tests;
