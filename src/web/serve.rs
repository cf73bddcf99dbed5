//! Answers on a listener until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests that are under way may take to end; a browser that keeps a connection open is not waited for.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop`; then what is under way is ended in peace.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    let stopping = stop.clone();
    let serving = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stopping.cancelled_owned());
    tokio::select! {
        ended = serving => ended,
        () = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    }
}
