//! What mail servers say, byte for byte, through the whole of `imap`, to cause, who must act, remedy and colour.

use std::fmt::Write as _;

use entities::mail_servers::{Preset, Protocol};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::{Judged, Knock, With, judge};
use crate::cause::{Cause, Who};
use crate::imap::script::{endpoint, limits, open_over, play, steps};
use crate::imap::{self, Endpoint, Login, ServerError, Tls};

/// What a refusal must come to.
#[derive(Debug, PartialEq, Eq)]
enum Colour {
    Red(Cause, Who),
    Suspect(Cause, Who),
    Health,
}
use Colour::{Health, Red, Suspect};

/// When a server says it.
#[derive(Clone, Copy)]
enum When {
    /// In answer to the login.
    SignIn,
    /// The same, after a challenge with the reason of a token's refusal (RFC 7628 §3.2.3).
    Challenge,
    /// In answer to EXAMINE, to a login that was taken.
    Examine,
}
use When::{Challenge, Examine, SignIn};

struct Case {
    preset: Preset,
    with: With,
    when: When,
    bytes: &'static str,
    colour: Colour,
    decisive: &'static str,
}

const XOAUTH2: &str = "dXNlcj1hbm5AZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIgdG9rAQE=";
const PLAIN: &str = "AGFubkBleGFtcGxlLmNvbQBwYXNz";

impl Case {
    /// Has the server say it to a client that does as it does with any server.
    async fn error(&self) -> ServerError {
        let user = "ann@example.com".to_owned();
        let (login, mechanism, response) = match self.with {
            With::Password => {
                let password = "pass".into();
                (Login::Password { user, password }, "PLAIN", PLAIN)
            }
            With::Token | With::AppToken => {
                let token = "tok".into();
                (Login::XOAuth2 { user, token }, "XOAUTH2", XOAUTH2)
            }
        };
        let greeting =
            "* OK [CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS] ready\r\n";
        let command = format!("M1 AUTHENTICATE {mechanism} {response}\r\n");
        let (challenge, rest) = self.bytes.split_once('\n').unwrap_or_default();
        let challenge = format!("{challenge}\n");
        let mut script = vec![("", greeting)];
        match self.when {
            SignIn => script.push((command.as_str(), self.bytes)),
            Challenge => script.extend([(command.as_str(), challenge.as_str()), ("\r\n", rest)]),
            Examine => script.extend([
                (command.as_str(), "M1 OK AUTHENTICATE completed.\r\n"),
                (
                    "M2 CAPABILITY\r\n",
                    "* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS\r\nM2 OK CAPABILITY completed.\r\n",
                ),
                ("M3 EXAMINE \"INBOX\"\r\n", self.bytes),
            ]),
        }
        let (client, _) = play(steps(&script), 7, true);
        match open_over(client, endpoint(), login, limits()).await {
            Err(error) => error,
            Ok(session) => session.examine("INBOX").await.unwrap_err(),
        }
    }
}

fn case(
    preset: Preset,
    with: With,
    when: When,
    bytes: &'static str,
    colour: Colour,
    decisive: &'static str,
) -> Case {
    Case {
        preset,
        with,
        when,
        bytes,
        colour,
        decisive,
    }
}

