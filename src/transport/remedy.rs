//! What to do about each error, in words for the person who must act.

use std::time::Duration;

use super::endpoint::Protocol;
use super::error::ServerError;
use super::fault::{CertificateFault, Speaks, Step};

impl ServerError {
    /// What to do about it, as a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::WrongPort {
                speaks, protocol, ..
            } => wrong_port(*speaks, *protocol),
            Self::Refused { protocol, .. } => {
                let (tls, plain) = ports(*protocol);
                format!(
                    "Check the port ({tls} for TLS, {plain} for STARTTLS) and whether the mail server runs; otherwise it \
                     will be tried again."
                )
            }
            Self::StartTlsMissing { protocol, .. } => format!(
                "Use implicit TLS on port {} instead; if the server should offer STARTTLS, somebody may be in between.",
                protocol.port_for_tls()
            ),
            Self::StartTlsTampered { protocol, .. } => format!(
                "Nothing secret was sent. Use implicit TLS on port {} and have the network looked at.",
                protocol.port_for_tls()
            ),
            Self::Certificate { fault, .. } => certificate(fault).to_owned(),
            Self::Timeout { step, .. } => timeout(*step).to_owned(),
            Self::CredentialRefused { status, .. } => credential(status.as_deref()).to_owned(),
            Self::Throttled { wait, .. } => throttled(*wait),
            other => other.plain_remedy().to_owned(),
        }
    }

    fn plain_remedy(&self) -> &'static str {
        match self {
            Self::BadSetting { .. } => "Correct the setting and try again.",
            Self::Dns {
                temporary: true, ..
            } => "It will be tried again; if it stays, check this machine's name service.",
            Self::Dns {
                temporary: false, ..
            } => "Check the host name of the mail server for typing errors.",
            Self::Unreachable { .. } => {
                "Check this machine's network and firewall; it will be tried again."
            }
            Self::TlsFailed { .. } => {
                "Check that the mail server offers TLS 1.2 or 1.3 on this port and that no firewall breaks into it; it \
                 will be tried again."
            }
            Self::NoAuthorities { .. } => {
                "Name a PEM file with the authority's certificate as the mail server's `ca_file`; without one, install the \
                 system's authorities (package ca-certificates)."
            }
            Self::Closed { .. } => {
                "It will be tried again with a new connection; if it stays, have a look at the mail server."
            }
            Self::Protocol { .. } | Self::Crashed => {
                "It will be tried again with a new connection; if it stays, report it with the name of the mail server."
            }
            Self::Hostile { .. } => {
                "Nothing was taken over. If you trust this server, report it; otherwise check its host name."
            }
            Self::CredentialExpired { .. } => {
                "Set a new password with the provider, then store it here."
            }
            Self::LoginForbidden { .. } => {
                "Have the mail administrator give this login access to the mailbox, or check the login name."
            }
            Self::NotConnected { .. } => {
                "It is tried again in 5 minutes, as it can mean too many sessions; if it stays, have the mail \
                 administrator give this login access to the mailbox and allow mail programs to open it."
            }
            Self::PasswordsOff { .. } => {
                "Use OAuth for this mail server, or an application password where the provider has those."
            }
            Self::SessionExpired { .. } => {
                "It goes on with a new connection, and with a new token where one is used."
            }
            Self::OwnerMustAct { .. } => {
                "Do what the provider says, with a browser; where it asks for an application password, make one and \
                 store it here."
            }
            Self::ImapDisabled { .. } => {
                "Switch IMAP on in the account's settings, or have its administrator do so."
            }
            Self::Pop3Disabled { .. } => {
                "Switch POP3 on in the account's settings, or have its administrator do so."
            }
            Self::AdministratorMustAct { .. } => {
                "Ask the provider's administrator about this account."
            }
            Self::TooManyAttempts { .. } => {
                "Wait at least an hour, and store the right password before the next try."
            }
            Self::EncryptionRequired => "Set the mail server's `tls` to `implicit` or `starttls`.",
            Self::NoMechanism { .. } => "Choose a kind of login that the server offers.",
            Self::TooManyConnections { .. } => {
                "It will be tried again; if it stays, close other programs that use this mailbox."
            }
            Self::OverQuota { .. } => {
                "It will be tried again every hour until there is a new allowance; other programs may be using it up."
            }
            Self::Unavailable { .. } => {
                "It will be tried again; if it stays, ask the mail server's operator."
            }
            Self::NoSuchFolder { .. } => {
                "Correct the scanner's `folders` in the set-up file (`mailroom folders` lists those of the mailbox), or make the folder in the mailbox."
            }
            Self::FolderForbidden { .. } => {
                "Have the folder's owner allow reading it, or leave it out."
            }
            Self::NoUidl { .. } => {
                "This mailbox can't be read safely over POP3; use IMAP where the server has it, or ask its operator for UIDL."
            }
            Self::NoUidValidity { .. } => {
                "This folder can't be read safely; leave it out and ask the server's operator."
            }
            _ => {
                "It will be tried again; if it stays, ask the mail server's operator about these words."
            }
        }
    }
}

