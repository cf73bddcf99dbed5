//! One connection: what the program says goes on as it is, what Dovecot answers goes through the faults of its phase.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::fault::{Act, Phase};
use super::tls::Side;
use super::{Encryption, Way};

/// No connection of a test lasts longer.
const LONGEST: Duration = Duration::from_mins(2);

/// Passes on what both say until one of them goes.
pub(super) async fn converse(program: TcpStream, way: Arc<Way>) {
    timeout(LONGEST, relay(program, &way)).await.ok();
}

async fn relay(program: TcpStream, way: &Way) -> io::Result<()> {
    program.set_nodelay(true)?;
    let mut answer = Answer::begin(way, Phase::Connection);
    let mut program = match answer.pass(Side::Plain(program), &[]).await? {
        ControlFlow::Continue(program) => program,
        ControlFlow::Break(left) => return answer.stand_still(left).await,
    };
    let server = TcpStream::connect(&way.server).await?;
    server.set_nodelay(true)?;
    let mut server = Side::Plain(server);
    if way.encryption == Encryption::Tls {
        program = way.secrets.accept(program).await?;
        server = way.secrets.connect(server).await?;
    }
    let mut heard = Heard::default();
    answer = Answer::begin(way, Phase::Greeting);
    let (mut said, mut answered) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    loop {
        tokio::select! {
            count = program.read(&mut said) => {
                let said = said.get(..count?).unwrap_or_default();
                if said.is_empty() {
                    return Ok(());
                }
                if let Some(phase) = heard.hear(said) {
                    answer = Answer::begin(way, phase);
                }
                server.write(said).await?;
            }
            count = server.read(&mut answered) => {
                let bytes = answered.get(..count?).unwrap_or_default();
                if bytes.is_empty() {
                    return Ok(());
                }
                match answer.pass(program, bytes).await? {
                    ControlFlow::Continue(still) => program = still,
                    ControlFlow::Break(left) => {
                        drop(server);
                        return answer.stand_still(left).await;
                    }
                }
                if answer.agrees_to_tls() {
                    program = way.secrets.accept(program).await?;
                    server = way.secrets.connect(server).await?;
                    // Whatever comes before the next command was not asked for.
                    answer = Answer::begin(way, Phase::Other);
                }
            }
        }
    }
}

/// Where a conversation goes on, or with whom it ends: a program that is left alone with its connection.
type Course = ControlFlow<Option<Side>, Side>;

/// What the program is saying, to its last whole line.
#[derive(Debug, Default)]
struct Heard {
    line: Vec<u8>,
}

impl Heard {
    /// The phase of the command that began last in these bytes.
    fn hear(&mut self, bytes: &[u8]) -> Option<Phase> {
        let mut phase = None;
        for byte in bytes {
            self.line.push(*byte);
            if *byte == b'\n' {
                phase = Phase::of(&String::from_utf8_lossy(&self.line)).or(phase);
                self.line.clear();
            }
        }
        phase
    }
}

/// Dovecot's answer in one phase, and what is done to it.
struct Answer<'a> {
    way: &'a Way,
    phase: Phase,
    acts: Vec<Act>,
    /// Bytes that were passed on.
    passed: usize,
    /// The beginning of a line that may have to be rewritten.
    line: Vec<u8>,
    /// The end of what came, for the answer to STARTTLS.
    last: Vec<u8>,
    /// Tells when the faults are lifted.
    lifted: watch::Receiver<u64>,
}

impl<'a> Answer<'a> {
    fn begin(way: &'a Way, phase: Phase) -> Self {
        Self {
            way,
            phase,
            acts: way.acts(phase),
            passed: 0,
            line: Vec::new(),
            last: Vec::new(),
            lifted: way.lifted.subscribe(),
        }
    }

    /// Listens to a program that was left alone, and says nothing, until it goes or the faults are lifted.
    async fn stand_still(&mut self, left: Option<Side>) -> io::Result<()> {
        if let Some(mut program) = left {
            self.until_lifted(&mut program).await;
        }
        Ok(())
    }

    async fn until_lifted(&mut self, program: &mut Side) {
        tokio::select! {
            () = program.drain() => {}
            _ = self.lifted.changed() => {}
        }
    }

