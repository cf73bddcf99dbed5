//! What a person would see after a scan: light, health, report.

use std::fmt::Write as _;

use chrono::TimeDelta;
use entities::{health, lights, scanners, scans};

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
