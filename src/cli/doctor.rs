//! `mailroom doctor`: where the way to a mailbox or a server ends, and the one thing to do about it.

mod before_saving;

use anyhow::{anyhow, bail};
use entities::mail_servers;
use entities::mailboxes;
use serde::Serialize;

pub(super) use before_saving::before_saving;

use super::args::Patient;
use super::{Done, output};
use crate::access::doctor::Diagnosis;
use crate::app::App;
use crate::config::did_you_mean;
use crate::store::{self, scanners};

/// One examination, as `mailroom doctor --json` prints it.
#[derive(Debug, Serialize)]
struct Examined {
    /// The mailbox's address; none where only the server was looked at.
    mailbox: Option<String>,
    /// The server's name; none where it is not set up.
    server: Option<String>,
    host: String,
    port: i32,
    #[serde(flatten)]
    diagnosis: Diagnosis,
}

pub(super) async fn run(app: &App, patient: Patient, json: bool) -> anyhow::Result<Done> {
    let mut all = Vec::new();
    if let Some(name) = patient.server {
        let server = server(app, &name).await?;
        let diagnosis = app.access.diagnose_server(&server).await;
        all.push(Examined::of(None, &server, diagnosis));
    } else {
        for (mailbox, server) in mailboxes(app, &patient.names).await? {
            let diagnosis = app.access.diagnose(&mailbox, &server).await?;
            all.push(Examined::of(Some(&mailbox), &server, diagnosis));
        }
    }
    told(&all, json)
}

async fn server(app: &App, name: &str) -> anyhow::Result<mail_servers::Model> {
    if let Some(server) = store::mail_servers::find_by_name(&app.store, name).await? {
        return Ok(server);
    }
    let all = store::mail_servers::list(&app.store).await?;
    let hint = did_you_mean(name, all.iter().map(|server| server.name.as_str()));
    Err(anyhow!(
        "There is no mail server \"{name}\"{hint}; `mailroom export` shows those that are set up"
    ))
}

/// The mailboxes of the named scanners and with the named addresses, each once; all where nothing is named.
async fn mailboxes(
    app: &App,
    names: &[String],
) -> anyhow::Result<Vec<(mailboxes::Model, mail_servers::Model)>> {
    let all = store::mailboxes::list(&app.store).await?;
    let placed = scanners::all_with_mailbox_and_server(&app.store).await?;
    let mut chosen = Vec::new();
    for name in names {
        let scanner = placed.iter().find(|placed| placed.scanner.name == *name);
        let mailbox = match scanner {
            Some(placed) => &placed.mailbox,
            None => all
                .iter()
                .find(|mailbox| mailbox.address.eq_ignore_ascii_case(name))
                .ok_or_else(|| {
                    let scanners = placed.iter().map(|placed| placed.scanner.name.as_str());
                    let addresses = all.iter().map(|mailbox| mailbox.address.as_str());
                    let hint = did_you_mean(name, scanners.chain(addresses));
                    anyhow!("There is neither a scanner nor a mailbox \"{name}\"{hint}")
                })?,
        };
        if !chosen.contains(&mailbox) {
            chosen.push(mailbox);
        }
    }
    if names.is_empty() {
        chosen = all.iter().collect();
    }
    if chosen.is_empty() {
        bail!("No mailbox is set up; write a set-up file and run `mailroom apply -f FILE`");
    }
    let servers = store::mail_servers::list(&app.store).await?;
    let with_server = |mailbox: &mailboxes::Model| {
        let server = servers
            .iter()
            .find(|server| server.id == mailbox.mail_server_id)?;
        Some((mailbox.clone(), server.clone()))
    };
    Ok(chosen.into_iter().filter_map(with_server).collect())
}

impl Examined {
    fn of(
        mailbox: Option<&mailboxes::Model>,
        server: &mail_servers::Model,
        diagnosis: Diagnosis,
    ) -> Self {
        Self {
            mailbox: mailbox.map(|mailbox| mailbox.address.clone()),
            server: Some(server.name.clone()),
            host: server.host.clone(),
            port: server.port,
            diagnosis,
        }
    }
}

fn told(all: &[Examined], json: bool) -> anyhow::Result<Done> {
    if json {
        output::json(&all)?;
    } else {
        for examined in all {
            say(examined)?;
        }
    }
    let well = all.iter().all(|examined| examined.diagnosis.well);
    Ok(if well { Done::Well } else { Done::Failed })
}

fn say(examined: &Examined) -> std::io::Result<()> {
    let Examined {
        mailbox,
        server,
        host,
        port,
        diagnosis,
    } = examined;
    let place = match server {
        Some(server) => format!("{server} ({host}:{port})"),
        None => format!("{host}:{port}"),
    };
    match mailbox {
        Some(mailbox) => output::line(format!("{mailbox} on {place}"))?,
        None => output::line(place)?,
    }
    output::table(
        ["Step", "Result", "ms", "What was found"],
        diagnosis.steps.iter().map(|step| {
            [
                step.name.clone(),
                step.outcome.as_str().to_owned(),
                step.took.as_millis().to_string(),
                step.sentence.clone(),
            ]
        }),
    )?;
    output::line(format!("To do: {}", diagnosis.todo))?;
    output::line("")
}
