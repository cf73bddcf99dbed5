//! `mailroom rules case`: a stored message as a case, to be put beside a rule.

use anyhow::{anyhow, bail};
use entities::ids::MessageId;
use rules::{PRESET_PREFIX, Rule, RuleBook, WrittenCase, write_case};

use crate::app::App;
use crate::cli::{Done, output};
use crate::rule_books;
use crate::scan::Replayed;

/// How long the name of a case is, which is the message's subject.
const NAME: usize = 60;

pub(super) async fn run(
    app: &App,
    message: i64,
    rule: Option<&str>,
    scanner: Option<&str>,
) -> anyhow::Result<Done> {
    let found = app
        .worker(None)
        .scanning
        .replayed(MessageId(message))
        .await?;
    let mut found = found.into_iter().filter(|one| {
        let name = one.facts.place.scanner.as_str();
        scanner.is_none_or(|wanted| wanted == name)
    });
    let Some(replayed) = found.next() else {
        bail!(
            "There is no message {message} that was decided and can be read; `mailroom messages` lists them"
        );
    };
    let (_, book) = rule_books::now(&app.store).await?;
    let book = rule_books::with_presets(&book, &rule_books::ticked(&app.store).await?)?;
    let chosen = chosen(&book, &replayed, rule)?;
    let subject = replayed.facts.message.subject.trim();
    let name = match subject {
        "" => format!("message {message}"),
        subject => output::shortened(subject, NAME),
    };
    let written = write_case(chosen, &name, &replayed.facts, &book.shared)
        .map_err(|told| anyhow!("The rule \"{}\" can't be asked: {told}", chosen.name))?;
    say(chosen, &written)?;
    Ok(Done::Well)
}

/// The rule of that name, else the first that matched.
fn chosen<'b>(
    book: &'b RuleBook,
    replayed: &Replayed,
    name: Option<&str>,
) -> anyhow::Result<&'b Rule> {
    let scanner = &replayed.facts.place.scanner;
    // A preset has the same name at every scanner.
    let theirs = |rule: &Rule| !rule.is_preset() || rule.scanners.contains(scanner);
    let named = |name: &str| {
        let mut rules = book.rules.iter();
        rules.find(|rule| rule.name == name && theirs(rule))
    };
    if let Some(name) = name {
        return named(name)
            .ok_or_else(|| anyhow!("There is no rule \"{name}\"; `mailroom rules` lists them"));
    }
    let tried = replayed.decision.rules.iter();
    let mut matched = tried.filter(|tried| tried.matched);
    matched.find_map(|tried| named(&tried.rule)).ok_or_else(|| {
        anyhow!(
            "No rule that there is now matched this message; say which is meant with --rule NAME"
        )
    })
}

fn say(rule: &Rule, written: &WrittenCase) -> anyhow::Result<()> {
    if rule.is_preset() {
        say_preset(rule)?;
    } else {
        output::line(format!("# For the cases of the rule {}", rule.name))?;
    }
    if !written.same {
        output::line(
            "# A case can't say all that this message is: of the message itself the rule makes something else.",
        )?;
    }
    let text = if rule.is_preset() {
        let name = rule.name.trim_start_matches(PRESET_PREFIX).to_owned();
        serde_saphyr::to_string(&[Rule {
            name,
            cases: vec![written.case.clone()],
            ..rule.clone()
        }])
    } else {
        serde_saphyr::to_string(&[&written.case])
    };
    output::text(text?.trim_end())?;
    Ok(())
}

/// A preset has no place for cases; a rule that says the same has one.
fn say_preset(rule: &Rule) -> std::io::Result<()> {
    let preset = rule.name.trim_start_matches(PRESET_PREFIX);
    let scanner = rule.scanners.join(", ");
    output::line(format!(
        "# This is the preset {preset} of the scanner {scanner}, which can have no cases of yours. To keep this one,\n\
         # untick the preset there and put this rule, which says the same, behind your others:"
    ))
}
