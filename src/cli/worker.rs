//! `mailroom worker`: the schedules, until SIGTERM or Ctrl-C.

use std::sync::Arc;

use super::Done;
use crate::app::App;
use crate::outbox::Outbox;
use crate::worker::Worker;

pub(super) async fn run(app: &App, name: Option<String>) -> anyhow::Result<Done> {
    let worker = app.worker(name);
    let signal = app.stop_on_signal(worker.stop.clone());
    let ended = work(app, worker).await;
    signal.abort();
    ended?;
    Ok(Done::Well)
}

/// Runs the schedules, and tells what there is to tell, until the worker is told to stop.
pub(super) async fn work(app: &App, worker: Worker) -> anyhow::Result<()> {
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
