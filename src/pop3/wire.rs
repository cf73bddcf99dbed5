//! The command loop: sends a command and reads until the server has answered exactly that, line by line or, for a message,
//! piece by piece.
//!
//! After any error but a clean `-ERR` a [`Wire`] is over: it takes no further command. So it is after something that nobody
//! asked for: with POP3 nothing else tells which answer belongs to which command.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout, timeout_at};

use super::capabilities::Capabilities;
use super::refusal::{Failure, Refusal};
use super::said::{Reply, Said};
use super::unstuffing::Unstuffing;
use crate::transport::sasl::SecretBytes;
use crate::transport::{Limits, Protocol, ServerError, Step, Stream, Violation};

/// Bytes read at once: one TLS record.
const CHUNK: usize = 16 << 10;
/// About how many bytes of a message are handed on at once.
const PIECE: usize = 256 << 10;
/// Bytes of the first line kept to tell what kind of server this is.
const FIRST_LINE: usize = 120;
/// A message may take so much longer than any other answer: a second for this many of its bytes.
const SLOWEST: u64 = 8 << 10;

/// One connection, between two commands or in the middle of a message.
pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    /// What was read and not yet taken (`from..filled`), then space.
    held: Vec<u8>,
    from: usize,
    filled: usize,
    pub(crate) limits: Limits,
    pub(crate) capabilities: Capabilities,
    first_line: Vec<u8>,
    /// Whether the server's first line ended in a bare LF.
    bare: bool,
    over: bool,
    message: Option<(Unstuffing, Patience)>,
}

