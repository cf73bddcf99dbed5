//! What admins are told of announcements that don't get out: people who wait for them would believe that all is well.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::prose::prose;
use crate::http::Visitor;
use crate::store::outbox::GIVEN_UP_SHOWN_FOR;
use crate::store::{Store, StoreError, outbox};

/// More are not counted.
const MOST: u64 = 1_000;

/// How many don't get out, and why the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Untold {
    pub(super) count: usize,
    pub(super) why: String,
}

/// Those that failed and are tried again or were given up lately; nothing for others than admins.
pub(super) async fn read(
    store: &Store,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> Result<Option<Untold>, StoreError> {
    if !visitor.is_admin() {
        return Ok(None);
    }
    let rows = outbox::untold(store, now - GIVEN_UP_SHOWN_FOR, MOST).await?;
    let why = rows.first().and_then(|row| row.error.clone());
    Ok(why.map(|why| Untold {
        count: rows.len(),
        why,
    }))
}

pub(super) fn render(untold: &Untold) -> Markup {
    html! {
        p.said dir="auto" {
            @match untold.count {
                1 => "One announcement does not get out: ",
                count => { (count) " announcements don't get out, the last of them for this reason: " }
            }
            (prose(untold.why.trim_end_matches('.'))) ". "
            code { "mailroom status" } " tells which."
        }
    }
}

#[cfg(test)]
#[path = "untold_tests.rs"]
mod tests;
