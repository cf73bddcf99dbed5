//! Checks of service keys: their callback addresses, and from where they may be used.

use std::net::IpAddr;

use entities::service_keys::ServiceKeyKind;
use ipnet::IpNet;

use super::{Checker, Listed, Section};
use crate::setup::document::{MailServer, ServiceKey};
use crate::setup::problem::Path;

/// As long as a part of an address is comfortable to read.
const PATH_LIMIT: usize = 64;

impl Checker<'_> {
    pub(in crate::setup) fn service_keys(
        &mut self,
        mut section: Section<ServiceKey>,
        servers: &Section<MailServer>,
    ) -> Section<ServiceKey> {
        for Listed { path, item } in &mut section.items {
            self.name(&path.key("name"), &item.name);
            self.callback_path(path, item);
            self.allowed_ips(&path.key("allowed_ips"), &mut item.allowed_ips);
        }
        self.unique(&section.items, "name", |key| &key.name);
        self.unique(&section.items, "callback_path", callback_path);
        for Listed { path, item } in &section.items {
            self.still_in_use(path, item, servers);
        }
        section
    }

    fn callback_path(&mut self, path: &Path, key: &mut ServiceKey) {
        let name = key.name.clone();
        let place = path.key("callback_path");
        let written = key.callback_path.is_some();
        let callback_path = key.callback_path.get_or_insert_with(|| slug(&name));
        let wrong = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if callback_path.is_empty() && !written {
            self.problem(&place, "the name has no letter that could stand in an address; write callback_path: some-word");
        } else if callback_path.is_empty()
            || callback_path.len() > PATH_LIMIT
            || callback_path.contains(wrong)
        {
            self.problem(&place, format!("write small letters a to z, digits and dashes, {PATH_LIMIT} at most, such as main-office"));
        }
        let taken = self.stored.service_keys.iter().find(|(name, row)| {
            **name != key.name && row.item.callback_path.as_ref() == Some(callback_path)
        });
        if let Some((other, _)) = taken {
            self.problem(
                &place,
                format!(
                    "\"{callback_path}\" is the service key \"{other}\"'s already; write another"
                ),
            );
        }
    }

    fn allowed_ips(&mut self, path: &Path, allowed_ips: &mut [String]) {
        for (index, written) in allowed_ips.iter_mut().enumerate() {
            let path = path.index(index);
            match block(written.trim()) {
                Ok(block) => *written = block,
                Err(told) => self.problem(&path, told),
            }
        }
        self.distinct(path, allowed_ips, "address");
    }

    /// What mail servers count on that the file says nothing about: an address that a provider knows must not move
    /// away under it.
    fn still_in_use(&mut self, path: &Path, key: &ServiceKey, servers: &Section<MailServer>) {
        let user = self.stored.mail_servers.values().find(|row| {
            let oauth = row.item.oauth.as_ref();
            oauth.is_some_and(|oauth| oauth.service_key.as_ref() == Some(&key.name))
                && servers
                    .items
                    .iter()
                    .all(|listed| listed.item.name != row.item.name)
        });
        let Some(user) = user.map(|row| &row.item) else {
            return;
        };
        let name = &user.name;
        if key.kind != ServiceKeyKind::Oauth {
            self.problem(
                &path.key("type"),
                format!("sign-ins of the mail server \"{name}\" come back by this key; write type: oauth, or name another key there"),
            );
        }
        let before = self.stored.service_keys.get(&key.name);
        let registered = user
            .oauth
            .as_ref()
            .is_some_and(|oauth| oauth.redirect_uri.is_some());
        if let Some(before) = before
            && before.item.callback_path != key.callback_path
            && registered
        {
            let old = callback_path(&before.item);
            self.problem(
                &path.key("callback_path"),
                format!("the mail server \"{name}\" is registered at its provider with an address that ends in /{old}; write callback_path: {old}, or make another service key"),
            );
        }
    }
}

/// Last part of a key's callback address; empty until it is filled in.
pub(super) fn callback_path(key: &ServiceKey) -> &str {
    key.callback_path.as_deref().unwrap_or_default()
}

/// A name as part of an address: `Main office (2)` becomes `main-office-2`.
fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join("-").chars().take(PATH_LIMIT).collect()
}

/// An address or block in its usual writing.
fn block(written: &str) -> Result<String, String> {
    if let Ok(address) = written.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let Ok(block) = written.parse::<IpNet>() else {
        let shown: String = written.chars().take(60).collect();
        return Err(format!(
            "\"{shown}\" is no IP address and no block; write 192.0.2.7 or 192.0.2.0/24"
        ));
    };
    if block.trunc() != block {
        return Err(format!(
            "{block} is an address within a block; write {} for the block, or {} for the one address",
            block.trunc(),
            block.addr()
        ));
    }
    Ok(block.to_string())
}

#[cfg(test)]
#[path = "service_keys_tests.rs"]
mod tests;
