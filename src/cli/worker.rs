//! `mailroom worker`: the schedules, until SIGTERM or Ctrl-C.

use super::Done;
use crate::app::App;
use crate::worker::Worker;

pub(super) async fn run(app: &App, name: Option<String>) -> anyhow::Result<Done> {
    let worker = app.worker(name);
    let signal = app.stop_on_signal(worker.stop.clone());
    work(app, worker).await;
    signal.abort();
    Ok(Done::Well)
}

/// Runs the schedules until the worker is told to stop.
pub(super) async fn work(app: &App, worker: Worker) {
    tracing::info!(owner = %worker.owner, at_once = app.settings.workers, "Running the schedules");
    worker.run(app.settings.workers).await;
    tracing::info!("Stopped; every lease is given back");
}
