//! Whether one condition holds wherever another does, as far as their form tells.
//!
//! A yes is certain. A no means that it was not seen.

use crate::rule::condition::Condition;
use crate::rule::test::{Operator, Test};
use crate::rule::texts::Texts;

/// How many pairs of conditions are compared for a whole set of rules.
const OF_A_SET: u64 = 20_000_000;
/// How many pairs are compared of two rules: conditions nest, and could be compared in ever new combinations.
const OF_TWO: u64 = 5_000;

/// How much may still be compared.
pub(super) struct Steps {
    all: u64,
    of_two: u64,
}

impl Steps {
    pub(super) fn of_a_set() -> Self {
        Self {
            all: OF_A_SET,
            of_two: 0,
        }
    }

    /// Whether one more may be taken.
    fn take(&mut self) -> bool {
        let left = self.all > 0 && self.of_two > 0;
        self.all = self.all.saturating_sub(1);
        self.of_two = self.of_two.saturating_sub(1);
        left
    }
}

/// Whether `then` holds wherever `when` does.
pub(super) fn implies(when: &Condition, then: &Condition, steps: &mut Steps) -> bool {
    steps.of_two = OF_TWO;
    follows(when, then, steps)
}

fn follows(when: &Condition, then: &Condition, steps: &mut Steps) -> bool {
    if !steps.take() {
        return false;
    }
    match (when, then) {
        (_, Condition::Always) => true,
        (Condition::Test(one), Condition::Test(other)) => test_follows(one, other),
        (Condition::Not(one), Condition::Not(other)) => follows(other, one, steps),
        // What is split on the side that can be taken apart without loss comes first.
        (_, Condition::All(members)) => members.iter().all(|one| follows(when, one, steps)),
        (Condition::Any(members), _) => members.iter().all(|one| follows(one, then, steps)),
        (Condition::All(members), Condition::Any(others)) => {
            members.iter().any(|one| follows(one, then, steps))
                || others.iter().any(|other| follows(when, other, steps))
        }
        (Condition::All(members), _) => members.iter().any(|one| follows(one, then, steps)),
        (_, Condition::Any(others)) => others.iter().any(|other| follows(when, other, steps)),
        _ => false,
    }
}

/// One value meets all operators of a comparison, so each of the second has to follow from one of the first.
fn test_follows(when: &Test, then: &Test) -> bool {
    if when.fact != then.fact {
        return false;
    }
    if when == then {
        return true;
    }
    let alike =
        when.exact == then.exact && when.subdomains == then.subdomains && when.zone == then.zone;
    // Of an operator that stands there twice only one may count.
    alike
        && each_once(&when.operators)
        && each_once(&then.operators)
        && then.operators.iter().all(|wanted| {
            let mut given = when.operators.iter();
            given.any(|given| operator_follows(given, wanted, then))
        })
}

fn each_once(operators: &[Operator]) -> bool {
    operators.iter().enumerate().all(|(index, operator)| {
        let mut earlier = operators.iter().take(index);
        earlier.all(|earlier| earlier.name() != operator.name())
    })
}

fn operator_follows(given: &Operator, wanted: &Operator, test: &Test) -> bool {
    use Operator::{
        Above, AboveDecimal, After, Before, Below, BelowDecimal, Contains, Domain, DomainList,
        Ends, In, InList, Is, Regex, Starts, Word,
    };
    match (given, wanted) {
        (Is(one) | In(one), Is(other) | In(other))
        | (Contains(one), Contains(other))
        | (Word(one), Word(other))
        | (Starts(one), Starts(other))
        | (Ends(one), Ends(other))
        | (Regex(one), Regex(other))
        | (Domain(one), Domain(other))
        | (InList(one), InList(other))
        | (DomainList(one), DomainList(other)) => are_among(one, other),
        (Above(one), Above(other)) => one.0 >= other.0,
        (Below(one), Below(other)) => one.0 <= other.0,
        (AboveDecimal(one), AboveDecimal(other)) => one.0 >= other.0,
        (BelowDecimal(one), BelowDecimal(other)) => one.0 <= other.0,
        (After(one), After(other)) => {
            let zone = test.zone.unwrap_or_default();
            one.millis(zone) >= other.millis(zone)
        }
        (Before(one), Before(other)) => {
            let zone = test.zone.unwrap_or_default();
            one.millis(zone) <= other.millis(zone)
        }
        _ => given == wanted,
    }
}

/// Lists are any-of: a shorter one holds less often.
fn are_among(one: &Texts, other: &Texts) -> bool {
    /// Longer lists are compared by a person.
    const MOST: usize = 200;
    one == other
        || (one.0.len() <= MOST
            && other.0.len() <= MOST
            && one.iter().all(|text| other.iter().any(|has| has == text)))
}
