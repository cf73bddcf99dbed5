//! Talks to a person: reads the command line, runs one command, prints what came of it.
//!
//! Exit codes: 0 done, 1 something failed, 2 wrong usage.

mod apply;
mod args;
mod audit;
mod authorize;
mod blobs;
mod bounced;
mod chosen;
mod contacts;
mod demo;
mod discard;
mod disconnect;
mod discover;
mod doctor;
mod find;
mod folders;
mod held;
mod import;
mod leads;
mod logging;
mod messages;
mod moving;
mod organizations;
mod output;
mod pause;
mod progress;
mod raw_message;
mod relink;
mod retry;
mod rules;
mod scan;
mod scans;
mod serve;
mod set_message;
mod show_message;
mod sign_in_link;
mod status;
mod tickets;
mod typed;
mod undo;
mod users;
mod whereabouts;
mod worker;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use entities::ids::{ContactId, LeadId, MessageId, TicketId};

use crate::app::App;
use crate::clock::SystemClock;
use crate::config;
use args::{
    Arguments, BlobsCommand, Command, ContactsCommand, LeadsCommand, MessageCommand, Patient,
    TicketsCommand, UsersCommand,
};

/// What a command came to.
enum Done {
    /// Well.
    Well,
    /// Something in it failed; it was said.
    Failed,
}

/// Runs what the command line asks for.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return failed(&anyhow::Error::new(error).context("No threads can be started"));
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Failed) => ExitCode::FAILURE,
        // Whoever read what is printed has read enough (`| head`).
        Err(error) if is_unread(&error) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn is_unread(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[expect(
    clippy::print_stderr,
    reason = "the one place that says why a command failed"
)]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("mailroom: {}", output::printable_lines(&told(error)));
    ExitCode::FAILURE
}

/// The error and its causes, each once: some sentences hold their cause in their middle.
fn told(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .reduce(|told, cause| {
            if told.contains(&cause) {
                told
            } else {
                format!("{told}: {cause}")
            }
        })
        .unwrap_or_default()
}

async fn run(arguments: Arguments) -> anyhow::Result<Done> {
    let Arguments { settings, command } = arguments;
    match command {
        Command::Schema => return apply::print_schema(),
        Command::Demo { once } => return demo::run(&settings, once).await,
        Command::Discover {
            issuer: Some(issuer),
            ca_file,
            json,
            ..
        } => return discover::run_issuer(issuer, ca_file, json).await,
        Command::Discover { address, json, .. } => {
            return discover::run(&address.unwrap_or_default(), json).await;
        }
        Command::Doctor {
            patient: patient @ Patient { host: Some(_), .. },
            json,
        } => return doctor::before_saving(patient, json).await,
        _ => {}
    }
    let loaded = config::load(&settings, std::env::vars_os())?;
    logging::start(&loaded.settings)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let app = App::open(loaded.settings, Arc::new(SystemClock)).await?;
    let done = dispatch(&app, command).await;
    app.store.close().await?;
    done
}

