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
    let mut linked: Vec<(RecordRef, String)> = Vec::new();
    for place in plan_late(decision, candidates) {
        let Some(planned) = decision.actions.get(place) else {
            continue;
        };
        for candidate in &decision.candidates {
            if !planned.records.contains(&candidate.record) {
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
    }
    linked
}

/// Says in the decision what is linked now that `candidates` are known, and keeps who was known when it was made. Gives
/// the places of the actions that link to some of them.
pub fn plan_late(decision: &mut Decision, candidates: Vec<Candidate>) -> Vec<usize> {
    let alone = is_left_alone(decision);
    let mut links = Vec::new();
    for (place, planned) in decision.actions.iter_mut().enumerate() {
        if !asks(planned, alone) {
            continue;
        }
        match planned.link_to(&candidates) {
            Ok(records) => {
                planned.outcome = Outcome::Do;
                planned.records = records;
                links.push(place);
            }
            // What was linked before stays.
            Err(_) if planned.outcome == Outcome::Do => {}
            Err(why) => planned.outcome = Outcome::Skip(why),
        }
    }
    let known = std::mem::replace(&mut decision.candidates, candidates);
    decision.known_then.get_or_insert(known);
    links
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
