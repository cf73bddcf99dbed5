//! `mailroom rules import-vtiger`: the rules of Vtiger's Mail Converter, printed as rules of ours. Nothing is stored.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context as _;

use super::{Done, output};
use crate::setup::vtiger;

/// What it is told.
#[derive(Debug, clap::Args)]
pub(super) struct ImportVtiger {
    /// The answer to the query that the manual has, of `mysql --batch` or as CSV
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(told: &ImportVtiger) -> anyhow::Result<Done> {
    let path = &told.file;
    let file = File::open(path).with_context(|| format!("{} can't be opened", path.display()))?;
    let imported = vtiger::import(file).with_context(|| path.display().to_string())?;
    output::text(imported.yaml.trim_end())?;
    Ok(Done::Well)
}