fn gmail() -> Vec<Case> {
    use Preset::Google;
    vec![
        case(
            Google,
            With::Token,
            Challenge,
            // {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}
            "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==\r\nM1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
            Red(Cause::AccessTokenRefused, Who::MailboxOwner),
            "withdrawn",
        ),
        case(
            Google,
            With::Token,
            Challenge,
            // {"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}
            "+ eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0=\r\nM1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
            Red(Cause::AccessTokenRefused, Who::MailboxOwner),
            "another account",
        ),
        case(
            Google,
            With::Password,
            SignIn,
            "M1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
            Red(Cause::PasswordRefused, Who::MailboxOwner),
            "application passwords",
        ),
        case(
            Google,
            With::Token,
            SignIn,
            "M1 NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)\r\n",
            Red(Cause::ProviderAsksForAction, Who::MailboxOwner),
            "in a browser",
        ),
        case(
            Google,
            With::Password,
            SignIn,
            "M1 NO [WEBALERT https://accounts.google.com/signin/continue] Web login required. (Failure)\r\n",
            Red(Cause::ProviderAsksForAction, Who::MailboxOwner),
            "in a browser",
        ),
        case(
            Google,
            With::Password,
            SignIn,
            "M1 NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)\r\n",
            Red(Cause::ProviderAsksForAction, Who::Admin),
            "Use OAuth",
        ),
        case(
            Google,
            With::Token,
            SignIn,
            "M1 NO [ALERT] Too many simultaneous connections. (Failure)\r\n",
            Health,
            "close other programs",
        ),
        case(
            Google,
            With::Token,
            SignIn,
            "M1 NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)\r\n",
            Red(Cause::ImapDisabled, Who::Provider),
            "Workspace",
        ),
        case(
            Google,
            With::Token,
            Examine,
            "* BYE Session expired, please login again.\r\n",
            Health,
            "new token",
        ),
    ]
}

fn exchange() -> Vec<Case> {
    use Preset::{Microsoft, OutlookCom};
    vec![
        case(
            Microsoft,
            With::Token,
            SignIn,
            "M1 NO AUTHENTICATE failed.\r\n",
            Red(Cause::AccessTokenRefused, Who::MailboxOwner),
            "ImapEnabled",
        ),
        case(
            Microsoft,
            With::AppToken,
            SignIn,
            "M1 NO AUTHENTICATE failed.\r\n",
            Red(Cause::AccessTokenRefused, Who::Provider),
            "enterprise application",
        ),
        case(
            Microsoft,
            With::Password,
            SignIn,
            "M1 NO LOGIN failed.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            "xoauth2",
        ),
        case(
            OutlookCom,
            With::Password,
            SignIn,
            "M1 NO Basic authentication is disabled.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            "xoauth2",
        ),
        case(
            Microsoft,
            With::Token,
            Examine,
            "M3 BAD User is authenticated but not connected.\r\n",
            Suspect(Cause::MailboxNotReachableForUser, Who::Provider),
            "FullAccess",
        ),
        case(
            Microsoft,
            With::AppToken,
            Examine,
            "M3 BAD User is authenticated but not connected.\r\n",
            Suspect(Cause::MailboxNotReachableForUser, Who::Provider),
            "Add-MailboxPermission",
        ),
        case(
            OutlookCom,
            With::Token,
            Examine,
            "M3 BAD User is authenticated but not connected.\r\n",
            Suspect(Cause::MailboxNotReachableForUser, Who::MailboxOwner),
            "Forwarding and IMAP",
        ),
        case(
            Microsoft,
            With::Token,
            Examine,
            "* BYE Session invalidated - AccessTokenExpired\r\n",
            Health,
            "new token",
        ),
        case(
            Microsoft,
            With::Token,
            Examine,
            "M3 BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n",
            Health,
            "93 s",
        ),
        case(
            Microsoft,
            With::Token,
            SignIn,
            "M1 NO Server Unavailable. 15\r\n",
            Health,
            "tried again",
        ),
    ]
}

