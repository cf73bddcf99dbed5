//! Pages for people: every mailbox's light, why it is red, and the button that mends it.
//!
//! Plain HTML that works without scripts, one page a file, all routes in `routes`. Never knows IMAP or scans: what takes
//! long is written down for a worker. Signing in at providers is `access`; sessions and forms are `http`.

mod account;
mod assets;
mod audit_log;
mod choose_password;
mod entry;
mod fields;
mod first_admin;
#[cfg(test)]
mod fixture;
mod form;
mod guide;
mod held;
#[cfg(test)]
mod house;
mod layout;
mod light;
mod lists;
mod live;
mod mailbox;
mod mailbox_disconnect;
mod mailbox_doctor;
mod mailbox_edit;
mod mailbox_folders;
mod mailbox_list;
mod mailbox_press;
mod mailbox_show;
mod mailbox_view;
mod moment;
mod oauth_callback;
mod onward;
mod overview;
mod pages;
mod places;
mod probes;
mod problem_page;
mod proofs;
mod prose;
mod refusal;
mod routes;
mod said;
mod scan_show;
mod scanner;
mod scanners;
mod serve;
mod server_edit;
mod server_show;
mod service_keys;
mod sign_in;
mod untold;
mod users;
mod words;

use std::sync::Arc;

use axum::extract::FromRef;

pub use live::Pulse;
pub use routes::router;
pub use serve::serve;

use crate::access::Access;
use crate::accounts::{Accounts, Company};
use crate::http::{Shared, Token};
use crate::secrets::KeyRing;

/// What pages work with.
#[derive(Debug, Clone)]
pub struct State {
    /// Sessions, the time, where we are called.
    pub shared: Shared,
    /// Knows whether people are who they say.
    pub accounts: Accounts,
    /// By which identity provider users may sign in, too.
    pub company: Option<Company>,
    /// Begins and ends authorizations.
    pub access: Access,
    /// Seals the secrets that people type.
    pub keys: Arc<KeyRing>,
    /// Tells open pages what changed.
    pub pulse: Pulse,
    /// Makes whoever has it the first admin; nothing where there was one at the start.
    pub first_admin: Option<Token>,
}

impl FromRef<State> for Shared {
    fn from_ref(state: &State) -> Self {
        state.shared.clone()
    }
}

impl State {
    /// The address at which the first admin is made, where there is none yet.
    #[must_use]
    pub fn first_admin_address(&self) -> Option<String> {
        let key = self.first_admin.as_ref()?;
        Some(self.shared.site.url(&first_admin::path(key)))
    }
}
