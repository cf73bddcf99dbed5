//! One connection's conversation: greeting, commands one after the other, the end. Which command is allowed when is
//! decided here (RFC 3501 §3); what a command does is in the files beside. It never knows TLS or the accept loop.

mod capability;
mod change;
mod copy;
mod fetch;
mod folders;
mod idle;
mod list;
mod login;
mod search;
mod section;
mod sequence;
mod view;

use std::sync::Arc;

use imap_codec::imap_types::command::{Command, CommandBody};
use imap_codec::imap_types::core::{Tag, Vec1};
use imap_codec::imap_types::response::{Code, Greeting, GreetingKind, Response};

use crate::fault::{At, Harm, Verb};
use crate::provider::Provider;
use crate::reply::{self, Outcome};
use crate::server::{Feature, Service, Tls};
use crate::wire::{Gone, Incoming, Wire};

use view::View;

/// After so many lines that are no commands the server hangs up.
const MAX_NONSENSE: u32 = 10;

/// What follows a command.
pub(crate) enum Done {
    /// Its tagged line is to be sent.
    Outcome(Outcome),
    /// Its tagged line is out.
    Answered,
    /// The connection ends.
    Over,
}

pub(crate) struct Session {
    wire: Wire,
    service: Arc<Service>,
    provider: Provider,
    encrypted: bool,
    /// Who is logged in.
    address: Option<String>,
    view: Option<View>,
    condstore: bool,
}

impl Session {
    pub(crate) fn new(wire: Wire, service: Arc<Service>) -> Self {
        let provider = service.provider.clone();
        let encrypted = service.tls == Tls::Implicit;
        Self {
            wire,
            service,
            provider,
            encrypted,
            address: None,
            view: None,
            condstore: false,
        }
    }

    /// Talks until one side ends it.
    pub(crate) async fn run(mut self) -> Result<(), Gone> {
        self.converse().await?;
        self.wire.close().await;
        Ok(())
    }

    async fn converse(&mut self) -> Result<(), Gone> {
        if let Done::Over = self.greet().await? {
            return Ok(());
        }
        let mut nonsense = 0;
        loop {
            let Ok(incoming) =
                tokio::time::timeout(self.service.limits.inactivity, self.wire.command()).await
            else {
                return self
                    .wire
                    .send(&reply::bye("Autologout; idle for too long"))
                    .await;
            };
            match incoming? {
                Incoming::Nonsense => nonsense += 1,
                Incoming::Command(command) => {
                    if let Done::Over = self.answer(*command).await? {
                        return Ok(());
                    }
                }
            }
            if nonsense >= MAX_NONSENSE {
                return self
                    .wire
                    .send(&reply::bye("Too many invalid commands"))
                    .await;
            }
        }
    }

    async fn greet(&mut self) -> Result<Done, Gone> {
        let armed = self.provider.strike(At::Greeting, None, false);
        self.wire.begin_answer(armed).await?;
        let pre_auth = self.wire.answer().has(&Harm::PreAuth);
        if let Some(Harm::Bye(text)) = self.wire.answer().replacement() {
            self.wire
                .send_raw(format!("* BYE {text}\r\n").as_bytes())
                .await?;
            return Ok(Done::Over);
        }
        let kind = if pre_auth {
            GreetingKind::PreAuth
        } else {
            GreetingKind::Ok
        };
        let code = Vec1::try_from(self.capabilities())
            .ok()
            .map(Code::Capability);
        let greeting = Greeting {
            kind,
            code,
            text: reply::text("Mailroom sandbox ready"),
        };
        self.wire.greet(&greeting).await?;
        Ok(Done::Answered)
    }

    async fn answer(&mut self, command: Command<'static>) -> Result<Done, Gone> {
        let Command { tag, body } = command;
        let armed = self
            .provider
            .strike(At::Command(verb(&body)), self.address.as_deref(), false);
        self.wire.begin_answer(armed).await?;
        if let Some(done) = self.replaced(&tag).await? {
            return Ok(done);
        }
        let start_tls = matches!(body, CommandBody::StartTLS);
        // Sequence numbers in these may not shift under the client's hands (RFC 3501 §7.4.1).
        let may_expunge = !matches!(
            body,
            CommandBody::Fetch { .. } | CommandBody::Store { .. } | CommandBody::Search { .. }
        );
        match self.carry_out(&tag, body).await? {
            Done::Outcome(outcome) => {
                if let Done::Over = self.tell_changes(may_expunge).await? {
                    return Ok(Done::Over);
                }
                self.wire.send(&outcome.tagged(tag)).await?;
                if start_tls {
                    self.begin_tls().await?;
                }
                Ok(Done::Answered)
            }
            done => Ok(done),
        }
    }

