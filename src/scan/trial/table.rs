//! The table of faults: one scan under each fault, one more by the schedule when it is over, and a row of what came of
//! both: the light, the health, the report, what a person reads, and what was lost.

use std::fmt::Write as _;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use sandbox::{Fault, Options};

use super::{Seen, Trial};

/// One fault and what a scan under it has to come to.
pub(super) struct Case {
    /// What it is about and what goes wrong; no two have the same.
    pub name: String,
    /// Scans under it, lifts it and scans again.
    pub run: BoxFuture<'static, Row>,
}

/// What one scan in trouble came to.
#[derive(Debug)]
pub(super) struct Row {
    light: String,
    health: String,
    report: String,
    says: String,
    /// What the scan after the fault did not make good.
    lost: Option<String>,
}

impl Case {
    pub(super) fn new(
        about: &str,
        name: &str,
        run: impl Future<Output = Row> + Send + 'static,
    ) -> Self {
        Self {
            name: format!("{about}: {name}"),
            run: Box::pin(run),
        }
    }

    /// The provider's faults, each of which passes by itself.
    pub(super) fn passing<const N: usize>(
        about: &str,
        options: &Options,
        faults: [(&str, Fault); N],
    ) -> Vec<Self> {
        faults
            .map(|(name, fault)| {
                let (options, told) = (options.clone(), name.to_owned());
                Self::new(about, name, async move {
                    let trial = Trial::with(options).await;
                    trial.inject(fault);
                    let seen = trial.turn().await;
                    passes(&seen, &told);
                    trial.provider.clear_faults();
                    healed(&trial, &seen).await
                })
            })
            .into()
    }

    /// The same for servers that fall silent: the scan's patience is short, and usual again afterwards.
    pub(super) fn silent<const N: usize>(about: &str, faults: [(&str, Fault); N]) -> Vec<Self> {
        faults
            .map(|(name, fault)| {
                let told = name.to_owned();
                Self::new(about, name, async move {
                    let trial = Trial::new().await.hasty();
                    trial.inject(fault);
                    let seen = trial.turn().await;
                    passes(&seen, &told);
                    trial.provider.clear_faults();
                    healed(&trial.patient(), &seen).await
                })
            })
            .into()
    }

    /// The provider's oddities that a scan must not even notice.
    pub(super) fn harmless<const N: usize>(about: &str, faults: [(&str, Fault); N]) -> Vec<Self> {
        faults
            .map(|(name, fault)| {
                let told = name.to_owned();
                Self::new(about, name, async move {
                    let trial = Trial::new().await;
                    trial.inject(fault);
                    let seen = trial.turn().await;
                    is_unnoticed(&trial, &seen, &told).await;
                    trial.provider.clear_faults();
                    healed(&trial, &seen).await
                })
            })
            .into()
    }
}

/// Trouble that passes by itself never makes a light red, ends in a report, and is tried again.
pub(super) fn passes(seen: &Seen, name: &str) {
    assert!(!seen.light().starts_with("red"), "{name}: {}", seen.light());
    assert!(seen.scan.finished_at.is_some(), "{name}");
    assert!(seen.wait() > Some(TimeDelta::zero()), "{name}");
}

/// The scan under the fault did everything; that a server is odd may be said.
pub(super) async fn is_unnoticed(trial: &Trial, seen: &Seen, name: &str) {
    let report = seen.report();
    let well = ["done", "done server_odd"].contains(&report.as_str());
    assert!(well, "{name}: {report}: {:?}", seen.scan.error);
    assert_eq!(seen.health(), "ok", "{name}");
    assert_eq!(seen.light(), "green", "{name}");
    trial.has_everything_once().await;
}

/// Scans once more by the schedule, which must make everything good.
pub(super) async fn healed(trial: &Trial, seen: &Seen) -> Row {
    if trial.ledger().await.contains_key("failed") {
        // Messages that did not come are asked for again after five minutes.
        trial.later(TimeDelta::minutes(6)).await;
    }
    trial.heals().await;
    Row::of(seen, trial.lost().await)
}

impl Row {
    /// Takes out what differs from run to run.
    pub(super) fn forget_port(&mut self, port: u16) {
        self.says = self.says.replace(&port.to_string(), "PORT");
    }

    fn of(seen: &Seen, lost: Option<String>) -> Self {
        let wait = match seen.wait() {
            None => "when somebody acts".to_owned(),
            Some(wait) => format!("{} s", wait.num_seconds()),
        };
        let mut says = seen.says();
        let reason = seen
            .health
            .as_ref()
            .and_then(|health| health.reason.clone());
        if let Some(reason) = reason.filter(|reason| *reason != says) {
            write!(says, "\nHealth: {reason}").unwrap();
        }
        Self {
            light: seen.light(),
            health: format!("{}, {wait}", seen.health()),
            report: seen.report(),
            says,
            lost,
        }
    }
}

/// All rows as one table; under each what a person reads.
pub(super) fn print(rows: &[(String, Row)]) -> String {
    let heads = ["case", "light", "health, again after", "report", "lost"];
    let cells: Vec<[&str; 5]> = std::iter::once(heads)
        .chain(rows.iter().map(|(name, row)| {
            let lost = row.lost.as_deref().unwrap_or("nothing");
            [name, &row.light, &row.health, &row.report, lost]
        }))
        .collect();
    let widths = [0, 1, 2, 3].map(|column| {
        let widths = cells
            .iter()
            .map(|cells| cells.get(column).map_or(0, |cell| cell.len()));
        widths.max().unwrap()
    });
    let mut text = String::new();
    let sentences = std::iter::once("").chain(rows.iter().map(|(_, row)| row.says.as_str()));
    for ([case, light, health, report, lost], says) in cells.into_iter().zip(sentences) {
        let [one, two, three, four] = widths;
        writeln!(
            text,
            "{case:one$} | {light:two$} | {health:three$} | {report:four$} | {lost}"
        )
        .unwrap();
        for sentence in says.lines() {
            writeln!(text, "    {sentence}").unwrap();
        }
    }
    text
}
