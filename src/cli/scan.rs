//! `mailroom scan`: once, now.

use anyhow::{anyhow, bail};
use tokio::sync::watch;

use super::{Done, output, progress};
use crate::app::App;
use crate::config::did_you_mean;
use crate::scan::{Counts, Ending, Report};
use crate::store::scanners::{self, Placed};

pub(super) async fn run(
    app: &App,
    names: &[String],
    all: bool,
    json: bool,
) -> anyhow::Result<Done> {
    let (placed, paused) = chosen(app, names, all).await?;
    if !json {
        for (name, who) in &paused {
            output::line(format!(
                "{name}: left out, paused by {who}; `mailroom scan {name}` scans it all the same"
            ))?;
        }
    }
    let worker = app.worker(None);
    let interrupted = app.stop_on_signal(worker.stop.clone());
    let mut reports = Vec::new();
    for placed in placed {
        let (counts, seen) = watch::channel(Counts::default());
        let bar = progress::follow(&placed.scanner.name, seen);
        let report = worker.scan_now(placed, counts).await?;
        bar.await?;
        let Some(report) = report else { break };
        if !json {
            say(&report)?;
        }
        reports.push(report);
    }
    interrupted.abort();
    if json {
        output::json(&reports)?;
    }
    let well = reports.iter().all(Report::is_clean) && !worker.stop.is_cancelled();
    Ok(if well { Done::Well } else { Done::Failed })
}

/// The named scanners, or every enabled one; and which of all are left out, with who paused them.
async fn chosen(
    app: &App,
    names: &[String],
    all: bool,
) -> anyhow::Result<(Vec<Placed>, Vec<(String, String)>)> {
    let mut placed = scanners::all_with_mailbox_and_server(&app.store).await?;
    if !all {
        return Ok((named(placed, names)?, Vec::new()));
    }
    placed.retain(|placed| placed.scanner.enabled && placed.mailbox.active);
    if placed.is_empty() {
        bail!("No scanner is set up; write a set-up file and run `mailroom apply -f FILE`");
    }
    let mut paused = Vec::new();
    placed.retain(|placed| match &placed.scanner.paused_by {
        None => true,
        Some(who) => {
            paused.push((placed.scanner.name.clone(), who.clone()));
            false
        }
    });
    Ok((placed, paused))
}

/// Those of these names, each of which must be there.
pub(super) fn named(mut placed: Vec<Placed>, names: &[String]) -> anyhow::Result<Vec<Placed>> {
    for name in names {
        if !placed.iter().any(|placed| placed.scanner.name == *name) {
            let known = placed.iter().map(|placed| placed.scanner.name.as_str());
            return Err(no_scanner(name, known));
        }
    }
    placed.retain(|placed| names.contains(&placed.scanner.name));
    Ok(placed)
}

/// The nearest name, or where they are.
pub(super) fn no_scanner<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> anyhow::Error {
    match did_you_mean(name, known).as_str() {
        "" => {
            anyhow!("There is no scanner \"{name}\"; `mailroom status` lists those that there are")
        }
        hint => anyhow!("There is no scanner \"{name}\"{hint}"),
    }
}

/// One scanner's report as a few lines.
pub(super) fn say(report: &Report) -> std::io::Result<()> {
    let Counts {
        kept,
        leads,
        linked,
        ignored,
        copies,
        untouched,
        failed,
        held,
        vanished,
        changed,
        ..
    } = report.counts;
    let mut parts = vec![
        format!("{kept} kept"),
        format!("{leads} leads made"),
        format!("{linked} linked"),
        format!("{ignored} ignored"),
        format!("{untouched} linked to nothing"),
    ];
    for (count, what) in [
        (copies, "copies"),
        (failed, "failed"),
        (held, "held"),
        (changed, "changed on the server"),
        (vanished, "removed on the server"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    output::line(format!("{}: {}", report.scanner, parts.join(", ")))?;
    for sentence in report.messages.iter().chain(&report.notices) {
        output::line(format!("  {sentence}"))?;
    }
    match &report.ending {
        Ending::Done { warnings } => {
            for warning in warnings {
                output::line(format!("  {warning}"))?;
            }
        }
        Ending::Failed { error, .. } | Ending::Cut { error } => {
            output::line(format!("  {error}"))?;
        }
    }
    Ok(())
}
