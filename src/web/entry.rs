//! Forms over one entry of the set-up file: opened, saved and removed as `mailroom apply` would, what is wrong told at its
//! field. Knows no section's fields.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::fields::{Faults, Sent};
use super::layout::{Frame, Reader, page};
use super::places::Place;
use super::{State, form, said};
use crate::http::{Problem, Remote, Visitor};
use crate::setup::one::{self, Desk, NotDone, Section, Wish};
use crate::setup::{SetupError, Stored, Surroundings};

/// The field that carries what the entry was when the form was opened.
const SEEN: &str = "seen";
/// The field, and the part of the address, that says that the guide sent somebody here.
const FROM: &str = "from";

/// What is stored, in words of the set-up file.
pub(super) async fn stored(state: &State) -> Result<Stored, Problem> {
    one::stored(&state.shared.store, &state.keys)
        .await
        .map_err(problem)
}

/// The fields of an entry, with what it is now.
pub(super) fn opened(stored: &Stored, section: Section, name: &str) -> Result<Sent, Problem> {
    let entry = stored.entry(section, name).ok_or_else(Problem::not_found)?;
    let mut sent = Sent::of_entry(&entry);
    sent.set(SEEN, stored.mark(section, name).unwrap_or_default());
    Ok(sent)
}

/// Makes (`name` is nothing) or changes an entry; `Err` within says what is to be mended.
pub(super) async fn save(
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    (section, name): (Section, Option<&str>),
    sent: &Sent,
    keys: Map<String, Value>,
) -> Result<Result<one::Done, Faults>, Problem> {
    let wish = Wish {
        section,
        name: name.map(str::to_owned),
        seen: sent.text(SEEN).to_owned(),
        keys,
    };
    let from = remote.0.to_string();
    let outcome = one::change(&state.shared.store, &wish, &desk(state, visitor, &from)).await;
    let mut faults = Faults::default();
    match outcome {
        Ok(done) => return Ok(Ok(done)),
        Err(NotDone::Wrong(wrong)) => {
            for fault in wrong {
                faults.add(fault.field, fault.told);
            }
        }
        Err(told @ (NotDone::Changed | NotDone::InUse(_))) => faults.add("", told.to_string()),
        Err(NotDone::Gone) => return Err(Problem::not_found()),
        Err(NotDone::Setup(error)) => return Err(problem(error)),
    }
    Ok(Err(faults))
}

/// Removes an entry; `Err` within says what needs it.
pub(super) async fn remove(
    state: &State,
    visitor: &Visitor,
    remote: Remote,
    section: Section,
    name: &str,
) -> Result<Result<(), String>, Problem> {
    let from = remote.0.to_string();
    let desk = desk(state, visitor, &from);
    match one::remove(&state.shared.store, section, name, &desk).await {
        Ok(()) => Ok(Ok(())),
        Err(NotDone::Gone) => Err(Problem::not_found()),
        Err(NotDone::Setup(error)) => Err(problem(error)),
        Err(told) => Ok(Err(told.to_string())),
    }
}

fn desk<'a>(state: &'a State, visitor: &'a Visitor, remote: &'a str) -> Desk<'a> {
    let now = state.shared.clock.now();
    Desk {
        around: Surroundings {
            public_url: Some(state.shared.site.public_url()),
            today: now.date_naive(),
            leave_cases: false,
        },
        ring: &state.keys,
        user: visitor.session.user.id,
        email: &visitor.session.user.email,
        remote,
        now,
    }
}

fn problem(error: SetupError) -> Problem {
    match error {
        SetupError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "What is set up could not be read or written by a page");
            Problem::new(
                StatusCode::CONFLICT,
                "This can't be done now",
                error.to_string(),
            )
        }
    }
}

