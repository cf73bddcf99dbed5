//! One comparison of a condition: a fact and the operators that a value of it must meet.
//!
//! Which operators go with which facts is told here once; reading a file, compiling and the JSON Schema ask.

use crate::nearest::{listed, unknown};
use crate::rule::amount::Amount;
use crate::rule::fact::{Fact, FactKind};
use crate::rule::texts::Texts;

/// Compares one fact. Where the fact has several values (`to`), one value must meet all operators.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What is asked about.
    pub fact: Fact,
    /// What must hold; never empty in a rule that compiles.
    pub operators: Vec<Operator>,
    /// Compare letter for letter, with case and Unicode form.
    pub exact: bool,
    /// `domain` holds for subdomains as well.
    pub subdomains: bool,
}

/// One operator with what it takes. Lists mean any of.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// The whole value is one of these.
    Is(Texts),
    /// The same, for lists; lists that rules share by name belong here.
    In(Texts),
    /// The value has one of these in it.
    Contains(Texts),
    /// The value has one of these in it as whole words.
    Word(Texts),
    /// The value starts with one of these.
    Starts(Texts),
    /// The value ends with one of these.
    Ends(Texts),
    /// One of these regular expressions fits somewhere in the value.
    Regex(Texts),
    /// The address belongs to one of these domains.
    Domain(Texts),
    /// There is a value, or there is none.
    Exists(bool),
    /// The number is greater.
    Above(Amount),
    /// The number is smaller.
    Below(Amount),
}

/// Every operator's name, in the order of the manual.
pub(crate) const OPERATORS: &[&str] = &[
    "is", "in", "contains", "word", "starts", "ends", "regex", "domain", "exists", "above", "below",
];

/// What may stand beside operators and changes how they compare.
pub(crate) const MODIFIERS: &[&str] = &["exact", "subdomains"];

impl Operator {
    /// Its name in files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::In(_) => "in",
            Self::Contains(_) => "contains",
            Self::Word(_) => "word",
            Self::Starts(_) => "starts",
            Self::Ends(_) => "ends",
            Self::Regex(_) => "regex",
            Self::Domain(_) => "domain",
            Self::Exists(_) => "exists",
            Self::Above(_) => "above",
            Self::Below(_) => "below",
        }
    }

    /// The texts it compares with, if it compares with texts.
    #[must_use]
    pub fn texts(&self) -> Option<&Texts> {
        match self {
            Self::Is(texts)
            | Self::In(texts)
            | Self::Contains(texts)
            | Self::Word(texts)
            | Self::Starts(texts)
            | Self::Ends(texts)
            | Self::Regex(texts)
            | Self::Domain(texts) => Some(texts),
            Self::Exists(_) | Self::Above(_) | Self::Below(_) => None,
        }
    }
}

impl Fact {
    /// The operators and modifiers that go with it.
    #[must_use]
    pub fn operators(&self) -> &'static [&'static str] {
        match self.kind() {
            FactKind::Text => &[
                "is", "in", "contains", "word", "starts", "ends", "regex", "exists", "exact",
            ],
            FactKind::Address => &[
                "is",
                "in",
                "domain",
                "contains",
                "word",
                "starts",
                "ends",
                "regex",
                "exists",
                "exact",
                "subdomains",
            ],
            FactKind::Words(_) if *self == Self::Reply => &["is", "in", "exists"],
            FactKind::Words(_) => &["is", "in"],
            FactKind::Count | FactKind::Bytes => &["above", "below"],
        }
    }

    /// An example of a comparison, for errors.
    #[must_use]
    pub fn example(&self) -> String {
        let comparison = match self.kind() {
            FactKind::Address => "{domain: example.com}",
            FactKind::Text => "{contains: [offer, quote]}",
            FactKind::Words(words) => {
                let word = words.first().copied().unwrap_or_default();
                return format!("{self}: {{is: {word}}}");
            }
            FactKind::Count => "{above: 0}",
            FactKind::Bytes => "{above: 1MB}",
        };
        format!("{self}: {comparison}")
    }

    /// Whether an operator or modifier of this name goes with it; else a sentence with the cure.
    pub(crate) fn takes(&self, operator: &str) -> Result<(), String> {
        let mine = self.operators();
        if mine.contains(&operator) {
            return Ok(());
        }
        if OPERATORS.contains(&operator) || MODIFIERS.contains(&operator) {
            let cure = match self {
                Self::Sender => {
                    "; for the sender's address ask `sender.email`, for the name `sender.name`"
                }
                Self::Attachments => "; for the names ask `attachment`",
                _ => "",
            };
            return Err(format!(
                "`{operator}` does not go with `{self}`, which takes {}{cure}",
                listed(mine)
            ));
        }
        Err(unknown("operator", operator, mine))
    }

    /// Whether a word belongs to a fact of words; else a sentence with the nearest.
    pub(crate) fn knows(&self, value: &str) -> Result<(), String> {
        match self.kind() {
            FactKind::Words(words) if !words.contains(&value) => {
                Err(unknown(&format!("{self} value"), value, words))
            }
            _ => Ok(()),
        }
    }
}
