//! What a refusal over POP3 asks of people, where it is not what IMAP asks.

use entities::mail_servers::Preset;

use super::refused::{Better, Knock, With, is_microsoft};
use crate::cause::Who;

/// The sign-in was taken and the maildrop stays shut.
pub(super) const NOT_CONNECTED: Better = (
    Who::Provider,
    "Have the mail administrator see that the account that signed in is the mailbox's own or has FullAccess to it, and that POP3 is allowed for it (Set-CASMailbox ADDRESS -PopEnabled $true); then press Try again or run `mailroom scan` once.",
);

/// A token was refused where what lets it in has another name than with IMAP.
pub(super) fn token_refused(knock: Knock) -> Option<Better> {
    match knock.with {
        With::AppToken => Some((
            Who::Provider,
            "Have the tenant's administrator check what the mailbox's page shows for app-only access: the permission POP.AccessAsApp with admin consent, New-ServicePrincipal with the Object ID of the enterprise application (not of the app registration), Add-MailboxPermission with FullAccess, and POP3 switched on for the mailbox. Then press Try again.",
        )),
        With::Token if is_microsoft(knock.preset) => Some((
            Who::MailboxOwner,
            "Sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, with the mailbox's own account. If it comes back: have POP3 allowed for the mailbox (Set-CASMailbox ADDRESS -PopEnabled $true), the scope be https://outlook.office.com/POP.AccessAsUser.All, and no Conditional Access policy block POP3.",
        )),
        With::Token | With::Password => None,
    }
}

/// Who switches POP3 on, and where.
pub(super) fn disabled(preset: Preset) -> Option<Better> {
    Some(match preset {
        Preset::Google => (
            Who::MailboxOwner,
            "In Gmail's settings, Forwarding and POP/IMAP, enable POP for all mail and keep Gmail's copy in the inbox (in Google Workspace its administrator may have to allow POP first); then press Try again or run `mailroom scan` once.",
        ),
        Preset::Microsoft => (
            Who::Provider,
            "Have the mail administrator allow POP3 for the mailbox (Set-CASMailbox ADDRESS -PopEnabled $true), then press Try again or run `mailroom scan` once.",
        ),
        Preset::OutlookCom => (
            Who::MailboxOwner,
            "In Outlook.com's settings, Mail > Forwarding and IMAP, switch on that devices and apps use POP, and not that they may delete messages; then press Try again or run `mailroom scan` once.",
        ),
        Preset::Yandex => (
            Who::MailboxOwner,
            "In Yandex Mail's settings, Email clients, switch on pop.yandex and check the password there; then press Try again or run `mailroom scan` once.",
        ),
        Preset::Zoho => (
            Who::MailboxOwner,
            "In Zoho Mail's settings, Mail Accounts, switch on POP access (its administrator may have to allow it first); then press Try again or run `mailroom scan` once.",
        ),
        Preset::Yahoo | Preset::Aol | Preset::Fastmail | Preset::Generic => return None,
    })
}

#[cfg(test)]
#[path = "over_pop3_tests.rs"]
mod tests;
