//! One line to type into.

use maud::{Markup, html};

use super::{Told, Wrong, may_be_empty};

/// One line to type into.
pub(in crate::web) struct Line<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<&'a str>,
    list: Option<&'a str>,
    required: bool,
    first: bool,
}

impl<'a> Line<'a> {
    /// A text that has to be given.
    pub(in crate::web) fn text(name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            label,
            value,
            kind: "text",
            autocomplete: "off",
            hint: None,
            list: None,
            required: true,
            first: false,
        }
    }

    /// An address.
    pub(in crate::web) fn email(name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self {
            kind: "email",
            autocomplete: "username",
            ..Self::text(name, label, value)
        }
    }

    /// A password, which no page gives back; `autocomplete` is `current-password` or `new-password`.
    pub(in crate::web) fn password(
        name: &'a str,
        label: &'a str,
        autocomplete: &'static str,
    ) -> Self {
        Self {
            kind: "password",
            autocomplete,
            ..Self::text(name, label, "")
        }
    }

    /// A one-time code.
    pub(in crate::web) fn code(name: &'a str, label: &'a str) -> Self {
        Self {
            autocomplete: "one-time-code",
            ..Self::text(name, label, "")
        }
    }

    /// What a browser lets be typed: `date`, `number`.
    pub(in crate::web) fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Offers what the list of that id holds.
    pub(in crate::web) fn offers(mut self, list: &'a str) -> Self {
        self.list = Some(list);
        self
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

    /// Where typing begins.
    pub(in crate::web) fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// What a browser fills in by itself.
    pub(in crate::web) fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// The line, with what is wrong with it.
    pub(in crate::web) fn set(&self, wrong: &Wrong) -> Markup {
        let told = Told::new(self.name, self.hint, wrong);
        html! {
            div.line.wrong[told.why.is_some()] {
                label for=(self.name) { (self.label) (may_be_empty(self.required)) }
                (told.hint())
                input #(self.name) name=(self.name) type=(self.kind) value=(self.value) autocomplete=(self.autocomplete)
                    list=[self.list] required[self.required] autofocus[self.first]
                    aria-describedby=[told.described_by()] aria-invalid=[told.invalid()]
                    autocapitalize=[(self.kind != "text").then_some("none")] spellcheck="false";
                (told.why())
            }
        }
    }
}