async fn dispatch(app: &App, command: Command) -> anyhow::Result<Done> {
    match command {
        Command::Serve => serve::run(app).await,
        Command::Worker { name } => worker::run(app, name).await,
        Command::SignInLink { user, admin } => sign_in_link::run(app, user.as_deref(), admin).await,
        Command::Apply {
            file,
            note,
            dry_run,
            prune,
            json,
        } => apply::run(app, &file, note.as_deref(), dry_run, prune, json).await,
        Command::Export => apply::export(app).await,
        Command::Rules { command, json } => rules::run(app, command, json).await,
        Command::Scan { names, all, json } => scan::run(app, &names, all, json).await,
        Command::Pause { chosen, json } => pause::pause(app, &chosen, json).await,
        Command::Resume { chosen, json } => pause::resume(app, &chosen, json).await,
        Command::Scans { name, page, json } => scans::run(app, name.as_deref(), page, json).await,
        Command::Held { chosen, page, json } => held::run(app, &chosen, page, json).await,
        Command::Retry {
            ids,
            all: _,
            chosen,
            dry_run,
            release,
            yes,
            json,
        } => {
            let manner = retry::Manner {
                dry_run,
                yes,
                release,
                json,
            };
            retry::run(app, &ids, &chosen, manner).await
        }
        Command::Discard { ids, reason, json } => discard::run(app, &ids, &reason, json).await,
        Command::Find {
            sought,
            server,
            limit,
            json,
        } => find::run(app, &sought, server, limit, json).await,
        Command::Audit {
            names,
            repair,
            json,
        } => audit::run(app, &names, repair, json).await,
        Command::Status { json } => status::run(app, json).await,
        Command::Doctor { patient, json } => doctor::run(app, patient, json).await,
        Command::Folders { mailbox, json } => folders::run(app, &mailbox, json).await,
        Command::Authorize {
            mailbox,
            device,
            no_browser,
            choose_account,
            port,
        } => {
            let wish = authorize::Wish {
                device,
                no_browser,
                choose_account,
                port,
            };
            authorize::run(app, &mailbox, wish).await
        }
        Command::Disconnect { mailbox, yes } => disconnect::run(app, &mailbox, yes).await,
        Command::Import {
            paths,
            scanner,
            json,
        } => import::run(app, paths, &scanner, json).await,
        Command::Blobs {
            command: BlobsCommand::Check { sample, json },
        } => blobs::check(app, sample, json).await,
        Command::Schema | Command::Demo { .. } | Command::Discover { .. } => Ok(Done::Well),
        other => dispatch_to_records(app, other).await,
    }
}

/// What is about messages and records.
async fn dispatch_to_records(app: &App, command: Command) -> anyhow::Result<Done> {
    match command {
        Command::Messages { page, chosen, json } => messages::run(app, page, chosen, json).await,
        Command::Message {
            command: MessageCommand::Show { id, json },
        } => show_message::run(app, id, json).await,
        Command::Message {
            command: MessageCommand::Raw { id },
        } => raw_message::run(app, id).await,
        Command::Message {
            command:
                MessageCommand::Set {
                    id,
                    assign,
                    nobody,
                    status,
                    priority,
                    json,
                },
        } => {
            let said = set_message::Said {
                assign: assign.or(nobody.then(String::new)),
                status,
                priority,
            };
            set_message::run(app, MessageId(id), &said, json).await
        }
        Command::Relink {
            message,
            to,
            not,
            by,
            json,
        } => relink::run(app, message, &to, &not, by, json).await,
        Command::Leads {
            command:
                Some(LeadsCommand::Convert {
                    id,
                    into,
                    organization,
                    json,
                }),
            ..
        } => moving::convert(app, LeadId(id), into.map(ContactId), organization, json).await,
        Command::Leads {
            command: None,
            page,
            json,
        } => leads::run(app, page, json).await,
        Command::Merge {
            kind,
            from,
            into,
            json,
        } => moving::merge(app, from.of(kind)?, into.of(kind)?, json).await,
        Command::Undo(what) => undo::run(app, &what).await,
        Command::Tickets {
            command: Some(TicketsCommand::Show { id, json }),
            ..
        } => tickets::show(app, TicketId(id), json).await,
        Command::Tickets {
            command: Some(TicketsCommand::Set { id, status, json }),
            ..
        } => tickets::set(app, TicketId(id), status, json).await,
        Command::Tickets {
            command: None,
            page,
            status,
            json,
        } => tickets::list(app, page, status, json).await,
        Command::Contacts {
            command: Some(ContactsCommand::Import { file, json }),
            ..
        } => contacts::import(app, &file, json).await,
        Command::Contacts {
            command: None,
            page,
            json,
        } => contacts::list(app, page, json).await,
        Command::Organizations { page, json } => organizations::list(app, page, json).await,
        Command::Users {
            command:
                Some(UsersCommand::Absent {
                    email,
                    from,
                    until,
                    back: _,
                    json,
                }),
            ..
        } => users::absent(app, &email, from, until, json).await,
        Command::Users {
            command: None,
            json,
        } => users::list(app, json).await,
        _ => Ok(Done::Well),
    }
}

#[cfg(test)]
#[path = "cli_tests.rs"]
mod tests;
