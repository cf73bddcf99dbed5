//! `mailroom rules versions`, `show`, `diff` and `rollback`.

use anyhow::bail;
use chrono::{DateTime, Utc};
use entities::ids::RuleVersionId;
use rand::rngs::StdRng;
use serde::Serialize;
use serde_json::Value;

use super::version;
use crate::app::App;
use crate::cli::apply::variable;
use crate::cli::discard::user_name;
use crate::cli::{Done, output};
use crate::rule_books::{self, Publication};
use crate::setup::{self, Changes, Stored};
use crate::store::rule_versions;

/// One version, as `mailroom rules versions --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    number: RuleVersionId,
    at: DateTime<Utc>,
    by: String,
    from: String,
    note: Option<String>,
    changes: Value,
}

/// What came of a rollback, as `mailroom rules rollback --json` prints it.
#[derive(Debug, Serialize)]
struct Returned<'a> {
    dry_run: bool,
    #[serde(flatten)]
    changes: &'a Changes,
    warnings: &'a [String],
    /// The new version; nothing where nothing changed.
    version: Option<RuleVersionId>,
}

pub(super) async fn list(app: &App, limit: u64, json: bool) -> anyhow::Result<Done> {
    let versions = rule_versions::newest(&app.store, limit).await?;
    let lines: Vec<Line> = versions
        .into_iter()
        .map(|version| Line {
            number: version.number,
            at: version.created_at,
            by: version.author,
            from: version.source,
            note: version.note,
            changes: version.changes,
        })
        .collect();
    if json {
        output::json(&lines)?;
        return Ok(Done::Well);
    }
    if lines.is_empty() {
        output::line("No version yet; the next `mailroom apply` that changes rules makes one.")?;
        return Ok(Done::Well);
    }
    let presets = presets(app).await?;
    output::table(
        ["Version", "At", "By", "From", "Changes", "Note"],
        lines.into_iter().map(|line| {
            [
                line.number.to_string(),
                output::moment(line.at),
                line.by,
                line.from,
                summary(&line.changes),
                line.note.unwrap_or_default(),
            ]
        }),
    )?;
    presets.map_or(Ok(()), output::line)?;
    Ok(Done::Well)
}

/// What decides beside every version, where something does.
async fn presets(app: &App) -> anyhow::Result<Option<String>> {
    let ticked = rule_books::ticked(&app.store).await?;
    let ticked: Vec<String> = ticked.iter().map(ToString::to_string).collect();
    let told = format!(
        "Presets are settings of their scanners and in no version; ticked now: {}.",
        ticked.join(", ")
    );
    Ok((!ticked.is_empty()).then_some(told))
}

/// The names of what changed, the first few.
fn summary(changes: &Value) -> String {
    const MOST: usize = 3;
    let changes = changes.as_array().map_or(&[][..], Vec::as_slice);
    let mut told: Vec<String> = changes
        .iter()
        .take(MOST)
        .map(|change| {
            let text = |key: &str| change.get(key).and_then(Value::as_str).unwrap_or_default();
            let sign = match text("change") {
                "create" => '+',
                "delete" => '-',
                _ => '~',
            };
            format!("{sign} {}", text("name"))
        })
        .collect();
    if changes.len() > MOST {
        told.push(format!("{} more", changes.len() - MOST));
    }
    told.join(", ")
}

pub(super) async fn show(app: &App, number: i64) -> anyhow::Result<Done> {
    let version = version(app, number).await?;
    let book = rule_books::of_version(&app.store, &version).await?;
    let head = format!(
        "# Version {number} of the rules, of {}. Apply it with `mailroom apply -f FILE`,\n# or return to it with `mailroom rules rollback {number}`.\n",
        output::moment(version.created_at)
    );
    let presets = presets(app).await?;
    let presets = presets.map_or_else(String::new, |told| format!("# {told}\n"));
    let text = setup::export_book(&book)?;
    output::text(format!("{head}{presets}{}", text.trim_end()))?;
    Ok(Done::Well)
}

pub(super) async fn diff(
    app: &App,
    before: i64,
    after: Option<i64>,
    json: bool,
) -> anyhow::Result<Done> {
    let before = rule_books::of_version(&app.store, &version(app, before).await?).await?;
    let after = match after {
        Some(number) => rule_books::of_version(&app.store, &version(app, number).await?).await?,
        None => rule_books::now(&app.store).await?.1,
    };
    let changes = setup::compare_books(&before, &after);
    if json {
        output::json(&changes)?;
    } else {
        output::text(&changes)?;
        presets(app).await?.map_or(Ok(()), output::line)?;
    }
    Ok(Done::Well)
}

pub(super) async fn roll_back(
    app: &App,
    number: i64,
    note: Option<&str>,
    dry_run: bool,
    json: bool,
) -> anyhow::Result<Done> {
    let wanted = version(app, number).await?;
    let presets = presets(app).await?;
    // Compared and written in one transaction, as an applied file is.
    let tx = app.store.begin().await?;
    let book = rule_books::of_version(&tx, &wanted).await?;
    let stored = Stored::load(&tx, &app.keys, &variable).await?;
    let returning = setup::return_to(&book, &stored);
    if !returning.problems.is_empty() {
        bail!(
            "Version {number} can't be returned to:\n{}",
            returning.problems.join("\n")
        );
    }
    for warning in &returning.warnings {
        tracing::warn!("{warning}");
    }
    let source = format!("version {number}");
    let author = user_name();
    let publication = Publication {
        author: &author,
        source: &source,
        note,
    };
    let changes = &returning.changes;
    let mut made = None;
    if !dry_run && !changes.is_empty() {
        let mut rng: StdRng = rand::make_rng();
        let now = app.clock.now();
        setup::apply(&tx, changes, &app.keys, &mut rng, publication, now).await?;
        made = rule_versions::latest(&tx)
            .await?
            .map(|version| version.number);
        tx.commit().await?;
    }
    if json {
        output::json(&Returned {
            dry_run,
            changes,
            warnings: &returning.warnings,
            version: made,
        })?;
        return Ok(Done::Well);
    }
    output::text(changes)?;
    if let Some(made) = made {
        output::line(format!("This is version {made} now."))?;
    }
    presets.map_or(Ok(()), output::line)?;
    Ok(Done::Well)
}
