//! Microsoft 365 in all clouds, and Outlook.com.

use url::Url;

use super::{
    At, ClientSecret, Cloud, Facts, Mechanism, Passwords, Preset, Protocol, Servers, Step, Tls,
    Wish, owned, redirect_step, server, url,
};
use crate::oauth::Endpoints;
use crate::oauth::issuer::{PERSONAL, is_guid};

/// What differs between the clouds.
struct Sky {
    login: &'static str,
    /// Host of issuers where it is not that of `login`.
    issuer: &'static str,
    imap: &'static str,
    smtp: &'static str,
    /// Resource of a person's tokens. Without it Microsoft takes a scope for one of Graph's, whose tokens open no mailbox.
    resource: &'static str,
    /// Resource of the app's own tokens.
    app_resource: &'static str,
    portal: &'static str,
}

fn sky(cloud: Cloud) -> Sky {
    match cloud {
        Cloud::Global => Sky {
            login: "https://login.microsoftonline.com",
            issuer: "https://login.microsoftonline.com",
            imap: "outlook.office365.com",
            smtp: "smtp.office365.com",
            resource: "https://outlook.office.com",
            app_resource: "https://outlook.office365.com",
            portal: "https://entra.microsoft.com",
        },
        Cloud::UsGov => Sky {
            login: "https://login.microsoftonline.us",
            issuer: "https://login.microsoftonline.us",
            imap: "outlook.office365.us",
            smtp: "smtp.office365.us",
            resource: "https://outlook.office365.us",
            app_resource: "https://outlook.office365.us",
            portal: "https://portal.azure.us",
        },
        Cloud::China => Sky {
            login: "https://login.chinacloudapi.cn",
            issuer: "https://login.partner.microsoftonline.cn",
            imap: "partner.outlook.cn",
            smtp: "smtp.partner.outlook.cn",
            resource: "https://partner.outlook.cn",
            app_resource: "https://partner.outlook.cn",
            portal: "https://portal.azure.cn",
        },
    }
}

pub(super) fn facts(at: &At<'_>) -> Facts {
    let sky = sky(at.cloud);
    let tenant = at.tenant.unwrap_or("common");
    let mail = format!("{}/{}", sky.resource, of_a_person(at.protocol));
    let mut scopes = vec![mail.clone()];
    scopes.extend(owned(&["offline_access", "openid", "email", "profile"]));
    Facts {
        name: "Microsoft 365",
        servers: Some(Servers {
            imap: server(sky.imap, 993, Tls::Implicit),
            pop3: server(sky.imap, 995, Tls::Implicit),
            smtp: server(sky.smtp, 587, Tls::Starttls),
        }),
        mechanism: Some(Mechanism::Xoauth2),
        endpoints: endpoints(&sky, tenant),
        scopes,
        mail_scopes: vec![mail],
        app_only_scopes: vec![format!("{}/.default", sky.app_resource)],
        device_flow: true,
        client_secret: ClientSecret::Possible,
        delegates: true,
        passwords: Passwords::Off,
        disconnecting: "Microsoft has no way to withdraw one app's access from outside, so the tokens are deleted here and the consent stays. To remove it, the account's owner opens https://myapps.microsoft.com, or an administrator removes the app under Enterprise applications or revokes the user's sessions.",
        note: Some(
            "In most organizations an administrator must consent before the first person can sign in: since the end of 2025 that is Microsoft's default for mail.",
        ),
    }
}

/// The permission to read mail as a person.
fn of_a_person(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "IMAP.AccessAsUser.All",
        Protocol::Pop3 => "POP.AccessAsUser.All",
    }
}

