//! What a window of decisions changes, written in a few statements at its end.

use entities::links::AuthorKind;
use rules::{Decision, Evidence, RecordRef};

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
        self.links.push(links::NewLink {
            message_id: subject.message,
            record_kind: stored_record_kind(record.kind),
            record_id: record.id,
            evidence: serde_json::to_value(evidence).unwrap_or_default(),
            author_kind: AuthorKind::Rule,
            author: rule.to_owned(),
            scan_id: subject.scan,
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