    /// Gives the answer that a fault put in the place of the true one.
    async fn replaced(&mut self, tag: &Tag<'static>) -> Result<Option<Done>, Gone> {
        match self.wire.answer().replacement() {
            Some(Harm::Answer(text)) => {
                self.wire
                    .send_raw_tagged(format!("{} {text}\r\n", tag.inner()).as_bytes())
                    .await?;
                Ok(Some(Done::Answered))
            }
            Some(Harm::Bye(text)) => {
                self.wire
                    .send_raw(format!("* BYE {text}\r\n").as_bytes())
                    .await?;
                Ok(Some(Done::Over))
            }
            _ => Ok(None),
        }
    }

    async fn carry_out(
        &mut self,
        tag: &Tag<'static>,
        body: CommandBody<'static>,
    ) -> Result<Done, Gone> {
        let outcome = match body {
            CommandBody::Capability => self.tell_capabilities().await?,
            CommandBody::Noop => Outcome::ok("NOOP completed"),
            CommandBody::Logout => {
                self.wire.send(&reply::bye("Logging out")).await?;
                self.wire
                    .send(&Outcome::ok("LOGOUT completed").tagged(tag.clone()))
                    .await?;
                return Ok(Done::Over);
            }
            CommandBody::Id { .. } if self.offers(Feature::Id) => self.tell_id().await?,
            CommandBody::StartTLS if !self.encrypted && self.service.acceptor.is_some() => {
                Outcome::ok("Begin TLS now")
            }
            CommandBody::Login { .. } | CommandBody::Authenticate { .. }
                if self.address.is_some() =>
            {
                Outcome::bad("Already logged in")
            }
            CommandBody::Login { username, password } => {
                return self
                    .login(tag, username.as_ref(), password.declassify().as_ref())
                    .await;
            }
            CommandBody::Authenticate {
                mechanism,
                initial_response,
            } => {
                let initial = initial_response.map(|response| response.declassify().to_vec());
                return self.authenticate(tag, &mechanism, initial).await;
            }
            CommandBody::StartTLS => Outcome::bad("STARTTLS is not to be had here"),
            body => match self.address.clone() {
                Some(address) => return self.carry_out_authenticated(&address, body).await,
                None => Outcome::bad("Log in first"),
            },
        };
        Ok(Done::Outcome(outcome))
    }

    async fn carry_out_authenticated(
        &mut self,
        address: &str,
        body: CommandBody<'static>,
    ) -> Result<Done, Gone> {
        let outcome = match body {
            CommandBody::Select {
                mailbox,
                parameters,
            } => self.open(address, &mailbox, &parameters, false).await?,
            CommandBody::Examine {
                mailbox,
                parameters,
            } => self.open(address, &mailbox, &parameters, true).await?,
            CommandBody::List {
                reference,
                mailbox_wildcard,
            } => {
                self.list(address, &reference, &mailbox_wildcard, false)
                    .await?
            }
            CommandBody::Lsub {
                reference,
                mailbox_wildcard,
            } => {
                self.list(address, &reference, &mailbox_wildcard, true)
                    .await?
            }
            CommandBody::Status {
                mailbox,
                item_names,
            } => self.status(address, &mailbox, &item_names).await?,
            CommandBody::Create { mailbox } => self.create(address, &mailbox),
            CommandBody::Delete { mailbox } => self.delete(address, &mailbox),
            CommandBody::Rename { from, to } => self.rename(address, &from, &to),
            CommandBody::Subscribe { mailbox } => self.subscribe(address, &mailbox, true),
            CommandBody::Unsubscribe { mailbox } => self.subscribe(address, &mailbox, false),
            CommandBody::Append {
                mailbox,
                flags,
                date,
                message,
            } => self.append(address, &mailbox, &flags, date.as_ref(), message),
            CommandBody::Enable { capabilities } => self.enable(&capabilities).await?,
            CommandBody::Idle if self.offers(Feature::Idle) => return self.idle().await,
            body => match &self.view {
                Some(_) => return self.carry_out_selected(address, body).await,
                None => Outcome::bad("Not a command of this server, or select a folder first"),
            },
        };
        Ok(Done::Outcome(outcome))
    }

