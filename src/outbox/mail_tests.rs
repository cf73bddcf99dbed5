#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{Letter, Post};
use crate::cause::{Cause, Who};
use crate::config::{MailOut, SmtpLogin, SmtpTls};
use crate::outbox::Attempt;
use crate::store::fixture::at;
use crate::trust::Authorities;

/// When the server says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Connecting,
    SigningIn,
    Sender,
    Sent,
}
use When::{Connecting, Sender, Sent, SigningIn};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Red(Cause, Who),
    /// Tried again as if nothing had been said.
    Passing,
    /// This message is not taken, ever.
    Refused,
}
use Means::{Passing, Red, Refused};

/// As the providers send them.
const ANSWERS: &[(When, &str, Means)] = &[
    (
        SigningIn,
        "535 5.7.3 Authentication unsuccessful [AM6PR01CA0051.eurprd01.prod.exchangelabs.com]\r\n",
        Red(Cause::PasswordRefused, Who::Admin),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [FR0P281CA0093.DEUP281.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::BlockedByPolicy, Who::Provider),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [FR0P281CA0093.DEUP281.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::BlockedByPolicy, Who::Provider),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [ZR0P278CA0015.CHEP278.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. [AS4P190CA0018.EURP190.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::BlockedByPolicy, Who::Provider),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator. [PR3P193CA0012.EURP193.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::BlockedByPolicy, Who::Provider),
    ),
    (
        SigningIn,
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [PR3P193CA0012.EURP193.PROD.OUTLOOK.COM]\r\n",
        Red(Cause::PasswordRefused, Who::Admin),
    ),
    (
        Sender,
        "530 5.7.57 Client not authenticated to send mail. [AM0PR02CA0133.eurprd02.prod.outlook.com]\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (
        Sender,
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender\r\n",
        Red(Cause::MailboxNotReachableForUser, Who::Provider),
    ),
    (
        Sent,
        "554 5.2.252 SendAsDenied; mailroom@example.com not allowed to send as it@example.com; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied\r\n",
        Red(Cause::MailboxNotReachableForUser, Who::Provider),
    ),
    (
        SigningIn,
        "535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials 5b1f17b1804b1-4778 - gsmtp\r\n",
        Red(Cause::PasswordRefused, Who::Admin),
    ),
    (
        SigningIn,
        "534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor 5b1f17b1804b1-4778 - gsmtp\r\n",
        Red(Cause::ProviderAsksForAction, Who::Admin),
    ),
    (
        SigningIn,
        "534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web\r\n534-5.7.14 browser and then try again. Learn more at\r\n534 5.7.14  https://support.google.com/mail/answer/78754 - gsmtp\r\n",
        Red(Cause::ProviderAsksForAction, Who::MailboxOwner),
    ),
    (
        SigningIn,
        "454 4.7.0 Too many login attempts, please try again later. 5b1f17b1804b1-4778 - gsmtp\r\n",
        Red(Cause::TooManyAttempts, Who::Admin),
    ),
    (
        SigningIn,
        "535 (AUTH005) Too many bad auth attempts.\r\n",
        Red(Cause::TooManyAttempts, Who::Admin),
    ),
    (
        Connecting,
        "421 Too many bad auth attempts from your address\r\n",
        Red(Cause::TooManyAttempts, Who::Admin),
    ),
    (
        Connecting,
        "421 4.3.2 Service not available, closing transmission channel\r\n",
        Passing,
    ),
    (
        Sender,
        "421 4.7.0 Try again later, closing connection. (MAIL) 5b1f17b1804b1-4778 - gsmtp\r\n",
        Passing,
    ),
    (
        SigningIn,
        "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.\r\n",
        Passing,
    ),
    (
        SigningIn,
        "454 4.7.0 Temporary authentication failure: Connection lost to authentication server\r\n",
        Passing,
    ),
    (
        SigningIn,
        "535 5.7.8 Error: authentication failed: authentication failure\r\n",
        Red(Cause::PasswordRefused, Who::Admin),
    ),
    (
        SigningIn,
        "535 Incorrect authentication data\r\n",
        Red(Cause::PasswordRefused, Who::Admin),
    ),
    (
        SigningIn,
        "534 5.7.9 Authentication mechanism is too weak\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (
        SigningIn,
        "538 5.7.11 Encryption required for requested authentication mechanism\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (
        Sender,
        "530 5.7.0 Must issue a STARTTLS command first\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (
        Sender,
        "530 5.7.0 Authentication Required\r\n",
        Red(Cause::SignInNotOffered, Who::Admin),
    ),
    (Sent, "552 5.3.4 Message too big\r\n", Refused),
    (Sent, "452 4.3.1 Insufficient system storage\r\n", Passing),
];

/// A server that answers so, as often as it is asked; counts who comes.
async fn server(when: When, answer: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(converse(stream, when, answer));
        }
    });
    (port, came)
}

