use std::fmt::Write as _;

use imap_proto::Outcome;

use super::{Refusal, Status, goodbye};
use crate::imap::ServerError;
use crate::imap::said::Said;

fn refusal(line: &str) -> Refusal {
    let (status, text) = line.split_once(' ').unwrap_or((line, ""));
    let status = if status == "BAD" {
        Status::Bad
    } else {
        Status::No
    };
    let said = Said::of(&Outcome {
        code: None,
        information: Some(text.into()),
    });
    Refusal::new("UID FETCH", status, said)
}

fn show(out: &mut String, line: &str, error: &ServerError) {
    let kind = format!("{error:?}");
    let kind = kind.split([' ', '{']).next().unwrap_or_default();
    let marks = match (error.is_credential(), error.is_transient()) {
        (true, _) => " credential",
        (_, true) => " transient",
        _ => "",
    };
    let wait = error
        .retry_after()
        .map(|wait| format!(" wait {wait:?}"))
        .unwrap_or_default();
    writeln!(
        out,
        "{line}\n  {kind}{marks}{wait}\n  {error}\n  {}\n",
        error.remedy()
    )
    .unwrap_or_default();
}

#[test]
fn what_servers_say_at_sign_in() {
    let mut out = String::new();
    for line in [
        "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        "NO [AUTHENTICATIONFAILED] Authentication failed.",
        "NO AUTHENTICATE failed.",
        "NO LOGIN failed.",
        "NO Basic authentication is disabled.",
        "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        "NO",
        "NO [AUTHORIZATIONFAILED] may not use this mailbox",
        "BAD User is authenticated but not connected.",
        "NO [EXPIRED] Password expired",
        "NO [CONTACTADMIN] Account locked",
        "NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        "NO [WEBALERT https://accounts.google.com/x] Web login required. (Failure)",
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page. (Failure)",
        "NO [ALERT] IMAP access is disabled for your domain. (Failure)",
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "NO [UNAVAILABLE] Temporary authentication failure.",
        "NO Server Unavailable. 15",
        "NO [SERVERBUG] Internal error",
        "NO [LIMIT] LOGIN Rate limit hit.",
        "NO [ALERT] Too many login failures, please try again later",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
        "NO [INUSE] Mailbox is locked",
        "BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds",
        "BAD Command Argument Error. 11",
    ] {
        show(&mut out, line, &refusal(line).at_sign_in(None));
    }
    let token = refusal("NO [AUTHENTICATIONFAILED] Authentication failed.")
        .at_sign_in(Some("401".to_owned()));
    show(
        &mut out,
        "401, then NO [AUTHENTICATIONFAILED] Authentication failed.",
        &token,
    );
    insta::assert_snapshot!(out);
}

#[test]
fn what_servers_say_later() {
    let mut out = String::new();
    for line in [
        "NO [UNAVAILABLE] later",
        "NO [SERVERBUG] FETCH Server error - Please try again later",
        "NO [CORRUPTION] index is broken",
        "NO FETCH failed",
        "BAD Error in IMAP command",
        "NO [LIMIT] FETCH Rate limit hit.",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
        "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
        "BAD User is authenticated but not connected.",
    ] {
        show(&mut out, line, &refusal(line).in_general());
    }
    for line in [
        "NO [NONEXISTENT] Unknown Mailbox: Ghost (Failure)",
        "NO [TRYCREATE] no such mailbox",
        "NO Ghost doesn't exist.",
        "NO [NOPERM] Permission denied",
        "NO [CANNOT] Invalid mailbox name: Name must not have '/' characters",
        "NO [INUSE] locked",
        "BAD what",
    ] {
        show(
            &mut out,
            &format!("EXAMINE: {line}"),
            &refusal(line).at_folder("Ghost"),
        );
    }
    for words in [
        "Session expired, please login again.",
        "Session invalidated - AccessTokenExpired",
        "",
        "Too many connections",
        "Connection is closed. 13",
    ] {
        let said = Said::of(&Outcome {
            code: None,
            information: Some(words.into()),
        });
        show(&mut out, &format!("BYE {words}"), &goodbye(said));
    }
    insta::assert_snapshot!(out);
}
