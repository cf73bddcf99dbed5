//! Writes what is stored as a setup file, with secrets as references: what it gives can be applied again.

use entities::mail_servers::AuthMethod;
use rules::{Rule, Texts};

use super::SetupError;
use super::document::{Document, MailServer, Mailbox};
use super::secret::{Secret, SecretState, client_secret_variable, secret_variable};
use super::stored::{Row, Stored};
use crate::secrets::SecretReference;

const HEAD: &str = "# Written by `mailroom export`. Apply it with `mailroom apply -f FILE`.\n";

/// The setup file of everything stored.
///
/// A secret that was written in a file is named `${env:MAILROOM_SECRET_…}`, with a comment: applied to the same
/// store that name stands for the secret it has; elsewhere the variable must be set.
pub fn export(stored: &Stored) -> Result<String, SetupError> {
    let text = serde_saphyr::to_string(&document(stored))
        .map_err(|error| SetupError::Export(error.to_string()))?;
    let mut out = HEAD.to_owned();
    for line in text.lines() {
        out.push_str(line);
        if is_sealed_secret(line, stored) {
            out.push_str("  # stored encrypted; set this variable to apply the file elsewhere");
        }
        out.push('\n');
    }
    Ok(out)
}

fn document(stored: &Stored) -> Document {
    let mut rules: Vec<_> = stored
        .rules
        .values()
        .map(|row| (row.item.position, row.item.rule.clone()))
        .collect();
    rules
        .sort_by(|(one, rule), (two, other)| one.cmp(two).then_with(|| rule.name.cmp(&other.name)));
    let rules: Vec<Rule> = rules.into_iter().map(|(_, rule)| rule).collect();
    Document {
        users: filled(items(stored.users.values())),
        service_keys: filled(items(stored.service_keys.values())),
        mail_servers: filled(
            stored
                .mail_servers
                .values()
                .map(|row| without_client_secret(&row.item, stored))
                .collect(),
        ),
        mailboxes: filled(
            stored
                .mailboxes
                .values()
                .map(|row| without_secrets(&row.item, stored))
                .collect(),
        ),
        search_fields: None,
        scanners: filled(items(stored.scanners.values())),
        exceptions: filled(stored.exceptions.clone()),
        lists: (!stored.lists.is_empty()).then(|| {
            let lists = stored.lists.iter();
            lists
                .map(|(name, row)| (name.clone(), Texts(row.item.members.clone())))
                .collect()
        }),
        rules: filled(rules),
    }
}

fn items<'a, Id: 'a, Item: Clone + 'a>(rows: impl Iterator<Item = &'a Row<Id, Item>>) -> Vec<Item> {
    rows.map(|row| row.item.clone()).collect()
}

/// A section with nothing in it is left out, so that a pruning apply elsewhere removes nothing unasked.
fn filled<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn without_client_secret(server: &MailServer, stored: &Stored) -> MailServer {
    let mut server = server.clone();
    if let Some(SecretState::Sealed { .. }) = stored.client_secrets.get(&server.name)
        && let Some(oauth) = &mut server.oauth
    {
        let variable = client_secret_variable(&server.name);
        oauth.client_secret = Some(Secret::Reference(SecretReference::Env(variable)));
    }
    server
}

fn without_secrets(mailbox: &Mailbox, stored: &Stored) -> Mailbox {
    let mut mailbox = mailbox.clone();
    if let Some(SecretState::Sealed { .. }) = stored.secrets.get(&mailbox.address) {
        let reference = Some(Secret::Reference(SecretReference::Env(secret_variable(
            &mailbox.address,
        ))));
        let is_token = mailbox.access_token.is_some()
            || stored
                .mail_servers
                .get(&mailbox.server)
                .is_some_and(|row| row.item.auth() != AuthMethod::Password);
        if is_token && mailbox.password.is_none() {
            mailbox.access_token = reference;
        } else {
            mailbox.password = reference;
        }
    }
    mailbox
}

fn is_sealed_secret(line: &str, stored: &Stored) -> bool {
    let line = line.trim_start();
    let names = |variable: String| line.contains(&format!("${{env:{variable}}}"));
    let is_sealed = |state: &SecretState| matches!(state, SecretState::Sealed { .. });
    if line.starts_with("client_secret:") {
        return stored
            .client_secrets
            .iter()
            .any(|(server, state)| is_sealed(state) && names(client_secret_variable(server)));
    }
    (line.starts_with("password:") || line.starts_with("access_token:"))
        && stored
            .secrets
            .iter()
            .any(|(address, state)| is_sealed(state) && names(secret_variable(address)))
}
