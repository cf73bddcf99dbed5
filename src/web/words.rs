//! The one catalogue of what pages call lights, health, people and causes.

use entities::health::HealthState;
use entities::lights::LightState;

use crate::cause::Cause;

/// What a light is called.
pub(super) fn of_light(state: LightState) -> &'static str {
    match state {
        LightState::Green => "Green",
        LightState::Red => "Red",
        LightState::Unknown => "Not tried yet",
    }
}

/// What a light means.
pub(super) fn meaning(state: LightState) -> &'static str {
    match state {
        LightState::Green => "The next scan will get in.",
        LightState::Red => "Mailroom can't get in until a person acts.",
        LightState::Unknown => "Nobody has knocked yet; the next scan will.",
    }
}

/// How scanning goes, in a word.
pub(super) fn of_health(state: HealthState) -> &'static str {
    match state {
        HealthState::Ok => "Well",
        HealthState::Retrying => "Trying again",
        HealthState::Failing => "Failing",
        HealthState::Paused => "Paused",
    }
}

/// Who must act, by the stored code.
pub(super) fn of_who(code: &str) -> &str {
    match code {
        "mailbox_owner" => "The owner of the mailbox",
        "admin" => "An admin of Mailroom",
        "provider" => "The administrator at the mail provider",
        other => other,
    }
}

/// Why a light is red, by the stored code.
pub(super) fn of_cause_code(code: &str) -> String {
    Cause::from_code(code).map_or_else(
        || format!("{}.", code.replace('_', " ")),
        |cause| of_cause(cause).to_owned(),
    )
}

/// Why a light is red.
pub(super) fn of_cause(cause: Cause) -> &'static str {
    match cause {
        Cause::NeverAuthorized => "Nobody has signed in for this mailbox yet.",
        Cause::CredentialUnreadable => "The stored credential can't be read.",
        Cause::PasswordRefused => "The mail server refuses the password.",
        Cause::AccessTokenRefused => "The mail server refuses the access token.",
        Cause::ConsentRevoked => "The permission was withdrawn.",
        Cause::RefreshExpired => "The permission has run out.",
        Cause::RefreshTokenMissing => "The provider gave no lasting permission.",
        Cause::WrongAccount => "Somebody signed in with another account.",
        Cause::ScopeMissing => "The permission to read mail was not granted.",
        Cause::AdminConsentRequired => "The organization's administrator has to agree first.",
        Cause::AppNotAllowed => "The account may not use this app.",
        Cause::AppDisabled => "The app is switched off at the provider.",
        Cause::ClientUnknown => "The provider does not know the client ID.",
        Cause::ClientSecretWrong => "The client secret is wrong or missing.",
        Cause::ClientSecretExpired => "The client secret has expired.",
        Cause::TenantWrong => "The tenant is wrong.",
        Cause::RedirectMismatch => "The redirect URL is not registered at the provider.",
        Cause::AccountKindWrong => "This kind of account can't be used here.",
        Cause::RequestRefused => "The provider declines the request.",
        Cause::InteractionRequired => "The provider wants to see the person again.",
        Cause::BlockedByPolicy => "A policy of the organization blocks the access.",
        Cause::AccountDisabled => "The account is switched off.",
        Cause::AccountLocked => "The account is locked.",
        Cause::MailboxNotReachableForUser => "The sign-in is right, but may not open this mailbox.",
        Cause::ImapDisabled => "IMAP is switched off for this account.",
        Cause::Pop3Disabled => "POP3 is switched off for this account.",
        Cause::TooManyAttempts => "The server has locked sign-in after too many attempts.",
        Cause::ProviderAsksForAction => "The provider asks for something in its own pages first.",
        Cause::AdministratorMustAct => "The provider's administrator has closed the account.",
        Cause::SignInNotOffered => "The server offers no sign-in that may be used.",
        Cause::Disconnected => "The mailbox was disconnected.",
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
