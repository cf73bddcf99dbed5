//! Forms that say what is wrong at the field and keep what was typed.

mod area;
mod choice;
mod line;
mod select;

use std::collections::BTreeMap;

use maud::{Markup, html};

pub(super) use area::Area;
pub(super) use choice::Choice;
pub(super) use line::Line;
pub(super) use select::Select;

use super::layout::Reader;
use super::prose::prose;

/// What is wrong with what was typed, by the name of its field.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Wrong(BTreeMap<String, String>);

impl Wrong {
    /// Nothing.
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    /// This one thing.
    pub(super) fn at(field: impl Into<String>, why: impl Into<String>) -> Self {
        let mut wrong = Self::default();
        wrong.add(field, why);
        wrong
    }

    /// Says what is wrong with a field; the first word about a field stands.
    pub(super) fn add(&mut self, field: impl Into<String>, why: impl Into<String>) {
        self.0.entry(field.into()).or_insert_with(|| why.into());
    }

    /// Whether all is well.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with this field.
    pub(super) fn with(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// What a field is, beneath its label, and what is wrong with it, below it; a screen reader says both with the field.
struct Told<'a> {
    name: &'a str,
    hint: Option<&'a str>,
    why: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn new(name: &'a str, hint: Option<&'a str>, wrong: &'a Wrong) -> Self {
        Self {
            name,
            hint,
            why: wrong.with(name),
        }
    }

    /// For `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let why = self.why.map(|_| format!("{}-why", self.name));
        let ids: Vec<String> = [hint, why].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// For `aria-invalid`.
    fn invalid(&self) -> Option<&'static str> {
        self.why.map(|_| "true")
    }

    fn hint(&self) -> Markup {
        html! { @if let Some(hint) = self.hint { p.hint #{ (self.name) "-hint" } { (prose(hint)) } } }
    }

    fn why(&self) -> Markup {
        html! { @if let Some(why) = self.why { p.why #{ (self.name) "-why" } { (prose(why)) } } }
    }
}

/// What stands behind a label whose field may be left empty.
fn may_be_empty(required: bool) -> Markup {
    html! { @if !required { span.quiet { " (may be empty)" } } }
}

/// What stands above a form that came back: how many things are wrong, where a screen reader begins.
pub(super) fn told(wrong: &Wrong) -> Markup {
    html! {
        @if !wrong.is_empty() {
            p.problem role="alert" {
                @match wrong.0.len() {
                    1 => { "Nothing was changed: one thing is to be mended." }
                    many => { "Nothing was changed: " (many) " things are to be mended." }
                }
            }
        }
    }
}

/// The field that proves that the form is ours.
pub(super) fn token(reader: &Reader) -> Markup {
    html! { input type="hidden" name="token" value=(reader.form_token); }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
