//! Each cause and each person in a few words, for a line that says it all: `sales@example.com: red — the consent was withdrawn`.

use super::{Cause, Who};

impl Cause {
    /// What happened, as the short end of a sentence, without a full stop.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NeverAuthorized => "nobody has signed in for it yet",
            Self::CredentialUnreadable => "its stored credential can't be read",
            Self::PasswordRefused => "the server refuses the password",
            Self::AccessTokenRefused => "the server refuses the access token",
            Self::ConsentRevoked => "the consent was withdrawn",
            Self::RefreshExpired => "the sign-in has run out",
            Self::RefreshTokenMissing => "the provider gave no lasting sign-in",
            Self::WrongAccount => "somebody signed in with another account",
            Self::ScopeMissing => "the permission to read mail was not granted",
            Self::AdminConsentRequired => "the organization's administrator must agree first",
            Self::AppNotAllowed => "the app may not be used with this account",
            Self::AppDisabled => "the app is switched off at the provider",
            Self::ClientUnknown => "the provider does not know the client ID",
            Self::ClientSecretWrong => "the client secret is wrong",
            Self::ClientSecretExpired => "the client secret has run out",
            Self::TenantWrong => "the tenant is wrong",
            Self::RedirectMismatch => "the redirect URL is not registered",
            Self::AccountKindWrong => "the app takes another kind of account",
            Self::RequestRefused => "the provider declines our request",
            Self::InteractionRequired => "the provider wants to see the person",
            Self::BlockedByPolicy => "a policy of the organization forbids it",
            Self::AccountDisabled => "the account is switched off",
            Self::AccountLocked => "the account is locked",
            Self::MailboxNotReachableForUser => "this sign-in may not open the mailbox",
            Self::ImapDisabled => "IMAP is switched off for the account",
            Self::Pop3Disabled => "POP3 is switched off for the account",
            Self::TooManyAttempts => "the server has locked sign-in for a while",
            Self::ProviderAsksForAction => "the provider asks for something in its own pages",
            Self::AdministratorMustAct => "the provider's administrator has closed the account",
            Self::SignInNotOffered => "the server offers no sign-in that may be used",
            Self::Disconnected => "it was disconnected",
        }
    }
}

impl Who {
    /// The one of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::MailboxOwner, Self::Admin, Self::Provider];
        all.into_iter().find(|who| who.as_str() == code)
    }

    /// Who that is, as the middle of a sentence.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::MailboxOwner => "the mailbox's owner",
            Self::Admin => "an admin of Mailroom",
            Self::Provider => "the administrator of the organization's mail",
        }
    }
}
