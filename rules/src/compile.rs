//! Makes a rule set of rules: checks everything that can be checked without a message, and builds what answers fast.
//!
//! All problems of all rules come back at once, each with its place in the rule and its cure.

pub(crate) mod action;
mod cases;
mod comparison;
pub(crate) mod condition;
mod exceptions;
pub(crate) mod index;
pub(crate) mod lists;
mod needs;
pub(crate) mod owner;
pub(crate) mod sending;
mod server;
pub(crate) mod template;
pub(crate) mod texts;
pub(crate) mod view;

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::Arc;

use crate::compile::action::{ActionPlan, compile_actions};
use crate::compile::condition::Node;
use crate::compile::exceptions::Excepting;
use crate::compile::index::Index;
use crate::compile::lists::List;
use crate::compile::template::Templates;
use crate::problem::RuleProblem;
use crate::rule::Rule;
use crate::rule::condition::Condition;
use crate::rule::fact::Fact;
use crate::rule::texts::Texts;
use crate::shared::{MAX_LISTS, Shared, check_list};
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
    pub(crate) exceptions: Excepting,
    pub(crate) index: Index,
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
    /// Checks and compiles rules in their order, with the lists and exceptions that they share. Rules that are not
    /// enabled are checked and left out.
    pub fn compile(rules: &[Rule], shared: &Shared) -> Result<Self, Vec<RuleProblem>> {
        let mut compiler = Compiler::new(&shared.lists, HashMap::new());
        compiler.check_lists();
        Self::make(&mut compiler, rules, shared)
    }

    /// The same of rules whose lists are checked elsewhere; those that are indexed are kept in `lists` for the next.
    pub(crate) fn compile_among(
        rules: &[Rule],
        shared: &Shared,
        lists: &mut HashMap<String, Arc<List>>,
    ) -> Result<Self, Vec<RuleProblem>> {
        let mut compiler = Compiler::new(&shared.lists, mem::take(lists));
        let made = Self::make(&mut compiler, rules, shared);
        *lists = compiler.lists;
        made
    }

    fn make(
        compiler: &mut Compiler<'_>,
        rules: &[Rule],
        shared: &Shared,
    ) -> Result<Self, Vec<RuleProblem>> {
        let exceptions = compiler.exceptions(&shared.exceptions);
        let mut index = index::Builder::default();
        let mut ready = Vec::with_capacity(rules.len());
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (number, rule) in rules.iter().enumerate() {
            compiler.rule = if rule.name.trim().is_empty() {
                format!("number {}", number + 1)
            } else {
                rule.name.clone()
            };
            // Presets are ticked at many scanners, each for itself.
            if names.insert(rule.name.trim(), number).is_some() && !rule.is_preset() {
                compiler.problem("name", "another rule has this name; give it one of its own");
            }
            let checked = compiler.rule(number, rule);
            if rule.enabled {
                index.add(&rule.when, &rule.scanners, compiler);
                ready.push(checked);
            }
        }
        if !compiler.problems.is_empty() {
            return Err(mem::take(&mut compiler.problems));
        }
        Ok(Self {
            rules: ready,
            exceptions,
            index: index.build(&compiler.slots),
            templates: mem::take(&mut compiler.templates),
            slots: compiler.slots.len(),
        })
    }
}

/// What is gathered while rules are compiled.
pub(crate) struct Compiler<'s> {
    rule: String,
    problems: Vec<RuleProblem>,
    pub(crate) templates: Templates,
    slots: HashMap<Fact, usize>,
    conditions: usize,
    /// How many cases there are so far.
    cases: usize,
    /// The shared lists as written.
    written: &'s BTreeMap<String, Texts>,
    /// Those that a rule looks in.
    lists: HashMap<String, Arc<List>>,
}

impl<'s> Compiler<'s> {
    fn new(written: &'s BTreeMap<String, Texts>, lists: HashMap<String, Arc<List>>) -> Self {
        Self {
            rule: String::new(),
            problems: Vec::new(),
            templates: Templates::default(),
            slots: HashMap::new(),
            conditions: 0,
            cases: 0,
            written,
            lists,
        }
    }

    fn check_lists(&mut self) {
        let written = self.written;
        if written.len() > MAX_LISTS {
            let count = written.len();
            self.problem("lists", format!("{count} lists, {MAX_LISTS} is the most"));
        }
        for (name, members) in written {
            for found in check_list(name, members) {
                let entry = found.entry.map(|entry| format!("[{entry}]"));
                let path = format!("lists.{name}{}", entry.unwrap_or_default());
                self.problem(&path, found.problem);
            }
        }
    }

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
        self.check_cases(&rule.cases);
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
}

#[cfg(test)]
#[path = "compile_tests.rs"]
mod tests;
