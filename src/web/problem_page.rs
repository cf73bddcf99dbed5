//! The page of what went wrong, whatever it was.

use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::layout::{Frame, page};
use super::prose::prose;
use crate::http::{Problem, RequestId};

/// The problem as a page; the status is set by whoever asks for it.
pub(super) fn show(problem: &Problem, id: &RequestId) -> Response {
    render(problem, id).into_response()
}

fn render(problem: &Problem, id: &RequestId) -> Markup {
    let frame = Frame {
        title: problem.title.to_string(),
        ..Frame::default()
    };
    page(
        &frame,
        &html! {
            article.narrow {
                h1 { (problem.title) }
                p.lead { (prose(&problem.what_to_do)) }
                p { a href="/" { "To the mailboxes" } }
                @if problem.status.is_server_error() {
                    p.quiet { "Number of this request: " code { (id.0) } }
                }
            }
        },
    )
}