/// Personal accounts live in one tenant of the global cloud, and have neither delegates nor administrators.
pub(super) fn facts_of_outlook_com(at: &At<'_>) -> Facts {
    let at = At {
        tenant: Some(at.tenant.unwrap_or("consumers")),
        protocol: at.protocol,
        ..At::default()
    };
    let organizations = facts(&at);
    Facts {
        name: "Outlook.com",
        servers: organizations.servers.map(|servers| Servers {
            smtp: server("smtp-mail.outlook.com", 587, Tls::Starttls),
            ..servers
        }),
        app_only_scopes: Vec::new(),
        delegates: false,
        disconnecting: "Microsoft has no way to withdraw one app's access from outside, so the tokens are deleted here and the consent stays. To remove it, the account's owner opens https://account.live.com/consent/Manage and removes the app.",
        note: Some(match at.protocol {
            Protocol::Imap => {
                "IMAP must be switched on in the mailbox: Outlook.com > Settings > Mail > Forwarding and IMAP > Let devices and apps use IMAP."
            }
            Protocol::Pop3 => {
                "POP must be switched on in the mailbox: Outlook.com > Settings > Mail > Forwarding and IMAP > Let devices and apps use POP, and apps must not be let delete messages."
            }
        }),
        ..organizations
    }
}

fn endpoints(sky: &Sky, tenant: &str) -> Option<Endpoints> {
    if !is_tenant(tenant) {
        return None;
    }
    let issuer_tenant = match tenant {
        "consumers" => PERSONAL,
        guid if is_guid(guid) => guid,
        // Tokens carry the GUID, whatever name was asked; who checks them puts it in here.
        _ => "{tenantid}",
    };
    // A consent is one tenant's, so there is none to ask of everybody's and none of nobody's.
    let admin_tenant = match tenant {
        "consumers" | PERSONAL => None,
        "common" => Some("organizations"),
        tenant => Some(tenant),
    };
    Some(Endpoints {
        authorization: below(sky.login, &[tenant, "oauth2", "v2.0", "authorize"])?,
        token: below(sky.login, &[tenant, "oauth2", "v2.0", "token"])?,
        device: below(sky.login, &[tenant, "oauth2", "v2.0", "devicecode"]),
        revocation: None,
        jwks: below(sky.login, &[tenant, "discovery", "v2.0", "keys"]),
        issuer: Some(format!("{}/{issuer_tenant}/v2.0", sky.issuer)),
        admin_consent: admin_tenant
            .and_then(|tenant| below(sky.login, &[tenant, "v2.0", "adminconsent"])),
        sends_iss: false,
    })
}

/// The address of these path segments.
fn below(host: &str, segments: &[&str]) -> Option<Url> {
    let mut address = url(host)?;
    address.path_segments_mut().ok()?.clear().extend(segments);
    Some(address)
}

/// Whether that could be a tenant: a word, a GUID or a domain, and nothing that would change the path it stands in.
#[must_use]
pub fn is_tenant(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    text.len() <= 253 && text.chars().all(letters) && text.split('.').all(|label| !label.is_empty())
}

pub(super) fn checklist(preset: Preset, wish: &Wish<'_>) -> Vec<Step> {
    let personal = preset == Preset::OutlookCom;
    let tenant = wish
        .at
        .tenant
        .unwrap_or(if personal { "consumers" } else { "common" });
    let mut steps = vec![
        registration(wish),
        Step::new(format!(
            "Supported account types: choose \"{}\".",
            account_types(tenant)
        )),
        redirect_step(
            "Authentication > Add a platform > Web (not Single-page application) > Redirect URIs",
            wish,
        ),
    ];
    if !personal && let Some(redirect_uri) = wish.redirect_uri {
        steps.push(Step::pasting(
            "Redirect URIs again: add this second address, to which the admin-consent link returns.",
            format!("{redirect_uri}/admin-consent"),
        ));
    }
    steps.push(Step::pasting(
        "API permissions > Add a permission > Microsoft Graph > Delegated permissions: add these.",
        format!(
            "{}, offline_access, openid, email, profile",
            of_a_person(wish.at.protocol)
        ),
    ));
    if !personal {
        steps.push(Step::new(
            "API permissions > Grant admin consent: an administrator presses it, or follows the admin-consent link that the mail server's page shows. Without it people are told that they need an administrator's approval.",
        ));
    }
    steps.extend([secret(), ids(tenant)]);
    if !personal {
        steps.extend([
            Step::new(
                "Enterprise applications > your app > Properties: if \"Assignment required\" is Yes, add the people who sign in under Users and groups.",
            ),
            Step::new(
                "For a shared mailbox: give a member Full Access to it in Exchange, write the member's address under delegates of the mailbox, and have the member sign in.",
            ),
        ]);
    }
    steps.push(switched_on(personal, wish.at.protocol));
    steps.push(Step::new(
        "Only to sign in by device code: Authentication > Settings > Allow public client flows: Yes.",
    ));
    steps
}

