//! `mailroom blobs`: whether the bytes of kept messages are still those that were kept.

use std::io;

use super::{Done, output};
use crate::app::App;
use crate::blobs::check::{Checked, Damage, Extent};

pub(super) async fn check(app: &App, sample: Option<u64>, json: bool) -> anyhow::Result<Done> {
    let extent = sample.map_or(Extent::All, Extent::Sample);
    let checked = app
        .blobs
        .check(&app.store, extent, &mut rand::rng())
        .await?;
    if json {
        output::json(&checked)?;
    } else {
        say(&checked)?;
    }
    Ok(if checked.damaged.is_empty() {
        Done::Well
    } else {
        Done::Failed
    })
}

fn say(checked: &Checked) -> io::Result<()> {
    for damage in &checked.damaged {
        output::line(format!(
            "{}: {} {}",
            whose(damage),
            damage.error,
            damage.cure
        ))?;
    }
    let mib = checked.bytes / (1024 * 1024);
    let s = if checked.checked == 1 { "" } else { "s" };
    output::line(format!(
        "{} kept message{s} read ({mib} MiB), {} damaged or missing.",
        checked.checked,
        checked.damaged.len()
    ))
}

fn whose(damage: &Damage) -> String {
    let messages: Vec<String> = damage.messages.iter().map(ToString::to_string).collect();
    match messages.as_slice() {
        [] => format!("Blob {}, of no message of its own", damage.hash),
        [one] => format!("Message {one}, blob {}", damage.hash),
        several => format!("Messages {}, blob {}", several.join(", "), damage.hash),
    }
}
