//! Leads that rules made and people converted or merged since: they stay, and so do the links that went along with them.

use std::collections::HashSet;

use entities::ids::{LeadId, LinkId};
use entities::record_kind::RecordKind;
use entities::record_moves::{Model, MoveReason};

use super::{Undone, binds};
use crate::records::moving::{Along, along};
use crate::store::undos::{self, Made, Scope};
use crate::store::{StoreError, Tx, leads, record_moves};

/// Tells of those that `scope` made; gives the links that went along.
pub(super) async fn keep(
    tx: &Tx,
    scope: &Scope,
    links: &[Made],
    undone: &mut Undone,
) -> Result<HashSet<LinkId>, StoreError> {
    let mut stay = HashSet::new();
    let scanners = undos::scanners(tx, scope).await?.unwrap_or_default();
    let mine: HashSet<LinkId> = links.iter().map(|link| link.id).collect();
    for moved in record_moves::standing_of(tx, RecordKind::Lead).await? {
        let Some(along) = along(&moved) else {
            continue;
        };
        let Some((rule, message)) = origin(tx, &moved, &along).await? else {
            continue;
        };
        let made = |link: &Made| link.message_id.0 == message && link.author == rule;
        let is_mine = match scope {
            Scope::Rule(_) => binds(scope, Some(&rule)),
            Scope::Scan(_) | Scope::Mailbox(_) => {
                let ids: HashSet<LinkId> = along.moved.links.iter().copied().collect();
                let over = |link: &&Made| ids.contains(&link.id);
                links.iter().filter(over).any(made)
                    || along.moved.dropped_links.iter().any(|link| {
                        link.is_of(message, &rule)
                            && match scope {
                                Scope::Scan(id) => link.scan == Some(*id),
                                _ => link.scanner.is_some_and(|one| scanners.contains(&one)),
                            }
                    })
            }
        };
        if is_mine {
            let what = match moved.reason {
                MoveReason::Converted => "became",
                MoveReason::Merged => "was merged into",
            };
            let why = format!("it {what} {} {}", moved.to_kind.as_str(), moved.to_id);
            undone.keep(RecordKind::Lead, moved.from_id, why);
            stay.extend(along.moved.links.iter().filter(|id| mine.contains(id)));
        }
    }
    Ok(stay)
}

/// The rule that made the lead, and of which message.
async fn origin(
    tx: &Tx,
    moved: &Model,
    along: &Along,
) -> Result<Option<(String, i64)>, StoreError> {
    if let Some(gone) = &along.gone {
        let rule = gone.text("rule").map(str::to_owned);
        return Ok(rule.zip(gone.number("message_id")));
    }
    let lead = leads::by_id(tx, LeadId(moved.from_id)).await?;
    Ok(lead.and_then(|lead| Some((lead.rule?, lead.message_id?.0))))
}
