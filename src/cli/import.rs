//! `mailroom import`: messages in files, through a scanner's rules.

use std::path::PathBuf;

use tokio::sync::watch;

use super::{Done, output, progress, scan};
use crate::app::App;
use crate::scan::Counts;
use crate::store::scanners;

pub(super) async fn run(
    app: &App,
    paths: Vec<PathBuf>,
    scanner: &str,
    json: bool,
) -> anyhow::Result<Done> {
    let all = scanners::all_with_mailbox_and_server(&app.store).await?;
    let Some(placed) = all
        .iter()
        .find(|placed| placed.scanner.name == scanner)
        .cloned()
    else {
        let known = all.iter().map(|placed| placed.scanner.name.as_str());
        return Err(scan::no_scanner(scanner, known));
    };
    let worker = app.worker(None);
    let signal = app.stop_on_signal(worker.stop.clone());
    let (counts, seen) = watch::channel(Counts::default());
    let bar = progress::follow(scanner, seen);
    let report = worker.import_now(placed, paths, counts).await?;
    bar.await?;
    signal.abort();
    let Some(report) = report else {
        return Ok(Done::Failed);
    };
    if json {
        output::json(&report)?;
    } else {
        scan::say(&report);
    }
    Ok(if report.is_clean() {
        Done::Well
    } else {
        Done::Failed
    })
}
