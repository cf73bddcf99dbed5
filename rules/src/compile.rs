//! Makes a rule set of rules: checks everything that can be checked without a message, and builds what answers fast.
//!
//! All problems of all rules come back at once, each with its place in the rule and its cure.

pub(crate) mod action;
pub(crate) mod condition;
pub(crate) mod template;
pub(crate) mod texts;
pub(crate) mod view;

use std::collections::HashMap;

use crate::compile::action::{ActionPlan, compile_actions};
use crate::compile::condition::{Check, Node};
use crate::compile::template::Templates;
use crate::compile::texts::{Modifiers, TextMatcher};
use crate::fold::fold;
use crate::problem::RuleProblem;
use crate::rule::Rule;
use crate::rule::condition::Condition;
use crate::rule::fact::{Fact, FactKind};
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;
use crate::words;

/// How deep `all`, `any` and `not` may nest.
pub(crate) const MAX_DEPTH: usize = 16;
/// How many conditions one rule may have.
pub(crate) const MAX_CONDITIONS: usize = 1_000;
/// How many members one list may have.
pub(crate) const MAX_ITEMS: usize = 10_000;
/// How many regular expressions one list may have.
pub(crate) const MAX_EXPRESSIONS: usize = 100;
/// How many characters one member of a list may have.
pub(crate) const MAX_TEXT: usize = 2_000;
/// How many characters a name may have.
pub(crate) const MAX_NAME: usize = 200;

/// Rules, checked and ready to decide. Cheap to ask, made once, shared by all workers.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) templates: Templates,
    /// How many text facts the rules ask about.
    pub(crate) slots: usize,
}

/// One enabled rule.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) name: String,
    pub(crate) scanners: Vec<String>,
    pub(crate) when: Node,
    pub(crate) then: Vec<ActionPlan>,
    pub(crate) stop: bool,
}

impl RuleSet {
    /// Checks and compiles rules in their order. Rules that are not enabled are checked and left out.
    pub fn compile(rules: &[Rule]) -> Result<Self, Vec<RuleProblem>> {
        let mut compiler = Compiler::default();
        let mut ready = Vec::with_capacity(rules.len());
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            compiler.rule = if rule.name.trim().is_empty() {
                format!("number {}", index + 1)
            } else {
                rule.name.clone()
            };
            if names.insert(rule.name.trim(), index).is_some() {
                compiler.problem("name", "another rule has this name; give it one of its own");
            }
            let checked = compiler.rule(index, rule);
            if rule.enabled {
                ready.push(checked);
            }
        }
        if !compiler.problems.is_empty() {
            return Err(compiler.problems);
        }
        Ok(Self {
            rules: ready,
            templates: compiler.templates,
            slots: compiler.slots.len(),
        })
    }
}

/// What is gathered while rules are compiled.
#[derive(Default)]
pub(crate) struct Compiler {
    rule: String,
    problems: Vec<RuleProblem>,
    pub(crate) templates: Templates,
    slots: HashMap<Fact, usize>,
    conditions: usize,
}

impl Compiler {
    pub(crate) fn problem(&mut self, path: &str, problem: impl Into<String>) {
        self.problems.push(RuleProblem {
            rule: self.rule.clone(),
            path: path.to_owned(),
            problem: problem.into(),
        });
    }

    fn rule(&mut self, index: usize, rule: &Rule) -> CompiledRule {
        self.about(rule);
        self.conditions = 0;
        let when = self.condition(&rule.when, "when", 0);
        if self.conditions > MAX_CONDITIONS {
            self.problem(
                "when",
                format!(
                    "{} conditions, {MAX_CONDITIONS} is the most; make lists of values, or two rules",
                    self.conditions
                ),
            );
        }
        let then = compile_actions(self, index, rule);
        CompiledRule {
            name: rule.name.clone(),
            scanners: rule.scanners.clone(),
            when,
            then,
            stop: rule.stop,
        }
    }

    fn about(&mut self, rule: &Rule) {
        if rule.name.trim().is_empty() {
            self.problem("name", "the rule has no name; decisions and leads tell it");
        }
        self.length("name", &rule.name, MAX_NAME);
        if rule.name.chars().any(char::is_control) {
            self.problem(
                "name",
                "the name has a line break or a control character; take it out",
            );
        }
        self.length("description", &rule.description, MAX_TEXT);
        if rule.then.is_empty() && !rule.stop {
            self.problem(
                "then",
                "the rule does nothing; write an action under `then`, or `stop: true`",
            );
        }
    }

