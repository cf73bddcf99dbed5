//! `mailroom apply`, `export` and `schema`: what is set up, from and to a file.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, bail};
use rand::rngs::StdRng;
use rules::Shadowed;

use super::discard::user_name;
use super::{Done, output};
use crate::app::App;
use crate::rule_books::Publication;
use crate::setup::{self, Changes, Stored, Surroundings, Unnamed};

/// A larger set-up file is somebody's mistake.
const LARGEST: u64 = 4 * 1024 * 1024;

pub(super) async fn run(
    app: &App,
    file: &Path,
    note: Option<&str>,
    dry_run: bool,
    prune: bool,
    json: bool,
) -> anyhow::Result<Done> {
    let bytes = read(file)?;
    let unnamed = if prune { Unnamed::Prune } else { Unnamed::Keep };
    let name = file.display().to_string();
    let changes = apply_bytes(app, &bytes, &name, unnamed, note, dry_run).await?;
    if json {
        output::json(&changes)?;
    } else {
        output::text(&changes)?;
        if !dry_run && !changes.is_empty() {
            output::line("Applied.")?;
        }
    }
    Ok(Done::Well)
}

/// Applies a set-up file, or says what applying it would change.
pub(super) async fn apply_bytes(
    app: &App,
    bytes: &[u8],
    name: &str,
    unnamed: Unnamed,
    note: Option<&str>,
    dry_run: bool,
) -> anyhow::Result<Changes> {
    // Compared and written in one transaction, so that two who apply at once don't mix.
    let tx = app.store.begin().await?;
    let stored = Stored::load(&tx, &app.keys, &variable).await?;
    let around = Surroundings {
        public_url: Some(&app.settings.public_url),
        today: app.clock.now().date_naive(),
        leave_cases: false,
    };
    let reading = setup::read(bytes, name, &stored, around)?;
    for warning in &reading.warnings {
        let at = warning.position;
        tracing::warn!("{name}:{}:{}: {}", at.line, at.column, warning.message);
    }
    let changes = setup::plan(&reading.document, &stored, unnamed);
    let (_, shadows) = setup::check_after(&reading, name, &stored, &changes)?;
    for shadow in shadows {
        tracing::warn!("{}", told_shadow(&shadow));
    }
    if !dry_run {
        let author = user_name();
        let publication = Publication {
            author: &author,
            source: name,
            note,
        };
        let mut rng: StdRng = rand::make_rng();
        let now = app.clock.now();
        setup::apply(&tx, &changes, &app.keys, &mut rng, publication, now).await?;
        let stored = Stored::load(&tx, &app.keys, &variable).await?;
        tx.commit().await?;
        for missing in setup::missing(&stored) {
            tracing::warn!("{missing}");
        }
    }
    Ok(changes)
}

/// Why a rule never has its turn, for a person.
pub(super) fn told_shadow(shadow: &Shadowed) -> String {
    format!(
        "The rule \"{}\" never has its turn: the rule \"{}\" before it matches all its messages and stops",
        shadow.rule, shadow.by
    )
}

pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

pub(super) async fn export(app: &App) -> anyhow::Result<Done> {
    let stored = Stored::load(&app.store, &app.keys, &variable).await?;
    output::text(setup::export(&stored)?.trim_end())?;
    Ok(Done::Well)
}

pub(super) fn print_schema() -> anyhow::Result<Done> {
    output::json(&setup::schema())?;
    Ok(Done::Well)
}

/// The bytes of a set-up file.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let size = std::fs::metadata(file)
        .with_context(|| {
            format!("The set-up file {name} can't be read; check its path and permissions")
        })?
        .len();
    if size > LARGEST {
        bail!(
            "The set-up file {name} has {size} bytes, more than the {LARGEST} that are read; cut it in several"
        );
    }
    std::fs::read(file).with_context(|| format!("The set-up file {name} can't be read"))
}
