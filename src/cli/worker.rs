//! `mailroom worker`: the schedules, until SIGTERM or Ctrl-C.

use std::sync::Arc;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::Done;
use crate::app::App;
use crate::outbox::Outbox;
use crate::worker::{Idling, Worker};

pub(super) async fn run(app: &App, name: Option<String>) -> anyhow::Result<Done> {
    let worker = app.worker(name);
    let signal = app.stop_on_signal(worker.stop.clone());
    let ended = work(app, worker).await;
    signal.abort();
    ended?;
    Ok(Done::Well)
}

/// Runs the schedules, and tells what there is to tell, until the worker is told to stop.
pub(super) async fn work(app: &App, mut worker: Worker) -> anyhow::Result<()> {
    worker.idling = Idling::up_to(sessions_that_wait(app.settings.idle_sessions));
    let announce = &app.settings.announce;
    let authorities = &app.access.authorities;
    let outbox = Outbox::new(
        app.store.clone(),
        Arc::clone(&app.clock),
        announce,
        authorities,
    )?;
    tracing::info!(owner = %worker.owner, at_once = app.settings.workers, "Running the schedules");
    tokio::join!(worker.run(app.settings.workers), outbox.run(&worker.stop));
    tracing::info!("Stopped; every lease is given back");
    Ok(())
}

/// How many connections may be kept open for news: as many as are `wanted`, and no more than half of the files that this
/// process may have open, which it first makes as many as that takes and the system lets it have.
fn sessions_that_wait(wanted: usize) -> usize {
    let files = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_mul(2);
    let mut limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(files.max(FILES));
    if limit.current.is_some_and(|now| now < most) {
        limit.current = Some(most);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "The limit of open files could not be raised");
        }
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(files);
    usize::try_from(files / 2).unwrap_or(usize::MAX).min(wanted)
}

/// Enough for scans and pages, however few wait.
const FILES: u64 = 4_096;
