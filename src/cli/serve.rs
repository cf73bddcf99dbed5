//! `mailroom serve` and `mailroom worker`: the schedules, until SIGTERM or Ctrl-C.

use super::Done;
use crate::app::App;

pub(super) async fn run(app: &App, name: Option<String>) -> anyhow::Result<Done> {
    let worker = app.worker(name);
    let signal = app.stop_on_signal(worker.stop.clone());
    tracing::info!(owner = %worker.owner, at_once = app.settings.workers, "Running the schedules");
    worker.run(app.settings.workers).await;
    signal.abort();
    tracing::info!("Stopped; every lease is given back");
    Ok(Done::Well)
}
