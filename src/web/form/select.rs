//! One of many, which open as a list.

use maud::{Markup, html};

use super::{Told, Wrong};

/// A list to choose one of.
pub(in crate::web) struct Select<'a> {
    name: &'a str,
    label: &'a str,
    chosen: &'a str,
    hint: Option<&'a str>,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Select<'a> {
    /// Asks for one.
    pub(in crate::web) fn new(name: &'a str, label: &'a str, chosen: &'a str) -> Self {
        Self {
            name,
            label,
            chosen,
            hint: None,
            options: Vec::new(),
        }
    }

    /// One of them: what is sent, and what is shown.
    pub(in crate::web) fn of(mut self, value: &'a str, shown: &'a str) -> Self {
        self.options.push((value, shown));
        self
    }

    /// Says beneath the label what is wanted.
    pub(in crate::web) fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The list, with what is wrong.
    pub(in crate::web) fn set(&self, wrong: &Wrong) -> Markup {
        let told = Told::new(self.name, self.hint, wrong);
        html! {
            div.line.wrong[told.why.is_some()] {
                label for=(self.name) { (self.label) }
                (told.hint())
                select #(self.name) name=(self.name) aria-describedby=[told.described_by()] aria-invalid=[told.invalid()] {
                    @for (value, shown) in &self.options {
                        option value=(value) selected[*value == self.chosen] { (shown) }
                    }
                }
                (told.why())
            }
        }
    }
}
