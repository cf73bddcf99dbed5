//! How people prove who they are: passwords (Argon2id, RFC 9106), one-time codes as a second factor (TOTP, RFC 6238) with
//! recovery codes for the day the telephone is lost, and brakes on guessing.
//!
//! Never knows pages, cookies or sessions: it says whether somebody is who they say, and what is still owed.

mod brake;
mod choosing;
mod company;
#[cfg(test)]
mod fixture;
mod one_time_code;
mod password;
mod people;
mod proof;
mod recovery;
mod second_factor;

pub use brake::Asker;
pub use choosing::{ChosenPassword, NotTaken};
pub use company::{Company, Returned, Stranger};
pub use one_time_code::{CodeSecret, PERIOD};
pub use password::{Hasher, SHORTEST, WeakPassword, check_strength};
pub use people::{Actor, NotDone};
pub use proof::{Proof, Refusal};
pub use recovery::RecoveryCode;
pub use second_factor::SecondFactor;

use std::sync::Arc;

use crate::clock::Clock;
use crate::secrets::KeyRing;
use crate::store::Store;

/// What knows whether people are who they say.
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Store,
    keys: Arc<KeyRing>,
    clock: Arc<dyn Clock>,
    hasher: Hasher,
}

impl Accounts {
    /// Over this database; secrets of second factors are sealed with `keys`.
    #[must_use]
    pub fn new(store: Store, keys: Arc<KeyRing>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            keys,
            clock,
            hasher: Hasher::default(),
        }
    }
}
