//! What a window of decisions changes, written in a few statements at its end.

use std::collections::BTreeMap;
use std::mem;

use entities::ids::{RuleVersionId, ScannerId};
use entities::links::AuthorKind;
use entities::server_changes::Change;
use rules::{Action, Candidate, Decision, Doubt, Evidence, Outcome, RecordKind, RecordRef};

use super::Subject;
use crate::kinds::stored_record_kind;
use crate::store::rule_hits::{self, Hits};
use crate::store::{
    StoreError, Tx, decisions, link_askers, links, message_tags, server_changes, tag_askers,
};

/// What a window of decisions changes, not yet written.
#[derive(Debug, Default)]
pub struct Changes {
    links: Vec<links::NewLink>,
    tags: Vec<message_tags::NewTag>,
    on_server: Vec<server_changes::NewChange>,
    decisions: Vec<decisions::NewDecision>,
    /// Of messages that were decided before.
    anew: Vec<decisions::NewDecision>,
    /// The version of the rules that decides.
    version: Option<RuleVersionId>,
    /// How often each rule matched, for each scanner; nothing counts the messages.
    hits: BTreeMap<(ScannerId, Option<String>), Hits>,
}

impl Changes {
    /// Of decisions by this version of the rules.
    #[must_use]
    pub fn by(version: Option<RuleVersionId>) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    /// Writes everything.
    pub async fn write(mut self, tx: &Tx) -> Result<(), StoreError> {
        self.write_links(tx).await?;
        self.write_tags(tx).await?;
        // What is moved can't be reached by its UID any more.
        self.on_server.sort_by_key(|new| new.change == Change::Move);
        server_changes::insert_missing(tx, self.on_server).await?;
        decisions::insert_missing(tx, self.decisions).await?;
        if let Some(scanner) = self.anew.first().map(|made| made.scanner_id) {
            decisions::replace(tx, scanner, self.anew).await?;
        }
        // The last, as another writer would wait for these rows to the end of the transaction.
        rule_hits::add(tx, self.hits.into_values().collect()).await
    }

    async fn write_links(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let all = mem::take(&mut self.links);
        // Else all were new, and nobody else had asked for one of them.
        if links::insert_missing(tx, all.clone()).await? < all.len() as u64 {
            link_askers::insert_missing(tx, &all).await?;
        }
        Ok(())
    }

    async fn write_tags(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let all = mem::take(&mut self.tags);
        if message_tags::insert_missing(tx, all.clone()).await? < all.len() as u64 {
            tag_askers::insert_missing(tx, &all).await?;
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

    /// Asks for a change of the message on its server; says why not where it lies on none.
    pub(super) fn on_server(
        &mut self,
        subject: Subject<'_>,
        action: &Action,
        rule: &str,
    ) -> Result<(), String> {
        let (change, argument) = match action {
            Action::Flag(flags) => (Change::Flag, flags.join(" ")),
            Action::Unflag(flags) => (Change::Unflag, flags.join(" ")),
            Action::Move(folder) => (Change::Move, folder.clone()),
            _ => return Ok(()),
        };
        let Some(delivery_id) = subject.on_server else {
            return Err("the message lies in no folder of an IMAP server".to_owned());
        };
        let new = server_changes::NewChange {
            delivery_id,
            scanner_id: subject.scanner,
            change,
            argument,
            rule: rule.to_owned(),
            scan_id: subject.scan,
            created_at: subject.now,
        };
        self.on_server.push(new);
        Ok(())
    }

    /// A message that a rule has a person look at first: nothing is done, and the decision says by which rule and why.
    ///
    /// # Errors
    /// [`StoreError::Broken`] where the decision can't be written.
    pub fn held(&mut self, subject: Subject<'_>, decision: &Decision) -> Result<(), StoreError> {
        self.decided(subject, decision)
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
            version: self.version,
        };
        self.count(subject, decision);
        if subject.anew {
            self.anew.push(made);
        } else {
            self.decisions.push(made);
        }
        Ok(())
    }
}

impl Changes {
    /// Counts the message, and each rule that matched with what was done of it.
    fn count(&mut self, subject: Subject<'_>, decision: &Decision) {
        self.add_hit(subject, None, 0);
        for tried in decision.rules.iter().filter(|tried| tried.matched) {
            let done = decision
                .actions
                .iter()
                .filter(|planned| planned.rule == tried.rule && planned.outcome == Outcome::Do)
                .count();
            let done = i64::try_from(done).unwrap_or(i64::MAX);
            self.add_hit(subject, Some(tried.rule.clone()), done);
        }
    }

    fn add_hit(&mut self, subject: Subject<'_>, rule: Option<String>, done: i64) {
        let hits = self.hits.entry((subject.scanner, rule.clone()));
        let hits = hits.or_insert_with(|| Hits {
            scanner_id: subject.scanner,
            rule,
            matched: 0,
            done: 0,
            at: subject.now,
        });
        hits.matched = hits.matched.saturating_add(1);
        hits.done = hits.done.saturating_add(done);
    }
}

/// Why a person has to say where the message belongs: the first candidate in doubt of a kind that a rule links.
#[must_use]
pub fn doubt(decision: &Decision) -> Option<&'static str> {
    if super::late::is_left_alone(decision) {
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
