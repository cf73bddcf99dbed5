//! Checks of rules: the rule language's own, the scanners they name, and the cases they carry.

use std::collections::BTreeMap;

use rules::{PRESET_PREFIX, Rule, RuleSet, Shared, Texts, check_cases};

use super::{Checker, Listed, Section};
use crate::setup::document::Scanner;
use crate::setup::problem::Path;

impl Checker<'_> {
    /// `lists` are those of the file; nothing where they could not be read.
    pub(in crate::setup) fn rules(
        &mut self,
        section: Section<Rule>,
        scanners: &Section<Scanner>,
        lists: Option<&BTreeMap<String, Texts>>,
    ) -> Section<Rule> {
        let stored = self.stored;
        let names: Vec<&str> = scanners
            .items
            .iter()
            .map(|listed| listed.item.name.as_str())
            .chain(stored.scanners.keys().map(String::as_str))
            .collect();
        for Listed { path, item } in &section.items {
            if item.is_preset() {
                self.problem(
                    &path.key("name"),
                    format!(
                        "names that begin with `{PRESET_PREFIX}` are those of presets; take another"
                    ),
                );
            }
            if scanners.complete {
                for (index, name) in item.scanners.iter().enumerate() {
                    self.reference(
                        &path.key("scanners").index(index),
                        "scanner named",
                        name,
                        &names,
                    );
                }
            }
        }
        // Lists that could not be read are missing from every rule that names them.
        if let Some(lists) = lists {
            self.compiled(&section, lists);
        }
        section
    }

    /// What the rules' compiler says, at the place it says it of; their cases only where it has nothing to say.
    fn compiled(&mut self, section: &Section<Rule>, lists: &BTreeMap<String, Texts>) {
        let rules: Vec<Rule> = section
            .items
            .iter()
            .map(|listed| listed.item.clone())
            .collect();
        let stored = self.stored.lists.iter();
        let mut shared = Shared {
            lists: stored
                .map(|(name, row)| (name.clone(), Texts(row.item.members.clone())))
                .collect(),
            ..Shared::default()
        };
        shared.lists.extend(lists.clone());
        let found = RuleSet::compile(&rules, &shared).err().unwrap_or_default();
        // What is wrong with a list itself has been told.
        for problem in found.iter().filter(|problem| !problem.rule.is_empty()) {
            let path = place_of(section, &problem.rule).joined(&problem.path);
            self.problem(&path, &problem.problem);
        }
        if found.is_empty() && !self.around.leave_cases {
            for failure in check_cases(&rules, &shared) {
                let path = place_of_case(section, &failure.rule, &failure.case);
                self.problem(
                    &path,
                    format!("the case \"{}\" fails: {}", failure.case, failure.failure),
                );
            }
        }
    }
}

fn place_of_case(section: &Section<Rule>, rule: &str, case: &str) -> Path {
    let path = place_of(section, rule).key("cases");
    let listed = section.items.iter().find(|listed| listed.item.name == rule);
    let place = listed.and_then(|listed| {
        let mut cases = listed.item.cases.iter();
        cases.position(|one| one.name == case)
    });
    place.map_or(path.clone(), |place| path.index(place))
}

fn place_of(section: &Section<Rule>, name: &str) -> Path {
    section
        .items
        .iter()
        .rfind(|listed| listed.item.name == name)
        .map_or_else(
            || Path::default().key("rules"),
            |listed| listed.path.clone(),
        )
}
