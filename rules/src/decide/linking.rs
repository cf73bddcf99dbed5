//! To which candidates a message is linked, and why to none.

use crate::facts::{Candidate, Doubt, RecordKind, RecordRef};
use crate::rule::action::Ties;

/// The records that a rule links the message to, strongest first; else why to none.
pub(crate) fn records(
    candidates: &[Candidate],
    kinds: &[RecordKind],
    ties: Ties,
) -> Result<Vec<RecordRef>, String> {
    let wanted = |one: &&Candidate| kinds.is_empty() || kinds.contains(&one.record.kind);
    let wanted: Vec<&Candidate> = candidates.iter().filter(wanted).collect();
    let taken =
        |one: &Candidate| one.is_sure() || (ties == Ties::All && one.doubt == Some(Doubt::Tie));
    let records: Vec<RecordRef> = wanted
        .iter()
        .filter(|one| taken(one))
        .map(|one| one.record)
        .collect();
    if !records.is_empty() {
        return Ok(records);
    }
    Err(doubtful(&wanted).unwrap_or_else(|| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let what = if names.is_empty() {
            "record".to_owned()
        } else {
            names.join(" or ")
        };
        format!("no {what} is known that the message may belong to")
    }))
}

/// What a person is to say of candidates that are all in doubt; nothing where there are none.
fn doubtful(candidates: &[&Candidate]) -> Option<String> {
    let first = candidates.first()?;
    let kind = first.record.kind.as_str();
    Some(match first.doubt? {
        Doubt::Tie => {
            let tied = candidates.iter().filter(|one| {
                one.doubt == Some(Doubt::Tie) && one.record.kind == first.record.kind
            });
            let count = match tied.count() {
                2 => "two".to_owned(),
                3 => "three".to_owned(),
                many => many.to_string(),
            };
            format!("{count} {kind}s have this address: a person must choose")
        }
        Doubt::Stranger => format!(
            "its sender has nothing to do with {kind} {}, whose mail it answers or whom it names: a person must say whether it belongs there",
            first.name
        ),
        Doubt::WeakIdentity => format!(
            "it may not be from whom it says, so {kind} {} is not linked: a person must look",
            first.name
        ),
    })
}
