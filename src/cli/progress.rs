//! A progress bar for a scan, where standard error is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::scan::Counts;

/// Follows `counts` until its sender is gone. Draws nothing where nobody would see it.
pub(super) fn follow(name: &str, mut counts: watch::Receiver<Counts>) -> JoinHandle<()> {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style());
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    tokio::spawn(async move {
        while counts.changed().await.is_ok() {
            let now = *counts.borrow_and_update();
            let older = now.backlog_left.unwrap_or(0);
            bar.set_length(now.announced.max(now.decided()) + older);
            bar.set_position(now.decided());
            let older = match older {
                0 => String::new(),
                older => format!(", {older} older left"),
            };
            bar.set_message(format!("{} leads, {} linked{older}", now.leads, now.linked));
        }
        bar.finish_and_clear();
    })
}

/// Follows a plain number until its sender is gone.
pub(super) fn count(name: &'static str, mut number: watch::Receiver<u64>) -> JoinHandle<()> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_prefix(name);
    bar.enable_steady_tick(Duration::from_millis(200));
    tokio::spawn(async move {
        while number.changed().await.is_ok() {
            bar.set_position(*number.borrow_and_update());
        }
        bar.finish_and_clear();
    })
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {per_sec} {eta} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
