//! `/` for admins: every scanner with its light and health, what came in today and over two weeks, and what waits for a
//! person. Everybody else gets their mailboxes there.

mod chart;
mod needs;
mod rows;

use axum::extract::{Query, State as Extracted};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use chrono::Days;
use maud::{Markup, html};

use super::layout::{Frame, Reader, page};
use super::moment::Now;
use super::places::Place;
use super::{State, mailbox_list, said};
use crate::http::{Problem, Visitor};
use crate::store::scan_days::{self, Day};
use needs::Needs;
pub(super) use rows::{Row, read as read_rows, table as table_of};

/// Scanners on the page; the rest is on a page of their own.
const ON_THE_PAGE: usize = 50;
/// Days in the chart.
const DAYS: u64 = 14;

/// The page.
#[derive(Debug)]
struct View {
    rows: Vec<Row>,
    all: usize,
    days: Vec<Day>,
    needs: Needs,
    now: Now,
}

/// Shows it.
pub(super) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
    chosen: Query<mailbox_list::Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !visitor.is_admin() {
        return mailbox_list::show(Extracted(state), visitor, chosen, headers).await;
    }
    let view = load(&state, &visitor).await?;
    let (said, heard) = said::heard(&headers, &state.shared, &visitor);
    let reader = Reader::of(&visitor);
    let body = render(&view, &reader);
    let frame = Frame {
        title: "Overview".to_owned(),
        reader: Some(reader),
        place: Some(Place::Overview),
        said,
        ..Frame::default()
    };
    Ok((heard, page(&frame, &body)).into_response())
}

async fn load(state: &State, visitor: &Visitor) -> Result<View, Problem> {
    let (store, now) = (&state.shared.store, Now::of(&state.shared, visitor));
    let mut rows = rows::read(store, now.at).await?;
    let needs = needs::read(store, visitor, &rows, now).await?;
    let all = rows.len();
    rows.sort_by_key(Row::urgency);
    rows.truncate(ON_THE_PAGE);
    rows::find_remedies(store, &mut rows).await?;
    let today = now.at.date_naive();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    Ok(View {
        days: chart::filled(&scan_days::since(store, first).await?, first, DAYS),
        rows,
        all,
        needs,
        now,
    })
}

fn render(view: &View, reader: &Reader) -> Markup {
    html! {
        h1 { "Overview" }
        (needs::render(&view.needs, view.now))
        section {
            h2 #scanners { "Scanners" }
            @if view.rows.is_empty() {
                p { "No mail is read yet. The guide leads from a mail server to the first scan." }
                p.presses { a.button.primary href="/guide" { "Begin with the guide" } }
            } @else {
                (rows::table(&view.rows, reader, view.now))
                p {
                    @if view.all > view.rows.len() {
                        "These are the first " (view.rows.len()) " of " (view.all) ", those that need somebody before the others. "
                    }
                    a href="/scanners" { "All scanners" }
                }
            }
        }
        section aria-labelledby="days" {
            h2 #days { "The last two weeks" }
            (chart::render(&view.days))
        }
    }
}

#[cfg(test)]
#[path = "overview/overview_tests.rs"]
mod tests;
