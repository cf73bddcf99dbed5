//! What a mail server's refusal to take our mail means (RFC 5321 §4.2, RFC 3463, RFC 4954 §6): answer → cause → remedy, as
//! a table. What no row knows is about the one message, and is left to its status.
//!
//! The remedies are those of the server that sends announcements; `ADDRESS` in them stands for who signs in there.

use std::fmt;

use crate::cause::{Cause, Red, Who};

/// An answer of the 4xx or 5xx kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal<'a> {
    /// The three digits.
    pub(super) code: u16,
    /// What follows them, lines joined, the enhanced status code (RFC 3463) first where there is one.
    pub(super) words: &'a str,
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judged {
    /// A person must act before any mail is taken.
    Red(Red),
    /// It passes.
    Passing,
}

/// Tells what a person must mend from what passes; nothing where the answer is about this message.
pub(super) fn judge(refusal: Refusal<'_>) -> Option<Judged> {
    let row = ROWS.iter().find(|row| row.knows(refusal))?;
    Some(match row.verdict {
        Verdict::Passing => Judged::Passing,
        Verdict::Red { cause, who, remedy } => Judged::Red(Red {
            cause,
            who,
            remedy: remedy.to_owned(),
            words: format!("{}.", refusal.to_string().trim_end_matches('.')),
        }),
    })
}

/// One kind of answer. An empty list is no condition; of a list that is not empty, one has to fit.
struct Row {
    codes: &'static [u16],
    enhanced: &'static [&'static str],
    /// In lower case.
    says: &'static [&'static str],
    verdict: Verdict,
}

/// What it means.
#[derive(Clone, Copy)]
enum Verdict {
    Red {
        cause: Cause,
        who: Who,
        remedy: &'static str,
    },
    Passing,
}

/// Any answer with one of these codes.
const fn codes(codes: &'static [u16]) -> Row {
    Row {
        codes,
        enhanced: &[],
        says: &[],
        verdict: Verdict::Passing,
    }
}

impl Row {
    const fn enhanced(self, enhanced: &'static [&'static str]) -> Self {
        Self { enhanced, ..self }
    }

    const fn saying(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }

    const fn red(self, cause: Cause, who: Who, remedy: &'static str) -> Self {
        let verdict = Verdict::Red { cause, who, remedy };
        Self { verdict, ..self }
    }

    fn knows(&self, refusal: Refusal<'_>) -> bool {
        let words = refusal.words.to_lowercase();
        (self.codes.is_empty() || self.codes.contains(&refusal.code))
            && (self.enhanced.is_empty() || self.enhanced.contains(&refusal.enhanced()))
            && (self.says.is_empty() || self.says.iter().any(|one| words.contains(one)))
    }
}

impl Refusal<'_> {
    fn enhanced(&self) -> &str {
        self.words.split_whitespace().next().unwrap_or_default()
    }
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The mail server said: {} {}", self.code, self.words)
    }
}

const WRONG_PASSWORD: &str = "Check user and password by signing in to the server with another mail program, set the right ones as `announce.smtp_user` and `announce.smtp_password`, and start Mailroom again.";
const APP_PASSWORD: &str = "Make an application password for ADDRESS in the account's security settings at the provider, set it as `announce.smtp_password`, and start Mailroom again.";
const NO_SIGN_IN: &str = "The server takes mail only from those who sign in: set `announce.smtp_user` and `announce.smtp_password`, and start Mailroom again.";
const NO_PASSWORDS: &str = "This server takes no passwords any more: name one that does, or the company's own relay, as `announce.smtp_url`, and start Mailroom again.";

