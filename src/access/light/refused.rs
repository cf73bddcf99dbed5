//! What a mail server's refusal means for the light: error → cause → remedy, by whose server it is.
//!
//! The same words ask different things of different people: an Exchange that says no to a password takes none at all,
//! and IMAP is switched on by the owner of an Outlook.com account but by the administrator of a tenant.

use entities::mail_servers::{Preset, Protocol};

use super::over_pop3;
use crate::cause::{Cause, Red, Who};
use crate::transport::ServerError;

/// How the door was knocked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knock {
    /// What was spoken.
    pub protocol: Protocol,
    /// Whose server it is.
    pub preset: Preset,
    /// What was shown.
    pub with: With,
}

/// What was shown at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// A password.
    Password,
    /// An access token of a person's.
    Token,
    /// An access token of the app's own.
    AppToken,
}

/// What a refusal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// A person must act.
    Red(Red),
    /// A person must act if it is so again in five minutes ([`ServerError::retry_after`]); it may have been too many
    /// sessions.
    Suspect(Red),
    /// The server or the way to it; the light stays as it was.
    Health,
}

/// Tells what a person must mend from what passes.
#[must_use]
pub fn judge(error: &ServerError, knock: Knock) -> Judged {
    let red = |cause| Red::of(cause, error.to_string());
    let told = |cause, (who, remedy): (Who, &str)| Red {
        who,
        remedy: remedy.to_owned(),
        ..red(cause)
    };
    Judged::Red(match error {
        ServerError::CredentialRefused { .. } => match credential(knock) {
            (cause, Some(better)) => told(cause, better),
            (cause, None) => red(cause),
        },
        ServerError::CredentialExpired { .. } if knock.with == With::Password => {
            red(Cause::PasswordRefused)
        }
        ServerError::CredentialExpired { .. } => red(Cause::AccessTokenRefused),
        ServerError::PasswordsOff { .. } => told(Cause::SignInNotOffered, NO_PASSWORDS),
        ServerError::NotConnected { .. } => {
            return Judged::Suspect(told(
                Cause::MailboxNotReachableForUser,
                not_connected(knock),
            ));
        }
        ServerError::LoginForbidden { .. } | ServerError::FolderForbidden { .. } => {
            red(Cause::MailboxNotReachableForUser)
        }
        ServerError::OwnerMustAct { words } => match owner(words) {
            Some(better) => told(Cause::ProviderAsksForAction, better),
            None => red(Cause::ProviderAsksForAction),
        },
        ServerError::ImapDisabled { .. } => match imap_disabled(knock.preset) {
            Some(better) => told(Cause::ImapDisabled, better),
            None => red(Cause::ImapDisabled),
        },
        ServerError::Pop3Disabled { .. } => match over_pop3::disabled(knock.preset) {
            Some(better) => told(Cause::Pop3Disabled, better),
            None => red(Cause::Pop3Disabled),
        },
        ServerError::AdministratorMustAct { .. } => red(Cause::AdministratorMustAct),
        ServerError::TooManyAttempts { .. } => red(Cause::TooManyAttempts),
        ServerError::NoMechanism { .. } | ServerError::EncryptionRequired => {
            red(Cause::SignInNotOffered)
        }
        _ => return Judged::Health,
    })
}

