//! Who sits on which host: at most half of a worker's scans are at one host while others are due, so that one that is slow
//! or dead keeps nobody waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The scans of a worker, counted by host.
#[derive(Debug, Clone, Default)]
pub struct Seats(Arc<Mutex<HashMap<String, usize>>>);

/// One scan at a host; gone when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    host: String,
}

impl Seats {
    /// Sits down.
    pub(super) fn take(&self, host: &str) -> Seat {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *taken.entry(host.to_owned()).or_default() += 1;
        Seat {
            seats: self.clone(),
            host: host.to_owned(),
        }
    }

    /// Hosts that have their share of `all`.
    pub(super) fn full(&self, all: usize) -> Vec<String> {
        let share = (all / 2).max(1);
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = taken.iter().filter(|(_, count)| **count >= share);
        full.map(|(host, _)| host.clone()).collect()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.host) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.host);
            }
        }
    }
}

#[cfg(test)]
#[path = "seats_tests.rs"]
mod tests;
