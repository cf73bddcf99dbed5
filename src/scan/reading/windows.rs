//! How much is asked for at once: windows of UIDs to be announced, portions of messages to be fetched.
//!
//! Neither crosses a cut, which is where an earlier answer broke a connection.

use std::collections::BTreeSet;

use entities::scanners::Backfill;

use super::plan::Stretch;
use crate::imap::Announced;

/// The most bytes and messages that one command asks for.
pub(in crate::scan) const BATCH_BYTES: u64 = 4 * 1024 * 1024;
pub(in crate::scan) const BATCH_MESSAGES: usize = 200;
/// How many UIDs one window spans at first; sparse folders widen it.
pub(super) const WINDOW: u32 = 1_000;
pub(super) const WIDEST_WINDOW: u32 = 1 << 22;
const FEW_IN_WINDOW: usize = 100;

/// UIDs before which an answer ends.
pub(super) type Cuts = BTreeSet<u32>;

/// Messages that are fetched and kept together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Portion {
    /// Ascending.
    pub messages: Vec<Announced>,
    /// The UIDs that are accounted for with them.
    pub covers: Stretch,
}

/// The next window of `rest`.
pub(super) fn window(rest: Stretch, span: u32, order: Backfill, cuts: &Cuts) -> Stretch {
    let reach = span.saturating_sub(1);
    match order {
        Backfill::OldestFirst => {
            let last = rest.first.saturating_add(reach).min(rest.last);
            let cut = cuts
                .range(rest.first.saturating_add(1)..)
                .next()
                .map_or(last, |cut| last.min(cut.saturating_sub(1)));
            Stretch { last: cut, ..rest }
        }
        Backfill::NewestFirst => {
            let first = rest.last.saturating_sub(reach).max(rest.first);
            let cut = cuts
                .range(..=rest.last)
                .next_back()
                .map_or(first, |cut| first.max(*cut));
            Stretch { first: cut, ..rest }
        }
    }
}

/// Cuts the `messages` of a window, which are ascending, so that one answer stays small; at most `limit` of them.
pub(super) fn portions(
    window: Stretch,
    mut messages: Vec<Announced>,
    order: Backfill,
    limit: usize,
    cuts: &Cuts,
) -> Vec<Portion> {
    if order == Backfill::NewestFirst {
        messages.reverse();
    }
    let whole = messages.len() <= limit;
    messages.truncate(limit);
    let mut groups: Vec<Vec<Announced>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        match groups.last_mut() {
            Some(group)
                if group.len() < BATCH_MESSAGES
                    && bytes + message.size <= BATCH_BYTES
                    && !group
                        .last()
                        .is_some_and(|before| parted(before, &message, cuts)) =>
            {
                bytes += message.size;
                group.push(message);
            }
            _ => {
                bytes = message.size;
                groups.push(vec![message]);
            }
        }
    }
    if groups.is_empty() && whole {
        groups.push(Vec::new());
    }
    let last = groups.len().saturating_sub(1);
    let mut rest = Some(window);
    let mut portions = Vec::with_capacity(groups.len());
    for (number, mut group) in groups.into_iter().enumerate() {
        let Some(before) = rest else { break };
        let end = group.last().map(|message| message.uid.0);
        let covers = match (end, order) {
            _ if number == last && whole => before,
            (Some(end), Backfill::OldestFirst) => Stretch {
                last: end,
                ..before
            },
            (Some(end), Backfill::NewestFirst) => Stretch {
                first: end,
                ..before
            },
            (None, _) => before,
        };
        rest = before.without(covers, order);
        group.sort_unstable_by_key(|message| message.uid);
        portions.push(Portion {
            messages: group,
            covers,
        });
    }
    portions
}

/// Whether a cut lies between two messages.
fn parted(one: &Announced, other: &Announced, cuts: &Cuts) -> bool {
    let (low, high) = (one.uid.min(other.uid), one.uid.max(other.uid));
    low < high && cuts.range(low.0 + 1..=high.0).next().is_some()
}

/// Wider while a window brings little, so that a folder with far-apart UIDs needs few commands.
pub(super) fn next_span(span: u32, announced: usize) -> u32 {
    if announced < FEW_IN_WINDOW {
        span.saturating_mul(4).min(WIDEST_WINDOW)
    } else {
        WINDOW
    }
}

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
