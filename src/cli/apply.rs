//! `mailroom apply`, `export` and `schema`: what is set up, from and to a file.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::{Done, output};
use crate::app::App;
use crate::setup::{self, Stored, Unnamed};

/// A larger set-up file is somebody's mistake.
const LARGEST: u64 = 4 * 1024 * 1024;

pub(super) async fn run(app: &App, file: &Path, dry_run: bool, prune: bool) -> anyhow::Result<Done> {
    let bytes = read(file)?;
    // Compared and written in one transaction, so that two who apply at once don't mix.
    let tx = app.store.begin().await?;
    let stored = Stored::load(&tx, &app.keys).await?;
    let reading = setup::read(&bytes, &file.display().to_string(), &stored)?;
    for warning in &reading.warnings {
        tracing::warn!("{}:{warning}", file.display());
    }
    let unnamed = if prune { Unnamed::Prune } else { Unnamed::Keep };
    let changes = setup::plan(&reading.document, &stored, unnamed);
    output::line(&changes);
    if dry_run || changes.is_empty() {
        return Ok(Done::Well);
    }
    setup::apply(&tx, &changes, &app.keys, &mut rand::rng(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(Done::Well)
}

pub(super) async fn export(app: &App) -> anyhow::Result<Done> {
    let stored = Stored::load(&app.store, &app.keys).await?;
    output::line(setup::export(&stored)?.trim_end());
    Ok(Done::Well)
}

pub(super) fn print_schema() -> anyhow::Result<Done> {
    output::json(&setup::schema())?;
    Ok(Done::Well)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let size = std::fs::metadata(file)
        .with_context(|| format!("The set-up file {name} can't be read; check its path and permissions"))?
        .len();
    if size > LARGEST {
        bail!("The set-up file {name} has {size} bytes, more than the {LARGEST} that are read; cut it in several");
    }
    std::fs::read(file).with_context(|| format!("The set-up file {name} can't be read"))
}
