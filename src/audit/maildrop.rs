//! A POP3 maildrop beside the ledger, name by name. The ledger is read page by page; of the maildrop the names are held.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;
use entities::folders;

use super::{Ended, FolderAudit};
use crate::pop3::Session;
use crate::store::Store;
use crate::store::deliveries::uidl::{self, VALIDITY};

/// Compares what the server lists with the folder's row; its name and what is doubled in it are left to the caller. What
/// the ledger does not know is not missing: each scan asks for all of that.
pub(super) async fn compare(
    store: &Store,
    session: &mut Session,
    row: &folders::Model,
    since: Option<DateTime<Utc>>,
) -> Result<FolderAudit, Ended> {
    let counted = session.stat().await?.messages;
    let listing = session.list(counted).await?;
    let on_server = listing.messages.len() as u64;
    let mut found = FolderAudit {
        // Identical copies under one name are one message.
        exists: counted.saturating_sub(listing.named.saturating_sub(on_server)),
        on_server,
        ..FolderAudit::default()
    };
    let mut listed: HashSet<String> = listing.messages.into_iter().map(|it| it.uidl).collect();
    let mut after = 0;
    loop {
        let page = uidl::page(store, row.id, VALIDITY, after).await?;
        let Some((last, ..)) = page.last() else {
            break;
        };
        after = *last;
        for (_, uidl, known) in page {
            let is_there = uidl.is_some_and(|uidl| listed.remove(&uidl));
            match (is_there, known) {
                (false, known) => found.removed(known),
                (true, known) if known.vanished || known.state == DeliveryState::Gone => {
                    found.missing += 1;
                }
                (true, known) => found.knows(known),
            }
        }
    }
    let unknown: Vec<&str> = listed.iter().map(String::as_str).collect();
    for names in unknown.chunks(uidl::MOST) {
        let too_old = uidl::known(store, row.id, names, since).await?.names.len();
        found.too_old += too_old as u64;
        found.to_read += (names.len() - too_old) as u64;
    }
    Ok(found)
}
