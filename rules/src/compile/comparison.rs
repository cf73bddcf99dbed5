//! Comparisons of facts, checked and made ready: every list becomes one index, shared lists one for all who ask.

use std::sync::Arc;

use crate::fold::fold;
use crate::nearest::unknown;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

use super::condition::Check;
use super::lists::List;
use super::texts::{ListedBy, Modifiers, TOO_LONG, TextMatcher};
use super::{Compiler, MAX_EXPRESSIONS, MAX_ITEMS, MAX_TEXT};

impl Compiler<'_> {
    pub(super) fn test(&mut self, test: &Test, path: &str) -> Check {
        self.shape(test, path);
        for operator in &test.operators {
            if let Some(texts) = operator.texts() {
                self.list(operator, texts, &test.fact, path);
            }
        }
        let exists = test.operators.iter().find_map(|operator| match operator {
            Operator::Exists(wanted) => Some(*wanted),
            _ => None,
        });
        let fact = test.fact.clone();
        match fact.kind() {
            FactKind::Text | FactKind::Address => Check::Text {
                slot: self.slot(&fact),
                exists,
                matchers: self.matchers(test, path),
                fact,
            },
            FactKind::Words(_) => Check::Words {
                exists,
                lists: word_lists(test),
                zone: test.zone.unwrap_or_default(),
                fact,
            },
            FactKind::Language => Check::Language {
                exists,
                lists: word_lists(test),
            },
            FactKind::Flag => Check::Flag {
                wanted: test.operators.contains(&Operator::Holds(true)),
                fact,
            },
            FactKind::Count | FactKind::Bytes | FactKind::Decimal | FactKind::Moment => {
                number(test, fact, exists)
            }
        }
    }

    /// Whether the operators go with the fact; a file that was read has been told so already.
    fn shape(&mut self, test: &Test, path: &str) {
        if test.operators.is_empty() {
            let example = test.fact.example();
            self.problem(path, format!("needs an operator, for example `{example}`"));
        }
        let modifiers = [
            (test.exact, "exact"),
            (test.subdomains, "subdomains"),
            (test.zone.is_some(), "zone"),
        ];
        let given = modifiers.iter().filter(|(given, _)| *given);
        let names = test.operators.iter().map(Operator::name);
        for name in names.chain(given.map(|(_, name)| *name)) {
            if let Err(problem) = test.fact.takes(name) {
                self.problem(&format!("{path}.{name}"), problem);
            }
        }
        if test.exact && test.operators.iter().any(|one| one.lists().is_some()) {
            self.problem(
                &format!("{path}.exact"),
                "`exact` does not go with a shared list, which is compared without case; take one of the two out",
            );
        }
        let both = [true, false].map(Operator::Holds);
        if both.iter().all(|one| test.operators.contains(one)) {
            self.problem(path, "it can't be both true and false; take one out");
        }
        let domain =
            |operator: &Operator| matches!(operator, Operator::Domain(_) | Operator::DomainList(_));
        if test.subdomains && !test.operators.iter().any(domain) {
            self.problem(
                &format!("{path}.subdomains"),
                "`subdomains` goes with `domain`; write `domain: example.com` beside it",
            );
        }
    }

    fn list(&mut self, operator: &Operator, texts: &Texts, fact: &Fact, path: &str) {
        let path = format!("{path}.{}", operator.name());
        let most = match operator {
            Operator::Regex(_) => MAX_EXPRESSIONS,
            _ => MAX_ITEMS,
        };
        if texts.0.is_empty() {
            self.problem(&path, "the list is empty; write at least one value");
        }
        if texts.0.len() > most {
            let count = texts.0.len();
            self.problem(
                &path,
                format!("{count} values, {most} is the most; make two rules of it"),
            );
            return;
        }
        for (index, text) in texts.iter().enumerate() {
            let path = member_path(&path, texts, index);
            if fold(text).is_empty() {
                self.problem(
                    &path,
                    "an empty text; to ask whether there is a value use `exists`",
                );
            }
            self.length(&path, text, MAX_TEXT);
            if let Err(problem) = fact.knows(text) {
                self.problem(&path, problem);
            }
        }
    }

    pub(super) fn slot(&mut self, fact: &Fact) -> usize {
        let next = self.slots.len();
        *self.slots.entry(fact.settled()).or_insert(next)
    }

    fn matchers(&mut self, test: &Test, path: &str) -> Vec<TextMatcher> {
        let modifiers = Modifiers {
            exact: test.exact,
            subdomains: test.subdomains,
            addresses: test.fact.kind() == FactKind::Address,
        };
        let mut matchers = Vec::new();
        for operator in &test.operators {
            if let Some(names) = operator.lists() {
                let path = format!("{path}.{}.list", operator.name());
                let by = listed_by(test, operator);
                let lists = self.lists_named(names, &path);
                if by.searches() && lists.iter().any(|list| list.searcher().is_none()) {
                    self.problem(&path, TOO_LONG.to_owned());
                }
                matchers.push(TextMatcher::listed(lists, by));
                continue;
            }
            match TextMatcher::compile(operator, modifiers) {
                None => {}
                Some(Ok(matcher)) => matchers.push(matcher),
                Some(Err((index, problem))) => {
                    let path = format!("{path}.{}", operator.name());
                    let path = operator
                        .texts()
                        .map_or(path.clone(), |texts| member_path(&path, texts, index));
                    self.problem(&path, problem);
                }
            }
        }
        matchers
    }

    /// The shared lists of these names, each indexed when it is first asked for.
    fn lists_named(&mut self, names: &Texts, path: &str) -> Vec<Arc<List>> {
        let mut lists = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let Some(members) = self.written.get(name) else {
                let problem = self.unknown_list(name);
                self.problem(&member_path(path, names, index), problem);
                continue;
            };
            let list = self.lists.entry(name.to_owned());
            lists.push(Arc::clone(
                list.or_insert_with(|| Arc::new(List::of(members))),
            ));
        }
        lists
    }

    /// What is wrong with the name of a list that there is not.
    pub(super) fn unknown_list(&self, name: &str) -> String {
        let known: Vec<&str> = self.written.keys().map(String::as_str).collect();
        match known.as_slice() {
            [] => format!("unknown list `{name}`; write its members under `lists`"),
            known => unknown("list", name, known),
        }
    }

    /// A shared list that a rule looks in.
    pub(super) fn shared_list(&self, name: &str) -> Option<&Arc<List>> {
        self.lists.get(name)
    }

    /// The slot of a text fact that a rule asks about.
    pub(super) fn slot_of(&self, fact: &Fact) -> Option<usize> {
        self.slots.get(&fact.settled()).copied()
    }
}

