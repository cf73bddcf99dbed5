//! Text operators, compiled: each list becomes one index that a value is looked up in once.

use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization as _;

use crate::fold::{fold, fold_keeping_edges};
use crate::rule::test::Operator;
use crate::rule::texts::Texts;
use crate::seen::Value;

use super::lists::{AddressKey, List, domain, domain_of, find_domain};

/// Size of one compiled expression; what is greater has a repetition of a repetition.
const REGEX_SIZE: usize = 1 << 20;

/// One text operator, ready to be asked.
#[derive(Debug)]
pub(crate) struct TextMatcher {
    how: How,
    exact: bool,
    /// The list as written, to tell which member was found.
    list: Vec<String>,
}

#[derive(Debug)]
enum How {
    Is(HashMap<String, usize>),
    Address {
        whole: HashMap<String, usize>,
        domains: HashMap<String, usize>,
    },
    Domain {
        domains: HashMap<String, usize>,
        subdomains: bool,
    },
    Contains(AhoCorasick),
    Word(AhoCorasick),
    Starts(Vec<String>),
    Ends(Vec<String>),
    Regex(Vec<Regex>),
    Listed {
        lists: Vec<Arc<List>>,
        by: ListedBy,
    },
}

/// How a value is looked up in a shared list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ListedBy {
    /// The whole text.
    Text,
    /// The address, or its domain.
    Address,
    /// The domain of the address, or one above it.
    Domain { subdomains: bool },
    /// The value is a domain itself.
    DomainName,
    /// Anywhere in the text.
    Within,
    /// Anywhere in the text, as whole words.
    Word,
    /// Where the text begins.
    Start,
    /// Where it ends.
    End,
}

impl ListedBy {
    /// Whether a member must be the whole value.
    pub(super) fn is_whole(self) -> bool {
        !matches!(self, Self::Within | Self::Word | Self::Start | Self::End)
    }

    /// Whether the text is searched for members.
    pub(super) fn searches(self) -> bool {
        matches!(self, Self::Within | Self::Word)
    }

    /// The member that fits the folded value.
    pub(crate) fn find<'l>(self, list: &'l List, folded: &str) -> Option<&'l str> {
        match self {
            Self::Text => list.text(folded),
            Self::Address => list.address(folded),
            Self::Domain { subdomains } => list.domain(folded, subdomains),
            Self::DomainName => list.domain_name(folded),
            Self::Within => list.within(folded),
            Self::Word => list.word(folded),
            Self::Start => list.start(folded),
            Self::End => list.end(folded),
        }
    }
}

/// What changes how an operator compares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Modifiers {
    pub(crate) exact: bool,
    pub(crate) subdomains: bool,
    /// The fact holds mail addresses.
    pub(crate) addresses: bool,
}

impl TextMatcher {
    /// Compiles a text operator; `None` for operators that don't compare text. The problem is told with the index
    /// of the member that has it.
    pub(crate) fn compile(
        operator: &Operator,
        modifiers: Modifiers,
    ) -> Option<Result<Self, (usize, String)>> {
        let texts = operator.texts()?;
        let Modifiers {
            exact,
            subdomains,
            addresses,
        } = modifiers;
        let how = match operator {
            Operator::Is(_) | Operator::In(_) if addresses && !exact => Ok(address_index(texts)),
            Operator::Is(_) | Operator::In(_) => {
                Ok(How::Is(index(texts, |text| form(text, exact))))
            }
            Operator::Contains(_) => searcher(texts, exact).map(How::Contains),
            Operator::Word(_) => searcher(texts, exact).map(How::Word),
            Operator::Starts(_) => Ok(How::Starts(edges(texts, exact))),
            Operator::Ends(_) => Ok(How::Ends(edges(texts, exact))),
            Operator::Regex(_) => expressions(texts, exact).map(How::Regex),
            Operator::Domain(_) => Ok(How::Domain {
                domains: index(texts, |text| domain(text.trim_start_matches('@'))),
                subdomains,
            }),
            _ => return None,
        };
        Some(how.map(|how| Self {
            how,
            exact,
            list: texts.0.clone(),
        }))
    }

    /// Looks in shared lists, which are indexed once for all who ask.
    pub(crate) fn listed(lists: Vec<Arc<List>>, by: ListedBy) -> Self {
        Self {
            how: How::Listed { lists, by },
            exact: false,
            list: Vec::new(),
        }
    }

