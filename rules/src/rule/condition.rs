//! When a rule matches: comparisons of facts, joined by all, any and not, to any depth up to the limit.

use crate::rule::test::Test;

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