    /// Passes bytes on as far as its faults let it; gives the program's side back while there is a conversation.
    async fn pass(&mut self, program: Side, bytes: &[u8]) -> io::Result<Course> {
        if self.phase == Phase::StartTls {
            self.last.extend_from_slice(bytes);
        }
        let bytes = self.rewritten(bytes);
        let (mut program, mut rest) = (program, &*bytes);
        while let Some(act) = self.next_act(rest.len()) {
            let now = act.comes_after().unwrap_or_default() - self.passed;
            let (before, after) = rest.split_at(now);
            self.send(&mut program, before).await?;
            rest = after;
            self.way.count();
            match self.strike(act, program).await? {
                ControlFlow::Continue(still) => program = still,
                left @ ControlFlow::Break(_) => return Ok(left),
            }
        }
        self.send(&mut program, rest).await?;
        Ok(ControlFlow::Continue(program))
    }

    /// The first act whose byte is among the next so many; it comes once.
    fn next_act(&mut self, coming: usize) -> Option<Act> {
        let until = self.passed + coming;
        let (at, act) = self
            .acts
            .iter()
            .enumerate()
            .filter(|(_, act)| {
                act.comes_after()
                    .is_some_and(|bytes| (self.passed..=until).contains(&bytes))
            })
            .min_by_key(|(_, act)| act.comes_after())
            .map(|(at, act)| (at, *act))?;
        self.acts.remove(at);
        Some(act)
    }

    async fn strike(&mut self, act: Act, mut program: Side) -> io::Result<Course> {
        Ok(match act {
            // Closing it is all.
            Act::Cut(_) => ControlFlow::Break(None),
            Act::Reset(_) => {
                program.reset()?;
                ControlFlow::Break(None)
            }
            Act::HalfOpen(_) => ControlFlow::Break(Some(program)),
            Act::HalfClosed(_) => {
                program.end_sending().await?;
                ControlFlow::Break(Some(program))
            }
            Act::Stall(_, time) => {
                let patience = time.unwrap_or(LONGEST);
                if timeout(patience, self.until_lifted(&mut program))
                    .await
                    .is_ok()
                {
                    ControlFlow::Break(None)
                } else {
                    ControlFlow::Continue(program)
                }
            }
            Act::Garbage(_, bytes) => {
                program.write(bytes).await?;
                ControlFlow::Continue(program)
            }
            Act::Pieces(_) | Act::Drip(..) | Act::Rewrite(_) => ControlFlow::Continue(program),
        })
    }

    /// Sends bytes at the answer's pace.
    async fn send(&mut self, program: &mut Side, bytes: &[u8]) -> io::Result<()> {
        self.passed += bytes.len();
        let pace = self.acts.iter().find_map(|act| match act {
            Act::Pieces(size) => Some((*size, Duration::ZERO)),
            Act::Drip(size, pause) => Some((*size, *pause)),
            _ => None,
        });
        let Some((size, pause)) = pace else {
            return program.write(bytes).await;
        };
        for piece in bytes.chunks(size.max(1)) {
            program.write(piece).await?;
            self.way.count();
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
        Ok(())
    }

    /// What comes instead; holds back an unfinished line.
    fn rewritten(&mut self, bytes: &[u8]) -> Vec<u8> {
        let rewrite = self.acts.iter().find_map(|act| match act {
            Act::Rewrite(rewrite) => Some(*rewrite),
            _ => None,
        });
        let Some(rewrite) = rewrite else {
            return bytes.to_vec();
        };
        let mut rewritten = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.line.push(*byte);
            if *byte != b'\n' {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            match std::str::from_utf8(&line).ok().and_then(rewrite) {
                Some(other) => {
                    self.way.count();
                    rewritten.extend_from_slice(other.as_bytes());
                }
                None => rewritten.extend_from_slice(&line),
            }
        }
        rewritten
    }

    /// Whether this was Dovecot's word to begin TLS.
    fn agrees_to_tls(&self) -> bool {
        let last = String::from_utf8_lossy(&self.last);
        let mut words = last.split_whitespace();
        self.way.encryption == Encryption::StartTls
            && self.phase == Phase::StartTls
            && last.ends_with("\r\n")
            && words.nth(1) == Some("OK")
    }
}
