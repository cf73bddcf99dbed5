//! Plans how an owner is chosen: who is there and who has how much is not known here.

use crate::compile::owner::OwnerPlan;
use crate::decision::OwnerChoice;
use crate::facts::{Facts, RecordRef};

/// The choice, where the rule has one made; `owner`, which its template gave, is then who gets it when nobody else does.
pub(super) fn choice(
    facts: &Facts,
    plan: Option<&OwnerPlan>,
    owner: &mut String,
) -> Option<Box<OwnerChoice>> {
    let plan = plan?;
    let sure = || facts.candidates.iter().filter(|one| one.is_sure());
    let of_kind = |kind| {
        sure()
            .map(|one| one.record)
            .filter(move |record| record.kind == kind)
    };
    let of: Vec<RecordRef> = plan.of.iter().copied().flat_map(of_kind).collect();
    Some(Box::new(OwnerChoice {
        of,
        turn: plan.turn,
        among: plan.among.clone(),
        at_most: plan.at_most,
        otherwise: std::mem::take(owner).to_lowercase(),
        chosen: None,
    }))
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
