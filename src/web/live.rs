//! `/live`: tells an open page that something it shows has changed, so that it asks for that part of itself again.
//!
//! Events say only what sort of thing changed. What somebody may see of it is decided where the page is made, as ever.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::State;
use crate::http::{Problem, Visitor};
use crate::store::Store;
use crate::store::marks::{self, Marks};

/// So many tabs may listen at once; further ones show what they showed when they were opened.
const LISTENERS: usize = 1_000;
/// A browser asks again after that, and whether it may listen is looked at again.
const LONGEST: Duration = Duration::from_mins(10);
/// Proxies cut what is silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(25);

/// Looks for changes on behalf of all who listen.
#[derive(Debug, Clone)]
pub struct Pulse {
    marks: watch::Receiver<Marks>,
    places: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Pulse {
    /// How often to look.
    pub const EVERY: Duration = Duration::from_secs(2);

    /// Begins to look, `every` so often and as long as anybody listens, until `stop`.
    #[must_use]
    pub fn begin(store: Store, every: Duration, stop: CancellationToken) -> Self {
        let (told, marks) = watch::channel(Marks::default());
        tokio::spawn(
            stop.clone()
                .run_until_cancelled_owned(look(store, every, told)),
        );
        Self {
            marks,
            places: Arc::new(Semaphore::new(LISTENERS)),
            stop,
        }
    }
}

async fn look(store: Store, every: Duration, told: watch::Sender<Marks>) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // One receiver is kept for those to come.
        if told.receiver_count() < 2 {
            continue;
        }
        match marks::read(&store).await {
            Ok(now) => {
                told.send_if_modified(|before| {
                    let changed = *before != now;
                    *before = now;
                    changed
                });
            }
            Err(error) => tracing::debug!(%error, "Open pages can't be told what changed"),
        }
    }
}

/// Somebody who listens.
struct Listener {
    marks: watch::Receiver<Marks>,
    /// What was told last; nothing before the first look.
    last: Option<Marks>,
    until: Instant,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// What changed next; nothing when it is to end.
    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                changed = self.marks.changed() => changed.ok()?,
                () = sleep_until(self.until) => return None,
                () = self.stop.cancelled() => return None,
            }
            let now = self.marks.borrow_and_update().clone();
            let what = self.last.as_ref().map(|last| changed(last, &now));
            self.last = Some(now);
            if let Some(what) = what.filter(|what| !what.is_empty()) {
                return Some(what);
            }
        }
    }
}

/// The words that pages know: `lights`, `scans`, `mail`.
fn changed(last: &Marks, now: &Marks) -> String {
    let mail = (last.messages, last.changes) != (now.messages, now.changes);
    [
        (last.lights != now.lights, "lights"),
        (last.scans != now.scans, "scans"),
        (mail, "mail"),
    ]
    .into_iter()
    .filter_map(|(changed, word)| changed.then_some(word))
    .collect::<Vec<_>>()
    .join(" ")
}

/// `GET /live`
pub(super) async fn listen(
    Extracted(state): Extracted<State>,
    _visitor: Visitor,
) -> Result<Response, Problem> {
    let pulse = &state.pulse;
    let Ok(place) = Arc::clone(&pulse.places).try_acquire_owned() else {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let known = pulse.marks.borrow().clone();
    let listener = Listener {
        marks: pulse.marks.clone(),
        // The first look finds how far everything is, not what changed.
        last: (known != Marks::default()).then_some(known),
        until: Instant::now() + LONGEST,
        stop: pulse.stop.clone(),
        _place: place,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let what = listener.next().await?;
        Some((Ok::<_, Infallible>(Event::default().data(what)), listener))
    });
    let alive = KeepAlive::new().interval(SIGN_OF_LIFE);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
