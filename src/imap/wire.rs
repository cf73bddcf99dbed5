//! The command loop: sends a command under our own tag and reads until the server has answered exactly that.
//!
//! async-imap is used for reading responses only. Its own calls take an end of stream and a tagged NO for success,
//! and its logger would print what we send, passwords included. After any error but a clean NO or BAD a [`Wire`] is
//! over: it takes no further command.

use std::io;
use std::time::Duration;

use async_imap::Client;
use imap_proto::Response;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::command::{Command, SecretBytes};
use super::endpoint::Limits;
use super::fault::Step;
use super::guard::Guard;
use super::notes::Notes;
use super::refusal::{Failure, Refusal, Status, goodbye};
use super::said::{Condition, Said};
use super::scanner::{Bounds, Shape, Violation};
use crate::transport::ServerError;
pub(crate) use crate::transport::Stream;

/// Told of each response that belongs to no status line.
pub(crate) type Heard<'a> = dyn FnMut(&Response<'_>, Shape) + Send + 'a;

/// Says what to send when the server asks to go on, or nothing if it has no business asking.
pub(crate) type GoOn<'a> = dyn FnMut(&str) -> Option<SecretBytes> + Send + 'a;

/// One connection, between two commands.
pub(crate) struct Wire {
    client: Client<Guard<Box<dyn Stream>>>,
    tag: u32,
    pub(crate) limits: Limits,
    notes: Notes,
    over: bool,
}

/// What one response is to the command loop.
pub(super) enum Event {
    Done {
        tag: String,
        status: Condition,
        said: Said,
    },
    Status {
        status: Condition,
        said: Said,
    },
    GoOn(String),
    Data,
}

/// When a command is given up.
pub(super) struct Patience {
    step: Step,
    silence: Duration,
    until: Instant,
    whole: Duration,
}

