//! When a rule matches: comparisons of facts, joined by all, any and not, to any depth up to the limit.

use std::collections::BTreeSet;

use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

/// When a rule matches.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Condition {
    /// Holds for every message; what a rule without `when` has.
    #[default]
    Always,
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The comparison holds.
    Test(Test),
}

impl Condition {
    /// Adds the names of the shared lists that it looks in.
    pub(super) fn list_names<'c>(&'c self, names: &mut BTreeSet<&'c str>) {
        match self {
            Self::Always => {}
            Self::All(members) | Self::Any(members) => {
                for member in members {
                    member.list_names(names);
                }
            }
            Self::Not(member) => member.list_names(names),
            Self::Test(test) => {
                let lists = test.operators.iter().filter_map(Operator::lists);
                names.extend(lists.flat_map(Texts::iter));
            }
        }
    }
}
