//! `mailroom audit`: what is on the server beside what was read.

use anyhow::bail;
use tokio::sync::watch;

use super::scan::named;
use super::{Done, output};
use crate::app::App;
use crate::audit::{Audit, FolderAudit};
use crate::scan::Counts;
use crate::store::scanners::{self, Placed};
use crate::worker::Worker;

/// UIDs are named up to so many letters; `--json` names all.
const MOST_LETTERS: usize = 120;

pub(super) async fn run(
    app: &App,
    names: &[String],
    repair: bool,
    json: bool,
) -> anyhow::Result<Done> {
    let placed = chosen(app, names).await?;
    let worker = app.worker(None);
    let interrupted = app.stop_on_signal(worker.stop.clone());
    let mut audits = Vec::new();
    for placed in &placed {
        let Some(audit) = audit(&worker, placed, repair, json).await? else {
            break;
        };
        audits.push(audit);
    }
    interrupted.abort();
    if json {
        output::json(&audits)?;
    }
    if audits.len() < placed.len() && !worker.stop.is_cancelled() {
        bail!("Another worker took the mailbox meanwhile; run it again");
    }
    let well = audits.len() == placed.len() && audits.iter().all(Audit::is_well);
    Ok(if well { Done::Well } else { Done::Failed })
}

/// One scanner's audit, after a repair the one that follows; nothing when it was asked to stop.
async fn audit(
    worker: &Worker,
    placed: &Placed,
    repair: bool,
    json: bool,
) -> anyhow::Result<Option<Audit>> {
    let Some(first) = worker.audit_now(placed).await? else {
        return Ok(None);
    };
    if !json {
        say(&first)?;
    }
    if !repair || !first.is_missing_something() {
        if !json && first.is_missing_something() {
            let name = &placed.scanner.name;
            output::line(format!(
                "  `mailroom audit {name} --repair` reads what is missing."
            ))?;
        }
        return Ok(Some(first));
    }
    worker.auditing().repair(placed, &first).await?;
    let (counts, _) = watch::channel(Counts::default());
    let Some(report) = worker.scan_now(placed.clone(), counts).await? else {
        return Ok(None);
    };
    if !json {
        super::scan::say(&report)?;
    }
    let second = worker.audit_now(placed).await?;
    if let Some(second) = second.as_ref().filter(|_| !json) {
        say(second)?;
    }
    Ok(second)
}

/// The named scanners, or all whose mailbox is active.
async fn chosen(app: &App, names: &[String]) -> anyhow::Result<Vec<Placed>> {
    let mut placed = scanners::all_with_mailbox_and_server(&app.store).await?;
    if names.is_empty() {
        placed.retain(|placed| placed.mailbox.active);
    } else {
        placed = named(placed, names)?;
    }
    if placed.is_empty() {
        bail!("No scanner is set up; write a set-up file and run `mailroom apply -f FILE`");
    }
    Ok(placed)
}

fn say(audit: &Audit) -> std::io::Result<()> {
    output::line(format!("{} ({})", audit.scanner, audit.mailbox))?;
    for folder in &audit.folders {
        output::line(format!("  {}", sentence(folder)))?;
        for (uids, what) in [
            (&folder.missing_uids, "Missing"),
            (&folder.taken_for_gone, "Taken for removed and there again"),
        ] {
            let uids = uids.to_string();
            if !uids.is_empty() {
                let uids = output::shortened(&uids, MOST_LETTERS);
                output::line(format!("    {what}: UID {uids}"))?;
            }
        }
        if folder.doubled > 0 {
            let ids: Vec<String> = folder
                .doubled_messages
                .iter()
                .map(ToString::to_string)
                .collect();
            let ids = output::shortened(&ids.join(", "), MOST_LETTERS);
            output::line(format!(
                "    Acted twice: message {ids}. Please report this."
            ))?;
        }
        if folder.error.is_none() && folder.exists != folder.on_server {
            output::line(format!(
                "    The server spoke of {} messages and listed {}; mail may have come or gone meanwhile.",
                output::number(folder.exists),
                output::number(folder.on_server)
            ))?;
        }
    }
    match &audit.error {
        Some(error) => output::line(format!("  {error}")),
        None => Ok(()),
    }
}

/// A folder in one line; what is nought is left out, but for what an audit is about.
fn sentence(folder: &FolderAudit) -> String {
    if let Some(error) = &folder.error {
        return format!("{}: {error}", folder.folder);
    }
    let mut parts = vec![
        format!("{} on the server", output::number(folder.on_server)),
        format!("{} known", output::number(folder.known)),
        format!("{} missing", output::number(folder.missing)),
        format!("{} doubled", output::number(folder.doubled)),
    ];
    for (count, what) in [
        (folder.held, "held"),
        (folder.waiting, "waiting"),
        (folder.failed, "failed"),
        (folder.discarded, "discarded"),
        (folder.to_read, "not read yet"),
        (folder.too_old, "older than the start date"),
        (folder.removed, "removed on the server since"),
        (folder.gone, "removed before they were read"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", output::number(count)));
        }
    }
    format!("{}: {}", folder.folder, parts.join(", "))
}
