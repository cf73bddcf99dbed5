//! What disconnecting means at a provider, to be said before, and what became of it, to be said after: the same on pages and
//! in a terminal.

use std::fmt;

use entities::mail_servers;
use entities::mailboxes;
use entities::oauth_clients::{self, Flow};

use crate::access::grant::{discovered, facts};

/// A mailbox was disconnected.
#[derive(Debug)]
pub struct Disconnected {
    /// Which.
    pub mailbox: mailboxes::Model,
    /// What became of the permission at the provider.
    pub revocation: Revocation,
}

/// What became of the permission at the provider.
#[derive(Debug, PartialEq, Eq)]
pub enum Revocation {
    /// There was none to give back.
    None,
    /// The provider took it back.
    Done,
    /// The provider has no address for it: a person removes it there.
    ByHand,
    /// It could not be given back; the sentence says why.
    Failed(String),
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = &self.mailbox.address;
        match &self.revocation {
            Revocation::None => write!(
                f,
                "{address} is disconnected: nothing that opens it is stored here any more."
            ),
            Revocation::Done => write!(
                f,
                "{address} is disconnected: the provider has taken its permission back, and the tokens are deleted here."
            ),
            Revocation::ByHand => write!(
                f,
                "{address} is disconnected: the tokens are deleted here. The provider lists the app's access until somebody removes it in the account's own settings there."
            ),
            Revocation::Failed(why) => write!(
                f,
                "{address} is disconnected: the tokens are deleted here, but the provider did not take its permission back. {why} Remove it in the account's own settings there."
            ),
        }
    }
}

/// What leaving does at the provider of a server that has this client.
pub(super) fn meaning(server: &mail_servers::Model, client: &oauth_clients::Model) -> &'static str {
    if client.flow == Flow::AppOnly {
        return "The app's token is deleted here. The app keeps its rights to the mailbox until an administrator takes them away at the provider.";
    }
    let facts = facts(server, client);
    let known = facts.endpoints.as_ref();
    let takes_back = client.endpoints.revocation.is_some()
        || known.is_some_and(|known| known.revocation.is_some())
        || discovered(server, client).is_some_and(|said| said.revocation.is_some());
    facts.disconnecting(takes_back)
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;
