//! Candidates while they are being found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::{Candidate, Evidence, RecordKind, RecordRef};

/// More records than this are not shown for one message.
const MOST_CANDIDATES: usize = 200;

/// Candidates of one message.
#[derive(Debug, Default)]
pub(super) struct Found {
    candidates: BTreeMap<RecordRef, Candidate>,
    /// A person said that the message does not belong there.
    excluded: BTreeSet<RecordRef>,
    /// A person said that a message which it answers does not.
    out_of_thread: BTreeSet<RecordRef>,
    /// A person said of this very message that it does.
    settled: BTreeSet<RecordRef>,
}

/// What records of one kind have in common with the message: an address, or `@` and a domain.
pub(super) type Shared = (RecordKind, String);

impl Found {
    pub(super) fn exclude(&mut self, record: RecordRef) {
        self.excluded.insert(record);
        self.candidates.remove(&record);
    }

    pub(super) fn keep_out_of_thread(&mut self, record: RecordRef) {
        self.out_of_thread.insert(record);
    }

    pub(super) fn is_out_of_thread(&self, record: RecordRef) -> bool {
        self.out_of_thread.contains(&record)
    }

    pub(super) fn settle(&mut self, record: RecordRef) {
        self.settled.insert(record);
    }

    pub(super) fn settled(&self) -> BTreeSet<RecordRef> {
        self.settled.clone()
    }

    pub(super) fn add(&mut self, record: RecordRef, name: &str, evidence: Evidence) {
        if self.excluded.contains(&record) {
            return;
        }
        if self.candidates.len() >= MOST_CANDIDATES && !self.candidates.contains_key(&record) {
            return;
        }
        let candidate = self.candidates.entry(record).or_insert_with(|| Candidate {
            record,
            name: name.to_owned(),
            evidence: Vec::new(),
            doubt: None,
        });
        if !candidate.evidence.contains(&evidence) {
            candidate.evidence.push(evidence);
        }
    }

    /// Takes evidence by one address or domain away from a record, and the record with its last.
    pub(super) fn forget(&mut self, record: RecordRef, shared: &str) {
        if let Some(candidate) = self.candidates.get_mut(&record) {
            candidate
                .evidence
                .retain(|evidence| key(evidence).as_deref() != Some(shared));
            if candidate.evidence.is_empty() {
                self.candidates.remove(&record);
            }
        }
    }

    /// How many records of a kind an address or a domain speaks for.
    pub(super) fn holders(&self) -> HashMap<Shared, Vec<RecordRef>> {
        let mut holders: HashMap<Shared, Vec<RecordRef>> = HashMap::new();
        for candidate in self.candidates.values() {
            for evidence in &candidate.evidence {
                if let Some(key) = key(evidence) {
                    let all = holders.entry((candidate.record.kind, key)).or_default();
                    if !all.contains(&candidate.record) {
                        all.push(candidate.record);
                    }
                }
            }
        }
        holders
    }

    pub(super) fn name_of(&self, record: RecordRef) -> Option<&str> {
        self.candidates
            .get(&record)
            .map(|candidate| candidate.name.as_str())
    }

    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Candidate> {
        self.candidates.values_mut()
    }

    pub(super) fn into_candidates(self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = self.candidates.into_values().collect();
        for candidate in &mut candidates {
            candidate
                .evidence
                .sort_by_key(|evidence| Reverse(evidence.weight()));
        }
        candidates.sort_by_key(|candidate| (Reverse(candidate.weight()), candidate.record));
        candidates
    }
}

/// What several records may have in common.
pub(super) fn key(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Address { email, .. } => Some(email.clone()),
        Evidence::Domain { domain, .. } => Some(format!("@{domain}")),
        _ => None,
    }
}