    async fn carry_out_selected(
        &mut self,
        address: &str,
        body: CommandBody<'static>,
    ) -> Result<Done, Gone> {
        let outcome = match body {
            CommandBody::Check => Outcome::ok("CHECK completed"),
            CommandBody::Close => self.close(address),
            CommandBody::Unselect if self.offers(Feature::Unselect) => {
                self.view = None;
                Outcome::ok("UNSELECT completed")
            }
            CommandBody::Fetch {
                sequence_set,
                macro_or_item_names,
                uid,
                modifiers,
            } => {
                self.fetch(address, &sequence_set, macro_or_item_names, uid, &modifiers)
                    .await?
            }
            CommandBody::Search {
                charset,
                criteria,
                uid,
            } => {
                self.search(address, charset.as_ref(), &criteria, uid)
                    .await?
            }
            CommandBody::Store {
                sequence_set,
                kind,
                response,
                flags,
                uid,
                modifiers,
            } => {
                let change = change::Change {
                    kind,
                    response,
                    flags: &flags,
                    modifiers: &modifiers,
                };
                self.store(address, &sequence_set, &change, uid).await?
            }
            CommandBody::Expunge => self.expunge(address, None),
            CommandBody::ExpungeUid { sequence_set } if self.offers(Feature::UidPlus) => {
                self.expunge(address, Some(&sequence_set))
            }
            CommandBody::Copy {
                sequence_set,
                mailbox,
                uid,
            } => self.copy(address, &sequence_set, &mailbox, uid, false),
            CommandBody::Move {
                sequence_set,
                mailbox,
                uid,
            } if self.offers(Feature::Move) => {
                self.copy(address, &sequence_set, &mailbox, uid, true)
            }
            _ => Outcome::bad("Not a command of this server"),
        };
        Ok(Done::Outcome(outcome))
    }

    /// Tells what happened to the open folder since the last time.
    async fn tell_changes(&mut self, may_expunge: bool) -> Result<Done, Gone> {
        let (Some(view), Some(address)) = (&mut self.view, &self.address) else {
            return Ok(Done::Answered);
        };
        let told = {
            let mut state = self.provider.lock();
            state
                .folder(address, &view.folder)
                .ok()
                .and_then(|folder| view.changes(folder, may_expunge))
        };
        let Some(told) = told else {
            self.wire
                .send(&reply::bye(
                    "The folder was rebuilt or removed; log in again",
                ))
                .await?;
            return Ok(Done::Over);
        };
        for data in told {
            self.wire.send(&Response::Data(data)).await?;
        }
        Ok(Done::Answered)
    }
}

/// Which faults a command can meet.
fn verb(body: &CommandBody<'_>) -> Verb {
    match body {
        CommandBody::Capability => Verb::Capability,
        CommandBody::StartTLS => Verb::StartTls,
        CommandBody::Login { .. } | CommandBody::Authenticate { .. } => Verb::Login,
        CommandBody::Id { .. } => Verb::Id,
        CommandBody::List { .. } | CommandBody::Lsub { .. } => Verb::List,
        CommandBody::Status { .. } => Verb::Status,
        CommandBody::Select { .. } | CommandBody::Examine { .. } => Verb::Open,
        CommandBody::Fetch { .. } => Verb::Fetch,
        CommandBody::Search { .. } => Verb::Search,
        CommandBody::Store { .. }
        | CommandBody::Copy { .. }
        | CommandBody::Move { .. }
        | CommandBody::Expunge
        | CommandBody::ExpungeUid { .. }
        | CommandBody::Append { .. } => Verb::Change,
        CommandBody::Idle => Verb::Idle,
        CommandBody::Noop | CommandBody::Check => Verb::Noop,
        CommandBody::Logout => Verb::Logout,
        _ => Verb::Other,
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
