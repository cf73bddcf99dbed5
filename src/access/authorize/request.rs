//! What is asked of an authorization, what arrives for it, and what it comes to.

use std::net::IpAddr;

use entities::ids::UserId;
use entities::mailboxes;
use secrecy::SecretString;
use url::Url;

use crate::cause::Red;

/// How an authorization is to be begun.
#[derive(Debug, Clone)]
pub struct Begin {
    /// What only the beginner has: the browser session's secret, or a terminal run's.
    pub session: SecretString,
    /// Who begins it, where somebody is signed in.
    pub user: Option<UserId>,
    /// Where the answer is to arrive.
    pub redirect: Redirect,
    /// Have the provider ask which account, whoever is signed in there.
    pub choose_account: bool,
}

/// Where the provider's answer is to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// At the redirect URI of the mail server's record.
    Registered,
    /// At a terminal's own listener on this machine.
    Loopback(Url),
}

/// What arrived at a callback address.
#[derive(Debug)]
pub struct Callback {
    /// The last part of the callback address; none at a terminal's own listener.
    pub path: Option<String>,
    /// What only the beginner has.
    pub session: SecretString,
    /// Where the request came from.
    pub remote: IpAddr,
    /// The `state`.
    pub state: SecretString,
    /// The `iss`, if there is one (RFC 9207).
    pub iss: Option<String>,
    /// The rest.
    pub answer: Answer,
}

/// What the provider says.
#[derive(Debug)]
pub enum Answer {
    /// A code to be exchanged.
    Code(SecretString),
    /// Why there is none (RFC 6749 §4.1.2.1).
    Error {
        /// `error`
        error: String,
        /// `error_description`
        description: String,
        /// Google's `error_subtype`.
        subcode: Option<String>,
    },
}

/// What an authorization came to.
#[derive(Debug)]
pub struct Finished {
    /// The mailbox.
    pub mailbox: mailboxes::Model,
    /// What it came to.
    pub outcome: Outcome,
}

/// What an authorization came to.
#[derive(Debug)]
pub enum Outcome {
    /// The light is green: the next scan gets in.
    Green,
    /// The person changed their mind; nothing was changed.
    Cancelled {
        /// What happened, as sentences.
        words: String,
    },
    /// A person must act. The light says so, unless the mailbox is open with what was granted before.
    Red(Red),
    /// It is granted or not; the network or the provider came in between.
    Unproven {
        /// What happened and what follows, as sentences.
        words: String,
    },
}
