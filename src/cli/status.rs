//! `mailroom status`: each scanner's light, health, last and next scan.

mod backfill;
mod expiries;
mod untold;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::health::{self, HealthState};
use entities::lights::{self, LightState};
use entities::{idlings, scans};
use serde::Serialize;

use super::{Done, output};
use crate::app::App;
use crate::cause::{Cause, Who};
use crate::store;
use crate::store::scanners::Placed;
use backfill::Backfill;
use expiries::{Expiries, Expiry};
use untold::Untold;

/// One scanner, as `mailroom status --json` prints it.
#[derive(Debug, Serialize)]
struct Status {
    scanner: String,
    mailbox: String,
    enabled: bool,
    light: Light,
    health: Health,
    last_scan: Option<LastScan>,
    next_scan_at: Option<DateTime<Utc>>,
    /// How a scanner hears of new mail that wants to hear at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    idle: Option<Idle>,
    /// Deliveries by state.
    deliveries: HashMap<&'static str, i64>,
    /// Messages that failed or are held, and why.
    messages: Vec<String>,
    /// Older mail that is still to be read.
    backfill: Option<Backfill>,
    /// What opens the mailbox and ends on a known day.
    expiries: Vec<Expiry>,
    /// Announcements about the mailbox that don't get out.
    untold: Vec<Untold>,
    #[serde(skip)]
    server: String,
}

#[derive(Debug, Serialize)]
struct Light {
    state: &'static str,
    cause: Option<String>,
    since: Option<DateTime<Utc>>,
    who: Option<String>,
    remedy: Option<String>,
    words: Option<String>,
    button: Option<&'static str>,
    /// When it is tried although it is red.
    next_try_at: Option<DateTime<Utc>>,
    /// How often it came to show something.
    changes: i64,
}

