use std::fmt::Write as _;

use super::Refusal;
use crate::pop3::capabilities::Capabilities;
use crate::pop3::said::{Reply, Said};
use crate::transport::ServerError;

fn said(line: &str) -> Said {
    match Reply::read(line.as_bytes()) {
        Some(Reply::Refused(said)) => said,
        _ => Said::default(),
    }
}

fn capable(lines: &[&str]) -> Capabilities {
    let mut capabilities = Capabilities::default();
    for line in lines {
        capabilities.learn(line.as_bytes());
    }
    capabilities
}

/// What servers say, by whose they are.
const AT_SIGN_IN: [&str; 31] = [
    "-ERR",
    "-ERR [AUTH] Authentication failed.",
    "-ERR [AUTH] Username and password not accepted.",
    "-ERR [AUTH] Application-specific password required: https://support.google.com/accounts/answer/185833",
    "-ERR [AUTH] Web login required: https://support.google.com/mail/answer/78754",
    "-ERR [AUTH] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754",
    "-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account for POP access.",
    "-ERR [SYS/TEMP] Temporary system problem. Please try again later",
    "-ERR [IN-USE] Unable to lock maildrop: Mailbox is locked by POP server",
    "-ERR [LOGIN-DELAY] minimum time between mail checks violation",
    "-ERR Logon failure: unknown user name or bad password.",
    "-ERR Authentication failure: unknown user name or bad password.",
    "-ERR Basic authentication is disabled.",
    "-ERR User is authenticated but not connected.",
    "-ERR Request is throttled. Suggested Backoff Time: 299961 milliseconds",
    "-ERR [AUTH] (#MBR1240) Please verify your account by going to https://login.yahoo.com",
    "-ERR [SYS/TEMP] Server error - please try again later.",
    "-ERR [AUTH] login failure or POP3 disabled, try later. sc=x",
    "-ERR You are yet to enable POP for your account. Please contact your administrator",
    "-ERR POP3 is disabled for this account",
    "-ERR pop access is disabled",
    "-ERR POP access disabled by the administrator",
    "-ERR [SYS/PERM] This account is suspended",
    "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
    "-ERR Must issue a STLS command first",
    "-ERR Too many failed login attempts. Try again in an hour.",
    "-ERR Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
    "-ERR Temporary authentication failure. [host:2026-11-22 12:00:00]",
    "-ERR Account exceeded command or bandwidth limits",
    "-ERR Mailbox in use",
    "-ERR login frequency limited",
];

#[test]
fn what_servers_say_at_sign_in() {
    let mut out = String::new();
    for line in AT_SIGN_IN {
        let error = Refusal::new("PASS", said(line)).at_sign_in(None, &capable(&[]));
        let credential = if error.is_credential() {
            "credential"
        } else {
            "health"
        };
        writeln!(
            out,
            "{line}\n  {credential}: {error}\n  {}\n",
            error.remedy()
        )
        .unwrap_or_default();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_server_that_promises_to_name_the_credential_means_something_else_without() {
    let promised = capable(&["AUTH-RESP-CODE"]);
    let odd = || Refusal::new("PASS", said("-ERR Internal error occurred."));
    assert_eq!(
        odd().at_sign_in(None, &promised),
        ServerError::Unavailable {
            words: "Internal error occurred.".to_owned()
        }
    );
    for error in [
        odd().at_sign_in(None, &capable(&[])),
        odd().at_sign_in(Some("401".to_owned()), &promised),
    ] {
        assert!(
            matches!(error, ServerError::CredentialRefused { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn a_login_too_soon_waits_as_long_as_the_server_wants() {
    let delayed = capable(&["LOGIN-DELAY 300"]);
    let error =
        Refusal::new("PASS", said("-ERR [LOGIN-DELAY] too soon")).at_sign_in(None, &delayed);
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_mins(5)));
    assert!(error.is_transient() && !error.is_credential());
}

#[test]
fn later_on_a_refusal_is_about_what_was_asked() {
    let mut out = String::new();
    for (command, line) in [
        ("RETR", "-ERR no such message"),
        ("RETR", "-ERR"),
        ("RETR", "-ERR [SYS/TEMP] disk trouble"),
        ("STAT", "-ERR [IN-USE] locked"),
        ("UIDL", "-ERR Server Unavailable. 15"),
    ] {
        let error = Refusal::new(command, said(line)).in_general();
        writeln!(out, "{command}: {line}\n  {error}").unwrap_or_default();
    }
    insta::assert_snapshot!(out);
}
