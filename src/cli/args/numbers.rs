//! Records as people call them: `L-12` and `T-7`, or the plain number.

use anyhow::bail;
use entities::record_kind::RecordKind;

use crate::store::record_numbers;

/// `L-12`, or `12`.
pub(super) fn number_of_a_lead(typed: &str) -> Result<i64, String> {
    number(typed, RecordKind::Lead, "L-12 or 12")
}

/// `T-12`, or `12`.
pub(super) fn number_of_a_ticket(typed: &str) -> Result<i64, String> {
    number(typed, RecordKind::Ticket, "T-12 or 12")
}

fn number(typed: &str, kind: RecordKind, expected: &str) -> Result<i64, String> {
    let numbered = record_numbers::read(typed).filter(|(of, _)| *of == kind);
    numbered
        .map(|(_, id)| id)
        .or_else(|| typed.parse().ok())
        .filter(|id| *id > 0)
        .ok_or_else(|| format!("expected {expected}"))
}

/// A record that is merged: `12`, or of leads `L-12`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Merging {
    /// What its number says it is.
    kind: Option<RecordKind>,
    id: i64,
}

impl Merging {
    /// Its key, if it may be one of these records.
    pub(crate) fn of(self, kind: RecordKind) -> anyhow::Result<(RecordKind, i64)> {
        match self.kind {
            Some(other) if other != kind => {
                bail!("{} {} is no {}", other.as_str(), self.id, kind.as_str())
            }
            _ => Ok((kind, self.id)),
        }
    }
}

pub(super) fn number_to_merge(typed: &str) -> Result<Merging, String> {
    let numbered = record_numbers::read(typed);
    let id = numbered.map_or_else(|| typed.parse().ok(), |(_, id)| Some(id));
    id.filter(|id| *id > 0)
        .map(|id| Merging {
            kind: numbered.map(|(kind, _)| kind),
            id,
        })
        .ok_or_else(|| "expected 12, or of leads L-12".to_owned())
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
