//! Chooses owners as decisions planned it, and says in the decision who was chosen.

use rules::{ChosenOwner, OwnerChoice, Turn};

use super::Subject;
use crate::kinds::stored_record_kind;
use crate::records::owners::{self, By, Chosen, Wish};
use crate::store::workloads::Work;
use crate::store::{StoreError, Tx};

/// Which action of which rule has it chosen, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) rule: &'a str,
    pub(super) action: &'a str,
    pub(super) work: Work,
}

/// Makes the choice; the address of whoever was chosen stands in `owner` then.
pub(super) async fn choose(
    tx: &Tx,
    subject: Subject<'_>,
    asking: Asking<'_>,
    choice: &mut OwnerChoice,
    owner: &mut String,
) -> Result<Chosen, StoreError> {
    let of = choice.of.iter();
    let wish = Wish {
        of: of
            .map(|record| (stored_record_kind(record.kind), record.id))
            .collect(),
        among: &choice.among,
        by: match choice.turn {
            Some(Turn::LeastBusy) => By::Load,
            Some(Turn::RoundRobin) | None => By::Turn,
        },
        at_most: choice.at_most,
        otherwise: &choice.otherwise,
        rule: asking.rule,
        action: asking.action,
        work: asking.work,
    };
    let chosen = owners::choose(tx, &wish, subject.now).await?;
    owner.clone_from(&chosen.email);
    choice.chosen = Some(ChosenOwner {
        email: chosen.email.clone(),
        why: chosen.why.clone(),
        passed_over: chosen.passed_over.clone(),
    });
    Ok(chosen)
}

#[cfg(test)]
#[path = "owners_tests.rs"]
mod tests;