/// How the values of the test's fact are looked up in a shared list.
pub(super) fn listed_by(test: &Test, operator: &Operator) -> ListedBy {
    match (operator, test.fact.kind()) {
        (Operator::DomainList(_), _) => ListedBy::Domain {
            subdomains: test.subdomains,
        },
        (Operator::ContainsList(_), _) => ListedBy::Within,
        (Operator::WordList(_), _) => ListedBy::Word,
        (Operator::StartsList(_), _) => ListedBy::Start,
        (Operator::EndsList(_), _) => ListedBy::End,
        (_, FactKind::Address) => ListedBy::Address,
        _ if test.fact == Fact::SenderDomain => ListedBy::DomainName,
        _ => ListedBy::Text,
    }
}

fn word_lists(test: &Test) -> Vec<Vec<String>> {
    let lists = test.operators.iter().filter_map(Operator::texts);
    lists.map(|texts| texts.0.clone()).collect()
}

/// A lone value has the path of its operator, a member of a list its number as well.
fn member_path(path: &str, texts: &Texts, index: usize) -> String {
    if texts.0.len() == 1 {
        path.to_owned()
    } else {
        format!("{path}[{index}]")
    }
}

/// Counts, bytes, hundredths and milliseconds are compared alike.
fn number(test: &Test, fact: Fact, exists: Option<bool>) -> Check {
    let zone = test.zone.unwrap_or_default();
    let (mut above, mut below) = (None, None);
    for operator in &test.operators {
        match operator {
            Operator::Above(amount) => above = Some(i128::from(amount.0)),
            Operator::Below(amount) => below = Some(i128::from(amount.0)),
            Operator::AboveDecimal(number) => above = Some(i128::from(number.0)),
            Operator::BelowDecimal(number) => below = Some(i128::from(number.0)),
            // At the moment itself counts as after it, so that two days next to each other leave nothing out.
            Operator::After(moment) => above = Some(i128::from(moment.millis(zone)) - 1),
            Operator::Before(moment) => below = Some(i128::from(moment.millis(zone))),
            _ => {}
        }
    }
    Check::Number {
        fact,
        exists,
        above,
        below,
        zone,
    }
}
