//! Brakes on guessing: so many refused tries in a quarter of an hour, and nobody gets in for a while.
//!
//! A try is counted before it is looked at, so that many at once are counted too. Tries from a browser in which the user
//! has signed in before are counted apart: whoever guesses from elsewhere does not lock them out.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::UserId;

use super::Accounts;
use crate::secrets::Fingerprint;
use crate::store::sign_in_brakes::{self, Patience};
use crate::store::{StoreError, known_browsers};

/// For one account, or one known browser.
const FOR_ONE: Patience = Patience {
    refusals: 5,
    window: TimeDelta::minutes(15),
    rest: TimeDelta::minutes(5),
};
/// For one address, behind which may be a whole office.
const FOR_ADDRESS: Patience = Patience {
    refusals: 50,
    window: TimeDelta::minutes(15),
    rest: TimeDelta::minutes(15),
};
/// For codes of six digits, of which three are right.
const FOR_CODES: Patience = Patience {
    refusals: 5,
    window: TimeDelta::hours(1),
    rest: TimeDelta::hours(1),
};

/// Who asks to be let in, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    /// From where.
    pub remote: Option<IpAddr>,
    /// The SHA-256, in hex, of what the browser keeps since somebody signed in there.
    pub browser: Option<String>,
}

/// What is counted.
#[derive(Debug)]
pub(super) struct Brake {
    names: Vec<(String, Patience)>,
}

impl Accounts {
    /// The brakes on guessing a password of `email`, who is `user` where there is one.
    pub(super) async fn brake_on_password(
        &self,
        email: &str,
        user: Option<UserId>,
        asker: &Asker,
    ) -> Result<Brake, StoreError> {
        let now = self.clock.now();
        let known = match (user, &asker.browser) {
            (Some(user), Some(browser)) => {
                known_browsers::knows(&self.store, browser, user, now).await?
            }
            _ => false,
        };
        let email = Fingerprint::of(&email.to_lowercase()).hex();
        let mut names = Vec::new();
        match &asker.browser {
            Some(browser) if known => names.push((format!("browser:{email}:{browser}"), FOR_ONE)),
            _ => {
                names.push((format!("account:{email}"), FOR_ONE));
                names.extend(asker.remote.map(|from| (network(from), FOR_ADDRESS)));
            }
        }
        Ok(Brake { names })
    }

    /// Counts a try; says until when nobody is let in, if that is so.
    pub(super) async fn try_once(
        &self,
        brake: &Brake,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        for (name, patience) in &brake.names {
            let closed = sign_in_brakes::tried(&tx, name, *patience, now).await?;
            if closed.is_some() {
                return Ok(closed);
            }
        }
        tx.commit().await?;
        Ok(None)
    }

    /// Forgets the tries: this one was right. Those of the address stay, or who has an account would guess at others'.
    pub(super) async fn let_go(&self, brake: &Brake) -> Result<(), StoreError> {
        for (name, patience) in &brake.names {
            if *patience != FOR_ADDRESS {
                sign_in_brakes::succeeded(&self.store, name).await?;
            }
        }
        Ok(())
    }
}

/// The brake on guessing a user's code.
pub(super) fn on_code(user: UserId) -> Brake {
    Brake {
        names: vec![(format!("code:{user}"), FOR_CODES)],
    }
}

/// Who has an IPv6 address has 2^64 of them.
fn network(from: IpAddr) -> String {
    match from.to_canonical() {
        IpAddr::V4(address) => format!("from:{address}"),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("from:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
#[path = "brake_tests.rs"]
mod tests;
