//! Why a light is red: a closed set of codes, each with who must act, what to do, the one button that does it and when
//! it is worth a look by itself.
//!
//! A leaf: everything that meets a provider turns what it was told into one of these. Never knows protocols, providers,
//! tables or pages.

mod here;
mod phrases;
mod red;
mod remedies;

use chrono::TimeDelta;
use serde::Serialize;

pub use here::{Here, OpenedBy};
pub use red::{Red, provider_words};

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
    /// The provider took its permission back: withdrawn by the owner, or ended by a change of the password.
    ConsentRevoked,
    /// The refresh token ran out, mostly for want of use.
    RefreshExpired,
    /// The provider gave an access token and nothing to get the next one with.
    RefreshTokenMissing,
    /// Somebody signed in whose mailbox this is not.
    WrongAccount,
    /// The right to read mail was not granted.
    ScopeMissing,
    /// The organization wants its administrator to agree first.
    AdminConsentRequired,
    /// The organization, or the app's own publishing state, does not let this account use the app.
    AppNotAllowed,
    /// The app is switched off at the provider.
    AppDisabled,
    /// The provider knows no app with this client ID.
    ClientUnknown,
    /// The client secret is missing, wrong, or not wanted.
    ClientSecretWrong,
    /// The client secret has run out.
    ClientSecretExpired,
    /// There is no such tenant, or the app is not for it.
    TenantWrong,
    /// The redirect URL is not registered with the app.
    RedirectMismatch,
    /// The app takes another kind of account: personal instead of work, or of another organization.
    AccountKindWrong,
    /// The provider declines the request as it was put.
    RequestRefused,
    /// The provider wants to see the person: a second factor, a new sign-in.
    InteractionRequired,
    /// A policy of the organization forbids access from here, or by this app.
    BlockedByPolicy,
    /// The account is switched off.
    AccountDisabled,
    /// The account is locked for suspected abuse.
    AccountLocked,
    /// The sign-in is right, but may not open this mailbox.
    MailboxNotReachableForUser,
    /// The account may not be opened over IMAP.
    ImapDisabled,
    /// The account may not be opened over POP3.
    Pop3Disabled,
    /// The server has locked sign-in after too many refused ones.
    TooManyAttempts,
    /// The provider asks for something in its own pages first.
    ProviderAsksForAction,
    /// The provider's administrator has closed the account.
    AdministratorMustAct,
    /// The server record and the server don't fit: nothing it offers may be used.
    SignInNotOffered,
    /// Somebody disconnected the mailbox here.
    Disconnected,
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

