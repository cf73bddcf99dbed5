//! What POP3 servers say, byte for byte, through the whole of `pop3`, to cause, who must act, remedy and colour.

use std::fmt::Write as _;

use entities::mail_servers::{Preset, Protocol};

use crate::access::light::refused::{Judged, Knock, With, judge};
use crate::cause::{Cause, Who};
use crate::pop3::script::opened;
use crate::transport::{Login, ServerError};

/// What a refusal must come to: red for a cause and a person, suspected so, or nothing for the light.
#[derive(Debug, PartialEq, Eq)]
enum Colour {
    Red(Cause, Who),
    Suspect(Cause, Who),
    Health,
}
use Colour::{Health, Red, Suspect};

struct Case(Preset, With, &'static str, Colour, &'static str);

/// `user=ann@example.com^Aauth=Bearer tok^A^A`
const XOAUTH2: &str = "AUTH XOAUTH2 dXNlcj1hbm5AZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgdG9rAQE=\r\n";

async fn error(with: With, answer: &str) -> ServerError {
    let user = "ann@example.com".to_owned();
    let greeting = ("", "+OK ready\r\n");
    let (login, script) = match with {
        With::Password => {
            let password = "pass".into();
            let script = vec![
                greeting,
                ("CAPA\r\n", "+OK\r\nUSER\r\nUIDL\r\n.\r\n"),
                ("USER ann@example.com\r\n", "+OK\r\n"),
                ("PASS pass\r\n", answer),
            ];
            (Login::Password { user, password }, script)
        }
        With::Token | With::AppToken => {
            let token = "tok".into();
            let script = vec![
                greeting,
                ("CAPA\r\n", "+OK\r\nUIDL\r\nSASL PLAIN XOAUTH2\r\n.\r\n"),
                (XOAUTH2, answer),
            ];
            (Login::XOAuth2 { user, token }, script)
        }
    };
    opened(&script, &login).await.unwrap_err()
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    use Preset::{Fastmail, Generic, Google, Microsoft, OutlookCom, Yahoo, Yandex, Zoho};
    use With::{AppToken, Password, Token};
    let owner = Who::MailboxOwner;
    vec![
        Case(
            Google,
            Password,
            "-ERR [AUTH] Username and password not accepted.\r\n",
            Red(Cause::PasswordRefused, owner),
            "application passwords only",
        ),
        Case(
            Google,
            Password,
            "-ERR [AUTH] Application-specific password required: https://support.google.com/accounts/answer/185833\r\n",
            Red(Cause::ProviderAsksForAction, Who::Admin),
            "OAuth",
        ),
        Case(
            Google,
            Password,
            "-ERR [AUTH] Web login required: https://support.google.com/mail/answer/78754\r\n",
            Red(Cause::ProviderAsksForAction, owner),
            ".",
        ),
        Case(
            Google,
            Token,
            "-ERR [SYS/PERM] Your account is not enabled for POP access.\r\n",
            Red(Cause::Pop3Disabled, owner),
            "Forwarding and POP/IMAP",
        ),
        Case(
            Google,
            Token,
            "-ERR [AUTH] Invalid credentials\r\n",
            Red(Cause::AccessTokenRefused, owner),
            "withdrawn",
        ),
        Case(
            Google,
            Token,
            "-ERR [IN-USE] Unable to lock maildrop\r\n",
            Health,
            "close other programs",
        ),
        Case(
            Google,
            Token,
            "-ERR [LOGIN-DELAY] minimum time between mail checks violation\r\n",
            Health,
            "a few minutes",
        ),
        Case(
            Google,
            Token,
            "-ERR [SYS/TEMP] Temporary system problem. Please try again later\r\n",
            Health,
            "tried again",
        ),
        Case(
            Microsoft,
            Password,
            "-ERR Logon failure: unknown user name or bad password.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            "xoauth2",
        ),
        Case(
            Microsoft,
            Token,
            "-ERR Authentication failure: unknown user name or bad password.\r\n",
            Red(Cause::AccessTokenRefused, owner),
            "-PopEnabled",
        ),
        Case(
            Microsoft,
            AppToken,
            "-ERR Authentication failure: unknown user name or bad password.\r\n",
            Red(Cause::AccessTokenRefused, Who::Provider),
            "POP.AccessAsApp",
        ),
        Case(
            Microsoft,
            AppToken,
            "-ERR User is authenticated but not connected.\r\n",
            Suspect(Cause::MailboxNotReachableForUser, Who::Provider),
            "-PopEnabled",
        ),
        Case(
            Microsoft,
            Token,
            "-ERR Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n",
            Health,
            "300 s",
        ),
        Case(
            Microsoft,
            Token,
            "-ERR POP3 is disabled for this mailbox\r\n",
            Red(Cause::Pop3Disabled, Who::Provider),
            "-PopEnabled",
        ),
        Case(
            Microsoft,
            Password,
            "-ERR Basic authentication is disabled.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            "xoauth2",
        ),
        Case(
            OutlookCom,
            Token,
            "-ERR POP access is disabled\r\n",
            Red(Cause::Pop3Disabled, owner),
            "use POP",
        ),
        Case(
            Yahoo,
            Password,
            "-ERR [AUTH] (#MBR1240) Please verify your account by going to https://login.yahoo.com\r\n",
            Red(Cause::ProviderAsksForAction, owner),
            ".",
        ),
        Case(
            Yahoo,
            Password,
            "-ERR [SYS/TEMP] Server error - please try again later.\r\n",
            Health,
            "tried again",
        ),
        Case(
            Yandex,
            Password,
            "-ERR [AUTH] login failure or POP3 disabled, try later. sc=x\r\n",
            Red(Cause::Pop3Disabled, owner),
            "pop.yandex",
        ),
        Case(
            Zoho,
            Password,
            "-ERR You are yet to enable POP for your account. Please contact your administrator\r\n",
            Red(Cause::Pop3Disabled, owner),
            "POP access",
        ),
        Case(
            Fastmail,
            Password,
            "-ERR POP access disabled\r\n",
            Red(Cause::Pop3Disabled, Who::Provider),
            "POP3 allowed",
        ),
        Case(
            Generic,
            Password,
            "-ERR [AUTH] Authentication failed.\r\n",
            Red(Cause::PasswordRefused, owner),
            ".",
        ),
        Case(
            Generic,
            Password,
            "-ERR authentication failed\r\n",
            Red(Cause::PasswordRefused, owner),
            ".",
        ),
        Case(
            Generic,
            Password,
            "-ERR [SYS/PERM] This account is suspended\r\n",
            Red(Cause::AdministratorMustAct, Who::Provider),
            ".",
        ),
        Case(
            Generic,
            Password,
            "-ERR Too many failed login attempts\r\n",
            Red(Cause::TooManyAttempts, owner),
            ".",
        ),
        Case(
            Generic,
            Password,
            "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            ".",
        ),
        Case(
            Generic,
            Token,
            "-ERR [SYS/TEMP] Temporary authentication failure.\r\n",
            Health,
            "tried again",
        ),
        Case(
            Generic,
            AppToken,
            "-ERR [AUTH] no\r\n",
            Red(Cause::AccessTokenRefused, Who::Provider),
            "POP.AccessAsApp",
        ),
    ]
}

