//! What the one button of a mailbox's page does: sign in, choose another account, ask for admin consent, try again.

use axum::extract::{Path, State as Extracted};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::layout::Reader;
use super::{State, mailbox, onward, said, server_show};
use crate::access::{self, Asked, Begin, guide};
use crate::http::{Nothing, Problem, Submitted, Visitor};
use crate::store;

/// How to sign in.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    choose_account: Option<String>,
}

/// `POST /mailboxes/{id}/authorize`
pub(super) async fn authorize(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, form }: Submitted<Choice>,
) -> Result<Response, Problem> {
    let store = &state.shared.store;
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    let server = store::mail_servers::by_id(store, mailbox.mail_server_id)
        .await?
        .ok_or_else(Problem::internal)?;
    let address = state
        .access
        .begin_authorization(mailbox.id, &begin(&visitor, form.choose_account.is_some()))
        .await?;
    let provider = guide::provider_name(&server).unwrap_or(&server.name);
    Ok(onward::to_provider(Reader::of(&visitor), provider, &address).into_response())
}

/// `POST /mailboxes/{id}/admin-consent`
pub(super) async fn admin_consent(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    let address = state
        .access
        .begin_admin_consent(mailbox.mail_server_id, &begin(&visitor, false))
        .await?
        .ok_or_else(no_admin_consent)?;
    let back = format!("/mailboxes/{}", mailbox.id);
    Ok(onward::to_administrator(Reader::of(&visitor), &back, &address).into_response())
}

/// `POST /servers/{id}/admin-consent`
pub(super) async fn admin_consent_of_server(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    visitor.require_admin()?;
    let server = server_show::named(&state, &id).await?;
    let address = state
        .access
        .begin_admin_consent(server.id, &begin(&visitor, false))
        .await?
        .ok_or_else(no_admin_consent)?;
    let back = format!("/servers/{}", server.id);
    Ok(onward::to_administrator(Reader::of(&visitor), &back, &address).into_response())
}

/// `POST /mailboxes/{id}/try-again`
pub(super) async fn try_again(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    let words = match state.access.try_again(&mailbox).await? {
        Asked::Soon => {
            "Mailroom knocks again now. Load this page again in a moment to see what came of it."
        }
        Asked::JustNow => {
            "Somebody asked for that less than a minute ago. Wait a moment and load this page again: servers lock accounts that are knocked at too often."
        }
    };
    let said = said::say(&state.shared, &visitor, words);
    let back = format!("/mailboxes/{}", mailbox.id);
    Ok((said, Redirect::to(&back)).into_response())
}

fn no_admin_consent() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "This provider has no page for administrators",
        "Its checklist on the mail server's page says what an administrator does there.",
    )
}

fn begin(visitor: &Visitor, choose_account: bool) -> Begin {
    Begin {
        session: visitor.session.secret(),
        user: Some(visitor.session.user.id),
        redirect: access::Redirect::Registered,
        choose_account,
    }
}

#[cfg(test)]
#[path = "mailbox_press_tests.rs"]
mod tests;
