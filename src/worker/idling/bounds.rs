//! In how many mailboxes may be waited: of this worker, and for a while at a server, or with a login, that let no more
//! connections in.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::MailboxId;

use super::super::Placed;
use super::Entry;
use crate::access::Crowded;

/// For so long no more wait at a server than it was found to bear.
const A_WHILE: TimeDelta = TimeDelta::hours(1);
/// What fails within this has the same reason, and the room that was made for the first is for all.
const TOGETHER: TimeDelta = TimeDelta::seconds(30);
/// For one mailbox room is made so often within [`A_WHILE`]; if it still does not get in, it is not for want of room.
const HELPED: u32 = 3;
/// One of so many gives up.
const SHARE: usize = 4;

/// Where a server counts connections.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Scope {
    host: String,
    /// Nothing: through all ports together.
    port: Option<i32>,
    /// Nothing: those of all logins together.
    login: Option<String>,
}

/// What is waited for within one scope, for a while.
#[derive(Debug)]
struct Bound {
    most: usize,
    made_at: DateTime<Utc>,
    until: DateTime<Utc>,
    helped: HashMap<MailboxId, u32>,
}

/// All bounds that hold now.
#[derive(Debug, Default)]
pub(super) struct Bounds(HashMap<Scope, Bound>);

/// Why another one may not wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Full {
    /// This worker waits in as many as it may.
    Worker {
        /// How many.
        most: usize,
    },
    /// A server lets no more in.
    Server {
        /// Where.
        scope: Scope,
        /// How many may wait.
        most: usize,
        /// For how long.
        until: DateTime<Utc>,
    },
}

/// What is to be done for a mailbox that was not let in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Help {
    /// So many of those that wait give up.
    GiveUp(usize),
    /// Some did a moment ago.
    Given,
}

impl Scope {
    /// That of a mailbox which met a crowd.
    pub(super) fn of(placed: &Placed, crowded: Crowded) -> Self {
        let (port, login) = match crowded {
            Crowded::Host => (None, None),
            Crowded::Port => (Some(placed.server.port), None),
            Crowded::Account => (None, Some(placed.mailbox.login.to_lowercase())),
        };
        Self {
            host: placed.server.host.to_lowercase(),
            port,
            login,
        }
    }

    pub(super) fn holds(&self, entry: &Entry) -> bool {
        self.host == entry.host
            && self.port.is_none_or(|it| it == entry.port)
            && self.login.as_ref().is_none_or(|it| *it == entry.login)
    }
}

impl Bounds {
    /// What becomes of the `waiting` of a scope, as a mailbox was not let in; nothing where that would not help it.
    pub(super) fn help(
        &mut self,
        scope: &Scope,
        mailbox: MailboxId,
        waiting: usize,
        now: DateTime<Utc>,
    ) -> Option<Help> {
        self.0.retain(|_, bound| bound.until > now);
        if let Some(bound) = self.0.get_mut(scope) {
            let helped = bound.helped.entry(mailbox).or_default();
            *helped += 1;
            if *helped > HELPED {
                return None;
            }
            if now < bound.made_at + TOGETHER {
                return Some(Help::Given);
            }
        }
        (waiting > 0).then(|| Help::GiveUp((waiting / SHARE).max(1)))
    }

    /// Lets no more than `most` wait within a scope for a while.
    pub(super) fn set(
        &mut self,
        scope: Scope,
        mailbox: MailboxId,
        most: usize,
        now: DateTime<Utc>,
    ) -> Full {
        let until = now + A_WHILE;
        let bound = self.0.entry(scope.clone()).or_insert_with(|| Bound {
            most,
            made_at: now,
            until,
            helped: HashMap::from([(mailbox, 1)]),
        });
        (bound.most, bound.made_at, bound.until) = (most, now, until);
        Full::Server { scope, most, until }
    }

    /// What keeps another one from waiting, beside all of `entries`.
    pub(super) fn against(
        &self,
        new: &Entry,
        entries: &HashMap<MailboxId, Entry>,
        now: DateTime<Utc>,
    ) -> Option<Full> {
        self.0
            .iter()
            .filter(|(scope, bound)| bound.until > now && scope.holds(new))
            .find(|(scope, bound)| {
                entries.values().filter(|it| scope.holds(it)).count() >= bound.most
            })
            .map(|(scope, bound)| Full::Server {
                scope: scope.clone(),
                most: bound.most,
                until: bound.until,
            })
    }
}

impl Full {
    /// Until when, where there is an end.
    pub(super) fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Worker { .. } => None,
            Self::Server { until, .. } => Some(*until),
        }
    }

    /// Why nobody waits in a mailbox, for people.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Worker { most } => format!(
                "The worker waits for new mail in as many mailboxes as it may ({most}, see `idle_sessions`); here the schedule finds it."
            ),
            Self::Server { scope, most, until } => {
                let (host, whose) = (&scope.host, scope.whose());
                let until = until.format("%H:%M UTC");
                format!(
                    "The server {host} let no more connections{whose} in while so many waited for new mail there; until {until} no more than {most} wait, and here the schedule finds it."
                )
            }
        }
    }
}

impl Scope {
    fn whose(&self) -> &'static str {
        match self.login {
            Some(_) => " of this login",
            None => "",
        }
    }
}

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