impl Patience {
    /// From now on, with the answer to `command`.
    pub(super) fn of(command: &'static str, silence: Duration, whole: Duration) -> Self {
        Self {
            step: Step::Command(command),
            silence,
            until: Instant::now() + whole,
            whole,
        }
    }
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>, limits: Limits) -> Self {
        let bounds = Bounds {
            literal: limits.max_literal,
            line: limits.max_line,
            depth: limits.max_depth,
        };
        Self {
            client: Client::new(Guard::new(stream, bounds)),
            tag: 0,
            limits,
            notes: Notes::default(),
            over: false,
        }
    }

    /// The guard around the stream.
    pub(crate) fn guard(&self) -> &Guard<Box<dyn Stream>> {
        self.client.get_ref()
    }

    /// Sets the biggest literal taken from now on.
    pub(crate) fn set_max_literal(&mut self, bytes: u64) {
        self.client.get_mut().set_max_literal(bytes);
    }

    /// Whether something happened after which no answer can be trusted.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the server has this capability (upper case).
    pub(crate) fn has(&self, capability: &str) -> bool {
        self.notes.capabilities.contains(capability)
    }

    /// What the server says it can do, upper case, sorted.
    pub(crate) fn capabilities(&self) -> Vec<String> {
        let mut all: Vec<String> = self.notes.capabilities.iter().cloned().collect();
        all.sort_unstable();
        all
    }

    /// Forgets what the server said it can do: signing in changes it.
    pub(crate) fn forget_capabilities(&mut self) {
        self.notes.capabilities.clear();
    }

    /// Takes the warnings and alerts said since the last call.
    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes.warnings)
    }

    /// The stream below, if the server has said nothing that is still unread.
    pub(crate) fn into_stream(self) -> Option<Box<dyn Stream>> {
        let guard = self.client.into_inner();
        (!guard.has_unread()).then(|| guard.into_inner())
    }

    /// Reads the server's first line; returns its status and its words.
    pub(crate) async fn greeting(&mut self) -> Result<(Condition, Said), ServerError> {
        let patience = Patience {
            step: Step::Greeting,
            silence: self.limits.greeting,
            until: Instant::now() + self.limits.greeting,
            whole: self.limits.greeting,
        };
        match self.next(&patience, &mut |_, _| {}).await? {
            Event::Status {
                status: Condition::Bye,
                said,
            } => Err(goodbye(said)),
            Event::Status {
                status: status @ (Condition::Ok | Condition::PreAuth),
                said,
            } => Ok((status, said)),
            _ => Err(ServerError::protocol("its first line is no greeting")),
        }
    }

    /// Sends a command and tells `heard` of everything that comes before its tagged OK.
    pub(crate) async fn run(
        &mut self,
        command: Command,
        heard: &mut Heard<'_>,
    ) -> Result<Said, Failure> {
        let verb = command.verb();
        let (line, mut literals) = command.into_parts();
        self.converse(verb, &line, &mut |_| literals.pop_front(), heard)
            .await
    }

    /// As [`Wire::run`], with an answer for each time that the server asks to go on.
    pub(crate) async fn converse(
        &mut self,
        verb: &'static str,
        line: &[u8],
        go_on: &mut GoOn<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Said, Failure> {
        self.claim()?;
        let outcome = self.send_and_hear(verb, line, go_on, heard).await;
        self.end(&outcome);
        outcome
    }

    /// Sends a command whose answer the caller hears out itself, to [`Wire::end`] with what came of it; gives its tag.
    pub(super) async fn begin(
        &mut self,
        verb: &'static str,
        command: Command,
    ) -> Result<String, Failure> {
        self.claim()?;
        let patience = Patience::of(verb, self.limits.command, self.limits.command);
        let (line, _) = command.into_parts();
        Ok(self.send_tagged(verb, &patience, &line).await?)
    }

    /// It is over while a command lasts, so that a panic or a dropped future leaves it so.
    fn claim(&mut self) -> Result<(), ServerError> {
        let usable = !std::mem::replace(&mut self.over, true);
        if usable {
            Ok(())
        } else {
            Err(ServerError::Closed { words: None })
        }
    }

    /// After a command's whole answer, or what broke it off.
    pub(super) fn end<T>(&mut self, outcome: &Result<T, Failure>) {
        self.over = matches!(outcome, Err(Failure::Broken(_)));
    }

    async fn send_tagged(
        &mut self,
        verb: &'static str,
        patience: &Patience,
        line: &[u8],
    ) -> Result<String, ServerError> {
        self.client.get_mut().expect_answer_to(verb);
        self.tag = self.tag.wrapping_add(1);
        let tag = format!("M{}", self.tag);
        self.send(patience, &[tag.as_bytes(), b" ", line, b"\r\n"])
            .await?;
        Ok(tag)
    }

    /// # Errors
    /// When more came since `received` bytes than one answer may have.
    pub(super) fn bound_answer(&self, received: u64) -> Result<(), ServerError> {
        let limit = self.limits.max_answer;
        if self.guard().received() - received > limit {
            let what = Violation::LongAnswer { limit };
            return Err(ServerError::Hostile { what });
        }
        Ok(())
    }

    /// Holds as little as can be while nothing is expected.
    pub(super) fn rest(&mut self) {
        self.client.get_mut().rest();
    }

    /// Reads as much at once as there is again.
    pub(super) fn rouse(&mut self) {
        self.client.get_mut().rouse();
    }

    async fn send_and_hear(
        &mut self,
        verb: &'static str,
        line: &[u8],
        go_on: &mut GoOn<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Said, Failure> {
        let patience = Patience::of(verb, self.limits.command, self.limits.whole_command);
        let received = self.guard().received();
        let tag = self.send_tagged(verb, &patience, line).await?;
        loop {
            let event = self.next(&patience, heard).await?;
            self.bound_answer(received)?;
            match event {
                Event::Data => {}
                Event::Status { status, said } => self.note(status, said)?,
                Event::GoOn(challenge) => match go_on(&challenge) {
                    Some(answer) => self.send(&patience, &[&answer, b"\r\n"]).await?,
                    None => {
                        return Err(ServerError::protocol(format!(
                            "it asked {verb} to go on unbidden"
                        ))
                        .into());
                    }
                },
                Event::Done { tag: theirs, .. } if theirs != tag => {
                    return Err(
                        ServerError::protocol("it answered a command that was not sent").into(),
                    );
                }
                Event::Done { status, said, .. } => return self.done(verb, status, said),
            }
        }
    }

    pub(super) fn done(
        &mut self,
        command: &'static str,
        status: Condition,
        said: Said,
    ) -> Result<Said, Failure> {
        let status = match status {
            Condition::Ok => {
                self.notes.warn_if_alert(&said);
                return Ok(said);
            }
            Condition::No => Status::No,
            Condition::Bad => Status::Bad,
            _ => {
                return Err(ServerError::protocol(format!(
                    "it answered {command} with no status that exists"
                ))
                .into());
            }
        };
        Err(Failure::Refused(Refusal::new(command, status, said)))
    }

    /// An untagged status is a warning and never the answer; a goodbye is the end.
    pub(super) fn note(&mut self, status: Condition, said: Said) -> Result<(), ServerError> {
        match status {
            Condition::Bye => return Err(goodbye(said)),
            Condition::No | Condition::Bad => self.notes.warn(said.words),
            Condition::Ok | Condition::PreAuth => self.notes.warn_if_alert(&said),
        }
        Ok(())
    }

    pub(super) async fn send(
        &mut self,
        patience: &Patience,
        parts: &[&[u8]],
    ) -> Result<(), ServerError> {
        let bytes = SecretBytes::new(parts.concat());
        let stream = self.client.get_mut();
        let sending = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        match timeout(patience.silence, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(ServerError::Timeout {
                step: patience.step,
                after: patience.silence,
            }),
        }
    }

    /// The next response; told to `heard` if it is data. Silence ends the wait, bytes that trickle in prolong it.
    pub(super) async fn next(
        &mut self,
        patience: &Patience,
        heard: &mut Heard<'_>,
    ) -> Result<Event, ServerError> {
        loop {
            let received = self.guard().received();
            let until = patience.until.min(Instant::now() + patience.silence);
            match timeout_at(until, self.client.read_response()).await {
                Ok(Ok(Some(response))) => {
                    let shape = self.client.get_ref().shape();
                    return Ok(self.sort(response.parsed(), shape, heard));
                }
                Ok(Ok(None)) => return Err(ServerError::Closed { words: None }),
                Ok(Err(error)) => return Err(self.broken(&error)),
                Err(_) if Instant::now() >= patience.until => {
                    return Err(ServerError::Timeout {
                        step: patience.step,
                        after: patience.whole,
                    });
                }
                Err(_) if self.guard().received() > received => {}
                Err(_) => {
                    return Err(ServerError::Timeout {
                        step: patience.step,
                        after: patience.silence,
                    });
                }
            }
        }
    }

    fn sort(&mut self, response: &Response<'_>, shape: Shape, heard: &mut Heard<'_>) -> Event {
        match response {
            Response::Done {
                tag,
                status,
                outcome,
            } => {
                self.notes.learn_from_code(outcome.code.as_ref());
                Event::Done {
                    tag: tag.0.clone(),
                    status: Condition::from(status),
                    said: Said::of(outcome),
                }
            }
            Response::Data { status, outcome } => {
                self.notes.learn_from_code(outcome.code.as_ref());
                heard(response, shape);
                Event::Status {
                    status: Condition::from(status),
                    said: Said::of(outcome),
                }
            }
            Response::Continue(outcome) => Event::GoOn(
                outcome
                    .information
                    .as_deref()
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
            ),
            Response::Capabilities(capabilities) => {
                self.notes.learn(capabilities);
                Event::Data
            }
            other => {
                heard(other, shape);
                Event::Data
            }
        }
    }

    /// The parser's own words hold the mail it stumbled over: they go nowhere.
    fn broken(&self, error: &io::Error) -> ServerError {
        if let Some(what) = self.guard().violation() {
            return ServerError::Hostile { what };
        }
        match error.kind() {
            io::ErrorKind::Other => {
                ServerError::protocol("it sent a line that can't be understood")
            }
            io::ErrorKind::InvalidData => ServerError::protocol("its TLS broke off"),
            _ => ServerError::Closed { words: None },
        }
    }
}
