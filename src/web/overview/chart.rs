//! A small chart of the last days, drawn as SVG without any style of its own, with a table of the same numbers.

use chrono::{Days, NaiveDate};
use maud::{Markup, html};

use crate::store::scan_days::Day;

/// Of a bar and the gap beside it, in units of the drawing.
const STEP: i64 = 20;
const BAR: i64 = 14;
/// Of the tallest bar.
const TALL: i64 = 80;

/// Each of so many days from `first` on, those without a scan with nothing.
pub(super) fn filled(days: &[Day], first: NaiveDate, count: u64) -> Vec<Day> {
    let each = (0..count).filter_map(|later| first.checked_add_days(Days::new(later)));
    each.map(|date| {
        let known = days.iter().find(|day| day.day == date).copied();
        known.unwrap_or(Day {
            day: date,
            ..Day::default()
        })
    })
    .collect()
}

/// Bars for what was read, with darker bars for what became leads within, and the numbers as a table.
pub(super) fn render(days: &[Day]) -> Markup {
    let most = days.iter().map(|day| day.kept).max().unwrap_or(0).max(1);
    let height = |count: i64| (count.clamp(0, most) * TALL + most - 1) / most;
    let sum = |of: fn(&Day) -> i64| days.iter().map(of).sum::<i64>();
    let width = STEP * i64::try_from(days.len()).unwrap_or(0);
    html! {
        figure.chart {
            svg viewBox={ "0 0 " (width) " " (TALL + 2) } role="img" aria-labelledby="chart-says" {
                @for (place, day) in (0_i64..).zip(days) {
                    g {
                        title { (day.day) ": " (day.kept) " read, " (day.leads) " leads made" }
                        rect.read x=(place * STEP + 3) y=(TALL - height(day.kept)) width=(BAR) height=(height(day.kept)) {}
                        rect.leads x=(place * STEP + 3) y=(TALL - height(day.leads)) width=(BAR) height=(height(day.leads)) {}
                    }
                }
                path.ground d={ "M0 " (TALL) ".5h" (width) } {}
            }
            figcaption #chart-says {
                (sum(|day| day.kept)) " messages read, " (sum(|day| day.linked)) " linked, "
                (sum(|day| day.leads)) " leads made, " (sum(|day| day.held)) " held."
                span.quiet { " The dark part of a bar is the leads." }
            }
        }
        details {
            summary { "Day by day" }
            div.wide tabindex="0" role="region" aria-label="Day by day" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Day (UTC)" } th.number scope="col" { "Read" } th.number scope="col" { "Linked" }
                            th.number scope="col" { "Leads made" } th.number scope="col" { "Held" }
                        }
                    }
                    tbody {
                        @for day in days.iter().rev() {
                            tr {
                                th scope="row" { time datetime=(day.day) { (day.day) } }
                                td.number { (day.kept) } td.number { (day.linked) }
                                td.number { (day.leads) } td.number { (day.held) }
                            }
                        }
                    }
                }
            }
        }
    }
}
