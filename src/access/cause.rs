//! Why a light is red: a closed set of codes, each with who must act and what to do.

use serde::Serialize;

/// Why a person must act before a mailbox can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No password and no token was ever given.
    NeverAuthorized,
    /// The credential is named by a reference that can't be read, or sealed with a key that is gone.
    CredentialUnreadable,
    /// The server refuses the password.
    PasswordRefused,
    /// The server refuses the access token.
    AccessTokenRefused,
    /// The server has locked sign-in after too many refused ones.
    TooManyAttempts,
    /// The sign-in is right, but may not open this mailbox.
    MailboxNotReachableForUser,
    /// The account may not be opened over IMAP.
    ImapDisabled,
    /// The provider's administrator has closed the account.
    AdministratorMustAct,
    /// The provider asks for something in its own pages first.
    ProviderAsksForAction,
    /// The server record and the server don't fit: nothing it offers may be used.
    SignInNotOffered,
}

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whoever the mailbox belongs to.
    MailboxOwner,
    /// Who runs this program.
    Admin,
    /// The provider's administrator.
    Provider,
}

impl Cause {
    /// The code, as stored and as shown by `--json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverAuthorized => "never_authorized",
            Self::CredentialUnreadable => "credential_unreadable",
            Self::PasswordRefused => "password_refused",
            Self::AccessTokenRefused => "access_token_refused",
            Self::TooManyAttempts => "too_many_attempts",
            Self::MailboxNotReachableForUser => "mailbox_not_reachable_for_user",
            Self::ImapDisabled => "imap_disabled",
            Self::AdministratorMustAct => "administrator_must_act",
            Self::ProviderAsksForAction => "provider_asks_for_action",
            Self::SignInNotOffered => "sign_in_not_offered",
        }
    }

    /// Who must act.
    #[must_use]
    pub fn who(self) -> Who {
        match self {
            Self::NeverAuthorized | Self::CredentialUnreadable | Self::SignInNotOffered => {
                Who::Admin
            }
            Self::PasswordRefused
            | Self::AccessTokenRefused
            | Self::TooManyAttempts
            | Self::ProviderAsksForAction => Who::MailboxOwner,
            Self::MailboxNotReachableForUser | Self::ImapDisabled | Self::AdministratorMustAct => {
                Who::Provider
            }
        }
    }

    /// What to do, in plain words.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NeverAuthorized => {
                "Give the mailbox a `password` or an `access_token` in the set-up file and run `mailroom apply` again."
            }
            Self::CredentialUnreadable => {
                "Mend that, or give the credential again in the set-up file and run `mailroom apply`; then run `mailroom scan` once."
            }
            Self::PasswordRefused => {
                "Check login and password by signing in with another mail program, then give the right ones in the set-up file and run `mailroom apply` again."
            }
            Self::AccessTokenRefused => {
                "The token has ended, was withdrawn or belongs to another account: give a new one in the set-up file and run `mailroom apply` again."
            }
            Self::TooManyAttempts => {
                "Wait until the provider opens the account again (often an hour), check the password, then run `mailroom scan` once."
            }
            Self::ImapDisabled => {
                "Have IMAP allowed for this account in the provider's settings, then run `mailroom scan` once."
            }
            Self::MailboxNotReachableForUser => {
                "Have the mail administrator give this login access to the mailbox, then run `mailroom scan` once."
            }
            Self::AdministratorMustAct => {
                "Ask the provider's administrator to open the account again, then run `mailroom scan` once."
            }
            Self::ProviderAsksForAction => {
                "Sign in to the account in a browser and do what the provider asks there; where it wants an application password, make one, give it in the set-up file and run `mailroom apply`. Then run `mailroom scan` once."
            }
            Self::SignInNotOffered => {
                "Choose another `auth` or `tls` for the mail server in the set-up file; its own words say what it offers."
            }
        }
    }
}

impl Who {
    /// The code, as stored and as shown by `--json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MailboxOwner => "mailbox_owner",
            Self::Admin => "admin",
            Self::Provider => "provider",
        }
    }
}

#[cfg(test)]
#[path = "cause_tests.rs"]
mod tests;
