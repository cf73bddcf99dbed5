//! Messages whose author is another now than when they were decided, as a list or a reading of forms has changed: their
//! records are looked up anew, without those that came later than the decision.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use entities::ids::{DecisionId, MessageId, ScannerId};
use rules::{Candidate, Evidence, Role};

use super::{MADE, Said};
use crate::kinds;
use crate::link::{self, Asked, Known, SearchFields};
use crate::message::Own;
use crate::scan::ScanError;
use crate::store::scanners::Placed;
use crate::store::{Store, made_records, message_addresses};

/// The places in which an author is told that no header tells.
const OF_AUTHORS: [&str; 2] = ["form", "passed_on"];

/// What is known of each of these messages now that its author is another, by its decision.
pub(super) async fn look_up(
    store: &Store,
    said: &[Said],
    places: &HashMap<ScannerId, (Placed, Arc<Own>)>,
) -> Result<HashMap<DecisionId, Vec<Candidate>>, ScanError> {
    let mut by_scanner: BTreeMap<ScannerId, Vec<&Said>> = BTreeMap::new();
    for one in with_another_author(store, said, places).await? {
        by_scanner
            .entry(one.decided.scanner_id)
            .or_default()
            .push(one);
    }
    let mut found = HashMap::new();
    for (scanner, all) in by_scanner {
        let Some((at, own)) = places.get(&scanner) else {
            continue;
        };
        let asked = all.iter().map(|one| Asked {
            message: one.row.id,
            facts: &one.facts,
        });
        let fields = SearchFields::new(at.scanner.search_fields.0.clone());
        // Only read in, and dropped.
        let tx = store.begin().await?;
        let known = Known::load(&tx, asked, &fields, own).await?;
        for one in all {
            let mut candidates = link::candidates(one.row.id, &one.facts, &known);
            for kind in MADE {
                let ids = candidates.iter().map(|candidate| candidate.record);
                let ids: Vec<i64> = ids
                    .filter(|record| record.kind == kind)
                    .map(|record| record.id)
                    .collect();
                if ids.is_empty() {
                    continue;
                }
                let stored = kinds::stored_record_kind(kind);
                let later: HashSet<i64> =
                    made_records::later_than(&tx, stored, &ids, one.decided.decided_at)
                        .await?
                        .into_iter()
                        .collect();
                candidates.retain(|candidate| {
                    candidate.record.kind != kind || !later.contains(&candidate.record.id)
                });
            }
            found.insert(one.decided.id, candidates);
        }
    }
    Ok(found)
}

/// Those of which a form or a colleague tells somebody else than was looked up for the decision.
async fn with_another_author<'s>(
    store: &Store,
    said: &'s [Said],
    places: &HashMap<ScannerId, (Placed, Arc<Own>)>,
) -> Result<Vec<&'s Said>, ScanError> {
    let told = |one: &'s Said| -> Option<(&'s str, &'static str)> {
        let (_, own) = places.get(&one.decided.scanner_id)?;
        let mut roles = link::roles(&one.facts, own).into_iter();
        roles.find(|(_, role)| OF_AUTHORS.contains(role))
    };
    let wanted: Vec<(MessageId, String)> = said
        .iter()
        .filter_map(|one| Some((one.row.id, told(one)?.0.to_owned())))
        .collect();
    let stored: HashSet<(MessageId, String, String)> = message_addresses::places(store, &wanted)
        .await?
        .into_iter()
        .map(|row| (row.message_id, row.email, row.role))
        .collect();
    let is_another = |one: &'s Said| match told(one) {
        Some((email, role)) => !stored.contains(&(one.row.id, email.to_owned(), role.to_owned())),
        None => had_author(&one.decided.body),
    };
    let mut found = Vec::new();
    for one in said {
        if is_another(one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// Whether a decision knew a record by the author that its message told.
fn had_author(body: &serde_json::Value) -> bool {
    let decision: Option<rules::Decision> = serde_json::from_value(body.clone()).ok();
    decision.is_some_and(|decision| {
        let known = decision.known_then.unwrap_or(decision.candidates);
        let mut evidence = known.iter().flat_map(|one| &one.evidence);
        evidence.any(|evidence| {
            matches!(
                evidence,
                Evidence::Address {
                    role: Role::Form | Role::PassedOn,
                    ..
                }
            )
        })
    })
}
