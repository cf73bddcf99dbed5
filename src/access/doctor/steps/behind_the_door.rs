//! Behind the door: the credential, the sign-in, INBOX or the count of a maildrop.

use super::{CREDENTIAL, Door, EXAMINE, SASL, STAT, behind};
use crate::access::doctor::cure::{self, cure_with};
use crate::access::doctor::sheet::Sheet;
use crate::access::doctor::{Presented, Subject};
use crate::access::open::{SignedIn, of_inbox};
use crate::access::{Closed, With};
use crate::transport::{Login, ServerError, Timed};
use crate::{imap, pop3};

/// Goes in, as far as it goes.
pub(super) async fn open(
    sheet: &mut Sheet,
    subject: &Subject,
    door: Door,
    present: impl Future<Output = Result<Presented, Closed>>,
) {
    let skipped = behind(subject.endpoint.protocol)
        .get(1..)
        .unwrap_or_default();
    let began = tokio::time::Instant::now();
    let presented = present.await;
    let took = began.elapsed();
    let (login, with) = match presented {
        Ok(Presented {
            login,
            with,
            sentence,
            warning,
        }) => {
            match warning {
                Some(advice) => sheet.warning(CREDENTIAL, took, sentence, advice),
                None => sheet.ok(CREDENTIAL, took, sentence),
            }
            (login, with)
        }
        Err(closed) => {
            let (sentence, cure) = cure::without_credential(subject, closed);
            sheet.failed(CREDENTIAL, took, &sentence, cure);
            return sheet.skipped(skipped, "Not tried, as a step before it failed.");
        }
    };
    let signed_in = sign_in(door, &login).await;
    match signed_in.outcome {
        Err(error) => {
            sheet.signed_in = error.is_credential().then_some(false);
            let cure = cure_with(subject, with, &error);
            sheet.failed(SASL, signed_in.took, &error.to_string(), cure);
            let last = skipped.get(1..).unwrap_or_default();
            sheet.skipped(last, "Not tried, as a step before it failed.");
        }
        Ok(session) => {
            sheet.signed_in = Some(true);
            sheet.ok(
                SASL,
                signed_in.took,
                format!("The server took the login {}.", login.user()),
            );
            match session {
                SignedIn::Imap(session) => inbox(sheet, subject, with, session).await,
                SignedIn::Pop3(session) => maildrop(sheet, subject, with, session).await,
            }
        }
    }
}

async fn sign_in(door: Door, login: &Login) -> Timed<SignedIn> {
    match door {
        Door::Imap(door) => {
            let Timed { took, outcome } = door.sign_in(login).await;
            let outcome = outcome.map(SignedIn::Imap);
            Timed { took, outcome }
        }
        Door::Pop3(door) => {
            let Timed { took, outcome } = door.sign_in(login).await;
            let outcome = outcome.map(SignedIn::Pop3);
            Timed { took, outcome }
        }
    }
}

async fn inbox(sheet: &mut Sheet, subject: &Subject, with: With, session: imap::Session) {
    let began = tokio::time::Instant::now();
    let examined = session.examine("INBOX").await.map_err(of_inbox);
    let took = began.elapsed();
    match examined {
        Ok(examined) => sheet.ok(
            EXAMINE,
            took,
            match examined.exists {
                1 => "INBOX opens and holds one message.".to_owned(),
                count => format!("INBOX opens and holds {count} messages."),
            },
        ),
        Err(error) => {
            let cure = cure_with(subject, with, &error);
            sheet.failed(EXAMINE, took, &error.to_string(), cure);
        }
    }
    session.logout().await;
}

async fn maildrop(sheet: &mut Sheet, subject: &Subject, with: With, mut session: pop3::Session) {
    let began = tokio::time::Instant::now();
    let counted = match session.stat().await {
        Ok(counted) => named(&mut session, counted.messages).await,
        Err(error) => Err(error),
    };
    let took = began.elapsed();
    match counted {
        Ok(count) => sheet.ok(
            STAT,
            took,
            match count {
                0 => "The mailbox opens and is empty.".to_owned(),
                1 => "The mailbox opens and holds one message, which has a lasting name (UIDL)."
                    .to_owned(),
                count => format!(
                    "The mailbox opens and holds {count} messages, which have lasting names (UIDL)."
                ),
            },
        ),
        Err(error) => {
            let cure = cure_with(subject, with, &error);
            sheet.failed(STAT, took, &error.to_string(), cure);
        }
    }
    session.quit().await;
}

async fn named(session: &mut pop3::Session, messages: u64) -> Result<u64, ServerError> {
    session.has_names(messages).await?;
    Ok(messages)
}
