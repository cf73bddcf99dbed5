//! How the scanning of a mailbox goes: authorization is the light, this is health.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::health::HealthState;
use entities::ids::MailboxId;
use maud::{Markup, html};

use super::light::Light;
use super::moment::plain;
use super::prose::prose;
use super::words;
use crate::store::{self, Store, StoreError};

/// One scanner of a mailbox.
#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) health: HealthState,
    pub(super) reason: Option<String>,
    pub(super) next_try_at: Option<DateTime<Utc>>,
    pub(super) last_scan_at: Option<DateTime<Utc>>,
}

impl Scanner {
    /// A line about it. Under a red light nothing is scanned, and the light says why; once somebody has acted, what the
    /// last scan complained of is no longer true.
    pub(super) fn line(&self, light: &Light) -> Markup {
        let may_scan = self.enabled && self.health != HealthState::Paused;
        let waits = may_scan && light.is_red();
        let is_next = may_scan && !waits && self.health != HealthState::Ok && self.is_before(light);
        let quiet = waits || is_next;
        html! {
            div.scanner.(if quiet { "waits" } else { self.health.as_str() }) {
                p {
                    span.name { (self.name) } " "
                    span.health {
                        @if !self.enabled { "Switched off" }
                        @else if waits { "Stopped until somebody acts" }
                        @else if is_next { "To be scanned next" }
                        @else { (words::of_health(self.health)) }
                    }
                }
                @if let (false, true, Some(reason)) = (quiet, self.health != HealthState::Ok, &self.reason) {
                    p.quiet { (prose(reason)) }
                }
                @if let (false, Some(next)) = (quiet, self.next_try_at) { p.quiet { "Tried again at " (plain(next)) } }
                @if let Some(last) = self.last_scan_at { p.quiet { "Last scan " (plain(last)) } }
            }
        }
    }

    /// Whether it was not scanned since the light came to show what it shows.
    fn is_before(&self, light: &Light) -> bool {
        let since = light.row.as_ref().map(|row| row.since);
        self.last_scan_at
            .zip(since)
            .is_some_and(|(scan, since)| scan < since)
    }
}

/// The scanners of each mailbox, by name.
pub(super) async fn by_mailbox(
    store: &Store,
) -> Result<HashMap<MailboxId, Vec<Scanner>>, StoreError> {
    let mut health: HashMap<_, _> = store::health::list(store)
        .await?
        .into_iter()
        .map(|one| (one.scanner_id, one))
        .collect();
    let last: HashMap<_, _> = store::scans::last_per_scanner(store)
        .await?
        .into_iter()
        .map(|scan| (scan.scanner_id, scan.started_at))
        .collect();
    let mut by_mailbox: HashMap<_, Vec<Scanner>> = HashMap::new();
    for scanner in store::scanners::list(store).await? {
        let health = health.remove(&scanner.id);
        let paused = scanner.paused_by.map(|who| format!("Paused by {who}."));
        let state = if paused.is_some() {
            HealthState::Paused
        } else {
            health
                .as_ref()
                .map_or(HealthState::Ok, |health| health.state)
        };
        by_mailbox
            .entry(scanner.mailbox_id)
            .or_default()
            .push(Scanner {
                name: scanner.name,
                enabled: scanner.enabled,
                health: state,
                reason: paused.or(health.as_ref().and_then(|health| health.reason.clone())),
                next_try_at: health.and_then(|health| health.next_try_at),
                last_scan_at: last.get(&scanner.id).copied(),
            });
    }
    Ok(by_mailbox)
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
