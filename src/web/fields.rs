//! The fields of forms over entries of the set-up file: named as their keys are (`oauth.client_id`), filled from an entry,
//! read back as keys, with what is wrong at each.

use std::collections::BTreeMap;
use std::fmt;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::form::{Area, Choice, Line, Select, Wrong};
use super::prose::prose;

/// What a form holds, by the name of its field.
#[derive(Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Sent(BTreeMap<String, String>);

impl fmt::Debug for Sent {
    /// Some fields hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Sent {
    /// The text of a field without blanks around it.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// A secret as it was typed.
    pub(super) fn typed(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a box was ticked.
    pub(super) fn is_ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What follows `prefix` in the names of boxes that were ticked.
    pub(super) fn ticked_under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .keys()
            .filter_map(move |name| name.strip_prefix(prefix))
    }

    /// Texts of fields whose names begin so.
    pub(super) fn texts_under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter();
        fields.filter_map(move |(name, text)| name.starts_with(prefix).then_some(text.as_str()))
    }

    /// Lines that say something.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.text(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Sets a field.
    pub(super) fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// Ticks a box, or not.
    pub(super) fn tick(&mut self, name: impl Into<String>, on: bool) {
        if on {
            self.set(name, "on");
        }
    }

    /// The fields of an entry: texts and numbers as they are, lists line by line, keys within keys joined by a dot; what
    /// is on or off is ticked.
    pub(super) fn of_entry(entry: &Map<String, Value>) -> Self {
        let mut sent = Self::default();
        sent.fill("", entry);
        sent
    }

    fn fill(&mut self, before: &str, entry: &Map<String, Value>) {
        for (key, value) in entry {
            let name = format!("{before}{key}");
            match value {
                Value::Null => {}
                Value::Bool(on) => self.tick(name, *on),
                Value::Number(number) => self.set(name, number.to_string()),
                Value::String(text) => self.set(name, text.as_str()),
                Value::Array(items) => {
                    let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    self.set(name, items.join("\n"));
                }
                Value::Object(within) => self.fill(&format!("{name}."), within),
            }
        }
    }

    /// The text of a field as a key wants it; an empty one takes the key away.
    pub(super) fn value(&self, name: &str) -> Value {
        match self.text(name) {
            "" => Value::Null,
            text => Value::from(text),
        }
    }

    /// The number of a field; what is none is passed on as it was typed, and refused where it is read.
    pub(super) fn number(&self, name: &str) -> Value {
        match self.text(name) {
            "" => Value::Null,
            text => text
                .parse::<u64>()
                .map_or_else(|_| Value::from(text), Value::from),
        }
    }
}

/// What is wrong, in the order in which it was found; a field without a name stands for the whole.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Faults {
    all: Vec<(String, String)>,
    by_field: Wrong,
}

impl Faults {
    /// Says what is wrong with a field.
    pub(super) fn add(&mut self, field: impl Into<String>, told: impl Into<String>) {
        let (field, told) = (field.into(), told.into());
        self.by_field.add(field.as_str(), told.as_str());
        self.all.push((field, told));
    }

