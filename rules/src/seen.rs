//! One message as rules look at it: values of facts, gathered and folded at most once a message, only when asked.

mod values;

use std::cell::OnceCell;

use unicode_normalization::UnicodeNormalization as _;

use crate::facts::Facts;
use crate::fold::fold;
use crate::rule::fact::Fact;

use self::values::raw_values;
pub(crate) use self::values::{is_so, numbers_of, words_of};

/// How much of one value text operators look at.
pub(crate) const TEXT_CAP: usize = 1 << 20;
/// How much of one value regular expressions look at.
pub(crate) const REGEX_CAP: usize = 256 << 10;

/// The values of text facts of one message; a slot belongs to one fact for the whole rule set.
pub(crate) struct Seen<'f> {
    pub(crate) facts: &'f Facts,
    slots: Vec<OnceCell<Field<'f>>>,
}

impl<'f> Seen<'f> {
    pub(crate) fn new(facts: &'f Facts, slots: usize) -> Self {
        Self {
            facts,
            slots: std::iter::repeat_with(OnceCell::new).take(slots).collect(),
        }
    }

    /// The values of the fact that the slot belongs to.
    pub(crate) fn field(&self, slot: usize, fact: &Fact) -> Option<&Field<'f>> {
        let cell = self.slots.get(slot)?;
        Some(cell.get_or_init(|| Field::gather(self.facts, fact)))
    }
}

/// All values that a message has for one fact.
pub(crate) struct Field<'f> {
    pub(crate) values: Vec<Value<'f>>,
    pub(crate) exists: bool,
}

impl<'f> Field<'f> {
    fn gather(facts: &'f Facts, fact: &Fact) -> Self {
        let values: Vec<Value<'f>> = raw_values(facts, fact).map(Value::new).collect();
        let exists = match fact {
            // A file without a name is there all the same.
            Fact::Attachment => !values.is_empty(),
            // So is a form that no program owns to.
            Fact::Form => facts.message.details.form.is_some(),
            _ => values.iter().any(|value| !value.raw.trim().is_empty()),
        };
        Self { values, exists }
    }
}

/// One value of a text fact in the forms that operators need.
pub(crate) struct Value<'f> {
    pub(crate) raw: &'f str,
    folded: OnceCell<String>,
    composed: OnceCell<String>,
}

impl<'f> Value<'f> {
    pub(crate) fn new(raw: &'f str) -> Self {
        Self {
            raw,
            folded: OnceCell::new(),
            composed: OnceCell::new(),
        }
    }

    /// For text operators: as it stands, or folded.
    pub(crate) fn text(&self, exact: bool) -> &str {
        let start = start(self.raw, TEXT_CAP);
        if exact {
            return start;
        }
        self.folded.get_or_init(|| fold(start))
    }

    /// For regular expressions: as it stands, or in NFKC. Case is the expression's own business.
    pub(crate) fn regex_text(&self, exact: bool) -> &str {
        let start = start(self.raw, REGEX_CAP);
        if exact || start.is_ascii() {
            return start;
        }
        self.composed.get_or_init(|| start.nfkc().collect())
    }
}

fn start(text: &str, cap: usize) -> &str {
    text.get(..text.floor_char_boundary(cap)).unwrap_or(text)
}
