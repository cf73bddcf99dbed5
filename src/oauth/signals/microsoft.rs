//! What Microsoft says, by its AADSTS numbers: the reaction to `error` alone would be the same for a secret that ran out
//! and a policy that blocks. The numbers may change; what no row knows is judged by the standard's `error`.

use super::Stage::{Authorize, Device, Token};
use super::table::{Row, codes, errors};
use crate::cause::{Cause, Who};

pub(super) static ROWS: &[Row] = &[
    // The attempt is over.
    codes(&[65004]).cancelled("Press Sign in again when you are ready, and agree to what Microsoft asks."),
    codes(&[54005]).cancelled("The code had been used already, as when the page is loaded again: press Sign in again."),
    codes(&[70018, 70019]).cancelled("The device code is wrong or too old: start again."),
    // It passes.
    codes(&[
        90055, 90033, 90006, 50033, 90024, 90012, 90090, 90091, 70012, 40010, 50087, 80002, 70016,
    ])
    .passing(),
    // The app's registration and ours.
    codes(&[50011, 70004]).red_for(
        Cause::RedirectMismatch,
        Who::Admin,
        "Add the redirect URL shown on the mail server's page exactly to the app's registration (Authentication > platform Web), then sign in again.",
    ),
    codes(&[900_971]).red_for(
        Cause::RedirectMismatch,
        Who::Admin,
        "The app has no redirect URL yet: add the one shown on the mail server's page to its registration (Authentication > platform Web), then sign in again.",
    ),
    codes(&[700_084]).red_for(
        Cause::RedirectMismatch,
        Who::Admin,
        "The redirect URL is registered as a single-page app, whose permissions end after a day: register it under platform Web instead, then sign in again.",
    ),
    codes(&[700_016, 700_011]).red_for(
        Cause::ClientUnknown,
        Who::Admin,
        "Check the client ID (Application ID, not Object ID) and the tenant in the mail server's `oauth` section; an app of another tenant must first be agreed to there, with the admin-consent link.",
    ),
    codes(&[90002, 50059, 50128, 90019]).red_for(
        Cause::TenantWrong,
        Who::Admin,
        "Check the tenant's ID or domain in the mail server's `oauth` section, and its cloud (world-wide, US government, China), and run `mailroom apply` again.",
    ),
    codes(&[90038, 900_432]).red_for(
        Cause::TenantWrong,
        Who::Admin,
        "The tenant lives in another cloud: set `cloud` in the mail server's `oauth` section (US government, China) and run `mailroom apply` again.",
    ),
    codes(&[50194]).red_for(
        Cause::TenantWrong,
        Who::Admin,
        "The app is for one tenant only: set `tenant` in the mail server's `oauth` section to that tenant's ID, or make the app multi-tenant in its registration.",
    ),
    codes(&[700_005, 9_001_023]).red_for(
        Cause::TenantWrong,
        Who::Admin,
        "Set `tenant` in the mail server's `oauth` section to the tenant's ID instead of `common` or `consumers`, and run `mailroom apply` again.",
    ),
    codes(&[7_000_215, 70002]).red_for(
        Cause::ClientSecretWrong,
        Who::Admin,
        "Paste the client secret's value, not its ID, into the mail server's `oauth` section and run `mailroom apply` again; a value that is lost is made anew under Certificates & secrets.",
    ),
    codes(&[7_000_222]).red_for(
        Cause::ClientSecretExpired,
        Who::Admin,
        "The client secret has expired: make a new one under Certificates & secrets of the app's registration, give its value and expiry date in the mail server's `oauth` section and run `mailroom apply` again; nobody has to sign in again.",
    ),
    codes(&[7_000_218]).red_for(
        Cause::ClientSecretWrong,
        Who::Admin,
        "The app wants a client secret: give it in the mail server's `oauth` section and run `mailroom apply` again; for the device flow, switch on \"Allow public client flows\" in the app's registration.",
    ),
    codes(&[700_025]).red_for(
        Cause::ClientSecretWrong,
        Who::Admin,
        "The redirect URL is registered for a public client, which has no secret: register it under platform Web instead of Mobile and desktop, or take the secret out of the mail server's `oauth` section.",
    ),
    codes(&[70011, 28002, 28003, 700_022, 70003]).red_for(
        Cause::RequestRefused,
        Who::Admin,
        "Correct the `scopes` of the mail server's `oauth` section: those of one resource only (https://outlook.office.com/…) besides openid, email, profile and offline_access; leaving them out takes the preset's.",
    ),
    codes(&[501_481, 50147]).red_for(
        Cause::RequestRefused,
        Who::MailboxOwner,
        "The sign-in was mixed up with another one: press Sign in again and finish it in one browser tab.",
    ),
    codes(&[50196]).red_for(
        Cause::RequestRefused,
        Who::Admin,
        "Microsoft was asked for tokens too often and calls it a loop: see that no other program refreshes tokens with this app's client ID, and leave it alone for an hour; it is tried again by itself.",
    ),
    // The account that signed in.
    codes(&[50020, 50034, 51004, 500_208, 9_002_332, 50014, 90072]).red_for(
        Cause::AccountKindWrong,
        Who::MailboxOwner,
        "Sign in with the mailbox's own account: this one is of another kind (personal, work) or of another organization than the app is for. If it is the right one, have the admin change the app's supported account types and the `tenant`.",
    ),
    codes(&[50173, 50133, 50132]).red_for(
        Cause::ConsentRevoked,
        Who::MailboxOwner,
        "The permission was withdrawn, or the password was changed or has expired: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    codes(&[70008, 700_082, 50089]).red_for(
        Cause::RefreshExpired,
        Who::MailboxOwner,
        "The permission was not used for 90 days and ended: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    codes(&[
        50076, 50079, 50078, 50074, 50158, 50072, 50058, 50055, 50144, 50125, 50135,
    ])
    .red_for(
        Cause::InteractionRequired,
        Who::MailboxOwner,
        "Microsoft wants a second factor or a new password: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`. If it comes back, have the organization's administrator exempt this app from the policy.",
    ),
    codes(&[70000])
        .saying(&["service abuse"])
        .red_for(
            Cause::AccountLocked,
            Who::MailboxOwner,
            "Microsoft has locked the account for suspected abuse: its owner unlocks it by signing in at https://account.live.com, then signs in again on the mailbox's page.",
        ),
    codes(&[70000]).at(&[Token]).red(Cause::ConsentRevoked),
    // The organization.
    codes(&[65001]).at(&[Authorize, Device]).red(Cause::AdminConsentRequired),
    codes(&[65001]).red_for(
        Cause::ConsentRevoked,
        Who::MailboxOwner,
        "Nobody has agreed to this app, or not any more: sign in again on the mailbox's page or with `mailroom authorize ADDRESS`; where Microsoft then asks for an administrator, send them the admin-consent link.",
    ),
    codes(&[90094, 90095, 90093, 90008]).red_for(
        Cause::AdminConsentRequired,
        Who::Provider,
        "The organization wants an administrator's approval: send the admin-consent link from the mailbox's page to its administrator; once they agreed, sign in again.",
    ),
    codes(&[50105]).red_for(
        Cause::AppNotAllowed,
        Who::Provider,
        "Have the tenant's administrator assign the user, or a group with the user, to this app under Enterprise applications > Users and groups; then sign in again.",
    ),
    codes(&[650_052, 500_011, 650_057, 650_056, 65005]).red_for(
        Cause::AppNotAllowed,
        Who::Provider,
        "Have the tenant's administrator see that Exchange Online is licensed and enabled, and that IMAP.AccessAsUser.All (or IMAP.AccessAsApp) is among the app's permissions and agreed to; then sign in again.",
    ),
    codes(&[7_000_112, 70001]).red_for(
        Cause::AppDisabled,
        Who::Provider,
        "The application is disabled in the tenant: have its administrator enable it under Enterprise applications > Properties, then press Try again or run `mailroom scan` once.",
    ),
    codes(&[70043]).red_for(
        Cause::BlockedByPolicy,
        Who::Provider,
        "A Conditional Access policy limits the sign-in frequency and ends the permission: have the administrator exempt this app from it, then sign in again on the mailbox's page or with `mailroom authorize ADDRESS`.",
    ),
    codes(&[
        53003, 53000, 53001, 53002, 530_032, 530_035, 530_034, 53011, 50131, 50005, 50097, 50129, 50002,
        500_021, 500_022, 500_212, 500_213,
    ])
    .red_for(
        Cause::BlockedByPolicy,
        Who::Provider,
        "Conditional Access or the security defaults block this: have the tenant's administrator allow this app and this server's location for the account, then press Try again or sign in again.",
    ),
    codes(&[50057]).red(Cause::AccountDisabled),
    codes(&[50053]).red_for(
        Cause::AccountLocked,
        Who::Provider,
        "The account is locked after wrong passwords, or this server's IP address is flagged: have the tenant's administrator look at the sign-in log and unblock it, then press Try again or run `mailroom scan` once.",
    ),
    errors(&["access_denied"])
        .with_suberror(&["cancel"])
        .cancelled("Press Sign in again when you are ready."),
];

#[cfg(test)]
#[path = "microsoft_tests.rs"]
pub(super) mod tests;
