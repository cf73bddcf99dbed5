//! Records that rules made and people converted or merged since: they stay, and so do the links that went along with
//! them.

use std::collections::{BTreeMap, HashMap};

use entities::ids::{LeadId, LinkId, RecordMoveId, ScannerId};
use entities::record_kind::RecordKind;
use entities::record_moves::{Model, MoveReason};

use super::{Undoing, binds};
use crate::records::moving::{Along, along};
use crate::store::record_moves::Record;
use crate::store::undos::{self, Made, Scope};
use crate::store::{StoreError, Tx, leads, made_records, record_moves};

/// By which rule a record was made, and of which message.
type Origin = (String, i64);

impl Undoing<'_> {
    /// Tells of those that are the same work, and remembers which links went along; says behind which move the next part
    /// begins.
    pub(super) async fn keep_moved(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let behind = RecordMoveId(self.moved);
        let moves = record_moves::standing(tx, behind, self.part).await?;
        let last = moves.last().map(|moved| moved.id.0);
        let moves: Vec<(Model, Along)> = moves
            .into_iter()
            .filter_map(|moved| along(&moved).map(|along| (moved, along)))
            .collect();
        let origins = origins(tx, &moves).await?;
        let ids: Vec<LinkId> = moves
            .iter()
            .flat_map(|(_, along)| along.moved.links.iter().copied())
            .collect();
        let mine = undos::links_among(tx, self.scope, &ids).await?;
        let mine: HashMap<LinkId, Made> = mine.into_iter().map(|link| (link.id, link)).collect();
        let scanners = undos::scanners(tx, self.scope).await?.unwrap_or_default();
        for (moved, along) in &moves {
            let from = (moved.from_kind, moved.from_id);
            let Some(origin) = origins.get(&from) else {
                continue;
            };
            if !is_of(self.scope, origin, along, &mine, &scanners) {
                continue;
            }
            let what = match moved.reason {
                MoveReason::Converted => "became",
                MoveReason::Merged => "was merged into",
            };
            let why = format!("it {what} {} {}", moved.to_kind.as_str(), moved.to_id);
            self.undone.keep(moved.from_kind, moved.from_id, why);
            let went = along.moved.links.iter().filter(|id| mine.contains_key(id));
            self.stays.links.extend(went);
        }
        Ok(last)
    }
}

/// Whether what made a record is `scope`'s: the rule, or the link to the message that it was made of.
fn is_of(
    scope: &Scope,
    (rule, message): &Origin,
    along: &Along,
    mine: &HashMap<LinkId, Made>,
    scanners: &[ScannerId],
) -> bool {
    if let Scope::Rule(_) = scope {
        return binds(scope, Some(rule));
    }
    let went = along.moved.links.iter().filter_map(|id| mine.get(id));
    let mut made = went.filter(|link| link.message_id.0 == *message && link.author == *rule);
    made.next().is_some()
        || along.moved.dropped_links.iter().any(|link| {
            link.is_of(*message, rule)
                && match scope {
                    Scope::Scan(id) => link.scan == Some(*id),
                    _ => link.scanner.is_some_and(|one| scanners.contains(&one)),
                }
        })
}

/// Of what the records were made that went.
async fn origins(tx: &Tx, moves: &[(Model, Along)]) -> Result<HashMap<Record, Origin>, StoreError> {
    let mut origins = HashMap::new();
    let mut converted = Vec::new();
    let mut known: BTreeMap<&str, (RecordKind, Vec<i64>)> = BTreeMap::new();
    for (moved, along) in moves {
        let id = moved.from_id;
        match (moved.from_kind, &along.gone) {
            (RecordKind::Lead, Some(gone)) => {
                let origin = gone.text("rule").zip(gone.number("message_id"));
                if let Some((rule, message)) = origin {
                    origins.insert((RecordKind::Lead, id), (rule.to_owned(), message));
                }
            }
            (RecordKind::Lead, None) => converted.push(LeadId(id)),
            (kind, _) => {
                let of_kind = known.entry(kind.as_str());
                of_kind.or_insert((kind, Vec::new())).1.push(id);
            }
        }
    }
    for lead in leads::by_ids(tx, &converted).await? {
        if let Some((rule, message)) = lead.rule.zip(lead.message_id) {
            origins.insert((RecordKind::Lead, lead.id.0), (rule, message.0));
        }
    }
    for (kind, ids) in known.into_values() {
        for made in made_records::of_records(tx, kind, &ids).await? {
            let origin = (made.rule, made.message_id.0);
            origins.insert((kind, made.record_id), origin);
        }
    }
    Ok(origins)
}
