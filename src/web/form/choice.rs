//! One of a few that are all seen at once.

use maud::{Markup, html};

use super::{Told, Wrong};

/// One of a few, each with a dot before it.
pub(in crate::web) struct Choice<'a> {
    name: &'a str,
    label: &'a str,
    chosen: &'a str,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Choice<'a> {
    /// Asks for one.
    pub(in crate::web) fn new(name: &'a str, label: &'a str, chosen: &'a str) -> Self {
        Self {
            name,
            label,
            chosen,
            options: Vec::new(),
        }
    }

    /// One of them: what is sent, and what it means.
    pub(in crate::web) fn of(mut self, value: &'a str, meaning: &'a str) -> Self {
        self.options.push((value, meaning));
        self
    }

    /// The dots, with what is wrong.
    pub(in crate::web) fn set(&self, wrong: &Wrong) -> Markup {
        let told = Told::new(self.name, None, wrong);
        html! {
            fieldset.line.wrong[told.why.is_some()] aria-describedby=[told.described_by()] {
                legend { (self.label) }
                @for (value, meaning) in &self.options {
                    label.tick {
                        input type="radio" name=(self.name) value=(value) checked[*value == self.chosen];
                        span { (meaning) }
                    }
                }
                (told.why())
            }
        }
    }
}
