//! How the scanning of a mailbox goes: authorization is the light, this is health.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::health::HealthState;
use entities::ids::{MailboxId, ScannerId};
use entities::scans::ScanOutcome;
use maud::{Markup, html};

use super::light::Light;
use super::moment::{Now, plain};
use super::prose::prose;
use super::words;
use crate::store::{self, Store, StoreError};

/// One scanner of a mailbox.
#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) id: ScannerId,
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) health: HealthState,
    pub(super) reason: Option<String>,
    pub(super) next_try_at: Option<DateTime<Utc>>,
    /// Since when its health is so.
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) last_scan_at: Option<DateTime<Utc>>,
    /// Whether that one still runs.
    pub(super) is_scanned: bool,
    /// Why nobody waits for new mail in its mailbox for a while, though it wants to hear at once.
    pub(super) unheard: Option<String>,
}

impl Scanner {
    /// A line about it.
    pub(super) fn line(&self, light: &Light, now: Now) -> Markup {
        let how = self.how(light, now);
        html! {
            div.scanner.(how.class) {
                p { span.name { (self.name) } " " span.health { (how.word) } }
                (how.more)
                @if let Some(last) = self.last_scan_at { p.quiet { "Last scan " (plain(last, now)) } }
            }
        }
    }

    /// How it does, where its name stands already.
    pub(super) fn state(&self, light: &Light, now: Now) -> Markup {
        let how = self.how(light, now);
        html! {
            div.scanner.(how.class) { p { span.health { (how.word) } } (how.more) }
        }
    }

    /// Whether it does worse than it should, its light apart.
    pub(super) fn is_troubled(&self) -> bool {
        self.enabled && matches!(self.health, HealthState::Failing | HealthState::Retrying)
    }

    /// Under a red light nothing is scanned, and the light says why; once somebody has acted, what the last scan complained
    /// of is no longer true.
    fn how(&self, light: &Light, now: Now) -> How {
        let may_scan = self.enabled && self.health != HealthState::Paused;
        let waits = may_scan && light.is_red();
        let outlived = may_scan && !waits && self.outlived(light);
        let quiet = waits || outlived;
        let word = match () {
            () if !self.enabled => "Switched off",
            () if waits => "Stopped until somebody acts",
            () if outlived && self.is_scanned => "Being scanned",
            () if outlived => "To be scanned next",
            () => words::of_health(self.health),
        };
        let more = html! {
            @if let (false, true, Some(reason)) = (quiet, self.health != HealthState::Ok, &self.reason) {
                p.quiet { (prose(reason)) }
            }
            @if let (false, Some(next)) = (quiet, self.next_try_at) { p.quiet { "Tried again at " (plain(next, now)) } }
            @if let (false, Some(why)) = (quiet, &self.unheard) { p.quiet { (prose(why)) } }
        };
        How {
            class: if quiet { "waits" } else { self.health.as_str() },
            word,
            more,
        }
    }

    /// Whether what is known of its health is older than the light, and no scan has ended since.
    fn outlived(&self, light: &Light) -> bool {
        let Some(row) = &light.row else {
            return false;
        };
        let is_old = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at < row.since);
        self.health != HealthState::Ok
            && is_old(self.since)
            && (self.is_scanned || is_old(self.last_scan_at))
    }
}

/// How a scanner does, in words.
struct How {
    class: &'static str,
    word: &'static str,
    more: Markup,
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
        .map(|scan| (scan.scanner_id, scan))
        .collect();
    let mut unheard: HashMap<_, _> = store::idlings::list(store)
        .await?
        .into_iter()
        .filter_map(|one| Some((one.scanner_id, one.reason?)))
        .collect();
    let mut by_mailbox: HashMap<_, Vec<Scanner>> = HashMap::new();
    for scanner in store::scanners::list(store).await? {
        let health = health.remove(&scanner.id);
        let last = last.get(&scanner.id);
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
                id: scanner.id,
                name: scanner.name,
                enabled: scanner.enabled,
                health: state,
                reason: paused.or(health.as_ref().and_then(|health| health.reason.clone())),
                since: health.as_ref().map(|health| health.since),
                next_try_at: health.and_then(|health| health.next_try_at),
                last_scan_at: last.map(|scan| scan.started_at),
                is_scanned: last.is_some_and(|scan| scan.outcome == ScanOutcome::Running),
                unheard: unheard.remove(&scanner.id).filter(|_| scanner.idle),
            });
    }
    Ok(by_mailbox)
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