async fn converse(stream: TcpStream, when: When, answer: &'static str) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let or = |step, usual| if when == step { answer } else { usual };
    let greeting = or(Connecting, "220 mail.test ESMTP\r\n");
    writer.write_all(greeting.as_bytes()).await.unwrap();
    let mut in_message = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let reply = match line.get(..4).unwrap_or(&line) {
            "." => {
                in_message = false;
                or(Sent, "250 2.0.0 OK\r\n")
            }
            _ if in_message => continue,
            "EHLO" => "250-mail.test\r\n250 AUTH LOGIN PLAIN XOAUTH2\r\n",
            "AUTH" => or(SigningIn, "235 2.7.0 Accepted\r\n"),
            "MAIL" => or(Sender, "250 2.1.0 OK\r\n"),
            "DATA" => {
                in_message = true;
                "354 Go ahead\r\n"
            }
            "QUIT" => "221 2.0.0 Bye\r\n",
            _ => "250 2.1.5 OK\r\n",
        };
        if writer.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn through(port: u16) -> Post {
    let server = MailOut {
        host: "127.0.0.1".to_owned(),
        port,
        tls: SmtpTls::Plain,
        login: Some(SmtpLogin {
            user: "mailroom@example.com".to_owned(),
            password: SecretString::from("s3cret"),
        }),
        from: "it@example.com".parse().unwrap(),
        to: Vec::new(),
    };
    Post::new(&server, &Authorities::default()).unwrap()
}

const LETTER: Letter<'static> = Letter {
    id: "light-1-0-red-mail-anna@example.com",
    to: "anna@example.com",
    subject: "red",
    text: "red",
};

#[tokio::test]
async fn each_answer_has_its_cause_its_person_and_its_remedy() {
    let mut shown = Vec::new();
    for (when, answer, means) in ANSWERS {
        let (port, came) = server(*when, answer).await;
        let sender = through(port);
        let attempt = sender.send(LETTER, at(0)).await;
        let pressed = sender.brake.pressed(at(0));
        match (means, &attempt, &pressed) {
            (Red(cause, who), Attempt::Failed { why, retry_after }, Some((red, left))) => {
                assert_eq!((red.cause, red.who), (*cause, *who), "{answer}");
                assert_eq!((why, retry_after), (&red.to_string(), &Some(*left)));
                let code = answer.get(..3).unwrap();
                assert!(
                    red.words
                        .starts_with(&format!("The mail server said: {code} "))
                );
                assert!(!red.remedy.contains("ADDRESS"), "{}", red.remedy);
                shown.push(format!(
                    "{}\n{}\n  {}",
                    cause.as_str(),
                    red.words,
                    red.remedy
                ));
            }
            (Passing, Attempt::Failed { why, retry_after }, None) => {
                assert_eq!(*retry_after, None, "{answer}");
                shown.push(format!("passing\n{why}"));
            }
            (Refused, Attempt::Refused { why }, None) => shown.push(format!("given up\n{why}")),
            _ => panic!("{answer}: {attempt:?} {pressed:?}"),
        }
        assert_eq!(came.load(Ordering::Relaxed), 1);
    }
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test]
async fn a_server_that_refuses_the_sign_in_never_sees_a_storm() {
    let (port, came) = server(SigningIn, "535 5.7.8 No\r\n").await;
    let sender = through(port);
    let mut now = at(0);
    let mut waits = Vec::new();
    while now < at(0) + TimeDelta::days(3) {
        for _ in 0..20 {
            let Attempt::Failed { why, retry_after } = sender.send(LETTER, now).await else {
                panic!("taken");
            };
            assert!(why.contains("announce.smtp_password"), "{why}");
            assert!(retry_after.is_some());
        }
        let (_, left) = sender.brake.pressed(now).unwrap();
        waits.push(left.num_minutes());
        now += left;
    }
    assert_eq!(waits[..6], [30, 60, 120, 240, 360, 360]);
    assert_eq!(came.load(Ordering::Relaxed), waits.len());
    assert!(waits.len() < 20, "{waits:?}");
}

#[tokio::test]
async fn mail_that_is_taken_ends_the_wait() {
    let (port, _) = server(Connecting, "220 mail.test ESMTP\r\n").await;
    let sender = through(port);
    let red = crate::cause::Red::of(Cause::PasswordRefused, "No.");
    let wait = sender.brake.press(&red, at(0));
    assert_eq!(sender.send(LETTER, at(0) + wait).await, Attempt::Delivered);
    assert_eq!(sender.brake.press(&red, at(0)), wait, "it begins anew");
}
