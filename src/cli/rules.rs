//! `mailroom rules`: what decides, tried before it is published, told by its versions, and taken back.

mod case;
mod counts;
mod import_vtiger;
mod replay;
mod trying;
mod versions;

use std::path::Path;

use anyhow::anyhow;
use entities::ids::RuleVersionId;
use entities::rule_versions::Model as Version;
use rules::RuleBook;

use super::args::RulesCommand;
use super::{Done, apply};
use crate::app::App;
use crate::setup::{self, Reading, Stored, Surroundings, Unnamed};
use crate::store::rule_versions;

pub(super) async fn run(
    app: &App,
    command: Option<RulesCommand>,
    json: bool,
) -> anyhow::Result<Done> {
    match command {
        None => counts::list(app, json).await,
        Some(RulesCommand::Test { file, json }) => trying::run(app, file.as_deref(), json).await,
        Some(RulesCommand::Replay(wanted)) => replay::run(app, &wanted).await,
        Some(RulesCommand::Versions { limit, json }) => versions::list(app, limit, json).await,
        Some(RulesCommand::Show { number }) => versions::show(app, number).await,
        Some(RulesCommand::Diff {
            before,
            after,
            json,
        }) => versions::diff(app, before, after, json).await,
        Some(RulesCommand::Rollback {
            number,
            note,
            dry_run,
            json,
        }) => versions::roll_back(app, number, note.as_deref(), dry_run, json).await,
        Some(RulesCommand::Case {
            message,
            rule,
            scanner,
        }) => case::run(app, message, rule.as_deref(), scanner.as_deref()).await,
        Some(RulesCommand::ImportVtiger { file }) => import_vtiger::run(&file),
    }
}

/// What a file says, its cases left untried, and what would decide if it were applied.
async fn draft(app: &App, file: &Path, prune: bool) -> anyhow::Result<(Reading, RuleBook)> {
    let bytes = apply::read(file)?;
    let stored = Stored::load(&app.store, &app.keys, &apply::variable).await?;
    let around = Surroundings {
        public_url: Some(&app.settings.public_url),
        today: app.clock.now().date_naive(),
        leave_cases: true,
    };
    let reading = setup::read(&bytes, &file.display().to_string(), &stored, around)?;
    let unnamed = if prune { Unnamed::Prune } else { Unnamed::Keep };
    let changes = setup::plan(&reading.document, &stored, unnamed);
    let book = setup::book_after(&stored, &changes);
    Ok((reading, book))
}

/// The version of this number.
async fn version(app: &App, number: i64) -> anyhow::Result<Version> {
    let found = rule_versions::by_number(&app.store, RuleVersionId(number)).await?;
    found.ok_or_else(|| {
        anyhow!("There is no version {number} of the rules; `mailroom rules versions` lists them")
    })
}
