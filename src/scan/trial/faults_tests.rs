#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;

use futures_util::{StreamExt as _, stream};
use insta::assert_snapshot;

use super::table::{Case, Row, print};
use super::way::Post;
use super::{answers, opening, shapes, way, wire};

/// Cases that run at a time.
const AT_ONCE: usize = 4;

/// Runs all, also when one fails.
async fn rows(cases: Vec<Case>) -> Vec<(String, Row)> {
    let ran: Vec<_> = stream::iter(cases)
        .map(|Case { name, run }| async move { (name, tokio::spawn(run).await) })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let failed: Vec<_> = ran.iter().filter(|(_, row)| row.is_err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    ran.into_iter()
        .map(|(name, row)| (name, row.unwrap()))
        .collect()
}

/// What providers answer, what the way to them does, what lies in the records.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_the_light_the_health_and_the_report_say_it_and_nothing_is_lost() {
    let post = Post::new().await;
    let cases: Vec<Case> = [
        opening::cases(),
        answers::cases(),
        wire::cases(),
        way::cases(&post),
        shapes::cases(&post),
    ]
    .into_iter()
    .flatten()
    .collect();
    let count = cases.len();
    let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), count, "two cases of one name");
    assert!(count >= 60, "{count} cases");
    let table = print(&rows(cases).await);
    assert_snapshot!(format!("{count} cases\n\n{table}"));
}
