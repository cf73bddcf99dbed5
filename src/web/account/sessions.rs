//! Where somebody is signed in, and ending it there.

use axum::extract::State as Extracted;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::form::token;
use super::super::layout::{Press, Reader, button};
use super::super::moment::{Now, moment};
use super::super::{State, said};
use crate::http::{IDLE, Nothing, Problem, Submitted, Visitor};
use crate::store;

/// Which session.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Which {
    #[serde(default)]
    session: String,
}

/// `POST /account/sessions/end`: ends one of theirs.
pub(in crate::web) async fn end(
    Extracted(state): Extracted<State>,
    Submitted { visitor, form }: Submitted<Which>,
) -> Result<Response, Problem> {
    let user = visitor.session.user.id;
    store::sessions::delete_own(&state.shared.store, user, &form.session).await?;
    let said = said::say(&state.shared, &visitor, "That browser is signed out.");
    Ok((said, Redirect::to("/account")).into_response())
}

/// `POST /account/sessions/end-others`
pub(in crate::web) async fn end_others(
    Extracted(state): Extracted<State>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let user = visitor.session.user.id;
    let here = Some(visitor.session.id.as_str());
    store::sessions::delete_of_user(&state.shared.store, user, here).await?;
    let words = "You are signed in here and nowhere else.";
    let said = said::say(&state.shared, &visitor, words);
    Ok((said, Redirect::to("/account")).into_response())
}

/// The section of the account's page.
pub(super) async fn list(state: &State, visitor: &Visitor) -> Result<Markup, Problem> {
    let (store, now) = (&state.shared.store, Now::of(&state.shared, visitor));
    let user = visitor.session.user.id;
    let sessions = store::sessions::of_user(store, user, now.at - IDLE, now.at).await?;
    let reader = Reader::of(visitor);
    Ok(html! {
        section {
            h2 { "Where you are signed in" }
            ul.sessions {
                @for session in &sessions {
                    @let here = session.id_hash == visitor.session.id;
                    li {
                        p {
                            strong { (browser(&session.browser)) }
                            @if !session.remote.is_empty() { " from " (session.remote) }
                            @if here { " " span.here { "this browser" } }
                        }
                        p.quiet { "Signed in " (moment(session.created_at, now)) ", last used " (moment(session.last_seen_at, now)) }
                        @if !here {
                            form.press method="post" action="/account/sessions/end" {
                                (token(&reader))
                                input type="hidden" name="session" value=(session.id_hash);
                                button.plain type="submit" { "Sign out there" }
                            }
                        }
                    }
                }
            }
            @if sessions.len() > 1 {
                (button(&Press::new("/account/sessions/end-others", "Sign out everywhere else").plain(), &reader))
            }
        }
    })
}

/// What people call what calls itself `Mozilla/5.0 (X11; Linux x86_64) …`.
fn browser(called: &str) -> String {
    let programs = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(sign, _)| called.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (named(&programs), named(&systems)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
