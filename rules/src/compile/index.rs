//! Which rules of a set can match a message at all: one look at each value of the message, however many rules there are.
//!
//! A rule that is not named here does not match; one that is named still has to be asked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::moment::Zone;
use crate::seen::{Seen, words_of};

use super::Compiler;
use super::lists::{List, domain_of};
use super::needs::{self, Sign};
use super::texts::{ListedBy, searcher_for};

/// How many pieces found in one value are looked at, for each byte of it: hostile text could have each piece of a
/// thousand at each place.
const FOUND_A_BYTE: usize = 4;

/// Numbers of rules in the set, ascending.
pub(crate) type Numbers = Vec<usize>;

/// The index of a set.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Rules for all scanners.
    general: Numbers,
    /// Rules that name their scanners, by scanner.
    own: HashMap<String, Numbers>,
    /// Rules that have no need.
    always: Numbers,
    /// How many there are.
    rules: usize,
    slots: Vec<SlotIndex>,
    words: Vec<(Fact, HashMap<String, Numbers>)>,
}

/// The rules by their signs in the values of one slot.
#[derive(Debug)]
struct SlotIndex {
    slot: usize,
    fact: Fact,
    whole: HashMap<String, Numbers>,
    domains: HashMap<String, Numbers>,
    /// Domains whose subdomains fit as well.
    above: HashMap<String, Numbers>,
    /// Pieces, and the rules of each.
    pieces: Option<(AhoCorasick, Vec<Numbers>)>,
    lists: Vec<(Arc<List>, ListedBy, Numbers)>,
}

impl Index {
    /// The rules of the scanner, in their order.
    pub(crate) fn of_scanner(&self, scanner: &str) -> impl Iterator<Item = usize> {
        let own = self.own.get(scanner).map_or(&[][..], Vec::as_slice);
        merged(&self.general, own)
    }

    /// How many rules of the scanner come before the one of this number.
    pub(crate) fn before(&self, scanner: &str, number: usize) -> usize {
        let own = self.own.get(scanner).map_or(&[][..], Vec::as_slice);
        let count = |numbers: &[usize]| numbers.partition_point(|one| *one < number);
        count(&self.general) + count(own)
    }

    /// The rules that may match, of whatever scanner, each once and in their order.
    pub(crate) fn may_match(&self, seen: &Seen<'_>) -> Numbers {
        let mut marks = Marks(vec![false; self.rules]);
        marks.set(&self.always);
        for slot in &self.slots {
            slot.find(seen, &mut marks);
        }
        for (fact, words) in &self.words {
            for word in words_of(seen.facts, fact, Zone::default()) {
                marks.set(words.get(word).into_iter().flatten());
            }
        }
        let marked = marks.0.iter().enumerate().filter(|(_, is)| **is);
        marked.map(|(number, _)| number).collect()
    }
}

/// Which rules may match, however often that is found: a message can name one domain ten thousand times.
struct Marks(Vec<bool>);

impl Marks {
    fn set<'n>(&mut self, numbers: impl IntoIterator<Item = &'n usize>) {
        for number in numbers {
            if let Some(mark) = self.0.get_mut(*number) {
                *mark = true;
            }
        }
    }
}

/// Two ascending lists without common members as one.
fn merged<'n>(one: &'n [usize], other: &'n [usize]) -> impl Iterator<Item = usize> + 'n {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(a), Some(b)) if a > b => other.next().copied(),
        (Some(_), _) => one.next().copied(),
        (None, _) => other.next().copied(),
    })
}

impl SlotIndex {
    fn find(&self, seen: &Seen<'_>, marks: &mut Marks) {
        let Some(field) = seen.field(self.slot, &self.fact) else {
            return;
        };
        for value in &field.values {
            let text = value.text(false);
            let domain = domain_of(text);
            marks.set(self.whole.get(text).into_iter().flatten());
            marks.set(self.domains.get(domain).into_iter().flatten());
            if !self.above.is_empty() {
                let mut rest = Some(domain);
                while let Some(name) = rest {
                    marks.set(self.above.get(name).into_iter().flatten());
                    rest = name.split_once('.').map(|(_, rest)| rest);
                }
            }
            for (list, by, numbers) in &self.lists {
                if by.find(list, text).is_some() {
                    marks.set(numbers);
                }
            }
            self.find_pieces(text, marks);
        }
    }

