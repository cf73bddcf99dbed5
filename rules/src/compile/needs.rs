//! What a message must have for a condition to hold: the piece of a rule by which an index can pass it over.
//!
//! A need is never wrong to be met and never missed: where a condition holds, at least one of its signs is there. What
//! can't be told by a sign (numbers, regular expressions, `not`) has no need and is always asked.

use crate::fold::{fold, fold_keeping_edges};
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

use super::Compiler;
use super::comparison::listed_by;
use super::lists::{AddressKey, domain};
use super::texts::ListedBy;

/// Something that a message has or has not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// The whole value of the slot, folded.
    Whole(usize, String),
    /// The domain of an address in the slot; with `true` one below it as well.
    Domain(usize, String, bool),
    /// A piece of a value of the slot, folded.
    Within(usize, String),
    /// A value of the slot that is in the shared list of this name.
    Listed(usize, String, ListedBy),
    /// A word of a fact of words.
    Word(Fact, String),
}

/// Signs of which one at least must be there.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub(super) signs: Vec<Sign>,
    /// How often mail is likely to have one; the rarest of several needs is kept.
    commonness: u8,
}

/// Whole values are rare, short pieces are everywhere.
const WHOLE: u8 = 0;
const PIECE: u8 = 1;
const WORD: u8 = 2;
const SHORT_PIECE: u8 = 3;
/// A piece of fewer letters is short.
const SHORT: usize = 3;

impl Need {
    fn of(signs: Vec<Sign>, commonness: u8) -> Self {
        Self { signs, commonness }
    }

    fn rank(&self) -> (u8, usize) {
        (self.commonness, self.signs.len())
    }

    fn or(mut self, other: Self) -> Self {
        self.signs.extend(other.signs);
        self.commonness = self.commonness.max(other.commonness);
        self
    }
}

/// The need of a condition, if it has one. The compiler has seen the condition before.
pub(super) fn of(condition: &Condition, compiler: &Compiler<'_>) -> Option<Need> {
    match condition {
        Condition::Always | Condition::Not(_) => None,
        Condition::All(members) => members
            .iter()
            .filter_map(|member| of(member, compiler))
            .min_by_key(Need::rank),
        Condition::Any(members) => members
            .iter()
            .map(|member| of(member, compiler))
            .reduce(|one, other| Some(one?.or(other?)))
            .flatten(),
        Condition::Test(test) => test
            .operators
            .iter()
            .filter_map(|operator| of_operator(test, operator, compiler))
            .min_by_key(Need::rank),
    }
}

fn of_operator(test: &Test, operator: &Operator, compiler: &Compiler<'_>) -> Option<Need> {
    match test.fact.kind() {
        // A zone shifts the word.
        FactKind::Words(_) if test.zone.is_none() => {
            let words = operator.texts()?.iter();
            let signs = words.map(|word| Sign::Word(test.fact.clone(), word.to_owned()));
            Some(Need::of(signs.collect(), WORD))
        }
        FactKind::Text | FactKind::Address => {
            let slot = compiler.slot_of(&test.fact)?;
            of_text(test, operator, slot)
        }
        _ => None,
    }
}

fn of_text(test: &Test, operator: &Operator, slot: usize) -> Option<Need> {
    if let Some(names) = operator.lists() {
        let by = listed_by(test, operator);
        let signs = names
            .iter()
            .map(|name| Sign::Listed(slot, name.to_owned(), by));
        let commonness = if by.is_whole() { WHOLE } else { PIECE };
        return Some(Need::of(signs.collect(), commonness));
    }
    let texts = operator.texts()?;
    if let Operator::Domain(_) = operator {
        let signs = texts.iter().map(|text| {
            let name = domain(text.trim_start_matches('@'));
            Sign::Domain(slot, name, test.subdomains)
        });
        return Some(Need::of(signs.collect(), WHOLE));
    }
    // Letters that join when they are folded may be apart before.
    if test.exact {
        return None;
    }
    match operator {
        Operator::Is(_) | Operator::In(_) if test.fact.kind() == FactKind::Address => {
            let signs = texts.iter().map(|text| match AddressKey::of(text) {
                AddressKey::Domain(domain) => Sign::Domain(slot, domain, false),
                AddressKey::Address(whole) | AddressKey::Neither(whole) => Sign::Whole(slot, whole),
            });
            Some(Need::of(signs.collect(), WHOLE))
        }
        Operator::Is(_) | Operator::In(_) => {
            let signs = texts.iter().map(|text| Sign::Whole(slot, fold(text)));
            Some(Need::of(signs.collect(), WHOLE))
        }
        Operator::Contains(_) | Operator::Word(_) | Operator::Starts(_) | Operator::Ends(_) => {
            Some(pieces(texts, slot))
        }
        _ => None,
    }
}

fn pieces(texts: &Texts, slot: usize) -> Need {
    let pieces: Vec<String> = texts.iter().map(fold_keeping_edges).collect();
    let short = pieces.iter().any(|piece| piece.chars().count() < SHORT);
    let signs = pieces.into_iter().map(|piece| Sign::Within(slot, piece));
    Need::of(signs.collect(), if short { SHORT_PIECE } else { PIECE })
}
