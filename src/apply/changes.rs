//! What a window of decisions changes, written in a few statements at its end.

use entities::links::AuthorKind;
use rules::{Action, Candidate, Decision, Doubt, Evidence, RecordKind, RecordRef};

use super::Subject;
use crate::kinds::stored_record_kind;
use crate::store::{StoreError, Tx, decisions, links, message_tags};

/// What a window of decisions changes, not yet written.
#[derive(Debug, Default)]
pub struct Changes {
    links: Vec<links::NewLink>,
    tags: Vec<message_tags::NewTag>,
    decisions: Vec<decisions::NewDecision>,
    /// Of messages that were decided before.
    anew: Vec<decisions::NewDecision>,
}

impl Changes {
    /// Writes everything.
    pub async fn write(self, tx: &Tx) -> Result<(), StoreError> {
        links::insert_missing(tx, self.links).await?;
        message_tags::insert_missing(tx, self.tags).await?;
        decisions::insert_missing(tx, self.decisions).await?;
        if let Some(scanner) = self.anew.first().map(|made| made.scanner_id) {
            decisions::replace(tx, scanner, self.anew).await?;
        }
        Ok(())
    }

    pub(super) fn link(
        &mut self,
        subject: Subject<'_>,
        record: RecordRef,
        evidence: &[Evidence],
        rule: &str,
    ) {
        if subject.refused.contains(&record) {
            return;
        }
        self.links.push(links::NewLink {
            message_id: subject.message,
            record_kind: stored_record_kind(record.kind),
            record_id: record.id,
            evidence: serde_json::to_value(evidence).unwrap_or_default(),
            author_kind: AuthorKind::Rule,
            author: rule.to_owned(),
            scan_id: subject.scan,
            scanner_id: Some(subject.scanner),
            created_at: subject.now,
        });
    }

    pub(super) fn tag(&mut self, subject: Subject<'_>, tags: &[String], rule: &str) {
        self.tags
            .extend(tags.iter().map(|tag| message_tags::NewTag {
                message_id: subject.message,
                tag: tag.clone(),
                author_kind: AuthorKind::Rule,
                author: rule.to_owned(),
                scan_id: subject.scan,
                scanner_id: Some(subject.scanner),
            }));
    }

    pub(super) fn decided(
        &mut self,
        subject: Subject<'_>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let made = decisions::NewDecision {
            message_id: subject.message,
            scanner_id: subject.scanner,
            body: serde_json::to_value(decision)
                .map_err(|error| StoreError::Broken(error.to_string()))?,
            doubt: doubt(decision).filter(|_| !subject.settled),
            decided_at: subject.now,
        };
        if subject.anew {
            self.anew.push(made);
        } else {
            self.decisions.push(made);
        }
        Ok(())
    }
}

/// Why a person has to say where the message belongs: the first candidate in doubt of a kind that a rule links.
#[must_use]
pub fn doubt(decision: &Decision) -> Option<&'static str> {
    if super::late::is_ignored(decision) {
        return None;
    }
    let wanted = |kind: RecordKind| {
        decision.actions.iter().any(|planned| {
            matches!(&planned.action, Action::Link(kinds) if kinds.is_empty() || kinds.contains(&kind))
        })
    };
    let is_decided = |kind: RecordKind| {
        let mut of_kind = decision
            .candidates
            .iter()
            .filter(|one| one.record.kind == kind);
        of_kind.any(Candidate::is_sure)
    };
    let open = decision.candidates.iter().find_map(|one| {
        let kind = one.record.kind;
        // Between several somebody is found already.
        one.doubt
            .filter(|doubt| wanted(kind) && (*doubt != Doubt::Tie || !is_decided(kind)))
    });
    open.map(Doubt::as_str)
}
