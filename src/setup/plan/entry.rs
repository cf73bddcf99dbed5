//! Entries of sections as fields to compare, their secrets apart.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::secrets::SecretReference;
use crate::setup::document::{MailServer, Mailbox, OAuth, Scanner, ServiceKey, SharedList, User};
use crate::setup::secret::{Secret, SecretState, client_secret_variable, secret_variable};
use crate::setup::stored::Stored;

/// An entry of a section, as fields to compare.
pub(super) trait Entry: Clone + PartialEq {
    /// The key that names it.
    const NAMED_BY: &'static str;

    /// Its keys and values, without its secrets.
    fn fields(&self) -> Map<String, Value>;

    /// Keys of the secrets that `self` wants and `stored` has not.
    fn new_secrets(&self, _stored: Option<&Self>) -> Vec<&'static str> {
        Vec::new()
    }
}

pub(super) fn object(entry: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(fields)) => fields,
        // Nothing but a literal secret fails to be written, and those are taken out before.
        _ => Map::new(),
    }
}

impl Entry for User {
    const NAMED_BY: &'static str = "email";

    fn fields(&self) -> Map<String, Value> {
        object(self)
    }
}

impl Entry for ServiceKey {
    const NAMED_BY: &'static str = "name";

    fn fields(&self) -> Map<String, Value> {
        object(self)
    }
}

impl Entry for MailServer {
    const NAMED_BY: &'static str = "name";

    /// Those of its OAuth client one by one, as `oauth.client_id`.
    fn fields(&self) -> Map<String, Value> {
        let mut fields = object(&Self {
            oauth: None,
            ..self.clone()
        });
        if let Some(oauth) = &self.oauth {
            let oauth = object(&OAuth {
                client_secret: None,
                ..oauth.clone()
            });
            let oauth = oauth
                .into_iter()
                .map(|(key, value)| (format!("oauth.{key}"), value));
            fields.extend(oauth);
        }
        fields
    }

    /// A secret that the file does not give stays as it is.
    fn new_secrets(&self, stored: Option<&Self>) -> Vec<&'static str> {
        let secret = |server: &Self| server.oauth.as_ref()?.client_secret.clone();
        let wanted = secret(self);
        if wanted.is_some() && wanted != stored.and_then(secret) {
            vec!["oauth.client_secret"]
        } else {
            Vec::new()
        }
    }
}

impl Entry for Scanner {
    const NAMED_BY: &'static str = "name";

    fn fields(&self) -> Map<String, Value> {
        object(self)
    }
}

impl Entry for SharedList {
    const NAMED_BY: &'static str = "name";

    fn fields(&self) -> Map<String, Value> {
        object(self)
    }
}

impl Entry for Mailbox {
    const NAMED_BY: &'static str = "address";

    fn fields(&self) -> Map<String, Value> {
        object(&Self {
            password: None,
            access_token: None,
            ..self.clone()
        })
    }

    /// A secret that the file does not give stays as it is.
    fn new_secrets(&self, stored: Option<&Self>) -> Vec<&'static str> {
        let differs =
            |wanted: &Option<_>, is: Option<&Option<_>>| wanted.is_some() && is != Some(wanted);
        let mut keys = Vec::new();
        if differs(&self.password, stored.map(|mailbox| &mailbox.password)) {
            keys.push("password");
        }
        if differs(
            &self.access_token,
            stored.map(|mailbox| &mailbox.access_token),
        ) {
            keys.push("access_token");
        }
        keys
    }
}

/// Absences that a file does not speak of stay as they are.
pub(super) fn settled_user(user: &User, stored: &Stored) -> User {
    let mut user = user.clone();
    let known = stored.users.get(&user.email);
    let known = known.and_then(|row| row.item.absent.clone());
    match &mut user.absent {
        None => user.absent = known,
        Some(absent) => {
            absent.sort_by_key(|absence| (absence.from, absence.until));
            if absent.is_empty() && known.is_none() {
                user.absent = None;
            }
        }
    }
    user
}

/// The name that an export gives to a sealed secret stands for that secret, unless the variable is set to another.
pub(super) fn settled(mailbox: &Mailbox, stored: &Stored) -> Mailbox {
    let mut mailbox = mailbox.clone();
    let state = stored.secrets.get(&mailbox.address);
    if state
        == Some(
            &(SecretState::Sealed {
                variable_differs: false,
            }),
        )
    {
        let own_name = Secret::Reference(SecretReference::Env(secret_variable(&mailbox.address)));
        for secret in [&mut mailbox.password, &mut mailbox.access_token] {
            if *secret == Some(own_name.clone()) {
                *secret = None;
            }
        }
    }
    mailbox
}

/// The same for the secret of a server's OAuth client.
pub(super) fn settled_server(server: &MailServer, stored: &Stored) -> MailServer {
    let mut server = server.clone();
    let sealed = SecretState::Sealed {
        variable_differs: false,
    };
    if stored.client_secrets.get(&server.name) == Some(&sealed)
        && let Some(oauth) = &mut server.oauth
    {
        let own_name = SecretReference::Env(client_secret_variable(&server.name));
        oauth
            .client_secret
            .take_if(|secret| *secret == Secret::Reference(own_name));
    }
    server
}