/// The first that fits counts.
const ROWS: &[Row] = &[
    // Before all others, as it comes with every code.
    codes(&[])
        .saying(&["too many bad auth attempts", "auth005", "too many login attempts", "too many authentication failures"])
        .red(
            Cause::TooManyAttempts,
            Who::Admin,
            "The server has locked sign-in after too many refused ones. Check `announce.smtp_user` and `announce.smtp_password`; it is tried again, ever more slowly.",
        ),
    // Exchange Online.
    codes(&[535])
        .enhanced(&["5.7.139"])
        .saying(&["smtpclientauthentication is disabled for the tenant"])
        .red(
            Cause::BlockedByPolicy,
            Who::Provider,
            "Have the administrator of the organization's mail allow SMTP sign-in for the tenant (Set-TransportConfig -SmtpClientAuthenticationDisabled $false), or for this mailbox alone (Set-CASMailbox ADDRESS -SmtpClientAuthenticationDisabled $false); it is tried again by itself.",
        ),
    codes(&[535])
        .enhanced(&["5.7.139"])
        .saying(&["smtpclientauthentication is disabled for the mailbox"])
        .red(
            Cause::BlockedByPolicy,
            Who::Provider,
            "Have the administrator of the organization's mail allow SMTP sign-in for this mailbox (Set-CASMailbox ADDRESS -SmtpClientAuthenticationDisabled $false); it is tried again by itself.",
        ),
    codes(&[535])
        .enhanced(&["5.7.139"])
        .saying(&["basic authentication is disabled"])
        .red(Cause::SignInNotOffered, Who::Admin, NO_PASSWORDS),
    codes(&[535])
        .enhanced(&["5.7.139"])
        .saying(&["security defaults"])
        .red(
            Cause::BlockedByPolicy,
            Who::Provider,
            "The organization's security defaults allow no sign-in by password: name another server, or the company's own relay, as `announce.smtp_url`, and start Mailroom again.",
        ),
    codes(&[535])
        .enhanced(&["5.7.139"])
        .saying(&["did not meet the criteria", "conditional access", "blocked"])
        .red(
            Cause::BlockedByPolicy,
            Who::Provider,
            "A policy of the organization blocks this sign-in: have its administrator allow it for ADDRESS from this machine; it is tried again by itself.",
        ),
    codes(&[535])
        .enhanced(&["5.7.139", "5.7.3"])
        .red(Cause::PasswordRefused, Who::Admin, WRONG_PASSWORD),
    codes(&[530])
        .enhanced(&["5.7.57"])
        .red(Cause::SignInNotOffered, Who::Admin, NO_SIGN_IN),
    codes(&[])
        .saying(&["5.7.60 smtp", "sendasdenied"])
        .red(
            Cause::MailboxNotReachableForUser,
            Who::Provider,
            "ADDRESS may not send as `announce.from`: have the administrator of the organization's mail give it that right (Add-RecipientPermission, SendAs), or set `announce.from` to its own address and start Mailroom again.",
        ),
    // Google.
    codes(&[534])
        .enhanced(&["5.7.9"])
        .saying(&["application-specific password"])
        .red(Cause::ProviderAsksForAction, Who::Admin, APP_PASSWORD),
    codes(&[534])
        .saying(&["web browser"])
        .red(
            Cause::ProviderAsksForAction,
            Who::MailboxOwner,
            "Sign in as ADDRESS in a browser and do what the provider asks there; it is tried again by itself.",
        ),
    codes(&[535])
        .enhanced(&["5.7.8"])
        .saying(&["badcredentials"])
        .red(
            Cause::PasswordRefused,
            Who::Admin,
            "Google takes application passwords only: make one for ADDRESS in the account's security settings, set it as `announce.smtp_password`, and start Mailroom again.",
        ),
    // Any server (RFC 4954 §6).
    codes(&[421, 432, 454]),
    codes(&[530]).enhanced(&["5.7.0"]).saying(&["starttls"]).red(
        Cause::SignInNotOffered,
        Who::Admin,
        "The server wants an encrypted connection: begin `announce.smtp_url` with smtp:// (STARTTLS) or smtps://, and start Mailroom again.",
    ),
    codes(&[538]).red(
        Cause::SignInNotOffered,
        Who::Admin,
        "The server wants an encrypted connection: begin `announce.smtp_url` with smtp:// (STARTTLS) or smtps://, and start Mailroom again.",
    ),
    codes(&[530]).red(Cause::SignInNotOffered, Who::Admin, NO_SIGN_IN),
    codes(&[534]).red(Cause::SignInNotOffered, Who::Admin, NO_PASSWORDS),
    codes(&[535]).red(Cause::PasswordRefused, Who::Admin, WRONG_PASSWORD),
];