/// Who must act, and what to do.
pub(super) type Better = (Who, &'static str);

const NO_PASSWORDS: Better = (
    Who::Admin,
    "Passwords are switched off at this provider: set the mail server's `auth` to `xoauth2` with an `oauth` section and run `mailroom apply`; then sign in on the mailbox's page or with `mailroom authorize ADDRESS`.",
);

pub(super) fn is_microsoft(preset: Preset) -> bool {
    matches!(preset, Preset::Microsoft | Preset::OutlookCom)
}

fn credential(knock: Knock) -> (Cause, Option<Better>) {
    if knock.protocol == Protocol::Pop3
        && let Some(better) = over_pop3::token_refused(knock)
    {
        return (Cause::AccessTokenRefused, Some(better));
    }
    match (knock.with, knock.preset) {
        (With::Password, preset) if is_microsoft(preset) => {
            (Cause::SignInNotOffered, Some(NO_PASSWORDS))
        }
        (With::Password, Preset::Google | Preset::Yahoo | Preset::Aol | Preset::Fastmail) => (
            Cause::PasswordRefused,
            Some((
                Who::MailboxOwner,
                "This provider takes application passwords only: make one in the account's security settings, give it as `password` in the set-up file and run `mailroom apply` again, or use OAuth.",
            )),
        ),
        (With::Password, _) => (Cause::PasswordRefused, None),
        (With::AppToken, _) => (
            Cause::AccessTokenRefused,
            Some((
                Who::Provider,
                "Have the tenant's administrator check what the mailbox's page shows for app-only access: the permission IMAP.AccessAsApp with admin consent, New-ServicePrincipal with the Object ID of the enterprise application (not of the app registration), Add-MailboxPermission with FullAccess, and IMAP switched on for the mailbox. Then press Try again.",
            )),
        ),
        (With::Token, preset) if is_microsoft(preset) => (
            Cause::AccessTokenRefused,
            Some((
                Who::MailboxOwner,
                "Sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, with the mailbox's own account. If it comes back: have IMAP allowed for the mailbox (Set-CASMailbox ADDRESS -ImapEnabled $true), the scopes be those of https://outlook.office.com, and no Conditional Access policy block IMAP.",
            )),
        ),
        (With::Token, Preset::Google) => (
            Cause::AccessTokenRefused,
            Some((
                Who::MailboxOwner,
                "The permission was withdrawn, or belongs to another account than the mailbox's: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, with the mailbox's own account and the permission to read mail ticked.",
            )),
        ),
        (With::Token, _) => (Cause::AccessTokenRefused, None),
    }
}

fn not_connected(knock: Knock) -> Better {
    if knock.protocol == Protocol::Pop3 {
        return over_pop3::NOT_CONNECTED;
    }
    match (knock.with, knock.preset) {
        (With::AppToken, _) => (
            Who::Provider,
            "Have the tenant's administrator give the app's service principal FullAccess to the mailbox (Add-MailboxPermission, with the Object ID of the enterprise application) and allow IMAP for it (Set-CASMailbox ADDRESS -ImapEnabled $true); it is tried again by itself.",
        ),
        (_, Preset::OutlookCom) => (
            Who::MailboxOwner,
            "In Outlook.com's settings, Mail > Forwarding and IMAP, switch on that devices and apps use IMAP; see at https://account.live.com that the account is not locked, and that the account that signed in is the mailbox's own. Then press Try again.",
        ),
        _ => (
            Who::Provider,
            "Have the mail administrator see that the account that signed in is the mailbox's own or has FullAccess to it, and that IMAP is allowed for it (Set-CASMailbox ADDRESS -ImapEnabled $true); then press Try again or run `mailroom scan` once.",
        ),
    }
}

/// Google asks for an application password where a password may not stand; anything else is done in a browser.
fn owner(words: &str) -> Option<Better> {
    let words = words.to_lowercase();
    let password =
        words.contains("application-specific password") || words.contains("app password");
    password.then_some((
        Who::Admin,
        "Use OAuth for this mail server, or have the mailbox's owner make an application password, give it as `password` in the set-up file and run `mailroom apply` again.",
    ))
}

fn imap_disabled(preset: Preset) -> Option<Better> {
    Some(match preset {
        Preset::Google => (
            Who::Provider,
            "Have the Workspace administrator allow IMAP (Apps > Google Workspace > Gmail > End user access) for this account, or switch it on in Gmail's own settings; then press Try again or run `mailroom scan` once.",
        ),
        Preset::Microsoft => (
            Who::Provider,
            "Have the mail administrator allow IMAP for the mailbox (Set-CASMailbox ADDRESS -ImapEnabled $true), then press Try again or run `mailroom scan` once.",
        ),
        Preset::OutlookCom => (
            Who::MailboxOwner,
            "In Outlook.com's settings, Mail > Forwarding and IMAP, switch on that devices and apps use IMAP; then press Try again or run `mailroom scan` once.",
        ),
        Preset::Yandex => (
            Who::MailboxOwner,
            "In Yandex Mail's settings, Email clients, switch on imap.yandex and check the password there; then press Try again or run `mailroom scan` once.",
        ),
        Preset::Zoho => (
            Who::MailboxOwner,
            "In Zoho Mail's settings, Mail Accounts, switch on IMAP access (its administrator may have to allow it first); then press Try again or run `mailroom scan` once.",
        ),
        Preset::Yahoo | Preset::Aol | Preset::Fastmail | Preset::Generic => return None,
    })
}

#[cfg(test)]
#[path = "refused_tests.rs"]
mod tests;
