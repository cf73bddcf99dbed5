//! One comparison of a condition: a fact and the operators that a value of it must meet.
//!
//! Which operators go with which facts is told here once; reading a file, compiling and the JSON Schema ask.

use crate::nearest::{listed, unknown};
use crate::rule::amount::Amount;
use crate::rule::decimal::Decimal;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::moment::{Moment, Zone};
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
    /// By which offset days and hours are told; UTC where it is not said.
    pub zone: Option<Zone>,
}

impl Test {
    /// The fact meets these operators, without modifiers.
    #[must_use]
    pub fn of(fact: Fact, operators: Vec<Operator>) -> Self {
        Self {
            fact,
            operators,
            exact: false,
            subdomains: false,
            zone: None,
        }
    }
}

/// One operator with what it takes. Lists mean any of.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// The whole value is one of these.
    Is(Texts),
    /// The same, always a list.
    In(Texts),
    /// The value is in one of the shared lists of these names.
    InList(Texts),
    /// The value has one of these in it.
    Contains(Texts),
    /// The value has a member of one of the shared lists of these names in it.
    ContainsList(Texts),
    /// The value has one of these in it as whole words.
    Word(Texts),
    /// The value has a member of one of the shared lists of these names in it as whole words.
    WordList(Texts),
    /// The value starts with one of these.
    Starts(Texts),
    /// The value starts with a member of one of the shared lists of these names.
    StartsList(Texts),
    /// The value ends with one of these.
    Ends(Texts),
    /// The value ends with a member of one of the shared lists of these names.
    EndsList(Texts),
    /// One of these regular expressions fits somewhere in the value.
    Regex(Texts),
    /// The address belongs to one of these domains.
    Domain(Texts),
    /// The address belongs to a domain of one of the shared lists of these names.
    DomainList(Texts),
    /// There is a value, or there is none.
    Exists(bool),
    /// It is so, or it is not.
    Holds(bool),
    /// The number is greater.
    Above(Amount),
    /// The number is smaller.
    Below(Amount),
    /// The number with a point is greater.
    AboveDecimal(Decimal),
    /// The number with a point is smaller.
    BelowDecimal(Decimal),
    /// At this moment or later.
    After(Moment),
    /// Earlier than this moment.
    Before(Moment),
}

/// Every operator's name, in the order of the manual.
pub(crate) const OPERATORS: &[&str] = &[
    "is", "in", "contains", "word", "starts", "ends", "regex", "domain", "exists", "above",
    "below", "after", "before",
];

/// What may stand beside operators and changes how they compare.
pub(crate) const MODIFIERS: &[&str] = &["exact", "subdomains", "zone"];

impl Operator {
    /// Its name in files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Is(_) | Self::Holds(_) => "is",
            Self::In(_) | Self::InList(_) => "in",
            Self::Contains(_) | Self::ContainsList(_) => "contains",
            Self::Word(_) | Self::WordList(_) => "word",
            Self::Starts(_) | Self::StartsList(_) => "starts",
            Self::Ends(_) | Self::EndsList(_) => "ends",
            Self::Regex(_) => "regex",
            Self::Domain(_) | Self::DomainList(_) => "domain",
            Self::Exists(_) => "exists",
            Self::Above(_) | Self::AboveDecimal(_) => "above",
            Self::Below(_) | Self::BelowDecimal(_) => "below",
            Self::After(_) => "after",
            Self::Before(_) => "before",
        }
    }

    /// The texts it compares with, if it compares with texts of its own.
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
            _ => None,
        }
    }

    /// The names of the shared lists it looks in, if it looks in any.
    #[must_use]
    pub fn lists(&self) -> Option<&Texts> {
        match self {
            Self::InList(names)
            | Self::ContainsList(names)
            | Self::WordList(names)
            | Self::StartsList(names)
            | Self::EndsList(names)
            | Self::DomainList(names) => Some(names),
            _ => None,
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
            FactKind::Words(_) | FactKind::Language if self.may_lack() => &["is", "in", "exists"],
            FactKind::Words(_) | FactKind::Language if self.has_zone() => &["is", "in", "zone"],
            FactKind::Words(_) | FactKind::Language => &["is", "in"],
            FactKind::Flag => &["is"],
            FactKind::Count if self.has_zone() => &["above", "below", "zone"],
            FactKind::Count | FactKind::Bytes => &["above", "below"],
            FactKind::Decimal => &["above", "below", "exists"],
            FactKind::Moment => &["after", "before", "exists", "zone"],
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
            FactKind::Language => "{is: [it, pl]}",
            FactKind::Flag => "true",
            FactKind::Count => "{above: 0}",
            FactKind::Bytes => "{above: 1MB}",
            FactKind::Decimal => "{above: 5}",
            FactKind::Moment => "{after: 2026-11-01}",
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
                Self::Bounce => "; for the address ask `bounce.email`",
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
            FactKind::Language
                if value.len() != 2 || !value.bytes().all(|byte| byte.is_ascii_lowercase()) =>
            {
                let shown: String = value.chars().take(40).collect();
                Err(format!(
                    "`{shown}` is no language; write its two letters (ISO 639-1), for example `it`"
                ))
            }
            _ => Ok(()),
        }
    }
}
