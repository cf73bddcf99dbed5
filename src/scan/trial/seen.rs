//! What a person would see after a scan: light, health, report; and what is in the ledger and the records.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::TimeDelta;
use entities::deliveries::DeliveryState;
use entities::{health, lights, scanners, scans};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};

use super::Trial;
use crate::store;

/// What is known after a scan, as a person would see it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) light: Option<lights::Model>,
    pub(crate) health: Option<health::Model>,
    pub(crate) scan: scans::Model,
    pub(crate) scanner: scanners::Model,
}

impl Seen {
    pub(crate) fn light(&self) -> String {
        match &self.light {
            None => "unknown".to_owned(),
            Some(light) => [
                Some(light.state.as_str()),
                light.cause.as_deref(),
                light.who.as_deref(),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        }
    }

    pub(crate) fn health(&self) -> String {
        self.health
            .as_ref()
            .map_or("unknown", |health| health.state.as_str())
            .to_owned()
    }

    pub(crate) fn report(&self) -> String {
        match &self.scan.cause {
            None => self.scan.outcome.as_str().to_owned(),
            Some(cause) => format!("{} {cause}", self.scan.outcome.as_str()),
        }
    }

    /// From the end of the scan until the schedule tries again.
    pub(crate) fn wait(&self) -> Option<TimeDelta> {
        Some(self.scanner.next_scan_at? - self.scan.finished_at?)
    }

    /// The report's sentences, checked for what every sentence must be.
    pub(crate) fn says(&self) -> String {
        let says = self.scan.error.clone().unwrap_or_default();
        for line in says.lines() {
            assert!(
                line.starts_with(char::is_uppercase) || line.starts_with(char::is_numeric),
                "{line}"
            );
            assert!(line.ends_with('.'), "{line}");
            for doubled in ["..", "\".\".", ". .", "  "] {
                assert!(!line.contains(doubled), "{doubled} in {line}");
            }
        }
        says
    }

    /// All of it in a few lines, without what differs from run to run.
    pub(crate) fn text(&self, name: &str) -> String {
        let wait = match self.wait() {
            None => "when somebody has acted".to_owned(),
            Some(wait) => format!("after {} s", wait.num_seconds()),
        };
        let mut text = String::new();
        writeln!(text, "{name}").unwrap();
        writeln!(text, "  light   {}", self.light()).unwrap();
        writeln!(text, "  health  {}, again {wait}", self.health()).unwrap();
        writeln!(text, "  report  {}", self.report()).unwrap();
        for line in self.says().lines() {
            writeln!(text, "  says    {line}").unwrap();
        }
        text
    }
}

impl Trial {
    pub(crate) async fn seen(&self) -> Seen {
        let store = self.store();
        Seen {
            light: store::lights::find(store, self.mailbox).await.unwrap(),
            health: store::health::find(store, self.scanner).await.unwrap(),
            scan: store::scans::list(store, Some(self.scanner), None, 1)
                .await
                .unwrap()
                .pop()
                .unwrap(),
            scanner: self.placed().await.scanner,
        }
    }

    /// Copies by state.
    pub(crate) async fn ledger(&self) -> BTreeMap<&'static str, i64> {
        store::deliveries::counts(self.store())
            .await
            .unwrap()
            .into_iter()
            .map(|(_, state, count)| (state.as_str(), count))
            .collect()
    }

    /// The errors of copies that are not done.
    pub(crate) async fn troubles(&self) -> String {
        store::deliveries::troubles(self.store(), None)
            .await
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The mended mailbox is scanned by its schedule: green, healthy, every message once, one lead each.
    pub(crate) async fn heals(&self) {
        let seen = self.turn().await;
        assert_eq!(seen.report(), "done", "{:?}", seen.scan.error);
        assert_eq!(seen.light(), "green");
        let health = seen.health.as_ref().unwrap();
        assert_eq!((seen.health(), health.failures), ("ok".to_owned(), 0));
        assert_eq!((&health.reason, &health.next_try_at), (&None, &None));
        assert!(
            seen.wait() <= Some(TimeDelta::seconds(80)),
            "the schedule goes on"
        );
        self.has_everything_once().await;
        assert_eq!(self.leftovers(), Vec::<PathBuf>::new());
    }

    /// What is not there as often as it was delivered; nothing when all is.
    pub(crate) async fn lost(&self) -> Option<String> {
        let (store, all) = (
            self.store().reader(),
            u64::from(self.delivered - self.removed),
        );
        let messages = entities::messages::Entity::find().count(store).await;
        let leads = entities::leads::Entity::find().count(store).await;
        let (messages, leads) = (messages.unwrap(), leads.unwrap());
        ((messages, leads) != (all, all))
            .then(|| format!("{messages} messages and {leads} leads of {all}"))
    }

    /// Every message that was delivered is there once, decided once, and made one lead.
    pub(crate) async fn has_everything_once(&self) {
        assert_eq!(self.lost().await, None);
        let deliveries = entities::deliveries::Entity::find()
            .all(self.store().reader())
            .await
            .unwrap();
        assert!(
            deliveries
                .iter()
                .all(|copy| copy.state == DeliveryState::Done && copy.message_id.is_some()),
            "{deliveries:?}"
        );
        let running = store::scans::list(self.store(), None, None, 100)
            .await
            .unwrap();
        assert!(running.iter().all(|scan| scan.finished_at.is_some()));
    }

    /// What is in the data folder beside the files that have their place.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.data.path().join("blobs/incoming"))
            .map(|files| files.map(|file| file.unwrap().path()).collect())
            .unwrap_or_default()
    }
}
