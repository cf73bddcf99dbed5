//! One address's account: what opens it and which folders it has, by decoded name. It never knows the wire form of a
//! name (modified UTF-7): sessions translate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::folder::Folder;

/// The hierarchy delimiter of every account.
pub(crate) const DELIMITER: char = '/';

/// What opens a mailbox at first; more tokens come by [`crate::Provider::issue_token`].
#[derive(Clone)]
pub enum MailboxLogin {
    /// A password, for LOGIN and AUTHENTICATE PLAIN.
    Password(String),
    /// An access token, for XOAUTH2 and OAUTHBEARER.
    Token(String),
    /// Only access tokens that the token endpoint gives out ([`crate::Provider::grant`]).
    Granted,
    /// Either of them.
    Both {
        /// The password.
        password: String,
        /// The access token.
        token: String,
    },
}

impl fmt::Debug for MailboxLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "MailboxLogin::Password(***)",
            Self::Token(_) => "MailboxLogin::Token(***)",
            Self::Granted => "MailboxLogin::Granted",
            Self::Both { .. } => "MailboxLogin::Both(***)",
        })
    }
}

/// A folder's special use (RFC 6154), told by LIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialUse {
    /// All messages of the account.
    All,
    /// Archived messages.
    Archive,
    /// Drafts.
    Drafts,
    /// Spam.
    Junk,
    /// Sent messages.
    Sent,
    /// Deleted messages.
    Trash,
}

impl SpecialUse {
    /// The attribute without its backslash.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Archive => "Archive",
            Self::Drafts => "Drafts",
            Self::Junk => "Junk",
            Self::Sent => "Sent",
            Self::Trash => "Trash",
        }
    }
}

/// One account's state.
#[derive(Debug)]
pub(crate) struct Account {
    password: Option<Concealed>,
    tokens: BTreeSet<Concealed>,
    pub(crate) folders: BTreeMap<String, Folder>,
}

/// A credential that a `{:?}` of the state can't spill.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Concealed(String);

impl fmt::Debug for Concealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Account {
    pub(crate) fn new(login: MailboxLogin) -> Self {
        let (password, token) = match login {
            MailboxLogin::Password(password) => (Some(password), None),
            MailboxLogin::Token(token) => (None, Some(token)),
            MailboxLogin::Granted => (None, None),
            MailboxLogin::Both { password, token } => (Some(password), Some(token)),
        };
        Self {
            password: password.map(Concealed),
            tokens: token.map(Concealed).into_iter().collect(),
            folders: BTreeMap::new(),
        }
    }

    pub(crate) fn opens_with_password(&self, password: &str) -> bool {
        self.password
            .as_ref()
            .is_some_and(|known| known.0 == password)
    }

    pub(crate) fn opens_with_token(&self, token: &str) -> bool {
        self.tokens.contains(&Concealed(token.to_owned()))
    }

    pub(crate) fn set_password(&mut self, password: &str) {
        self.password = Some(Concealed(password.to_owned()));
    }

    pub(crate) fn add_token(&mut self, token: &str) {
        self.tokens.insert(Concealed(token.to_owned()));
    }

    pub(crate) fn revoke_token(&mut self, token: &str) {
        self.tokens.remove(&Concealed(token.to_owned()));
    }

    pub(crate) fn has_children(&self, name: &str) -> bool {
        let prefix = format!("{name}{DELIMITER}");
        self.folders.keys().any(|other| other.starts_with(&prefix))
    }
}

/// `inbox` in any case, alone or as the first level, is `INBOX` (RFC 3501 §5.1).
pub(crate) fn canonical_name(name: &str) -> String {
    match name.split_once(DELIMITER) {
        Some((first, rest)) if first.eq_ignore_ascii_case("inbox") => {
            format!("INBOX{DELIMITER}{rest}")
        }
        None if name.eq_ignore_ascii_case("inbox") => "INBOX".to_owned(),
        _ => name.to_owned(),
    }
}