/// What the one button beside a red light does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// Sends the browser to the provider to sign in.
    SignIn,
    /// The same, and has the provider ask which account.
    ChooseAccount,
    /// Opens the page on which the provider's administrator agrees for the organization.
    AdminConsent,
    /// Knocks again with what there is; means something only where there is a credential.
    TryAgain,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 31] = [
        Self::NeverAuthorized,
        Self::CredentialUnreadable,
        Self::PasswordRefused,
        Self::AccessTokenRefused,
        Self::ConsentRevoked,
        Self::RefreshExpired,
        Self::RefreshTokenMissing,
        Self::WrongAccount,
        Self::ScopeMissing,
        Self::AdminConsentRequired,
        Self::AppNotAllowed,
        Self::AppDisabled,
        Self::ClientUnknown,
        Self::ClientSecretWrong,
        Self::ClientSecretExpired,
        Self::TenantWrong,
        Self::RedirectMismatch,
        Self::AccountKindWrong,
        Self::RequestRefused,
        Self::InteractionRequired,
        Self::BlockedByPolicy,
        Self::AccountDisabled,
        Self::AccountLocked,
        Self::MailboxNotReachableForUser,
        Self::ImapDisabled,
        Self::Pop3Disabled,
        Self::TooManyAttempts,
        Self::ProviderAsksForAction,
        Self::AdministratorMustAct,
        Self::SignInNotOffered,
        Self::Disconnected,
    ];

    /// The code, as stored and as shown by `--json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverAuthorized => "never_authorized",
            Self::CredentialUnreadable => "credential_unreadable",
            Self::PasswordRefused => "password_refused",
            Self::AccessTokenRefused => "access_token_refused",
            Self::ConsentRevoked => "consent_revoked",
            Self::RefreshExpired => "refresh_expired",
            Self::RefreshTokenMissing => "refresh_token_missing",
            Self::WrongAccount => "wrong_account",
            Self::ScopeMissing => "scope_missing",
            Self::AdminConsentRequired => "admin_consent_required",
            Self::AppNotAllowed => "app_not_allowed",
            Self::AppDisabled => "app_disabled",
            Self::ClientUnknown => "client_unknown",
            Self::ClientSecretWrong => "client_secret_wrong",
            Self::ClientSecretExpired => "client_secret_expired",
            Self::TenantWrong => "tenant_wrong",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::AccountKindWrong => "account_kind_wrong",
            Self::RequestRefused => "request_refused",
            Self::InteractionRequired => "interaction_required",
            Self::BlockedByPolicy => "blocked_by_policy",
            Self::AccountDisabled => "account_disabled",
            Self::AccountLocked => "account_locked",
            Self::MailboxNotReachableForUser => "mailbox_not_reachable_for_user",
            Self::ImapDisabled => "imap_disabled",
            Self::Pop3Disabled => "pop3_disabled",
            Self::TooManyAttempts => "too_many_attempts",
            Self::ProviderAsksForAction => "provider_asks_for_action",
            Self::AdministratorMustAct => "administrator_must_act",
            Self::SignInNotOffered => "sign_in_not_offered",
            Self::Disconnected => "disconnected",
        }
    }

    /// The cause of a stored code; `None` for one that a later version wrote.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == code)
    }

    /// Who must act, where the provider's answer does not say better ([`Red::who`]).
    #[must_use]
    pub fn who(self) -> Who {
        match self {
            Self::NeverAuthorized
            | Self::PasswordRefused
            | Self::AccessTokenRefused
            | Self::ConsentRevoked
            | Self::RefreshExpired
            | Self::RefreshTokenMissing
            | Self::WrongAccount
            | Self::ScopeMissing
            | Self::AccountKindWrong
            | Self::InteractionRequired
            | Self::TooManyAttempts
            | Self::ProviderAsksForAction
            | Self::Disconnected => Who::MailboxOwner,
            Self::CredentialUnreadable
            | Self::ClientUnknown
            | Self::ClientSecretWrong
            | Self::ClientSecretExpired
            | Self::TenantWrong
            | Self::RedirectMismatch
            | Self::RequestRefused
            | Self::SignInNotOffered => Who::Admin,
            Self::AdminConsentRequired
            | Self::AppNotAllowed
            | Self::AppDisabled
            | Self::BlockedByPolicy
            | Self::AccountDisabled
            | Self::AccountLocked
            | Self::MailboxNotReachableForUser
            | Self::ImapDisabled
            | Self::Pop3Disabled
            | Self::AdministratorMustAct => Who::Provider,
        }
    }

    /// What to do, in plain words; `ADDRESS` in it stands for the mailbox's ([`Red::for_mailbox`]).
    #[must_use]
    pub fn remedy(self) -> &'static str {
        remedies::of(self)
    }

    /// The button that does it, or begins it.
    #[must_use]
    pub fn button(self) -> Button {
        match self {
            Self::NeverAuthorized
            | Self::AccessTokenRefused
            | Self::ConsentRevoked
            | Self::RefreshExpired
            | Self::RefreshTokenMissing
            | Self::ScopeMissing
            | Self::AppNotAllowed
            | Self::RedirectMismatch
            | Self::RequestRefused
            | Self::InteractionRequired
            | Self::Disconnected => Button::SignIn,
            Self::WrongAccount | Self::AccountKindWrong => Button::ChooseAccount,
            Self::AdminConsentRequired => Button::AdminConsent,
            Self::CredentialUnreadable
            | Self::PasswordRefused
            | Self::AppDisabled
            | Self::ClientUnknown
            | Self::ClientSecretWrong
            | Self::ClientSecretExpired
            | Self::TenantWrong
            | Self::BlockedByPolicy
            | Self::AccountDisabled
            | Self::AccountLocked
            | Self::MailboxNotReachableForUser
            | Self::ImapDisabled
            | Self::Pop3Disabled
            | Self::TooManyAttempts
            | Self::ProviderAsksForAction
            | Self::AdministratorMustAct
            | Self::SignInNotOffered => Button::TryAgain,
        }
    }

    /// How long until it is worth knocking once without being asked: it may have healed, or have been mended where we
    /// don't see it. `None` where only a sign-in or `mailroom apply` helps.
    #[must_use]
    pub fn probe_after(self) -> Option<TimeDelta> {
        let hours = match self {
            Self::CredentialUnreadable
            | Self::AdminConsentRequired
            | Self::AppNotAllowed
            | Self::AppDisabled
            | Self::BlockedByPolicy
            | Self::AccountDisabled
            | Self::AccountLocked
            | Self::MailboxNotReachableForUser
            | Self::ImapDisabled
            | Self::Pop3Disabled
            | Self::TooManyAttempts
            | Self::ProviderAsksForAction
            | Self::AdministratorMustAct => 1,
            Self::PasswordRefused | Self::AccessTokenRefused | Self::RequestRefused => 6,
            Self::ConsentRevoked | Self::RefreshExpired | Self::InteractionRequired => 24,
            Self::NeverAuthorized
            | Self::RefreshTokenMissing
            | Self::WrongAccount
            | Self::ScopeMissing
            | Self::ClientUnknown
            | Self::ClientSecretWrong
            | Self::ClientSecretExpired
            | Self::TenantWrong
            | Self::RedirectMismatch
            | Self::AccountKindWrong
            | Self::SignInNotOffered
            | Self::Disconnected => return None,
        };
        Some(TimeDelta::hours(hours))
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

impl Button {
    /// The code, as shown by `--json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::ChooseAccount => "choose_account",
            Self::AdminConsent => "admin_consent",
            Self::TryAgain => "try_again",
        }
    }
}

#[cfg(test)]
#[path = "cause_tests.rs"]
mod tests;
