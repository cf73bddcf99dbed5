//! Checks of the accounts that open a mailbox: its other addresses, those who may sign in for it, and that tokens
//! come from anywhere at all.

use entities::mail_servers::{AuthMethod, Preset};
use entities::mailboxes::MailboxKind;
use entities::oauth_clients::Flow;

use super::{Checker, Section};
use crate::oauth::presets::Passwords;
use crate::setup::document::{MailServer, Mailbox};
use crate::setup::problem::Path;
use crate::setup::provider;

impl Checker<'_> {
    pub(super) fn accounts(
        &mut self,
        path: &Path,
        mailbox: &mut Mailbox,
        server: Option<&MailServer>,
    ) {
        self.addresses(path, "aliases", &mailbox.address, &mut mailbox.aliases);
        self.addresses(path, "delegates", &mailbox.address, &mut mailbox.delegates);
        if mailbox.delegates.is_empty() {
            return;
        }
        let path = path.key("delegates");
        if mailbox.kind == MailboxKind::Personal {
            self.problem(&path, "a personal mailbox is opened by its own account; write kind: shared, or an address of the same account under aliases");
        } else if let Some(told) = server.and_then(no_delegates) {
            self.problem(&path, told);
        }
    }

    /// A list of addresses beside the mailbox's own.
    fn addresses(&mut self, path: &Path, key: &str, own: &str, addresses: &mut [String]) {
        let path = path.key(key);
        for (index, address) in addresses.iter_mut().enumerate() {
            let written = std::mem::take(address);
            *address = self.address(&path.index(index), &written);
            if address == own {
                self.problem(
                    &path.index(index),
                    "that is the mailbox's own address; remove it",
                );
            }
        }
        self.distinct(&path, addresses, "address");
        addresses.sort_unstable();
    }

    /// A server that takes tokens only needs somebody who gives some.
    pub(super) fn tokens_from_somewhere(
        &mut self,
        servers: &Section<MailServer>,
        mailboxes: &Section<Mailbox>,
    ) {
        for listed in &servers.items {
            let server = &listed.item;
            if server.auth() == AuthMethod::Password || server.oauth.is_some() {
                continue;
            }
            let of_file = mailboxes.items.iter().map(|listed| &listed.item);
            let staying = self.stored.mailboxes.values().map(|row| &row.item);
            let staying = staying.filter(|stored| {
                of_file
                    .clone()
                    .all(|mailbox| mailbox.address != stored.address)
            });
            let mut on_it = of_file
                .clone()
                .chain(staying)
                .filter(|mailbox| mailbox.server == server.name)
                .peekable();
            let keeps_token = |address: &String| {
                let stored = self.stored.mailboxes.get(address);
                self.stored.secrets.contains_key(address)
                    && stored.is_some_and(|row| row.item.password.is_none())
            };
            let has_token =
                |mailbox: &Mailbox| mailbox.access_token.is_some() || keeps_token(&mailbox.address);
            if on_it.peek().is_some() && !on_it.any(has_token) {
                let or = match provider::facts(server).passwords {
                    Passwords::Off => "",
                    Passwords::Account | Passwords::AppPassword => ", or auth: password",
                };
                self.problem(
                    &listed.path.key("auth"),
                    format!("{} needs access tokens and nothing gives any; write an oauth section, by which people sign in{or}", server.auth().as_str()),
                );
            }
        }
    }
}

/// Why nobody else's sign-in opens a mailbox of that server.
fn no_delegates(server: &MailServer) -> Option<String> {
    let name = provider::facts(server).name;
    let oauth = server.oauth.as_ref();
    if oauth.is_some_and(|oauth| oauth.flow == Flow::AppOnly) {
        Some("with flow: app_only nobody signs in; remove the delegates".to_owned())
    } else if oauth.is_none() {
        Some("delegates sign in at the provider, and the mail server has no oauth section; write one, or remove the delegates".to_owned())
    } else if server.preset == Preset::Google {
        Some("Google opens a mailbox by a token of its own account only, delegation or not; sign in as the mailbox itself and remove the delegates".to_owned())
    } else if personal_only(server) {
        Some(
            "a personal Microsoft account opens its own mailbox only; remove the delegates"
                .to_owned(),
        )
    } else if !provider::facts(server).delegates {
        Some(format!(
            "{name} opens a mailbox by a sign-in of its own account only; remove the delegates"
        ))
    } else {
        None
    }
}

fn personal_only(server: &MailServer) -> bool {
    let oauth = server.oauth.as_ref();
    server.preset == Preset::OutlookCom
        || oauth.is_some_and(|oauth| oauth.tenant.as_deref() == Some("consumers"))
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
