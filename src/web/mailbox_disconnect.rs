//! `/mailboxes/{id}/disconnect`: says what leaving means at this provider, then does it.

use axum::extract::{Path, State as Extracted};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::layout::{Frame, Press, Reader, button, page};
use super::places::Place;
use super::prose::prose;
use super::{State, mailbox, said};
use crate::http::{Nothing, Problem, Submitted, Visitor};
use crate::store;

/// Says it.
pub(super) async fn ask(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let store = &state.shared.store;
    let mailbox = mailbox::named(store, &visitor, &id).await?;
    mailbox::require_disconnect(&visitor, &mailbox)?;
    let server = store::mail_servers::by_id(store, mailbox.mail_server_id)
        .await?
        .ok_or_else(Problem::internal)?;
    let reader = Reader::of(&visitor);
    let body = render(
        &mailbox.address,
        &format!("/mailboxes/{}", mailbox.id),
        state.access.what_disconnecting_means(&server).await?,
        &reader,
    );
    let frame = Frame {
        title: format!("Disconnect {}", mailbox.address),
        reader: Some(reader),
        place: Some(Place::Mailboxes),
        ..Frame::default()
    };
    Ok(page(&frame, &body))
}

fn render(address: &str, back: &str, meaning: &str, reader: &Reader) -> Markup {
    html! {
        article.narrow {
            p.back { a href=(back) { (address) } }
            h1 { "Disconnect " (address) "?" }
            p.lead { "Mailroom stops reading this mailbox until somebody signs in again. What it has read stays." }
            h2 { "What it means at the provider" }
            p { (prose(meaning)) }
            div.presses {
                (button(&Press::new(format!("{back}/disconnect"), "Disconnect").grave(), reader))
                a.button.plain href=(back) { "Keep it connected" }
            }
        }
    }
}

/// Does it.
pub(super) async fn disconnect(
    Extracted(state): Extracted<State>,
    Path(id): Path<String>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let mailbox = mailbox::named(&state.shared.store, &visitor, &id).await?;
    mailbox::require_disconnect(&visitor, &mailbox)?;
    let done = state.access.disconnect(mailbox.id).await?;
    let said = said::say(&state.shared, &visitor, &done.to_string());
    let back = format!("/mailboxes/{}", mailbox.id);
    Ok((said, Redirect::to(&back)).into_response())
}

#[cfg(test)]
#[path = "mailbox_disconnect_tests.rs"]
mod tests;
