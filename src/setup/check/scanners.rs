//! Checks of scanners: what they read, and that their schedule ever fires.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono_tz::{TZ_VARIANTS, Tz};
use entities::mail_servers::Protocol;
use rules::Preset;

use super::mailboxes::server_named;
use super::{Checker, Listed, Section};
use crate::config::did_you_mean;
use crate::schedule::CronLine;
use crate::setup::document::{MailServer, Mailbox, Scanner, SearchField, User};
use crate::setup::problem::Path;
use crate::setup::stored::Stored;

/// The server of a mailbox, the file's before the stored one.
fn server_of<'a>(
    address: &str,
    mailboxes: &'a Section<Mailbox>,
    servers: &'a Section<MailServer>,
    stored: &'a Stored,
) -> Option<&'a MailServer> {
    let of_file = mailboxes
        .items
        .iter()
        .map(|listed| &listed.item)
        .find(|mailbox| mailbox.address == address);
    let mailbox = of_file.or_else(|| Some(&stored.mailboxes.get(address)?.item))?;
    server_named(&mailbox.server, servers, stored)
}

impl Checker<'_> {
    pub(in crate::setup) fn scanners(
        &mut self,
        mut section: Section<Scanner>,
        mailboxes: &Section<Mailbox>,
        servers: &Section<MailServer>,
        default_fields: &[SearchField],
    ) -> Section<Scanner> {
        let stored = self.stored;
        let addresses: Vec<&str> = mailboxes
            .items
            .iter()
            .map(|listed| listed.item.address.as_str())
            .chain(stored.mailboxes.keys().map(String::as_str))
            .collect();
        for Listed { path, item } in &mut section.items {
            self.name(&path.key("name"), &item.name);
            item.mailbox = item.mailbox.trim().to_lowercase();
            if mailboxes.complete {
                self.reference(
                    &path.key("mailbox"),
                    "mailbox with the address",
                    &item.mailbox,
                    &addresses,
                );
            }
            if item.folders.is_empty() {
                self.problem(
                    &path.key("folders"),
                    "no folder is named; leave the key out to read INBOX",
                );
            }
            self.distinct(&path.key("folders"), &item.folders, "folder");
            let over_pop3 = server_of(&item.mailbox, mailboxes, servers, stored)
                .is_some_and(|server| server.protocol == Protocol::Pop3);
            if over_pop3 && item.folders.iter().any(|folder| folder != "INBOX") {
                self.problem(
                    &path.key("folders"),
                    "over POP3 there is one folder, INBOX; leave the key out, or use a mail server with protocol: imap to read others",
                );
            }
            if over_pop3 && item.idle {
                self.problem(
                    &path.key("idle"),
                    "over POP3 a server tells nobody of new mail; leave the key out and let the schedule look, or use a mail server with protocol: imap",
                );
            }
            item.schedule = item
                .schedule
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            if let Err(told) = item.schedule.parse::<CronLine>() {
                self.problem(&path.key("schedule"), told);
            }
            self.time_zone(&path.key("time_zone"), &item.time_zone);
            for (key, limit) in [
                ("limit_per_scan", item.limit_per_scan),
                ("max_message_mib", item.max_message_mib),
            ] {
                if limit.is_some_and(|limit| limit == 0 || i32::try_from(limit).is_err()) {
                    self.problem(
                        &path.key(key),
                        "expected a number above 0; leave the key out for no limit",
                    );
                }
            }
            self.search_fields(&path.key("search_fields"), item.search_fields.as_deref());
            self.exceptions(&path.key("exceptions"), &mut item.exceptions);
            self.presets(&path.key("presets"), &mut item.presets);
            let fields = item
                .search_fields
                .get_or_insert_with(|| default_fields.to_vec());
            fields.sort_unstable();
        }
        self.unique(&section.items, "name", |scanner| &scanner.name);
        self.one_idles(&section.items);
        section
    }

    /// To whom what presets make is to belong has to be a user.
    pub(in crate::setup) fn preset_owners(
        &mut self,
        section: &mut Section<Scanner>,
        users: &Section<User>,
    ) {
        let stored = self.stored;
        let of_file = users.items.iter().map(|listed| listed.item.email.as_str());
        let known: Vec<&str> = of_file
            .chain(stored.users.keys().map(String::as_str))
            .collect();
        for Listed { path, item } in &mut section.items {
            let path = path.key("preset_owner");
            let Some(owner) = &mut item.preset_owner else {
                continue;
            };
            *owner = self.address(&path, owner);
            if users.complete {
                self.reference(&path, "user with the e-mail", owner, &known);
            }
            if !item.presets.contains(&Preset::CreateTicket) {
                self.warning(&path, "`create_ticket` is not ticked, so it owns nothing");
            }
        }
    }

    /// None twice; their order is their own.
    fn presets(&mut self, path: &Path, presets: &mut [Preset]) {
        let names: Vec<String> = presets
            .iter()
            .map(|preset| preset.as_str().to_owned())
            .collect();
        self.distinct(path, &names, "preset");
        presets.sort_unstable();
    }

    /// A mailbox has one session that waits.
    fn one_idles(&mut self, scanners: &[Listed<Scanner>]) {
        let mut waiting: BTreeMap<&str, &str> = BTreeMap::new();
        let mut problems = Vec::new();
        for Listed { path, item } in scanners.iter().filter(|listed| listed.item.idle) {
            match waiting.entry(&item.mailbox) {
                Entry::Vacant(free) => {
                    free.insert(&item.name);
                }
                Entry::Occupied(taken) => problems.push((
                    path.key("idle"),
                    format!(
                        "the scanner \"{}\" of this mailbox waits for new mail already, and only one can",
                        taken.get()
                    ),
                )),
            }
        }
        for (path, told) in problems {
            self.problem(&path, told);
        }
    }

    fn time_zone(&mut self, path: &Path, name: &str) {
        if name.parse::<Tz>().is_err() {
            let hint = did_you_mean(name, TZ_VARIANTS.iter().map(|zone| zone.name()));
            let hint = if hint.is_empty() {
                "; write an IANA name such as Europe/Rome or UTC".to_owned()
            } else {
                hint
            };
            let shown: String = name.chars().take(60).collect();
            self.problem(path, format!("no time zone \"{shown}\"{hint}"));
        }
    }
}
