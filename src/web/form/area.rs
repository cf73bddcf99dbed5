//! Several lines to type into.

use maud::{Markup, html};

use super::{Told, Wrong, may_be_empty};

/// A field for a longer text, or for one entry a line.
pub(in crate::web) struct Area<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    hint: Option<&'a str>,
    rows: u8,
    required: bool,
}

impl<'a> Area<'a> {
    /// A text that has to be given.
    pub(in crate::web) fn new(name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            label,
            value,
            hint: None,
            rows: 4,
            required: true,
        }
    }

    /// May be left empty.
    pub(in crate::web) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Says beneath the label what is wanted.
    pub(in crate::web) fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// So many lines are seen at once.
    pub(in crate::web) fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    /// The field, with what is wrong with it.
    pub(in crate::web) fn set(&self, wrong: &Wrong) -> Markup {
        let told = Told::new(self.name, self.hint, wrong);
        html! {
            div.line.wrong[told.why.is_some()] {
                label for=(self.name) { (self.label) (may_be_empty(self.required)) }
                (told.hint())
                textarea #(self.name) name=(self.name) rows=(self.rows) required[self.required] spellcheck="false"
                    aria-describedby=[told.described_by()] aria-invalid=[told.invalid()] {
                    // A browser drops one line break after the tag.
                    "\n" (self.value)
                }
                (told.why())
            }
        }
    }
}
