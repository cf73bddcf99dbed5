//! Pages for people: every mailbox's light, why it is red, and the button that mends it.
//!
//! Plain HTML that works without scripts, one page a file, all routes in `routes`. Never knows IMAP or scans: what takes
//! long is written down for a worker. Signing in at providers is `access`; sessions and forms are `http`.

mod assets;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod house;
mod layout;
mod light;
mod mailbox;
mod mailbox_disconnect;
mod mailbox_doctor;
mod mailbox_list;
mod mailbox_press;
mod mailbox_show;
mod mailbox_view;
mod moment;
mod oauth_callback;
mod onward;
mod probes;
mod problem_page;
mod proofs;
mod prose;
mod refusal;
mod routes;
mod said;
mod scanner;
mod serve;
mod server_show;
mod sign_in;
mod untold;
mod words;

use axum::extract::FromRef;

pub use routes::router;
pub use serve::serve;

use crate::access::Access;
use crate::http::Shared;

/// What pages work with.
#[derive(Debug, Clone)]
pub struct State {
    /// Sessions, the time, where we are called.
    pub shared: Shared,
    /// Begins and ends authorizations.
    pub access: Access,
}

impl FromRef<State> for Shared {
    fn from_ref(state: &State) -> Self {
        state.shared.clone()
    }
}
