//! What Prometheus scrapes: rendered from the database at each scrape, so that every process tells the same.
//!
//! The names are promised in docs/operations.md. Knows nothing of HTTP.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, Utc};
use entities::health::HealthState;
use entities::lights::LightState;
use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::store::{
    Store, StoreError, deliveries, health, lights, mail_servers, mailboxes, oauth_clients, outbox,
    scanners, scans,
};

const AUTHORIZED: &str = "mailroom_scanner_authorized";
const HEALTH: &str = "mailroom_scanner_health";
const SINCE_GOOD: &str = "mailroom_scanner_seconds_since_last_good_scan";
const RED: &str = "mailroom_light_red";
const DELIVERIES: &str = "mailroom_deliveries";
const WAITING: &str = "mailroom_outbox_waiting";
const WAITING_LONGEST: &str = "mailroom_outbox_oldest_waiting_seconds";
const GIVEN_UP: &str = "mailroom_outbox_given_up";
const UNSENT: &str = "mailroom_outbox_unsent";
const EXPIRED: &str = "mailroom_outbox_expired";
const SECRET: &str = "mailroom_client_secret_expires_in_seconds";
const BUILD: &str = "mailroom_build_info";

const HELP: [(&str, &str); 12] = [
    (
        AUTHORIZED,
        "1 where the light of the scanner's mailbox is green, 0 where it is red; absent before the first try.",
    ),
    (
        HEALTH,
        "1 for the state that scanning is in, 0 for the others.",
    ),
    (
        SINCE_GOOD,
        "Seconds since a scan last ended well, or since the scanner was made where none did; of enabled scanners.",
    ),
    (RED, "1 for each mailbox whose light is red."),
    (DELIVERIES, "Copies of messages in the ledger by state."),
    (WAITING, "Announcements that wait to be delivered."),
    (
        WAITING_LONGEST,
        "Seconds for which the oldest of them waits; 0 where none does.",
    ),
    (
        GIVEN_UP,
        "Announcements that were given up in the last week.",
    ),
    (
        UNSENT,
        "Answers and messages to pass on that wait until they can be sent.",
    ),
    (
        EXPIRED,
        "Answers, messages to pass on and notices that waited too long to be sent, in the last week.",
    ),
    (
        SECRET,
        "Seconds until the client secret's last day begins; negative from then on.",
    ),
    (BUILD, "1, with the version as a label."),
];

const HEALTH_STATES: [HealthState; 4] = [
    HealthState::Ok,
    HealthState::Retrying,
    HealthState::Failing,
    HealthState::Paused,
];

