//! `mailroom serve`: the schedules and the web pages, until SIGTERM or Ctrl-C.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::{Done, sign_in_link, worker};
use crate::app::App;
use crate::web;

pub(super) async fn run(app: &App) -> anyhow::Result<Done> {
    let Some(listen) = app.settings.listen else {
        return worker::run(app, None).await;
    };
    let listener = bind(listen).await?;
    let worker = app.worker(None);
    let state = app.web(listener.local_addr()?, worker.stop.clone()).await?;
    let signal = app.stop_on_signal(worker.stop.clone());
    tracing::info!(address = %state.shared.site.origin(), "Showing the web pages");
    if std::io::stdout().is_terminal() {
        sign_in_link::greet(app, &state).await?;
    }
    let stop = worker.stop.clone();
    let pages = async {
        let ended = web::serve(listener, web::router(state), stop.clone()).await;
        // Without its pages the program would only look alive.
        stop.cancel();
        ended
    };
    let stop = worker.stop.clone();
    let work = async {
        let ended = worker::work(app, worker).await;
        // Without its worker the program would only look alive, too.
        stop.cancel();
        ended
    };
    let (shown, done) = tokio::join!(pages, work);
    signal.abort();
    shown.context("The web pages could not go on")?;
    done?;
    Ok(Done::Well)
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!("The web pages can't be shown at {listen}: set `listen` to a free address and port, or to off")
    })
}
