//! What to do about each cause, in plain words for whoever must act.

use super::Cause;

/// What to do about it.
pub(super) fn of(cause: Cause) -> &'static str {
    REMEDIES
        .iter()
        .find(|(of, _)| *of == cause)
        .map_or("", |(_, remedy)| remedy)
}

const REMEDIES: [(Cause, &str); 31] = [
    (
        Cause::NeverAuthorized,
        "Press Sign in on the mailbox's page or run `mailroom authorize ADDRESS`; a mailbox that is opened with a password gets it as `password` in the set-up file, then run `mailroom apply`.",
    ),
    (
        Cause::CredentialUnreadable,
        "Mend that, or give the credential again in the set-up file and run `mailroom apply`; then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::PasswordRefused,
        "Check login and password by signing in with another mail program, then give the right ones in the set-up file and run `mailroom apply` again.",
    ),
    (
        Cause::AccessTokenRefused,
        "The token has ended, was withdrawn or belongs to another account: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, with the mailbox's own account; a token that the set-up file gives is renewed there, then run `mailroom apply`.",
    ),
    (
        Cause::ConsentRevoked,
        "The permission was withdrawn at the provider, or ended when the password was changed: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    (
        Cause::RefreshExpired,
        "The permission ran out because it was not used for a long time: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    (
        Cause::RefreshTokenMissing,
        "The provider gave permission for an hour only. Sign in again on the mailbox's page or with `mailroom authorize ADDRESS` and agree to lasting access; if it stays, remove this app's access in the account's settings at the provider first.",
    ),
    (
        Cause::WrongAccount,
        "Sign in again and choose the account that the mailbox belongs to; if this account may open the mailbox, have the admin list it under the mailbox's `delegates`, or its address under `aliases`.",
    ),
    (
        Cause::ScopeMissing,
        "Sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, and leave the permission to read mail ticked.",
    ),
    (
        Cause::AdminConsentRequired,
        "The organization wants its administrator to agree first: send them the admin-consent link from the mailbox's page; once they agreed, sign in again.",
    ),
    (
        Cause::AppNotAllowed,
        "Have the provider's administrator allow this app for the account, then sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    (
        Cause::AppDisabled,
        "The app is switched off at the provider: have the provider's administrator switch it on again, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::ClientUnknown,
        "Copy the client ID from the provider's console into the mail server's `oauth` section and check the tenant, then run `mailroom apply` again; a deleted app is restored or made anew in that console.",
    ),
    (
        Cause::ClientSecretWrong,
        "Copy the client secret from the provider's console into the mail server's `oauth` section (its value, not its ID) and run `mailroom apply` again.",
    ),
    (
        Cause::ClientSecretExpired,
        "Make a new client secret in the provider's console, give its value and its expiry date in the mail server's `oauth` section and run `mailroom apply` again; nobody has to sign in again.",
    ),
    (
        Cause::TenantWrong,
        "Check the `tenant` (its ID or domain) and the cloud in the mail server's `oauth` section and run `mailroom apply` again.",
    ),
    (
        Cause::RedirectMismatch,
        "Copy the redirect URL shown on the mail server's page exactly, letter by letter, into the app's registration at the provider, then sign in again.",
    ),
    (
        Cause::AccountKindWrong,
        "Sign in with the mailbox's own account; if that was it, have the admin register the app for this kind of account.",
    ),
    (
        Cause::RequestRefused,
        "Compare the mail server's `oauth` section (client ID, scopes, tenant, endpoints) with the app's registration at the provider; its own words say what it declined.",
    ),
    (
        Cause::InteractionRequired,
        "The provider wants to see you in person, for a second factor or a new sign-in: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    (
        Cause::BlockedByPolicy,
        "A policy of the organization blocks this: have its administrator allow the app, or this server's location, for the account; then press Try again or sign in again.",
    ),
    (
        Cause::AccountDisabled,
        "The account is switched off: have the provider's administrator switch it on again, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::AccountLocked,
        "The account is locked: have the provider's administrator unlock it, or wait until the provider does, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::MailboxNotReachableForUser,
        "Have the mail administrator give this login access to the mailbox, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::ImapDisabled,
        "Have IMAP allowed for this account in the provider's settings, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::Pop3Disabled,
        "Have POP3 allowed for this account in the provider's settings, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::TooManyAttempts,
        "Wait until the provider opens the account again (often an hour), check the password, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::ProviderAsksForAction,
        "Sign in to the account in a browser and do what the provider asks there; where it wants an application password, make one, give it in the set-up file and run `mailroom apply`. Then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::AdministratorMustAct,
        "Ask the provider's administrator to open the account again, then press Try again or run `mailroom scan` once.",
    ),
    (
        Cause::SignInNotOffered,
        "Choose another `auth` or `tls` for the mail server in the set-up file; its own words say what it offers.",
    ),
    (
        Cause::Disconnected,
        "The mailbox was disconnected here; to connect it again, sign in on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
];