    /// The member of the list that fits the value, if one does.
    pub(crate) fn find(&self, value: &Value<'_>) -> Option<&str> {
        let text = value.text(self.exact && !matches!(self.how, How::Domain { .. }));
        let found = match &self.how {
            How::Is(whole) => whole.get(text).copied(),
            How::Address { whole, domains } => whole
                .get(text)
                .or_else(|| domains.get(domain_of(text)))
                .copied(),
            How::Domain {
                domains,
                subdomains,
            } => find_domain(domains, domain_of(text), *subdomains),
            How::Contains(searcher) => searcher.find(text).map(|hit| hit.pattern().as_usize()),
            How::Word(searcher) => word_in(searcher, text),
            How::Starts(edges) => edges
                .iter()
                .position(|edge| text.starts_with(edge.as_str())),
            How::Ends(edges) => edges.iter().position(|edge| text.ends_with(edge.as_str())),
            How::Listed { lists, by } => {
                return lists.iter().find_map(|list| by.find(list, text));
            }
            How::Regex(expressions) => {
                let text = value.regex_text(self.exact);
                expressions
                    .iter()
                    .position(|expression| expression.is_match(text))
            }
        };
        found
            .and_then(|member| self.list.get(member))
            .map(String::as_str)
    }

    /// How much of a value it looks at, in bytes.
    pub(crate) fn reach(&self) -> usize {
        match self.how {
            How::Regex(_) => crate::seen::REGEX_CAP,
            _ => crate::seen::TEXT_CAP,
        }
    }
}

fn form(text: &str, exact: bool) -> String {
    if exact { text.to_owned() } else { fold(text) }
}

fn edges(texts: &Texts, exact: bool) -> Vec<String> {
    texts
        .iter()
        .map(|text| {
            if exact {
                text.to_owned()
            } else {
                fold_keeping_edges(text)
            }
        })
        .collect()
}

fn index(texts: &Texts, form: impl Fn(&str) -> String) -> HashMap<String, usize> {
    let mut index = HashMap::with_capacity(texts.0.len());
    for (member, text) in texts.iter().enumerate() {
        index.entry(form(text)).or_insert(member);
    }
    index
}

/// Addresses by the whole; a member that begins with `@` means everybody at that domain.
fn address_index(texts: &Texts) -> How {
    let mut whole = HashMap::new();
    let mut domains = HashMap::new();
    for (member, text) in texts.iter().enumerate() {
        match AddressKey::of(text) {
            AddressKey::Domain(domain) => domains.entry(domain).or_insert(member),
            AddressKey::Address(text) | AddressKey::Neither(text) => {
                whole.entry(text).or_insert(member)
            }
        };
    }
    How::Address { whole, domains }
}

/// What is said of a list that no searcher holds.
pub(super) const TOO_LONG: &str = "the list is too long to be searched for; make two rules of it";

fn searcher(texts: &Texts, exact: bool) -> Result<AhoCorasick, (usize, String)> {
    searcher_for(edges(texts, exact)).ok_or_else(|| (0, TOO_LONG.to_owned()))
}

/// Finds pieces in a text, all in one look.
pub(super) fn searcher_for(pieces: impl IntoIterator<Item = String>) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        // A table of all transitions is a hundred times as large, and lists come by the thousand.
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(pieces)
        .ok()
}

/// The first piece that stands in a text as whole words.
pub(super) fn word_in(searcher: &AhoCorasick, text: &str) -> Option<usize> {
    let mut hits = searcher.find_overlapping_iter(text);
    let word = hits.find(|hit| is_word(text, hit.start(), hit.end()))?;
    Some(word.pattern().as_usize())
}

/// Whether what was found begins and ends where words do.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(found), Some(after)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return false;
    };
    let goes_on = |left: Option<char>, right: Option<char>| {
        left.is_some_and(is_letter) && right.is_some_and(is_letter)
    };
    !goes_on(before.chars().next_back(), found.chars().next())
        && !goes_on(found.chars().next_back(), after.chars().next())
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || unicode_normalization::char::is_combining_mark(letter)
}

fn expressions(texts: &Texts, exact: bool) -> Result<Vec<Regex>, (usize, String)> {
    texts
        .iter()
        .enumerate()
        .map(|(member, text)| {
            let pattern: String = if exact {
                text.to_owned()
            } else {
                text.nfc().collect()
            };
            RegexBuilder::new(&pattern)
                .case_insensitive(!exact)
                .size_limit(REGEX_SIZE)
                .dfa_size_limit(REGEX_SIZE)
                .nest_limit(50)
                .build()
                .map_err(|error| (member, told(&error)))
        })
        .collect()
}

/// The engine's words in one sentence; its drawing of the pattern has no place in one.
fn told(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            "the regular expression grows too large; use smaller repetition counts".to_owned()
        }
        other => {
            let words = other.to_string();
            let last = words.lines().last().unwrap_or_default();
            let cause = last.trim_start_matches("error: ");
            format!(
                "the regular expression can't be read: {cause}; to search for the characters \
                 themselves use `contains`"
            )
        }
    }
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
