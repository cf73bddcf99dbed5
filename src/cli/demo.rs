//! `mailroom demo`: everything at once on a stand-in provider, in a folder that goes away.

mod report;

use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use sandbox::{MailboxLogin, Options, Provider, Running, Tls, samples};
use tokio::sync::watch;

use super::{Done, apply, logging, output, progress};
use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{self, ConfigArgs};
use crate::scan::{Counts, Report};
use crate::setup::Unnamed;
use crate::setup::contacts_csv;
use crate::store::scanners;
use crate::worker::Worker;

const SETUP: &str = include_str!("demo/setup.yaml");
/// Opens the stand-in's mailboxes and nothing else anywhere.
const TOKEN: &str = "demo-access-token";
/// While the demo runs, a new message arrives so often.
const NEXT_MAIL: Duration = Duration::from_secs(8);

pub(super) async fn run(settings: &ConfigArgs, once: bool) -> anyhow::Result<Done> {
    let folder = tempfile::Builder::new()
        .prefix("mailroom-demo-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .context("No temporary folder can be made; set TMPDIR to one that is writable")?;
    let app = open(settings, folder.path()).await?;
    let provider = Provider::new();
    samples::stage(&provider, &MailboxLogin::Token(TOKEN.to_owned()))?;
    let running = serve(provider.clone()).await?;
    set_up(&app, &running, folder.path()).await?;

    let worker = app.worker(Some("demo".to_owned()));
    let signal = app.stop_on_signal(worker.stop.clone());
    let well = first_scan(&app, &worker).await?;
    if !once && !worker.stop.is_cancelled() {
        go_on(&app, &worker, &provider).await?;
    }
    signal.abort();
    running.stop().await;
    app.store.close().await?;
    Ok(if well { Done::Well } else { Done::Failed })
}

/// Mailroom itself, as `serve` would open it, on an empty folder.
async fn open(settings: &ConfigArgs, folder: &Path) -> anyhow::Result<App> {
    // The demo never touches a database or a key that a flag, a settings file or the environment names.
    let own = ConfigArgs {
        data_dir: Some(folder.display().to_string()),
        log: Some(settings.log.clone().unwrap_or_else(|| "warn".to_owned())),
        log_format: settings.log_format.clone(),
        workers: settings.workers.clone(),
        ..ConfigArgs::default()
    };
    let settings = config::load(&own, std::iter::empty())?.settings;
    logging::start(&settings)?;
    App::open(settings, Arc::new(SystemClock)).await
}

async fn serve(provider: Provider) -> anyhow::Result<Running> {
    sandbox::serve(provider, Options::with_tls(Tls::Implicit))
        .await
        .context("The stand-in provider can't listen on this machine's loopback address")
}

/// Applies the demo's set-up file and imports its contacts.
async fn set_up(app: &App, running: &Running, folder: &Path) -> anyhow::Result<()> {
    let ca_file = folder.join("sandbox-ca.pem");
    std::fs::write(&ca_file, running.ca_pem.as_deref().unwrap_or_default())?;
    let token_file = folder.join("sandbox-token");
    let mut token = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&token_file)?;
    token.write_all(TOKEN.as_bytes())?;
    let file = SETUP
        .replace("@PORT@", &running.addr.port().to_string())
        .replace("@CA_FILE@", &ca_file.display().to_string())
        .replace("@TOKEN_FILE@", &token_file.display().to_string());
    apply::apply_bytes(app, file.as_bytes(), "demo", Unnamed::Keep, None, false).await?;
    let contacts = contacts_csv::import(
        &app.store,
        samples::contacts_csv(),
        app.clock.now(),
        &|_| {},
    )
    .await?;
    output::line(format!(
        "A stand-in mail provider listens on {}; {} contacts are known. Reading three mailboxes …",
        running.addr, contacts.created
    ))?;
    Ok(())
}

/// Scans every mailbox once and tells what happened to each message.
async fn first_scan(app: &App, worker: &Worker) -> anyhow::Result<bool> {
    let mut reports: Vec<Report> = Vec::new();
    for placed in scanners::all_with_mailbox_and_server(&app.store).await? {
        let (counts, seen) = watch::channel(Counts::default());
        let bar = progress::follow(&placed.scanner.name, seen);
        let report = worker.scan_now(placed, counts).await?;
        bar.await?;
        reports.extend(report);
    }
    report::say_messages(app).await?;
    output::line("")?;
    reports.iter().try_for_each(super::scan::say)?;
    Ok(reports.iter().all(Report::is_clean))
}

/// Runs the schedules while more mail arrives, until Ctrl-C.
async fn go_on(app: &App, worker: &Worker, provider: &Provider) -> anyhow::Result<()> {
    output::text(
        "\nNew mail arrives every few seconds; Ctrl-C ends the demo and removes its folder.\n",
    )?;
    let running = tokio::spawn({
        let worker = worker.clone();
        let at_once = app.settings.workers;
        async move { worker.run(at_once).await }
    });
    let mut seen = report::newest(app).await?;
    let mut later = samples::all().filter(|sample| sample.later);
    while !worker.stop.is_cancelled() {
        if let Some(sample) = later.next() {
            samples::deliver(provider, &sample)?;
            due_now(app, sample.mailbox).await?;
        }
        tokio::select! {
            () = worker.stop.cancelled() => {}
            () = tokio::time::sleep(NEXT_MAIL) => {}
        }
        seen = report::say_new(app, seen).await?;
    }
    running.await?;
    Ok(())
}

/// New mail is worth a scan at once; nobody wants to wait for the next minute in a demo.
async fn due_now(app: &App, mailbox: &str) -> anyhow::Result<()> {
    for placed in scanners::all_with_mailbox_and_server(&app.store).await? {
        if placed.mailbox.address == mailbox {
            scanners::set_next_scan(&app.store, placed.scanner.id, None).await?;
        }
    }
    Ok(())
}