/// When an answer is given up.
#[derive(Debug, Clone, Copy)]
struct Patience {
    step: Step,
    silence: Duration,
    until: Instant,
    whole: Duration,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Stream>, limits: Limits) -> Self {
        Self {
            stream,
            held: vec![0; CHUNK],
            from: 0,
            filled: 0,
            limits,
            capabilities: Capabilities::default(),
            first_line: Vec::new(),
            bare: false,
            over: false,
            message: None,
        }
    }

    /// Whether something happened after which no answer can be trusted.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Ends it: what the server said was an answer, and one that can't be true.
    pub(crate) fn end(&mut self) {
        self.over = true;
    }

    /// The beginning of the first thing the server ever said.
    pub(crate) fn first_line(&self) -> &[u8] {
        &self.first_line
    }

    /// The stream below, if the server has said nothing that is still unread.
    pub(crate) fn into_stream(self) -> Option<Box<dyn Stream>> {
        (self.from == self.filled).then_some(self.stream)
    }

    /// Reads the server's first line.
    pub(crate) async fn greeting(&mut self) -> Result<Reply, ServerError> {
        let patience = Patience {
            step: Step::Greeting,
            silence: self.limits.greeting,
            until: Instant::now() + self.limits.greeting,
            whole: self.limits.greeting,
        };
        let line = self.line(&patience, true).await?;
        Reply::read(&line).ok_or_else(|| broke("its first line is no greeting"))
    }

    /// Sends a command that is answered with one line.
    pub(crate) async fn run(&mut self, verb: &'static str, rest: &str) -> Result<Said, Failure> {
        self.converse(verb, &[verb.as_bytes(), rest.as_bytes()].concat(), None)
            .await
    }

    /// The same for a line that may hold a secret, with an answer for each time that the server asks to go on.
    pub(crate) async fn converse(
        &mut self,
        verb: &'static str,
        line: &[u8],
        mut go_on: Option<&mut GoOn<'_>>,
    ) -> Result<Said, Failure> {
        self.begin()?;
        let patience = self.patience(verb);
        self.send(&patience, &[line, b"\r\n"]).await?;
        loop {
            let line = self.line(&patience, false).await?;
            let answer = match Reply::read(&line) {
                Some(Reply::GoOn(challenge)) => go_on.as_mut().and_then(|go_on| go_on(&challenge)),
                reply => return self.answered(verb, reply),
            };
            match answer {
                Some(answer) => self.send(&patience, &[&answer, b"\r\n"]).await?,
                None => return Err(broke(&format!("it asked {verb} to go on unbidden")).into()),
            }
        }
    }

    /// Sends a command that is answered with lines up to one with a dot alone; `heard` is told of each.
    pub(crate) async fn list(
        &mut self,
        verb: &'static str,
        heard: &mut (dyn FnMut(&[u8]) -> Result<(), ServerError> + Send),
    ) -> Result<(), Failure> {
        self.begin()?;
        let patience = self.patience(verb);
        self.send(&patience, &[verb.as_bytes(), b"\r\n"]).await?;
        let line = self.line(&patience, false).await?;
        self.answered(verb, Reply::read(&line))?;
        self.over = true;
        let mut received = 0;
        loop {
            let line = self.line(&patience, false).await?;
            if line == b"." {
                break;
            }
            received += line.len() as u64 + 2;
            if received > self.limits.max_answer {
                let limit = self.limits.max_answer;
                return Err(hostile(Violation::LongAnswer { limit }).into());
            }
            heard(line.strip_prefix(b".").unwrap_or(&line))?;
        }
        self.over = false;
        Ok(())
    }

    /// Sends a command that is answered with a message, of about `size` bytes; [`Wire::piece`] reads it.
    pub(crate) async fn begin_message(
        &mut self,
        verb: &'static str,
        rest: &str,
        size: u64,
    ) -> Result<(), Failure> {
        self.run(verb, rest).await?;
        self.over = true;
        let whole = self.limits.whole_command + Duration::from_secs(size / SLOWEST);
        let patience = Patience {
            until: Instant::now() + whole,
            whole,
            ..self.patience(verb)
        };
        self.message = Some((Unstuffing::new(self.bare), patience));
        Ok(())
    }

    /// The next piece of the message that was begun; nothing after its last.
    pub(crate) async fn piece(&mut self) -> Result<Option<Vec<u8>>, ServerError> {
        let Some((mut unstuffing, patience)) = self.message.take() else {
            return Ok(None);
        };
        let mut piece = Vec::new();
        while piece.len() < PIECE {
            if self.from == self.filled
                && let Err(error) = self.fill(&patience).await
            {
                let silent = matches!(error, ServerError::Timeout { .. });
                return Err(if silent && unstuffing.seems_ended() {
                    broke("it ended a message in a line without CR")
                } else {
                    error
                });
            }
            let held = self.held.get(self.from..self.filled).unwrap_or_default();
            let (taken, ended) = unstuffing.take(held, &mut piece);
            self.from += taken;
            if ended {
                self.over = false;
                return Ok(Some(piece).filter(|piece| !piece.is_empty()));
            }
        }
        self.message = Some((unstuffing, patience));
        Ok(Some(piece))
    }

    /// Marks the connection as over while the command lasts, so that a dropped future leaves it so.
    fn begin(&mut self) -> Result<(), ServerError> {
        if std::mem::replace(&mut self.over, true) {
            return Err(ServerError::Closed { words: None });
        }
        if self.from < self.filled {
            return Err(broke("it said something that nobody asked for"));
        }
        Ok(())
    }

    fn answered(&mut self, verb: &'static str, reply: Option<Reply>) -> Result<Said, Failure> {
        match reply {
            Some(Reply::Well(said)) => {
                self.over = false;
                Ok(said)
            }
            Some(Reply::Refused(said)) => {
                self.over = false;
                Err(Failure::Refused(Refusal::new(verb, said)))
            }
            _ => Err(broke(&format!("it answered {verb} with no status that exists")).into()),
        }
    }

    fn patience(&self, verb: &'static str) -> Patience {
        Patience {
            step: Step::Command(verb),
            silence: self.limits.command,
            until: Instant::now() + self.limits.whole_command,
            whole: self.limits.whole_command,
        }
    }

    async fn send(&mut self, patience: &Patience, parts: &[&[u8]]) -> Result<(), ServerError> {
        let bytes = SecretBytes::new(parts.concat());
        let sending = async {
            self.stream.write_all(&bytes).await?;
            self.stream.flush().await
        };
        match timeout(patience.silence, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(closed(&error)),
            Err(_) => Err(ServerError::Timeout {
                step: patience.step,
                after: patience.silence,
            }),
        }
    }

    /// The next line without its end. Silence ends the wait, bytes that trickle in prolong it.
    async fn line(&mut self, patience: &Patience, first: bool) -> Result<Vec<u8>, ServerError> {
        let mut line = Vec::new();
        loop {
            let held = self.held.get(self.from..self.filled).unwrap_or_default();
            if first {
                let wanted = FIRST_LINE.saturating_sub(self.first_line.len());
                self.first_line.extend(held.iter().take(wanted));
            }
            let end = held.iter().position(|byte| *byte == b'\n');
            let (now, _) = held.split_at(end.unwrap_or(held.len()));
            line.extend_from_slice(now);
            self.from += now.len() + usize::from(end.is_some());
            if line.len() > self.limits.max_line {
                let limit = self.limits.max_line;
                return Err(hostile(Violation::LongLine { limit }));
            }
            if end.is_some() {
                let whole = line.last() == Some(&b'\r');
                if whole {
                    line.pop();
                }
                self.bare = if first { !whole } else { self.bare };
                return Ok(line);
            }
            self.fill(patience).await?;
        }
    }

    /// Reads more, once all that was held is taken.
    async fn fill(&mut self, patience: &Patience) -> Result<(), ServerError> {
        let now = Instant::now();
        let timed_out = |after| ServerError::Timeout {
            step: patience.step,
            after,
        };
        // A server that never stops is never silent.
        if now >= patience.until {
            return Err(timed_out(patience.whole));
        }
        let until = patience.until.min(now + patience.silence);
        (self.from, self.filled) = (0, 0);
        match timeout_at(until, self.stream.read(&mut self.held)).await {
            Ok(Ok(0)) => Err(ServerError::Closed { words: None }),
            Ok(Ok(count)) => {
                self.filled = count;
                Ok(())
            }
            Ok(Err(error)) => Err(closed(&error)),
            Err(_) if until == patience.until => Err(timed_out(patience.whole)),
            Err(_) => Err(timed_out(patience.silence)),
        }
    }
}

/// Says what to send when the server asks to go on, or nothing if it has no business asking.
pub(crate) type GoOn<'a> = dyn FnMut(&str) -> Option<SecretBytes> + Send + 'a;

/// It broke the rules of POP3.
pub(crate) fn broke(what: &str) -> ServerError {
    ServerError::broke(Protocol::Pop3, what)
}

/// It sent what could only harm us.
pub(crate) fn hostile(what: Violation) -> ServerError {
    ServerError::Hostile { what }
}

fn closed(error: &io::Error) -> ServerError {
    match error.kind() {
        io::ErrorKind::InvalidData => broke("its TLS broke off"),
        _ => ServerError::Closed { words: None },
    }
}