#[tokio::test]
async fn every_refusal_over_pop3_comes_to_its_cause_its_person_and_its_colour() {
    let mut text = String::new();
    for Case(preset, with, answer, expected, decisive) in cases() {
        let error = error(with, answer).await;
        let knock = Knock {
            protocol: Protocol::Pop3,
            preset,
            with,
        };
        let (colour, remedy) = match judge(&error, knock) {
            Judged::Red(red) => (Red(red.cause, red.who), red.remedy),
            Judged::Suspect(red) => (Suspect(red.cause, red.who), red.remedy),
            Judged::Health => (Health, error.remedy()),
        };
        assert_eq!(colour, expected, "{answer}: {error:?}");
        assert!(remedy.contains(decisive), "{answer}: {remedy}");
        assert!(!remedy.contains("ImapEnabled"), "{answer}: {remedy}");
        writeln!(
            text,
            "{} {with:?}: {error}\n  {colour:?}: {remedy}",
            preset.as_str()
        )
        .unwrap_or_default();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn only_tokens_have_remedies_of_their_own() {
    for (preset, with, own) in [
        (Preset::Generic, With::Token, false),
        (Preset::Google, With::Password, false),
        (Preset::Microsoft, With::Token, true),
    ] {
        let knock = Knock {
            protocol: Protocol::Pop3,
            preset,
            with,
        };
        assert_eq!(super::token_refused(knock).is_some(), own, "{preset:?}");
    }
}