    /// What stands above a form that came back: everything, each with the way to its field.
    pub(super) fn told(&self) -> Markup {
        html! {
            @if !self.all.is_empty() {
                div.problem role="alert" {
                    p {
                        @match self.all.len() {
                            1 => { "Nothing was changed: one thing is to be mended." }
                            many => { "Nothing was changed: " (many) " things are to be mended." }
                        }
                    }
                    ul {
                        @for (field, told) in &self.all {
                            li dir="auto" {
                                @if field.is_empty() { (prose(told)) }
                                @else { a href={ "#" (field) } { (prose(told)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The fields of one form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    /// What they hold.
    pub(super) sent: &'a Sent,
    /// What is wrong with them.
    pub(super) faults: &'a Faults,
}

impl<'a> Fields<'a> {
    fn wrong(self) -> &'a Wrong {
        &self.faults.by_field
    }

    /// A line that has to be filled in.
    pub(super) fn needed(self, name: &'a str, label: &'a str, hint: &'a str) -> Markup {
        hinted(Line::text(name, label, self.sent.typed(name)), hint).set(self.wrong())
    }

    /// A line that may be left empty.
    pub(super) fn text(self, name: &'a str, label: &'a str, hint: &'a str) -> Markup {
        self.line("text", name, label, hint)
    }

    /// The same for a `date` or a `number`.
    pub(super) fn line(
        self,
        kind: &'static str,
        name: &'a str,
        label: &'a str,
        hint: &'a str,
    ) -> Markup {
        let line = Line::text(name, label, self.sent.typed(name))
            .kind(kind)
            .optional();
        hinted(line, hint).set(self.wrong())
    }

    /// A secret, which no page gives back.
    pub(super) fn secret(self, name: &'a str, label: &'a str, hint: &'a str) -> Markup {
        hinted(Line::password(name, label, "new-password").optional(), hint).set(self.wrong())
    }

    /// A line that offers what the list of that id holds.
    pub(super) fn offering(
        self,
        list: &'a str,
        name: &'a str,
        label: &'a str,
        hint: &'a str,
    ) -> Markup {
        let line = Line::text(name, label, self.sent.typed(name)).offers(list);
        hinted(line, hint).set(self.wrong())
    }

    /// A name that can't be changed any more, or a line to type it into.
    pub(super) fn name(self, is_new: bool, name: &'a str, label: &'a str, hint: &'a str) -> Markup {
        if is_new {
            return self.needed(name, label, hint);
        }
        html! {
            div.line {
                p.label { (label) }
                p dir="auto" { (self.sent.text(name)) " " span.quiet { "(stays as it is)" } }
            }
        }
    }

    /// Several lines, which may be left empty.
    pub(super) fn lines(self, name: &'a str, label: &'a str, hint: &'a str) -> Markup {
        let text = self.sent.typed(name);
        let rows = u8::try_from(text.lines().count().clamp(2, 20) + 1).unwrap_or(u8::MAX);
        let area = Area::new(name, label, text).optional().rows(rows);
        let area = if hint.is_empty() {
            area
        } else {
            area.hint(hint)
        };
        area.set(self.wrong())
    }

    /// One of many, from a list; what is chosen and not in it is added to it.
    pub(super) fn select(
        self,
        name: &'a str,
        label: &'a str,
        hint: &'a str,
        options: &'a [(String, String)],
    ) -> Markup {
        let chosen = self.sent.text(name);
        let known = chosen.is_empty() || options.iter().any(|(value, _)| value == chosen);
        let mut select = Select::new(name, label, chosen);
        if !known {
            select = select.of(chosen, chosen);
        }
        for (value, meaning) in options {
            select = select.of(value, meaning);
        }
        let select = if hint.is_empty() {
            select
        } else {
            select.hint(hint)
        };
        select.set(self.wrong())
    }

    /// One of a few, each with a dot before it.
    pub(super) fn choice(
        self,
        name: &'a str,
        label: &'a str,
        options: &[(&'a str, &'a str)],
    ) -> Markup {
        let choice = Choice::new(name, label, self.sent.text(name));
        let choice = options
            .iter()
            .fold(choice, |choice, (value, meaning)| choice.of(value, meaning));
        html! { div id=(name) { (choice.set(self.wrong())) } }
    }

    /// A box to tick.
    pub(super) fn tick(self, name: &str, meaning: &str) -> Markup {
        let why = self.wrong().with(name);
        html! {
            div.line.wrong[why.is_some()] {
                label.tick {
                    input id=(name) type="checkbox" name=(name) checked[self.sent.is_ticked(name)];
                    span { (prose(meaning)) }
                }
                @if let Some(why) = why { p.why { (prose(why)) } }
            }
        }
    }

    /// Boxes to tick, each a field of its own beneath `name`.
    pub(super) fn ticks(
        self,
        name: &str,
        label: &str,
        hint: &str,
        options: &[(String, String)],
    ) -> Markup {
        let why = self.wrong().with(name);
        html! {
            fieldset.line.wrong[why.is_some()] id=(name) {
                legend { (label) }
                @if !hint.is_empty() { p.hint { (prose(hint)) } }
                @for (value, meaning) in options {
                    @let field = format!("{name}.{value}");
                    label.tick {
                        input type="checkbox" name=(field) checked[self.sent.is_ticked(&field)];
                        span dir="auto" { (prose(meaning)) }
                    }
                }
                @if let Some(why) = why { p.why { (prose(why)) } }
            }
        }
    }
}

fn hinted<'a>(line: Line<'a>, hint: &'a str) -> Line<'a> {
    if hint.is_empty() {
        line
    } else {
        line.hint(hint)
    }
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