fn others() -> Vec<Case> {
    use Preset::{Generic, Yahoo, Yandex, Zoho};
    vec![
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [ALERT] (AUTH005) Too many bad auth attempts.\r\n",
            Red(Cause::TooManyAttempts, Who::MailboxOwner),
            "Wait",
        ),
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [AUTHENTICATIONFAILED] Authentication failed.\r\n",
            Red(Cause::PasswordRefused, Who::MailboxOwner),
            "another mail program",
        ),
        case(
            Generic,
            With::Token,
            SignIn,
            "M1 NO [AUTHORIZATIONFAILED] Not allowed to use this mailbox.\r\n",
            Red(Cause::MailboxNotReachableForUser, Who::Provider),
            "access to the mailbox",
        ),
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [EXPIRED] Password expired.\r\n",
            Red(Cause::PasswordRefused, Who::MailboxOwner),
            "password",
        ),
        case(
            Generic,
            With::Token,
            SignIn,
            "M1 NO [EXPIRED] Token expired.\r\n",
            Red(Cause::AccessTokenRefused, Who::MailboxOwner),
            "sign in again",
        ),
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [CONTACTADMIN] Account suspended.\r\n",
            Red(Cause::AdministratorMustAct, Who::Provider),
            "administrator",
        ),
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [PRIVACYREQUIRED] Plaintext authentication disallowed.\r\n",
            Red(Cause::SignInNotOffered, Who::Admin),
            "`tls`",
        ),
        case(
            Yahoo,
            With::Token,
            SignIn,
            "M1 NO [LIMIT] AUTHENTICATE Rate limit hit.\r\n",
            Health,
            "few minutes",
        ),
        case(
            Zoho,
            With::Token,
            SignIn,
            "M1 NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)\r\n",
            Red(Cause::ImapDisabled, Who::MailboxOwner),
            "Mail Accounts",
        ),
        case(
            Yandex,
            With::Password,
            SignIn,
            "M1 NO [AUTHENTICATIONFAILED] AUTHENTICATE invalid credentials or IMAP is disabled sc=abc_1\r\n",
            Red(Cause::ImapDisabled, Who::MailboxOwner),
            "check the password",
        ),
        case(
            Generic,
            With::Password,
            SignIn,
            "M1 NO [UNAVAILABLE] Temporary authentication failure.\r\n",
            Health,
            "tried again",
        ),
    ]
}

fn coloured(judged: Judged, error: &ServerError) -> (Colour, String) {
    match judged {
        Judged::Red(red) => (Red(red.cause, red.who), red.remedy),
        Judged::Suspect(red) => (Suspect(red.cause, red.who), red.remedy),
        Judged::Health => (Health, error.remedy()),
    }
}

#[tokio::test]
async fn every_refusal_comes_to_its_cause_its_person_its_remedy_and_its_colour() {
    let mut text = String::new();
    for case in gmail().into_iter().chain(exchange()).chain(others()) {
        let error = case.error().await;
        let knock = Knock {
            protocol: Protocol::Imap,
            preset: case.preset,
            with: case.with,
        };
        let (colour, remedy) = coloured(judge(&error, knock), &error);
        assert_eq!(colour, case.colour, "{}: {error:?}", case.bytes);
        assert!(
            remedy.contains(case.decisive),
            "{}: {remedy} lacks {}",
            case.bytes,
            case.decisive
        );
        assert!(!remedy.is_empty() && remedy.ends_with('.'), "{remedy}");
        writeln!(
            text,
            "{} {:?}: {error}\n  {colour:?}: {remedy}",
            case.preset.as_str(),
            case.with
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
}

/// TCP and TLS: what doctor shows, and never a red light.
#[tokio::test]
async fn a_way_that_is_blocked_or_misread_is_health() {
    let knock = Knock {
        protocol: Protocol::Imap,
        preset: Preset::Generic,
        with: With::Password,
    };
    let login = Login::Password {
        user: "ann".to_owned(),
        password: "pass".into(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let endpoint = Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::Implicit,
        ..endpoint()
    };
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(stream.write_all(b"* OK IMAP4rev1 ready\r\n").await);
        drop(stream.shutdown().await);
        stream
    });
    for (error, decisive) in [
        (
            imap::open(&endpoint, &login, &limits()).await.unwrap_err(),
            "STARTTLS",
        ),
        (
            {
                drop(server.await.unwrap());
                imap::open(&endpoint, &login, &limits()).await.unwrap_err()
            },
            "Check the port",
        ),
    ] {
        let (colour, remedy) = coloured(judge(&error, knock), &error);
        assert_eq!(colour, Health, "{error:?}");
        assert!(remedy.contains(decisive), "{error:?}: {remedy}");
    }
}
