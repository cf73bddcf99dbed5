//! Opens mailboxes and keeps their lights honest.
//!
//! Green is shown when every proof held: the provider's answer was good, the right to read mail was granted, the account
//! fits the mailbox, sign-in and EXAMINE INBOX both said OK. Red is shown when a person must act; whatever else goes
//! wrong is health and leaves the light as it was. Knows nothing of scans, rules or pages.

pub mod announce;
mod authorize;
mod berth;
mod brake;
mod credential;
mod crowd;
mod disconnect;
pub mod doctor;
pub mod folders;
mod grant;
pub mod guide;
mod habits;
mod light;
mod open;
mod pace;
mod reach;
mod sealing;
#[cfg(test)]
mod trial;
mod wait;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use authorize::{
    Answer, AuthorizeError, Begin, Callback, CallbackError, Consented, Finished, Outcome, Redirect,
};
pub use berth::{Berth, Stamp};
pub use crowd::Crowded;
pub use disconnect::{Disconnected, Revocation};
pub use grant::{ClientError, Connected};
pub use light::{Asked, Judged, Knock, With, judge};
pub use open::{Closed, Entered, Opened};
pub use wait::{Times, Waited};

use crate::clock::Clock;
use crate::imap::Limits;
use crate::oauth::Keys;
use crate::owner::Owner;
use crate::secrets::KeyRing;
use crate::store::Store;
use crate::trust::Authorities;
use announce::Whom;
use crowd::Crowds;
use grant::{Https, Quiet};
use pace::Pace;
use reach::Reach;

/// Opens mailboxes.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where credentials and lights are.
    pub store: Store,
    /// Opens credentials.
    pub keys: Arc<KeyRing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How patient a session is.
    pub limits: Limits,
    /// Who is told when a light changes.
    pub whom: Whom,
    /// Whom every server is checked against, beside the system's authorities.
    pub authorities: Authorities,
    shared: Arc<Shared>,
}

/// What all clones of one [`Access`] share.
#[derive(Debug, Default)]
struct Shared {
    https: Https,
    jwks: Keys,
    /// Which mailboxes a person had tried a moment ago.
    pressed: Quiet,
    /// Whose idle grant could not be used a while ago.
    idle: Quiet,
    /// How fast connections are opened.
    pace: Pace,
    /// Hosts that can't be reached.
    reach: Reach,
    /// Servers that let no more connections in.
    crowds: Crowds,
    /// Tells this process's claims apart.
    claims: AtomicU64,
}

impl Access {
    /// Opens mailboxes of `store` with the secrets that `keys` open.
    #[must_use]
    pub fn new(
        store: Store,
        keys: Arc<KeyRing>,
        clock: Arc<dyn Clock>,
        limits: Limits,
        whom: Whom,
    ) -> Self {
        Self {
            store,
            keys,
            clock,
            limits,
            whom,
            authorities: Authorities::default(),
            shared: Arc::default(),
        }
    }

    /// The same, trusting these authorities beside the system's.
    #[must_use]
    pub fn trusting(self, authorities: Authorities) -> Self {
        Self {
            authorities,
            ..self
        }
    }

    /// A name that no other attempt has, in this process or another.
    fn claimant(&self) -> String {
        let number = self.shared.claims.fetch_add(1, Ordering::Relaxed);
        Owner::this_process(&number.to_string()).to_string()
    }
}
