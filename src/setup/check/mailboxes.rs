//! Checks of mailboxes: whose they are, where they live, and a secret that fits the server.

mod accounts;

use entities::mail_servers::AuthMethod;
use entities::mailboxes::MailboxKind;

use super::{Checker, Listed, Section};
use crate::setup::document::{MailServer, Mailbox, User};
use crate::setup::problem::Path;
use crate::setup::stored::Stored;

impl Checker<'_> {
    pub(in crate::setup) fn mailboxes(
        &mut self,
        mut section: Section<Mailbox>,
        servers: &Section<MailServer>,
        users: &Section<User>,
    ) -> Section<Mailbox> {
        let stored = self.stored;
        let server_names: Vec<&str> = servers
            .items
            .iter()
            .map(|listed| listed.item.name.as_str())
            .chain(stored.mail_servers.keys().map(String::as_str))
            .collect();
        let user_emails: Vec<&str> = users
            .items
            .iter()
            .map(|listed| listed.item.email.as_str())
            .chain(stored.users.keys().map(String::as_str))
            .collect();
        for Listed { path, item } in &mut section.items {
            let written = std::mem::take(&mut item.address);
            item.address = self.address(&path.key("address"), &written);
            let login = item.login.get_or_insert(written);
            if login.trim().is_empty() {
                self.problem(
                    &path.key("login"),
                    "the login is empty; leave the key out to log in with the address",
                );
            }
            if servers.complete {
                self.reference(
                    &path.key("server"),
                    "mail server named",
                    &item.server,
                    &server_names,
                );
            }
            self.people(path, item, users.complete.then_some(&user_emails));
            let server = server_named(&item.server, servers, stored);
            self.secret(path, item, server);
            self.accounts(path, item, server);
        }
        self.unique(&section.items, "address", |mailbox| &mailbox.address);
        self.tokens_from_somewhere(servers, &section);
        section
    }

    /// `known` is nothing when users of the file could not be read.
    fn people(&mut self, path: &Path, mailbox: &mut Mailbox, known: Option<&Vec<&str>>) {
        let owner = path.key("owner");
        match (mailbox.kind, &mut mailbox.owner) {
            (MailboxKind::Personal, None) => self.problem(
                &owner,
                "a personal mailbox needs an owner: the e-mail of a user",
            ),
            (MailboxKind::Shared, Some(_)) => {
                self.problem(&owner, "a shared mailbox has members and no owner; write kind: personal, or list members");
            }
            (MailboxKind::Personal, Some(email)) => {
                *email = email.trim().to_lowercase();
                if let Some(known) = known {
                    self.reference(&owner, "user with the e-mail", email, known);
                }
            }
            (MailboxKind::Shared, None) => {}
        }
        let members = path.key("members");
        if mailbox.kind == MailboxKind::Personal && !mailbox.members.is_empty() {
            self.problem(
                &members,
                "a personal mailbox has one owner and no members; write kind: shared",
            );
        }
        for email in &mut mailbox.members {
            *email = email.trim().to_lowercase();
        }
        self.distinct(&members, &mailbox.members, "member");
        if let Some(known) = known {
            for (index, email) in mailbox.members.iter().enumerate() {
                self.reference(&members.index(index), "user with the e-mail", email, known);
            }
        }
        mailbox.members.sort_unstable();
    }

    fn secret(&mut self, path: &Path, mailbox: &Mailbox, server: Option<&MailServer>) {
        let auth = server.map(MailServer::auth);
        let by_sign_in = server.is_some_and(|server| server.oauth.is_some());
        match (&mailbox.password, &mailbox.access_token, auth) {
            (Some(_), Some(_), _) => {
                self.problem(&path.key("access_token"), "there is a password too; a mailbox is opened by one of the two");
            }
            (Some(_), None, Some(AuthMethod::Xoauth2 | AuthMethod::Oauthbearer)) if by_sign_in => self.problem(
                &path.key("password"),
                format!("mailboxes of the mail server \"{}\" are opened by signing in at the provider; remove the password, or the oauth section there", mailbox.server),
            ),
            (Some(_), None, Some(AuthMethod::Xoauth2 | AuthMethod::Oauthbearer)) => self.problem(
                &path.key("password"),
                format!("the mail server \"{}\" wants an access token; write access_token, or auth: password there", mailbox.server),
            ),
            (None, Some(_), Some(AuthMethod::Password)) => self.problem(
                &path.key("access_token"),
                format!("the mail server \"{}\" wants a password; write password, or auth: xoauth2 there", mailbox.server),
            ),
            (None, None, _) if !by_sign_in && !self.stored.mailboxes.contains_key(&mailbox.address) => self.warning(
                &path.key("address"),
                "no password and no access token, so it can't be read until one is applied",
            ),
            _ => {}
        }
        for (key, secret) in [
            ("password", &mailbox.password),
            ("access_token", &mailbox.access_token),
        ] {
            if let Some(secret) = secret {
                self.literal(&path.key(key), secret);
            }
        }
    }
}

/// The record of that name, the file's before the stored one.
pub(super) fn server_named<'a>(
    name: &str,
    servers: &'a Section<MailServer>,
    stored: &'a Stored,
) -> Option<&'a MailServer> {
    let of_file = servers
        .items
        .iter()
        .map(|listed| &listed.item)
        .find(|server| server.name == name);
    of_file.or_else(|| Some(&stored.mail_servers.get(name)?.item))
}
