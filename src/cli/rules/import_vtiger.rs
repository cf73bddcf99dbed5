//! `mailroom rules import-vtiger`: the rules of Vtiger's Mail Converter, printed as rules of ours. Nothing is stored.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{Done, output};
use crate::setup::vtiger;

pub(super) fn run(path: &Path) -> anyhow::Result<Done> {
    let file = File::open(path).with_context(|| format!("{} can't be opened", path.display()))?;
    let imported = vtiger::import(file).with_context(|| path.display().to_string())?;
    output::text(imported.yaml.trim_end())?;
    Ok(Done::Well)
}
