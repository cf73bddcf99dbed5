//! HTML of a stranger made fit to be shown: no script, no style, nothing loaded from afar.
//!
//! What is too large or too deep for ammonia is shown as text. Still to be shown in a sandboxed frame with a
//! content security policy.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ammonia::{Builder, UrlRelative};

use super::html_text::text_of_html;
use super::tracking::pixels;
use super::{html_bounds, or_if_it_panics};

/// How many bytes of HTML are cleaned rather than shown as text.
const MAX_HTML: usize = 256 << 10;

/// HTML that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml {
    /// A piece of a page, without `html` and `body`.
    pub html: String,
    /// Whether it is only the text of what came, which was too large or too deep to be cleaned.
    pub as_text: bool,
    /// How many pictures were left out because they would be loaded from afar.
    pub pictures_left_out: usize,
    /// How many of those no person would have seen: they are there to tell the sender that the message was opened.
    pub tracking_pixels: usize,
}

/// Makes the HTML of a message safe to be shown. Never fails, never panics, takes time linear in its size.
#[must_use]
pub fn safe_html(html: &str) -> SafeHtml {
    if html.len() > MAX_HTML || !html_bounds::within_bounds(html) {
        return as_text(html);
    }
    or_if_it_panics(|| cleaned(html), || as_text(html))
}

fn cleaned(html: &str) -> SafeHtml {
    let left_out = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&left_out);
    let mut builder = Builder::default();
    builder
        .add_url_schemes(["cid", "data"])
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(move |element, attribute, value| {
            if element == "img" && attribute == "src" {
                if stays_here(value) {
                    return Some(Cow::Borrowed(value));
                }
                count.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            let address = matches!(attribute, "href" | "cite" | "src" | "longdesc");
            let loads = address && !leads_away(value);
            (!loads).then_some(Cow::Borrowed(value))
        });
    let tracking_pixels = pixels(html);
    let html = builder.clean(html).to_string();
    SafeHtml {
        html,
        as_text: false,
        pictures_left_out: left_out.load(Ordering::Relaxed),
        tracking_pixels,
    }
}

/// A picture that came with the message.
fn stays_here(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    address.starts_with("cid:")
        || ["png", "jpeg", "jpg", "gif", "webp"]
            .iter()
            .any(|kind| address.starts_with(&format!("data:image/{kind};")))
}

/// An address that a person may follow; not one that is a page by itself (`data:`).
fn leads_away(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    ["http:", "https:", "mailto:", "tel:", "ftp:"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
}

fn as_text(html: &str) -> SafeHtml {
    let text = text_of_html(html);
    SafeHtml {
        html: plain_as_html(&text),
        as_text: true,
        pictures_left_out: 0,
        tracking_pixels: 0,
    }
}

/// Text as a piece of a page.
pub(super) fn plain_as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8 + 16);
    html.push_str("<div>");
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>\n"),
            c => html.push(c),
        }
    }
    html.push_str("</div>");
    html
}

#[cfg(test)]
#[path = "safe_html_tests.rs"]
mod tests;