pub(super) fn checklist_app_only(wish: &Wish<'_>) -> Vec<Step> {
    let tenant = wish.at.tenant.unwrap_or_default();
    let mut steps = vec![
        registration(wish),
        Step::new(
            "Supported account types: choose \"Accounts in this organizational directory only\". People don't sign in, so no redirect URI is needed for reading mail.",
        ),
    ];
    if let Some(redirect_uri) = wish.redirect_uri {
        steps.push(Step::pasting(
            "Authentication > Add a platform > Web > Redirect URIs: add this address if you want to use the admin-consent link.",
            format!("{redirect_uri}/admin-consent"),
        ));
    }
    steps.extend([
        Step::pasting(
            "API permissions > Add a permission > APIs my organization uses > Office 365 Exchange Online > Application permissions: add this.",
            match wish.at.protocol {
                Protocol::Imap => "IMAP.AccessAsApp",
                Protocol::Pop3 => "POP.AccessAsApp",
            },
        ),
        Step::new(
            "API permissions > Grant admin consent: an administrator presses it, or follows the admin-consent link that the mail server's page shows.",
        ),
        secret(),
        ids(tenant),
        Step::new(
            "Enterprise applications > your app > Overview: copy the Object ID to service_principal. It is another one than under App registrations, which does not work here.",
        ),
        Step::new(
            "In PowerShell, run the commands that the mailbox's page shows. They make the app known to Exchange and let it into this one mailbox.",
        ),
        switched_on(false, wish.at.protocol),
    ]);
    steps
}

fn registration(wish: &Wish<'_>) -> Step {
    Step::new(format!(
        "Open {} and go to App registrations > New registration: give the app a name.",
        sky(wish.at.cloud).portal
    ))
}

fn account_types(tenant: &str) -> &'static str {
    match tenant {
        "common" | "consumers" => {
            "Accounts in any organizational directory and personal Microsoft accounts"
        }
        "organizations" => "Accounts in any organizational directory",
        _ => "Accounts in this organizational directory only",
    }
}

fn secret() -> Step {
    Step::new(
        "Certificates & secrets > New client secret: copy the Value (not the Secret ID), which is shown only now, to client_secret, and its last day to client_secret_expires_on. A secret lives 24 months at most.",
    )
}

fn ids(tenant: &str) -> Step {
    if matches!(tenant, "common" | "organizations" | "consumers") {
        return Step::new(format!(
            "Overview: copy the Application (client) ID to client_id; tenant is {tenant}."
        ));
    }
    Step::new(
        "Overview: copy the Application (client) ID to client_id and the Directory (tenant) ID to tenant.",
    )
}

fn switched_on(personal: bool, protocol: Protocol) -> Step {
    Step::new(match (personal, protocol) {
        (true, Protocol::Imap) => {
            "In each mailbox: Outlook.com > Settings > Mail > Forwarding and IMAP > Let devices and apps use IMAP: Yes."
        }
        (true, Protocol::Pop3) => {
            "In each mailbox: Outlook.com > Settings > Mail > Forwarding and IMAP > Let devices and apps use POP: Yes; let apps delete messages: No."
        }
        (false, Protocol::Imap) => {
            "Exchange admin center > the mailbox > Manage email apps settings: IMAP must be on."
        }
        (false, Protocol::Pop3) => {
            "Exchange admin center > the mailbox > Manage email apps settings: POP3 must be on."
        }
    })
}
