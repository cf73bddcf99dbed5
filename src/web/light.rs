//! The light: a shape, a word and a colour, so that it can be read without the colour.

use entities::lights::{LightState, Model};
use maud::{Markup, html};

use super::words;
use crate::cause::Cause;

/// The light of a mailbox: an icon and its word.
pub(super) fn badge(state: LightState) -> Markup {
    html! {
        span.light.(state.as_str()) { (icon(state)) span { (words::of_light(state)) } }
    }
}

/// Different in shape, not only in colour.
fn icon(state: LightState) -> Markup {
    html! {
        svg.icon viewBox="0 0 20 20" aria-hidden="true" focusable="false" {
            @match state {
                LightState::Green => {
                    circle cx="10" cy="10" r="9" {}
                    path.mark d="M5.5 10.5l3 3 6-6.5" {}
                }
                LightState::Red => {
                    path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z" {}
                    path.mark d="M10 5v6.5M10 14.4v.2" {}
                }
                LightState::Unknown => {
                    circle cx="10" cy="10" r="9" {}
                    path.mark d="M6 10h8" {}
                }
            }
        }
    }
}

/// What a light shows; before it was ever looked at there is no row.
#[derive(Debug, Clone)]
pub(super) struct Light {
    pub(super) state: LightState,
    pub(super) row: Option<Model>,
}

impl Light {
    pub(super) fn of(row: Option<Model>) -> Self {
        Self {
            state: row.as_ref().map_or(LightState::Unknown, |row| row.state),
            row,
        }
    }

    pub(super) fn is_red(&self) -> bool {
        self.state == LightState::Red
    }

    /// Why it is red; nothing for a code that a later version wrote.
    pub(super) fn cause(&self) -> Option<Cause> {
        Cause::from_code(self.row.as_ref()?.cause.as_deref()?)
    }

    /// Why it is red, in plain words.
    pub(super) fn why(&self) -> Option<String> {
        let code = self.row.as_ref()?.cause.as_deref()?;
        Some(words::of_cause_code(code))
    }
}