    pub(crate) fn length(&mut self, path: &str, text: &str, most: usize) {
        let count = text.chars().count();
        if count > most {
            self.problem(
                path,
                format!("{count} characters, {most} is the most; shorten it"),
            );
        }
    }

    fn condition(&mut self, condition: &Condition, path: &str, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.problem(
                path,
                format!("nested deeper than {MAX_DEPTH}; make two rules of it"),
            );
            return Node::Always;
        }
        self.conditions += 1;
        match condition {
            Condition::Always => Node::Always,
            Condition::All(members) => Node::All(self.members(members, path, "all", depth)),
            Condition::Any(members) => Node::Any {
                words: words::condition(condition),
                members: self.members(members, path, "any", depth),
            },
            Condition::Not(member) => Node::Not {
                words: words::condition(condition),
                member: Box::new(self.condition(member, &format!("{path}.not"), depth + 1)),
            },
            Condition::Test(test) => Node::Test {
                check: self.test(test, &format!("{path}.{}", test.fact)),
                words: words::condition(condition),
            },
        }
    }

    fn members(
        &mut self,
        members: &[Condition],
        path: &str,
        join: &str,
        depth: usize,
    ) -> Vec<Node> {
        if members.is_empty() {
            self.problem(
                &format!("{path}.{join}"),
                format!("`{join}` has no conditions; write one, or take `{join}` out"),
            );
        }
        members
            .iter()
            .enumerate()
            .map(|(index, member)| {
                self.condition(member, &format!("{path}.{join}[{index}]"), depth + 1)
            })
            .collect()
    }

    fn test(&mut self, test: &Test, path: &str) -> Check {
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
                lists: test
                    .operators
                    .iter()
                    .filter_map(|operator| operator.texts().map(|texts| texts.0.clone()))
                    .collect(),
                fact,
            },
            FactKind::Count | FactKind::Bytes => number(test, fact),
        }
    }

    /// Whether the operators go with the fact; a file that was read has been told so already.
    fn shape(&mut self, test: &Test, path: &str) {
        if test.operators.is_empty() {
            let example = test.fact.example();
            self.problem(path, format!("needs an operator, for example `{example}`"));
        }
        let modifiers = [(test.exact, "exact"), (test.subdomains, "subdomains")];
        let given = modifiers.iter().filter(|(given, _)| *given);
        let names = test.operators.iter().map(Operator::name);
        for name in names.chain(given.map(|(_, name)| *name)) {
            if let Err(problem) = test.fact.takes(name) {
                self.problem(&format!("{path}.{name}"), problem);
            }
        }
        let domain = |operator: &Operator| matches!(operator, Operator::Domain(_));
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

    fn slot(&mut self, fact: &Fact) -> usize {
        let next = self.slots.len();
        // `header.X-Shop` and `header.x-shop` are one fact.
        let fact = match fact {
            Fact::Header(name) => Fact::Header(name.to_ascii_lowercase()),
            other => other.clone(),
        };
        *self.slots.entry(fact).or_insert(next)
    }

    fn matchers(&mut self, test: &Test, path: &str) -> Vec<TextMatcher> {
        let modifiers = Modifiers {
            exact: test.exact,
            subdomains: test.subdomains,
            addresses: test.fact.kind() == FactKind::Address,
        };
        let mut matchers = Vec::new();
        for operator in &test.operators {
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
}

/// A lone value has the path of its operator, a member of a list its number as well.
fn member_path(path: &str, texts: &Texts, index: usize) -> String {
    if texts.0.len() == 1 {
        path.to_owned()
    } else {
        format!("{path}[{index}]")
    }
}

fn number(test: &Test, fact: Fact) -> Check {
    let (mut above, mut below) = (None, None);
    for operator in &test.operators {
        match operator {
            Operator::Above(amount) => above = Some(amount.0),
            Operator::Below(amount) => below = Some(amount.0),
            _ => {}
        }
    }
    Check::Number { fact, above, below }
}

#[cfg(test)]
#[path = "compile_tests.rs"]
mod tests;
