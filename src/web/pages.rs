//! Lists that go on: the way to the next part, by the key of the last row rather than by a number, so that the millionth
//! row is found as fast as the first and nothing is shown twice when rows come in meanwhile.

use maud::{Markup, html};
use url::form_urlencoded::Serializer;

/// An address of this list with what was asked of it.
pub(super) struct Address {
    path: String,
    asked: Serializer<'static, String>,
}

impl Address {
    /// The list at `path`.
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            asked: Serializer::new(String::new()),
        }
    }

    /// What was asked of it; what is empty is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.asked.append_pair(name, value);
        }
        self
    }

    /// As a browser goes there.
    pub(super) fn set(mut self) -> String {
        let asked = self.asked.finish();
        if asked.is_empty() {
            self.path
        } else {
            format!("{}?{asked}", self.path)
        }
    }
}

/// The links below a list; nothing where it ends here and began here.
pub(super) fn links(first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if first.is_some() || next.is_some() {
            nav.pages aria-label="Parts of the list" {
                @if let Some(first) = first { a href=(first) { "From the beginning" } }
                @if let Some(next) = next { a rel="next" href=(next) { "Further" } }
            }
        }
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