/// The usual ports for TLS and for what begins without.
fn ports(protocol: Protocol) -> (u16, u16) {
    (protocol.port_for_tls(), protocol.port_for_plain())
}

fn wrong_port(speaks: Speaks, wanted: Protocol) -> String {
    let (tls, plain) = ports(wanted);
    match speaks {
        Speaks::Tls => {
            format!("Set the mail server to implicit TLS, or use the port for STARTTLS ({plain}).")
        }
        Speaks::PlainText => {
            format!("Set the mail server to STARTTLS, or use the port for TLS ({tls}).")
        }
        Speaks::Smtp => {
            format!("Use the {wanted} port, {tls} or {plain}: this one is for sending mail.")
        }
        Speaks::Imap | Speaks::Pop3 => format!(
            "Use the {wanted} port, {tls} or {plain}: this one is for {}.",
            if speaks == Speaks::Imap {
                "IMAP"
            } else {
                "POP3"
            }
        ),
        Speaks::Http | Speaks::Unknown => {
            format!("Check host and port: {wanted} is on {tls} (TLS) or {plain} (STARTTLS).")
        }
    }
}

fn certificate(fault: &CertificateFault) -> &'static str {
    match fault {
        CertificateFault::Expired { .. } => {
            "Have the server's operator renew it; check this machine's clock too."
        }
        CertificateFault::NotYetValid => "Check this machine's clock.",
        CertificateFault::UnknownAuthority => {
            "If the server has an authority of its own, name that certificate (PEM) as the mail server's CA file; \
             otherwise the server, or somebody in between, is not who it claims to be."
        }
        CertificateFault::WrongName { .. } => "Use the host name that the certificate is for.",
        CertificateFault::Revoked | CertificateFault::Other(_) => {
            "Have the server's operator replace it."
        }
    }
}

fn timeout(step: Step) -> &'static str {
    match step {
        Step::Resolve => "It will be tried again; if it stays, check this machine's name service.",
        Step::Connect => "Check host, port and firewall; it will be tried again.",
        Step::Handshake | Step::Greeting => {
            "Check that host and port are those of the mail server; it will be tried again."
        }
        Step::Command(_) => {
            "It will be tried again with a new connection; if it stays, have a look at the mail server."
        }
    }
}

fn credential(status: Option<&str>) -> &'static str {
    match status {
        Some(_) => {
            "Authorize the mailbox again, with the mailbox's own account and the right to read its mail."
        }
        None => {
            "Store the right login name and password; some providers want an application password for mail programs."
        }
    }
}

fn throttled(wait: Option<Duration>) -> String {
    match wait {
        Some(wait) => format!("It will be tried again in {} s.", wait.as_secs_f64().ceil()),
        None => "It will be tried again in a few minutes.".to_owned(),
    }
}

#[cfg(test)]
#[path = "remedy_tests.rs"]
mod tests;