/// One value of a gauge.
struct Sample {
    name: &'static str,
    labels: Vec<(&'static str, String)>,
    value: f64,
}

impl Sample {
    fn new<const LABELS: usize>(
        name: &'static str,
        labels: [(&'static str, &str); LABELS],
        value: f64,
    ) -> Self {
        let labels = labels.map(|(name, value)| (name, value.to_owned()));
        Self {
            name,
            labels: labels.into(),
            value,
        }
    }
}

/// Everything as it is at `now`, in Prometheus' text format.
pub async fn render(store: &Store, now: DateTime<Utc>) -> Result<String, StoreError> {
    let mut samples = of_scanners(store, now).await?;
    samples.extend(of_mailboxes(store).await?);
    samples.extend(of_secrets(store, now).await?);
    samples.extend(of_outbox(store, now).await?);
    let version = env!("CARGO_PKG_VERSION");
    samples.push(Sample::new(BUILD, [("version", version)], 1.0));
    Ok(text(samples))
}

async fn of_scanners(store: &Store, now: DateTime<Utc>) -> Result<Vec<Sample>, StoreError> {
    let lights: HashMap<_, _> = lights::list(store)
        .await?
        .into_iter()
        .map(|light| (light.mailbox_id, light.state))
        .collect();
    let health: HashMap<_, _> = health::list(store)
        .await?
        .into_iter()
        .map(|one| (one.scanner_id, one.state))
        .collect();
    let good: HashMap<_, _> = scans::last_good_per_scanner(store)
        .await?
        .into_iter()
        .collect();
    let placed = scanners::all_with_mailbox_and_server(store).await?;
    let mut samples = Vec::new();
    let mut names = HashMap::new();
    for placed in &placed {
        let scanner = placed.scanner.name.as_str();
        let mailbox = placed.mailbox.address.as_str();
        names.insert(placed.scanner.id, scanner);
        let authorized = match lights.get(&placed.mailbox.id) {
            Some(LightState::Green) => Some(1.0),
            Some(LightState::Red) => Some(0.0),
            Some(LightState::Unknown) | None => None,
        };
        samples.extend(authorized.map(|value| {
            Sample::new(
                AUTHORIZED,
                [("scanner", scanner), ("mailbox", mailbox)],
                value,
            )
        }));
        let state = match (&placed.scanner.paused_by, health.get(&placed.scanner.id)) {
            (Some(_), _) => HealthState::Paused,
            (None, Some(state)) => *state,
            (None, None) => HealthState::Ok,
        };
        samples.extend(HEALTH_STATES.map(|one| {
            let labels = [("scanner", scanner), ("state", one.as_str())];
            Sample::new(HEALTH, labels, f64::from(u8::from(one == state)))
        }));
        let watched = placed.scanner.enabled && placed.mailbox.active;
        if watched {
            // One that never had a good scan must not stay unseen.
            let good = good.get(&placed.scanner.id);
            let seconds = (now - *good.unwrap_or(&placed.scanner.created_at)).as_seconds_f64();
            samples.push(Sample::new(SINCE_GOOD, [("scanner", scanner)], seconds));
        }
    }
    for (scanner, state, count) in deliveries::counts(store).await? {
        if let Some(scanner) = names.get(&scanner) {
            let labels = [("scanner", *scanner), ("state", state.as_str())];
            samples.push(Sample::new(
                DELIVERIES,
                labels,
                number(count.unsigned_abs()),
            ));
        }
    }
    Ok(samples)
}

async fn of_mailboxes(store: &Store) -> Result<Vec<Sample>, StoreError> {
    let red: HashMap<_, _> = lights::list(store)
        .await?
        .into_iter()
        .filter(|light| light.state == LightState::Red)
        .map(|light| (light.mailbox_id, light.cause.unwrap_or_default()))
        .collect();
    let mailboxes = mailboxes::list(store).await?.into_iter();
    Ok(mailboxes
        .filter(|mailbox| mailbox.active)
        .filter_map(|mailbox| {
            let cause = red.get(&mailbox.id)?;
            let labels = [("mailbox", mailbox.address.as_str()), ("cause", cause)];
            Some(Sample::new(RED, labels, 1.0))
        })
        .collect())
}

async fn of_secrets(store: &Store, now: DateTime<Utc>) -> Result<Vec<Sample>, StoreError> {
    let names: HashMap<_, _> = mail_servers::list(store)
        .await?
        .into_iter()
        .map(|server| (server.id, server.name))
        .collect();
    let clients = oauth_clients::list(store).await?.into_iter();
    Ok(clients
        .filter_map(|client| {
            let last = client.secret_expires_on?.and_time(NaiveTime::MIN).and_utc();
            let labels = [("server", names.get(&client.mail_server_id)?.as_str())];
            Some(Sample::new(SECRET, labels, (last - now).as_seconds_f64()))
        })
        .collect())
}

async fn of_outbox(store: &Store, now: DateTime<Utc>) -> Result<[Sample; 5], StoreError> {
    let waiting = outbox::waiting(store).await?;
    let oldest = waiting
        .since
        .map_or(0.0, |since| (now - since).as_seconds_f64());
    let since = now - outbox::GIVEN_UP_SHOWN_FOR;
    let given_up = outbox::given_up(store, since).await?;
    let expired = outbox::asked::expired(store, since).await?;
    Ok([
        Sample::new(WAITING, [], number(waiting.count)),
        Sample::new(WAITING_LONGEST, [], oldest),
        Sample::new(GIVEN_UP, [], number(given_up)),
        Sample::new(UNSENT, [], number(outbox::unsent(store).await?)),
        Sample::new(EXPIRED, [], number(expired)),
    ])
}

/// A recorder of its own for each scrape: what is gone from the database is gone from the next answer.
fn text(samples: Vec<Sample>) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        for (name, help) in HELP {
            describe_gauge!(name, help);
        }
        for Sample {
            name,
            labels,
            value,
        } in samples
        {
            gauge!(name, &labels).set(value);
        }
    });
    recorder.handle().render()
}

/// A count, which a gauge takes as a fraction; past 2⁵³ it is off by one.
#[expect(clippy::cast_precision_loss, reason = "nobody has so many")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
#[path = "metrics_tests.rs"]
mod tests;