    fn find_pieces(&self, text: &str, marks: &mut Marks) {
        let Some((searcher, rules)) = &self.pieces else {
            return;
        };
        let mut seen = HashSet::new();
        let most = text.len().saturating_mul(FOUND_A_BYTE);
        for (count, hit) in searcher.find_overlapping_iter(text).enumerate() {
            if count > most {
                marks.set(rules.iter().flatten());
                return;
            }
            let piece = hit.pattern().as_usize();
            if seen.insert(piece) {
                marks.set(rules.get(piece).into_iter().flatten());
            }
        }
    }
}

/// An index in the making.
#[derive(Debug, Default)]
pub(super) struct Builder {
    index: Index,
    signs: HashMap<Sign, Numbers>,
    lists: HashMap<String, Arc<List>>,
    rules: usize,
}

impl Builder {
    /// Adds the next rule.
    pub(super) fn add(&mut self, when: &Condition, scanners: &[String], compiler: &Compiler<'_>) {
        let number = self.rules;
        self.rules += 1;
        if scanners.is_empty() {
            self.index.general.push(number);
        }
        for scanner in scanners {
            let own = self.index.own.entry(scanner.clone()).or_default();
            if own.last() != Some(&number) {
                own.push(number);
            }
        }
        let Some(need) = needs::of(when, compiler) else {
            self.index.always.push(number);
            return;
        };
        for sign in need.signs {
            if let Sign::Listed(_, name, _) = &sign
                && let Some(list) = compiler.shared_list(name)
            {
                self.lists.insert(name.clone(), Arc::clone(list));
            }
            let numbers = self.signs.entry(sign).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }

    pub(super) fn build(self, slots_of: &HashMap<Fact, usize>) -> Index {
        let facts: HashMap<usize, &Fact> =
            slots_of.iter().map(|(fact, slot)| (*slot, fact)).collect();
        let mut slots: HashMap<usize, (SlotIndex, Vec<String>, Vec<Numbers>)> = HashMap::new();
        let mut words: HashMap<Fact, HashMap<String, Numbers>> = HashMap::new();
        for (sign, numbers) in self.signs {
            let slot = match &sign {
                Sign::Word(fact, word) => {
                    let of_fact = words.entry(fact.clone()).or_default();
                    of_fact.insert(word.clone(), numbers);
                    continue;
                }
                Sign::Whole(slot, _)
                | Sign::Domain(slot, ..)
                | Sign::Within(slot, _)
                | Sign::Listed(slot, ..) => *slot,
            };
            let Some(fact) = facts.get(&slot) else {
                continue;
            };
            let (index, pieces, rules) = slots
                .entry(slot)
                .or_insert_with(|| (SlotIndex::of(slot, fact), Vec::new(), Vec::new()));
            match sign {
                Sign::Whole(_, text) => drop(index.whole.insert(text, numbers)),
                Sign::Domain(_, domain, true) => drop(index.above.insert(domain, numbers)),
                Sign::Domain(_, domain, false) => drop(index.domains.insert(domain, numbers)),
                Sign::Listed(_, name, by) => {
                    let list = self.lists.get(&name).map(Arc::clone);
                    index.lists.extend(list.map(|list| (list, by, numbers)));
                }
                Sign::Within(_, piece) => {
                    pieces.push(piece);
                    rules.push(numbers);
                }
                Sign::Word(..) => {}
            }
        }
        let mut index = self.index;
        index.rules = self.rules;
        for (_, (mut slot, pieces, rules)) in slots {
            let searcher = (!pieces.is_empty()).then(|| searcher_for(pieces));
            match searcher {
                Some(Some(searcher)) => slot.pieces = Some((searcher, rules)),
                None => {}
                // More than one searcher holds: such rules are always asked.
                Some(None) => index.always.extend(rules.into_iter().flatten()),
            }
            index.slots.push(slot);
        }
        index.words = words.into_iter().collect();
        index
    }
}

impl SlotIndex {
    fn of(slot: usize, fact: &Fact) -> Self {
        Self {
            slot,
            fact: fact.clone(),
            whole: HashMap::new(),
            domains: HashMap::new(),
            above: HashMap::new(),
            pieces: None,
            lists: Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
