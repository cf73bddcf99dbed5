//! Late linking: of a decision that was carried out before, only what it asked for in links is done, now that other
//! records are known.

use rules::{Action, Candidate, Decision, Outcome, Planned, RecordRef};

use super::{Changes, Subject};

/// Whether the rules asked for links that may still be made: a message that they ignored, or that a person has to look at
/// first, is left alone.
#[must_use]
pub fn may_link(decision: &Decision) -> bool {
    let alone = is_left_alone(decision);
    decision.actions.iter().any(|planned| asks(planned, alone))
}

/// Links to those of `candidates` that the rules asked for and nobody has to be asked about, and says in the decision
/// what was done and who was known. Gives the records with their names.
pub fn link_late(
    changes: &mut Changes,
    subject: Subject<'_>,
    decision: &mut Decision,
    candidates: Vec<Candidate>,
) -> Vec<(RecordRef, String)> {
    let alone = is_left_alone(decision);
    let mut linked: Vec<(RecordRef, String)> = Vec::new();
    for planned in &mut decision.actions {
        if !asks(planned, alone) {
            continue;
        }
        let records = match planned.link_to(&candidates) {
            Ok(records) => records,
            Err(why) => {
                // What was linked before stays.
                if planned.outcome != Outcome::Do {
                    planned.outcome = Outcome::Skip(why);
                }
                continue;
            }
        };
        for candidate in &candidates {
            if !records.contains(&candidate.record) {
                continue;
            }
            changes.link(
                subject,
                candidate.record,
                &candidate.evidence,
                &planned.rule,
            );
            if linked.iter().all(|(known, _)| *known != candidate.record) {
                linked.push((candidate.record, candidate.name.clone()));
            }
        }
        planned.outcome = Outcome::Do;
        planned.records = records;
    }
    decision.candidates = candidates;
    linked
}

fn asks(planned: &Planned, alone: bool) -> bool {
    matches!(planned.action, Action::Link(_))
        && !matches!(planned.outcome, Outcome::TakenBack(_))
        && (!alone || planned.outcome == Outcome::Do)
}

/// Whether the rules ignored the message or hold it.
pub(super) fn is_left_alone(decision: &Decision) -> bool {
    decision.actions.iter().any(|planned| {
        matches!(planned.action, Action::Ignore(_) | Action::Hold(_))
            && planned.outcome == Outcome::Do
    })
}
