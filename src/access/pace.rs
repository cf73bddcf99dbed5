//! How fast connections are opened: so many at once and so many a second, to one host and in all. A provider that sees a
//! thousand sign-ins in one second takes them for an attack, and TLS handshakes are what costs this machine most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entities::mail_servers::Preset;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// For all hosts together.
const ALL: Rate = Rate {
    at_once: 64,
    gap: Duration::from_millis(10),
    burst: 100,
};
/// For a provider with data centres.
const LARGE: Rate = Rate {
    at_once: 32,
    gap: Duration::from_millis(20),
    burst: 50,
};
/// For any other host.
const SMALL: Rate = Rate {
    at_once: 8,
    gap: Duration::from_millis(50),
    burst: 20,
};
/// More hosts are not remembered while nobody opens anything there.
const REMEMBERED: usize = 4_096;

/// A pace.
#[derive(Debug, Clone, Copy)]
struct Rate {
    at_once: usize,
    /// One after the other in the long run.
    gap: Duration,
    /// How many may come at once before that.
    burst: u32,
}

/// The pace of this process.
#[derive(Debug)]
pub(super) struct Pace {
    all: Arc<Gate>,
    hosts: Mutex<HashMap<String, Arc<Gate>>>,
}

#[derive(Debug)]
struct Gate {
    rate: Rate,
    seats: Arc<Semaphore>,
    /// When the next would come if all had kept to the gap.
    next: Mutex<Option<Instant>>,
}

/// The leave to open one connection, as long as it is held.
#[derive(Debug)]
pub(super) struct Leave(#[expect(dead_code, reason = "held")] [Option<OwnedSemaphorePermit>; 2]);

impl Default for Pace {
    fn default() -> Self {
        Self {
            all: Arc::new(Gate::new(ALL)),
            hosts: Mutex::default(),
        }
    }
}

impl Pace {
    /// Waits for one's turn at `host`. The host's first: what waits for a slow host keeps nobody from another.
    pub(super) async fn enter(&self, host: &str, preset: Preset) -> Leave {
        let gate = self.gate(host, preset);
        let at_host = gate.enter().await;
        let in_all = self.all.enter().await;
        Leave([at_host, in_all])
    }

    fn gate(&self, host: &str, preset: Preset) -> Arc<Gate> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= REMEMBERED {
            hosts.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let gate = hosts
            .entry(host.to_lowercase())
            .or_insert_with(|| Arc::new(Gate::new(rate(preset))));
        Arc::clone(gate)
    }
}

fn rate(preset: Preset) -> Rate {
    match preset {
        Preset::Google
        | Preset::Microsoft
        | Preset::OutlookCom
        | Preset::Yahoo
        | Preset::Aol
        | Preset::Fastmail
        | Preset::Zoho
        | Preset::Yandex => LARGE,
        Preset::Generic => SMALL,
    }
}

impl Gate {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            seats: Arc::new(Semaphore::new(rate.at_once)),
            next: Mutex::default(),
        }
    }

    async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        let seat = Arc::clone(&self.seats).acquire_owned().await.ok();
        sleep_until(self.turn(Instant::now())).await;
        seat
    }

    fn turn(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let spared = now.checked_sub(self.rate.gap * self.rate.burst);
        let turn = match (*next, spared) {
            (Some(next), Some(spared)) => next.max(spared),
            (Some(next), None) => next,
            (None, spared) => spared.unwrap_or(now),
        };
        *next = Some(turn + self.rate.gap);
        turn.max(now)
    }
}

#[cfg(test)]
#[path = "pace_tests.rs"]
mod tests;
