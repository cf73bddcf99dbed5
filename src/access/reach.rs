//! Hosts that can't be reached from here: after a few tries in a row each is left alone for a while, so that what is down
//! takes no scan's time. When the while is over one goes first, and the others wait for what becomes of it. In memory:
//! what this process can reach says nothing of what another can.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::mail_servers;

use super::{Access, Closed};
use crate::transport::{ServerError, Step};

/// So many tries in a row are a blip.
const BLIP: u32 = 2;
/// How long a host is left alone at first, which a restart takes; twice as long with each try in vain.
const FIRST: TimeDelta = TimeDelta::seconds(10);
const LONGEST: TimeDelta = TimeDelta::minutes(10);
/// So long the one that goes first may take.
const GOING: TimeDelta = TimeDelta::minutes(2);
/// After so long the others ask what became of it.
const FOLLOWING: TimeDelta = TimeDelta::seconds(5);

/// Hosts and ports that could not be reached.
#[derive(Debug, Default)]
pub(super) struct Reach(Mutex<HashMap<(String, i32), Silence>>);

#[derive(Debug, Clone)]
struct Silence {
    tries: u32,
    until: DateTime<Utc>,
    /// Whether somebody goes first.
    going: bool,
}

impl Reach {
    /// Nothing if it may be tried, else until when not.
    fn heed(&self, server: &mail_servers::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut silent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let silence = silent.get_mut(&key(server))?;
        if silence.tries <= BLIP {
            return None;
        }
        if silence.until > now {
            return Some(if silence.going {
                silence.until.min(now + FOLLOWING)
            } else {
                silence.until
            });
        }
        silence.until = now + GOING;
        silence.going = true;
        None
    }

    /// Notes a try in vain; those that were on their way with the one that counted are the same.
    fn silent(&self, server: &mail_servers::Model, now: DateTime<Utc>) {
        let mut silent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(server);
        let silence = silent.entry(key).or_insert(Silence {
            tries: 0,
            until: now,
            going: false,
        });
        if silence.tries > BLIP && silence.until > now && !silence.going {
            return;
        }
        silence.going = false;
        silence.tries = silence.tries.saturating_add(1);
        silence.until = now + wait(server, silence.tries);
        if silence.tries == BLIP + 1 {
            tracing::warn!(
                host = server.host,
                port = server.port,
                "The host can't be reached and is left alone for a while"
            );
        }
    }

    /// Notes that it answered, whatever it said.
    fn answered(&self, server: &mail_servers::Model) {
        let mut silent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = silent.remove(&key(server));
        if before.is_some_and(|silence| silence.tries > BLIP) {
            tracing::info!(
                host = server.host,
                port = server.port,
                "The host can be reached again"
            );
        }
    }
}

/// A tenth more or less, so that hosts that went down together are not tried together.
fn wait(server: &mail_servers::Model, tries: u32) -> TimeDelta {
    let doublings = tries.saturating_sub(BLIP + 1).min(10);
    let wait = (FIRST * 2_i32.pow(doublings)).min(LONGEST);
    let mut hasher = DefaultHasher::new();
    (&server.host, tries).hash(&mut hasher);
    let tenth = i32::try_from(hasher.finish() % 21).unwrap_or(10) - 10;
    wait + wait * tenth / 100
}

fn key(server: &mail_servers::Model) -> (String, i32) {
    (server.host.to_lowercase(), server.port)
}

impl Access {
    /// # Errors
    /// [`Closed::OutOfReach`] while the host is left alone.
    pub(super) fn heed_reach(&self, server: &mail_servers::Model) -> Result<(), Closed> {
        let now = self.clock.now();
        match self.shared.reach.heed(server, now) {
            None => Ok(()),
            Some(until) => Err(Closed::OutOfReach {
                host: server.host.clone(),
                until,
                again_in: until - now,
            }),
        }
    }

    pub(super) fn learn_reach<T>(
        &self,
        server: &mail_servers::Model,
        came: &Result<T, ServerError>,
    ) {
        match came {
            Err(error) if is_silence(error) => {
                self.shared.reach.silent(server, self.clock.now());
            }
            _ => self.shared.reach.answered(server),
        }
    }
}

fn is_silence(error: &ServerError) -> bool {
    matches!(
        error,
        ServerError::Dns {
            temporary: true,
            ..
        } | ServerError::Refused { .. }
            | ServerError::Unreachable { .. }
            | ServerError::Timeout {
                step: Step::Resolve | Step::Connect | Step::Handshake | Step::Greeting,
                ..
            }
    )
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