/// A form on a page of its own.
pub(super) struct Form<'a> {
    /// The page's title and heading.
    pub(super) title: &'a str,
    /// Where one came from, and how that is called.
    pub(super) back: (&'a str, &'a str),
    /// Where it is sent.
    pub(super) action: &'a str,
    /// What its button says.
    pub(super) button: &'a str,
    /// What it holds.
    pub(super) sent: &'a Sent,
    /// What is wrong with that.
    pub(super) faults: &'a Faults,
    /// Where in the navigation it is.
    pub(super) place: Place,
}

impl Form<'_> {
    /// The page; `beside` stands next to the form.
    pub(super) fn page(self, visitor: &Visitor, fields: &Markup, beside: &Markup) -> Markup {
        let reader = Reader::of(visitor);
        let (href, label) = if is_from_guide(self.sent) {
            ("/guide", "The guide")
        } else {
            self.back
        };
        let body = html! {
            p.back { a href=(href) { (label) } }
            h1 { (self.title) }
            div.beside {
                div {
                    (self.faults.told())
                    form.lines.set-up method="post" action=(self.action) {
                        (form::token(&reader))
                        input type="hidden" name=(SEEN) value=(self.sent.text(SEEN));
                        @if is_from_guide(self.sent) { input type="hidden" name=(FROM) value="guide"; }
                        (fields)
                        div.presses { button.primary type="submit" { (self.button) } }
                    }
                }
                aside { (beside) }
            }
        };
        let frame = Frame {
            title: self.title.to_owned(),
            reader: Some(reader),
            place: Some(self.place),
            ..Frame::default()
        };
        page(&frame, &body)
    }
}

/// The answer to a form that is to be mended.
pub(super) fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Goes on after a form, and says there what was done: to the guide where that sent the person, else to `to`.
pub(super) fn onward(
    state: &State,
    visitor: &Visitor,
    sent: &Sent,
    done: &one::Done,
    to: &str,
) -> Response {
    let what = if done.changes.is_empty() {
        "Nothing was changed: it was so before."
    } else {
        "Kept."
    };
    let words: Vec<&str> = std::iter::once(what)
        .chain(done.warnings.iter().map(String::as_str))
        .collect();
    let to = if is_from_guide(sent) { "/guide" } else { to };
    go(state, visitor, &words.join(" "), to)
}

/// Goes somewhere and says there what was done.
pub(super) fn go(state: &State, visitor: &Visitor, words: &str, to: &str) -> Response {
    let said = said::say(&state.shared, visitor, words);
    (said, Redirect::to(to)).into_response()
}

/// Whether the guide sent somebody to this form.
fn is_from_guide(sent: &Sent) -> bool {
    sent.text(FROM) == "guide"
}

/// Remembers in a form that the guide sent somebody to it.
pub(super) fn remember(sent: &mut Sent, from: Option<&str>) {
    if from == Some("guide") {
        sent.set(FROM, "guide");
    }
}

/// Asks before something is removed.
pub(super) struct Removal<'a> {
    /// What is removed: `the scanner "info"`.
    pub(super) what: &'a str,
    /// The page of the thing; the question is at `…/remove` beneath it.
    pub(super) path: &'a str,
    /// What goes with it.
    pub(super) meaning: &'a str,
}

impl Removal<'_> {
    /// The page that asks, with why it was not done before.
    pub(super) fn page(&self, visitor: &Visitor, why: Option<&str>) -> Markup {
        let reader = Reader::of(visitor);
        let action = format!("{}/remove", self.path);
        let body = html! {
            article.narrow {
                p.back { a href=(self.path) { "Back" } }
                h1 { "Remove " (self.what) "?" }
                @if let Some(why) = why { p.problem role="alert" dir="auto" { (why) } }
                p.lead { (self.meaning) }
                div.presses {
                    form.press method="post" action=(action) {
                        (form::token(&reader))
                        button.grave type="submit" { "Remove" }
                    }
                    a.button.plain href=(self.path) { "Leave it" }
                }
            }
        };
        let frame = Frame {
            title: format!("Remove {}?", self.what),
            reader: Some(reader),
            ..Frame::default()
        };
        page(&frame, &body)
    }
}
