//! Room for scans: so many at once, and at one host never so many that one that is slow or dead keeps the others waiting.
//! Hosts are compared without case, as the name service does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where there is room for another scan. News has as many places again, so that no long scan keeps it waiting, nor it
/// what is due.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) of_schedules: Room,
    pub(super) of_news: Room,
}

/// A number of places, and who sits there.
#[derive(Debug)]
pub(super) struct Room {
    places: usize,
    taken: Taken,
}

/// How many scans are at which host, its name in lower case.
type Taken = Arc<Mutex<BTreeMap<String, usize>>>;

/// One scan at a host; its place is free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    taken: Taken,
    host: String,
}

impl Places {
    /// For `at_once` scans of each kind.
    pub(super) fn of(at_once: usize) -> Self {
        Self {
            of_schedules: Room::of(at_once),
            of_news: Room::of(at_once),
        }
    }
}

impl Room {
    pub(super) fn of(places: usize) -> Self {
        Self {
            places,
            taken: Taken::default(),
        }
    }

    /// Whether another scan may begin somewhere.
    pub(super) fn is_free(&self) -> bool {
        lock(&self.taken).values().sum::<usize>() < self.places
    }

    /// Hosts that have their share while others are due: half of the places.
    pub(super) fn sated(&self) -> Vec<String> {
        self.with_at_least(self.places / 2)
    }

    /// Hosts that have all they get where there are others, due or not: a quarter of the places, one at least, stays free
    /// for what comes next.
    pub(super) fn full(&self) -> Vec<String> {
        let spared = (self.places / 4).max(1);
        self.with_at_least(self.places.saturating_sub(spared))
    }

    fn with_at_least(&self, count: usize) -> Vec<String> {
        let taken = lock(&self.taken);
        let those = taken.iter().filter(|(_, has)| **has >= count.max(1));
        those.map(|(host, _)| host.clone()).collect()
    }

    /// Sits down.
    pub(super) fn take(&self, host: &str) -> Place {
        let host = host.to_lowercase();
        *lock(&self.taken).entry(host.clone()).or_default() += 1;
        Place {
            taken: Arc::clone(&self.taken),
            host,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(count) = taken.get_mut(&self.host) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.host);
            }
        }
    }
}

fn lock(taken: &Taken) -> MutexGuard<'_, BTreeMap<String, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
