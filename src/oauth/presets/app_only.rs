//! What an administrator types in Exchange Online PowerShell to let an app into one mailbox, without a person.

use super::{Cloud, Protocol};

/// Which app, which mailbox.
#[derive(Debug, Clone, Copy)]
pub struct AppOnlyAccess<'a> {
    /// The mailbox's address.
    pub mailbox: &'a str,
    /// Application (client) ID.
    pub client_id: &'a str,
    /// Tenant's GUID or domain.
    pub tenant: &'a str,
    /// Which cloud.
    pub cloud: Cloud,
    /// How mail is to be read.
    pub protocol: Protocol,
    /// Object ID of the enterprise application, if it is known.
    pub service_principal: Option<&'a str>,
}

/// One line to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub says: &'static str,
    /// PowerShell, on one line.
    pub line: String,
}

/// The commands, in order.
///
/// The object ID must be that of the enterprise application: with the one under App registrations Exchange takes the
/// commands and refuses the sign-in.
#[must_use]
pub fn app_only_commands(access: &AppOnlyAccess<'_>) -> Vec<Command> {
    let mailbox = quoted(access.mailbox);
    let object_id = access
        .service_principal
        .unwrap_or("Object ID under Enterprise applications > your app > Overview");
    let environment = match access.cloud {
        Cloud::Global => "",
        Cloud::UsGov => " -ExchangeEnvironmentName O365USGovGCCHigh",
        Cloud::China => " -ExchangeEnvironmentName O365China",
    };
    let command = |says, line| Command { says, line };
    vec![
        command(
            "Once on this computer: the module.",
            "Install-Module ExchangeOnlineManagement".to_owned(),
        ),
        command(
            "Sign in as an Exchange administrator.",
            format!(
                "Connect-ExchangeOnline -Organization {}{environment}",
                quoted(access.tenant)
            ),
        ),
        command(
            "The app's Object ID, from Enterprise applications and not from App registrations.",
            format!("$app = {}", quoted(object_id)),
        ),
        command(
            "Once for the app: make it known to Exchange.",
            format!(
                "New-ServicePrincipal -AppId {} -ObjectId $app",
                quoted(access.client_id)
            ),
        ),
        command(
            "For this mailbox: let the app in.",
            format!(
                "Add-MailboxPermission -Identity {mailbox} -User $app -AccessRights FullAccess"
            ),
        ),
        match access.protocol {
            Protocol::Imap => command(
                "For this mailbox: IMAP must be on.",
                format!("Set-CASMailbox -Identity {mailbox} -ImapEnabled $true"),
            ),
            Protocol::Pop3 => command(
                "For this mailbox: POP3 must be on.",
                format!("Set-CASMailbox -Identity {mailbox} -PopEnabled $true"),
            ),
        },
    ]
}

/// A literal of PowerShell: in single quotes, within which only they mean something, and the typographic ones count.
fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    // A line break would end the line when it is pasted.
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        literal.push(letter);
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            literal.push(letter);
        }
    }
    literal.push('\'');
    literal
}
