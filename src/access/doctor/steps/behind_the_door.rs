//! Behind the door: the credential, the sign-in, INBOX.

use super::{CREDENTIAL, EXAMINE, SASL};
use crate::access::doctor::cure::{self, cure_with};
use crate::access::doctor::sheet::Sheet;
use crate::access::doctor::{Presented, Subject};
use crate::access::open::of_inbox;
use crate::access::{Closed, With};
use crate::imap::{Door, Login, Session};

/// Goes in, as far as it goes.
pub(super) async fn open(
    sheet: &mut Sheet,
    subject: &Subject,
    door: Door,
    present: impl Future<Output = Result<Presented, Closed>>,
) {
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
            return sheet.skipped(&[SASL, EXAMINE], "Not tried, as a step before it failed.");
        }
    };
    let signed_in = door.sign_in(&login).await;
    match signed_in.outcome {
        Err(error) => {
            sheet.signed_in = error.is_credential().then_some(false);
            let cure = cure_with(subject, with, &error);
            sheet.failed(SASL, signed_in.took, &error.to_string(), cure);
            sheet.skipped(&[EXAMINE], "Not tried, as a step before it failed.");
        }
        Ok(session) => {
            sheet.signed_in = Some(true);
            sheet.ok(
                SASL,
                signed_in.took,
                format!("The server took the login {}.", user(&login)),
            );
            inbox(sheet, subject, with, session).await;
        }
    }
}

fn user(login: &Login) -> &str {
    use Login::{OAuthBearer, Password, XOAuth2};
    match login {
        Password { user, .. } | XOAuth2 { user, .. } | OAuthBearer { user, .. } => user,
    }
}

async fn inbox(sheet: &mut Sheet, subject: &Subject, with: With, session: Session) {
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