#[derive(Debug, Serialize)]
struct Health {
    state: &'static str,
    reason: Option<String>,
    since: Option<DateTime<Utc>>,
    next_try_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct Idle {
    /// Whether a worker waits in the mailbox.
    waiting: bool,
    since: Option<DateTime<Utc>>,
    /// Why none does for a while.
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct LastScan {
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    outcome: &'static str,
    counts: serde_json::Value,
    error: Option<String>,
}

pub(super) async fn run(app: &App, json: bool) -> anyhow::Result<Done> {
    let all = statuses(app).await?;
    if json {
        output::json(&all)?;
    } else if all.is_empty() {
        output::line(
            "No scanner is set up; write a set-up file and run `mailroom apply -f FILE`.",
        )?;
    } else {
        say(&all)?;
        let unsent = store::outbox::unsent(&app.store).await?;
        if unsent > 0 {
            output::line(format!(
                "\nAnswers and messages to pass on that wait, as this version sends none: {unsent}"
            ))?;
        }
        let since = app.clock.now() - store::outbox::GIVEN_UP_SHOWN_FOR;
        let expired = store::outbox::asked::expired(&app.store, since).await?;
        if expired > 0 {
            output::line(format!(
                "\nAnswers, messages to pass on and notices of rules that waited too long within the last week and are not sent any more: {expired}"
            ))?;
        }
    }
    Ok(Done::Well)
}

async fn statuses(app: &App) -> anyhow::Result<Vec<Status>> {
    let store = &app.store;
    let lights: HashMap<_, _> = store::lights::list(store)
        .await?
        .into_iter()
        .map(|light| (light.mailbox_id, light))
        .collect();
    let health: HashMap<_, _> = store::health::list(store)
        .await?
        .into_iter()
        .map(|one| (one.scanner_id, one))
        .collect();
    let idlings: HashMap<_, _> = store::idlings::list(store)
        .await?
        .into_iter()
        .map(|one| (one.scanner_id, one))
        .collect();
    let scans: HashMap<_, _> = store::scans::last_per_scanner(store)
        .await?
        .into_iter()
        .map(|scan| (scan.scanner_id, scan))
        .collect();
    let mut deliveries: HashMap<_, HashMap<&'static str, i64>> = HashMap::new();
    for (scanner, state, count) in store::deliveries::counts(store).await? {
        deliveries
            .entry(scanner)
            .or_default()
            .insert(state.as_str(), count);
    }
    let mut troubles: HashMap<_, Vec<String>> = HashMap::new();
    for trouble in store::deliveries::troubles(store, None).await? {
        let of_scanner = troubles.entry(trouble.scanner_id).or_default();
        of_scanner.push(trouble.to_string());
    }
    let changes: HashMap<_, _> = store::light_changes::counts(store)
        .await?
        .into_iter()
        .collect();
    let now = app.clock.now();
    let expiries = Expiries::read(store, now).await?;
    let untold = untold::read(store, now).await?;
    let backfills = backfill::read(store).await?;
    let placed = store::scanners::all_with_mailbox_and_server(store).await?;
    Ok(placed
        .into_iter()
        .map(|placed| Status {
            light: Light::of(
                lights.get(&placed.mailbox.id),
                changes.get(&placed.mailbox.id).copied(),
            ),
            backfill: backfills.get(&placed.scanner.id).copied(),
            expiries: expiries.of(&placed),
            untold: untold
                .get(&placed.mailbox.address)
                .cloned()
                .unwrap_or_default(),
            server: placed.server.name.clone(),
            health: Health::of(&placed, health.get(&placed.scanner.id)),
            idle: placed
                .scanner
                .idle
                .then(|| Idle::of(idlings.get(&placed.scanner.id))),
            last_scan: scans.get(&placed.scanner.id).map(LastScan::of),
            deliveries: deliveries.remove(&placed.scanner.id).unwrap_or_default(),
            messages: troubles.remove(&placed.scanner.id).unwrap_or_default(),
            next_scan_at: placed.scanner.next_scan_at,
            enabled: placed.scanner.enabled,
            scanner: placed.scanner.name,
            mailbox: placed.mailbox.address,
        })
        .collect())
}

impl Light {
    fn of(light: Option<&lights::Model>, changes: Option<i64>) -> Self {
        let cause = light.and_then(|light| Cause::from_code(light.cause.as_deref()?));
        Self {
            state: light
                .map_or(LightState::Unknown, |light| light.state)
                .as_str(),
            cause: light.and_then(|light| light.cause.clone()),
            since: light.map(|light| light.since),
            who: light.and_then(|light| light.who.clone()),
            remedy: light.and_then(|light| light.remedy.clone()),
            words: light.and_then(|light| light.provider_words.clone()),
            button: cause.map(|cause| cause.button().as_str()),
            next_try_at: light.and_then(|light| light.probe_at),
            changes: changes.unwrap_or_default(),
        }
    }

    fn is_red(&self) -> bool {
        self.state == LightState::Red.as_str()
    }

    /// Since when it is red and who must act.
    fn waiting(&self) -> Option<String> {
        let since = self.since.filter(|_| self.is_red())?;
        let who = self.who.as_deref().and_then(Who::from_code);
        Some(format!(
            "red since {}, waiting for {}.",
            output::moment(since),
            who.unwrap_or(Who::Admin).phrase()
        ))
    }
}

impl Health {
    fn of(placed: &Placed, health: Option<&health::Model>) -> Self {
        if let Some(who) = &placed.scanner.paused_by {
            return Self {
                state: HealthState::Paused.as_str(),
                reason: Some(format!(
                    "paused by {who}; `mailroom resume {}` has the schedule scan it again",
                    placed.scanner.name
                )),
                since: None,
                next_try_at: None,
            };
        }
        Self {
            state: health
                .map_or(HealthState::Ok, |health| health.state)
                .as_str(),
            reason: health.and_then(|health| health.reason.clone()),
            since: health.map(|health| health.since),
            next_try_at: health.and_then(|health| health.next_try_at),
        }
    }

    fn is_paused(&self) -> bool {
        self.state == HealthState::Paused.as_str()
    }
}

impl Idle {
    fn of(idling: Option<&idlings::Model>) -> Self {
        Self {
            waiting: idling.is_some_and(|idling| idling.owner.is_some()),
            since: idling.and_then(|idling| idling.since),
            reason: idling.and_then(|idling| idling.reason.clone()),
        }
    }
}

impl LastScan {
    fn of(scan: &scans::Model) -> Self {
        Self {
            started_at: scan.started_at,
            finished_at: scan.finished_at,
            outcome: scan.outcome.as_str(),
            counts: scan.counts.clone(),
            error: scan.error.clone(),
        }
    }
}

fn say(all: &[Status]) -> std::io::Result<()> {
    output::table(
        [
            "Scanner",
            "Mailbox",
            "Light",
            "Health",
            "Last scan",
            "Next scan",
        ],
        all.iter().map(|status| {
            let light = match &status.light.cause {
                Some(cause) => format!("{}: {cause}", status.light.state),
                None => status.light.state.to_owned(),
            };
            let last = status
                .last_scan
                .as_ref()
                .map_or("never".to_owned(), |scan| {
                    format!("{} {}", output::moment(scan.started_at), scan.outcome)
                });
            let next = match status.next_scan_at {
                _ if !status.enabled => "disabled".to_owned(),
                _ if status.health.is_paused() => "when it is resumed".to_owned(),
                _ if status.light.is_red() => "when it is mended".to_owned(),
                Some(next) => output::moment(next),
                None => "at once".to_owned(),
            };
            [
                status.scanner.clone(),
                status.mailbox.clone(),
                light,
                status.health.state.to_owned(),
                last,
                next,
            ]
        }),
    )?;
    for status in all {
        for sentence in status.sentences() {
            output::line(format!("{}: {sentence}", status.scanner))?;
        }
    }
    Ok(())
}

impl Status {
    /// The commands for messages that failed or are held.
    fn what_helps(&self) -> Option<String> {
        let name = &self.scanner;
        (!self.messages.is_empty()).then(|| {
            format!(
                "`mailroom held --scanner {name}` lists them, `mailroom retry --scanner {name}` tries them again, `mailroom discard ID --reason TEXT` leaves one alone for good."
            )
        })
    }

    /// What a person should know beyond the table.
    fn sentences(&self) -> Vec<String> {
        let red = self.light.remedy.as_ref().map(|remedy| {
            let words = self.light.words.as_deref().unwrap_or_default();
            format!("{words} {remedy}")
        });
        // A scan that failed of what the light shows says the same.
        let reason = self.health.reason.as_ref();
        let reason = reason.filter(|reason| red.as_ref() != Some(*reason));
        let idle = self.idle.as_ref().and_then(|idle| idle.reason.as_ref());
        let expiries = self.expiries.iter();
        let expiries = expiries.filter_map(|expiry| expiry.sentence(&self.server));
        let untold = self.untold.iter().map(Untold::sentence);
        self.light
            .waiting()
            .iter()
            .chain(&red)
            .chain(reason)
            .chain(idle)
            .chain(&self.messages)
            .cloned()
            .chain(self.what_helps())
            .chain(self.backfill.as_ref().map(Backfill::sentence))
            .chain(expiries)
            .chain(untold)
            .collect()
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
