//! Lists of texts, addresses and domains, indexed once and shared by all who look in them.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::fold::{fold, fold_keeping_edges};
use crate::rule::texts::Texts;

use super::texts::{searcher_for, word_in};

/// A list as rules and exceptions look in it.
#[derive(Debug)]
pub(crate) struct List {
    members: Vec<String>,
    /// By the whole, folded.
    texts: HashMap<String, usize>,
    /// By the address.
    addresses: HashMap<String, usize>,
    /// By the domain: members that begin with `@`, and those without one.
    domains: HashMap<String, usize>,
    /// All members at once; made when a text is first searched for them, nothing where they are too many.
    searcher: OnceLock<Option<AhoCorasick>>,
    edges: OnceLock<Edges>,
}

/// Members as texts may begin or end with them.
#[derive(Debug)]
struct Edges {
    members: HashMap<String, usize>,
    /// How long they are, in bytes, each length once.
    lengths: BTreeSet<usize>,
}

impl List {
    pub(crate) fn of(members: &Texts) -> Self {
        let mut list = Self {
            members: members.0.clone(),
            texts: HashMap::with_capacity(members.0.len()),
            addresses: HashMap::new(),
            domains: HashMap::new(),
            searcher: OnceLock::new(),
            edges: OnceLock::new(),
        };
        for (index, member) in members.iter().enumerate() {
            list.texts.entry(fold(member)).or_insert(index);
            match AddressKey::of(member) {
                AddressKey::Address(address) => list.addresses.entry(address).or_insert(index),
                AddressKey::Domain(domain) => list.domains.entry(domain).or_insert(index),
                AddressKey::Neither(text) => list.domains.entry(domain(&text)).or_insert(index),
            };
        }
        list
    }

    /// The member that is this folded text.
    pub(crate) fn text(&self, folded: &str) -> Option<&str> {
        self.member(self.texts.get(folded).copied())
    }

    /// The member that is this folded address, or its domain.
    pub(crate) fn address(&self, folded: &str) -> Option<&str> {
        let found = self.addresses.get(folded);
        self.member(
            found
                .or_else(|| self.domains.get(domain_of(folded)))
                .copied(),
        )
    }

    /// The member that is the domain of this folded address.
    pub(crate) fn domain(&self, folded: &str, subdomains: bool) -> Option<&str> {
        self.member(find_domain(&self.domains, domain_of(folded), subdomains))
    }

    /// The member that is this folded domain.
    pub(crate) fn domain_name(&self, folded: &str) -> Option<&str> {
        self.member(self.domains.get(folded).copied())
    }

    /// Finds the members in a text.
    pub(super) fn searcher(&self) -> Option<&AhoCorasick> {
        let members = || self.members.iter().map(|member| fold_keeping_edges(member));
        let made = || searcher_for(members());
        self.searcher.get_or_init(made).as_ref()
    }

    /// The member that is somewhere in this folded text.
    pub(crate) fn within(&self, folded: &str) -> Option<&str> {
        let hit = self.searcher()?.find(folded)?;
        self.member(Some(hit.pattern().as_usize()))
    }

    /// The member that is somewhere in this folded text as whole words.
    pub(crate) fn word(&self, folded: &str) -> Option<&str> {
        self.member(word_in(self.searcher()?, folded))
    }

    /// The member with which this folded text begins.
    pub(crate) fn start(&self, folded: &str) -> Option<&str> {
        self.edge(|length| folded.get(..length))
    }

    /// The member with which this folded text ends.
    pub(crate) fn end(&self, folded: &str) -> Option<&str> {
        self.edge(|length| folded.get(folded.len().checked_sub(length)?..))
    }

    fn edge<'t>(&self, of: impl Fn(usize) -> Option<&'t str>) -> Option<&str> {
        let edges = self.edges.get_or_init(|| Edges::of(&self.members));
        let mut found = edges
            .lengths
            .iter()
            .filter_map(|length| edges.members.get(of(*length)?));
        self.member(found.next().copied())
    }

    fn member(&self, index: Option<usize>) -> Option<&str> {
        self.members.get(index?).map(String::as_str)
    }
}

impl Edges {
    fn of(members: &[String]) -> Self {
        let mut edges = Self {
            members: HashMap::with_capacity(members.len()),
            lengths: BTreeSet::new(),
        };
        for (index, member) in members.iter().enumerate() {
            let member = fold_keeping_edges(member);
            edges.lengths.insert(member.len());
            edges.members.entry(member).or_insert(index);
        }
        edges
    }
}

/// What a member of a list of addresses stands for.
pub(crate) enum AddressKey {
    /// One address, as facts have it, folded.
    Address(String),
    /// Everybody at a domain: `@example.com`.
    Domain(String),
    /// No `@` at all, folded.
    Neither(String),
}

impl AddressKey {
    pub(crate) fn of(text: &str) -> Self {
        match text.trim().rsplit_once('@') {
            Some(("", host)) => Self::Domain(domain(host)),
            Some((local, host)) => Self::Address(format!("{}@{}", fold(local), domain(host))),
            None => Self::Neither(fold(text)),
        }
    }
}

/// A domain as facts have it: folded, in Unicode even where the rule writes `xn--…` (RFC 5891 §4.4).
pub(crate) fn domain(text: &str) -> String {
    let (unicode, _) = idna::domain_to_unicode(text.trim().trim_end_matches('.'));
    fold(&unicode)
}

pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The entry of the domain, or with `subdomains` of one above it.
pub(crate) fn find_domain(
    domains: &HashMap<String, usize>,
    domain: &str,
    subdomains: bool,
) -> Option<usize> {
    let mut rest = domain;
    loop {
        if let Some(member) = domains.get(rest) {
            return Some(*member);
        }
        if !subdomains {
            return None;
        }
        (_, rest) = rest.split_once('.')?;
    }
}
