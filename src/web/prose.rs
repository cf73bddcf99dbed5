//! Sentences with commands in them: what stands between backticks is set as code, and nothing else means anything.

use maud::{Markup, html};

/// The sentences, with their commands set apart.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
