//! The byte stream of one connection: commands in, responses out, both through `imap-codec`; records the conversation
//! and lets armed faults strike. It never knows folders or accounts.

mod outgoing;
mod transcribe;

use std::io;

use imap_codec::decode::{
    AuthenticateDataDecodeError, CommandDecodeError, Decoder, IdleDoneDecodeError,
};
use imap_codec::encode::{Encoder, Fragment};
use imap_codec::imap_types::IntoStatic;
use imap_codec::imap_types::auth::AuthenticateData;
use imap_codec::imap_types::command::Command;
use imap_codec::imap_types::core::{LiteralMode, Tag};
use imap_codec::imap_types::response::{CommandContinuationRequest, Greeting, Response, Status};
use imap_codec::{
    AuthenticateDataCodec, CommandCodec, GreetingCodec, IdleDoneCodec, ResponseCodec,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use crate::fault::{Armed, Moment};
use crate::provider::Provider;
use crate::record::{Line, Speaker};
use crate::reply::{self, Outcome};
use crate::server::Limits;

use outgoing::Answer;

/// What TLS and plain TCP have in common.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The connection has ended, or must end now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone;

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// An item of FETCH that imap-codec has no name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExtraItem {
    /// Gmail's X-GM-MSGID.
    GmailId,
    /// EMAILID (RFC 8474 §5.1).
    EmailId,
}

impl ExtraItem {
    const ALL: [(Self, &'static [u8]); 2] = [
        (Self::GmailId, b" X-GM-MSGID"),
        (Self::EmailId, b" EMAILID"),
    ];
}

/// What came in place of a command.
#[derive(Debug)]
pub(crate) enum Incoming {
    Command(Box<Command<'static>>),
    /// Not a command; already answered.
    Nonsense,
}

pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    incoming: Vec<u8>,
    limits: Limits,
    provider: Provider,
    connection: u64,
    answer: Answer,
    extra_item: Option<ExtraItem>,
}

impl Wire {
    pub(crate) fn new(
        stream: Box<dyn Stream>,
        limits: Limits,
        provider: Provider,
        connection: u64,
    ) -> Self {
        Self {
            stream,
            incoming: Vec::new(),
            limits,
            provider,
            connection,
            answer: Answer::default(),
            extra_item: None,
        }
    }

    /// Goes over to TLS. Bytes that came in plain text before the handshake are thrown away (RFC 2595 §3.1).
    pub(crate) async fn start_tls(&mut self, acceptor: &TlsAcceptor) -> Result<(), Gone> {
        let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        self.incoming.clear();
        let handshake = tokio::time::timeout(self.limits.handshake, acceptor.accept(plain));
        self.stream = Box::new(handshake.await.map_err(|_| Gone)??);
        self.note("TLS");
        Ok(())
    }

    /// Reads one command; asks for its literals as they come (RFC 3501 §7.5).
    pub(crate) async fn command(&mut self) -> Result<Incoming, Gone> {
        self.extra_item = None;
        loop {
            self.set_aside_extra_item();
            match CommandCodec::default().decode(&self.incoming) {
                Ok((rest, command)) => {
                    let command = command.into_static();
                    let used = self.incoming.len() - rest.len();
                    let bytes: Vec<u8> = self.incoming.drain(..used).collect();
                    self.say(Speaker::Client, transcribe::command(&command, &bytes));
                    return Ok(Incoming::Command(Box::new(command)));
                }
                Err(CommandDecodeError::Incomplete) => self.read().await?,
                Err(CommandDecodeError::LiteralFound { tag, length, mode }) => {
                    let tag = tag.into_static();
                    if u64::from(length) > self.limits.max_literal {
                        return self.refuse_literal(tag, mode).await;
                    }
                    if mode == LiteralMode::Sync {
                        self.go_ahead("Ready for literal").await?;
                    }
                    self.read().await?;
                }
                Err(CommandDecodeError::Failed) => return self.refuse_line().await,
            }
        }
    }

    /// Reads the client's answer to a SASL challenge; `None`: it was not base64.
    pub(crate) async fn authenticate_data(
        &mut self,
    ) -> Result<Option<AuthenticateData<'static>>, Gone> {
        loop {
            match AuthenticateDataCodec::default().decode(&self.incoming) {
                Ok((rest, data)) => {
                    let data = data.into_static();
                    let used = self.incoming.len() - rest.len();
                    self.incoming.drain(..used);
                    let said = if matches!(data, AuthenticateData::Cancel) {
                        "*"
                    } else {
                        "***"
                    };
                    self.say(Speaker::Client, said.to_owned());
                    return Ok(Some(data));
                }
                Err(AuthenticateDataDecodeError::Incomplete) => self.read().await?,
                Err(AuthenticateDataDecodeError::Failed) => {
                    self.discard_line();
                    self.say(Speaker::Client, "*** (not base64)".to_owned());
                    return Ok(None);
                }
            }
        }
    }

    /// Reads the DONE that ends IDLE; false: something else came. Cancel-safe: what was read stays in the buffer.
    pub(crate) async fn idle_done(&mut self) -> Result<bool, Gone> {
        loop {
            match IdleDoneCodec::default().decode(&self.incoming) {
                Ok((rest, _)) => {
                    let used = self.incoming.len() - rest.len();
                    self.incoming.drain(..used);
                    self.say(Speaker::Client, "DONE".to_owned());
                    return Ok(true);
                }
                Err(IdleDoneDecodeError::Incomplete) => self.read().await?,
                Err(IdleDoneDecodeError::Failed) => {
                    let line = self.discard_line();
                    self.say(Speaker::Client, transcribe::nonsense(&line));
                    return Ok(false);
                }
            }
        }
    }

    /// Takes an item out of the next line that the decoder has no name for, and remembers that it was asked for.
    fn set_aside_extra_item(&mut self) {
        let line = self.incoming.split_inclusive(|&byte| byte == b'\n').next();
        let line = line
            .filter(|line| line.ends_with(b"\n"))
            .unwrap_or_default();
        let found = ExtraItem::ALL.into_iter().find_map(|(item, name)| {
            let at = line.windows(name.len()).position(|part| part == name)?;
            Some((item, at..at + name.len()))
        });
        if let Some((item, place)) = found {
            self.incoming.drain(place);
            self.extra_item = Some(item);
        }
    }

    /// What the last command asked for beside what the decoder knows.
    pub(crate) fn extra_item(&self) -> Option<ExtraItem> {
        self.extra_item
    }

    /// Sends a FETCH response with one item more, `X-GM-MSGID 1 `, which the encoder has no name for.
    pub(crate) async fn send_fetch_with(
        &mut self,
        response: &Response<'_>,
        extra: &str,
    ) -> Result<(), Gone> {
        let bytes = ResponseCodec::default().encode(response).dump();
        let begin = b" FETCH (";
        let at = bytes.windows(begin.len()).position(|part| part == begin);
        let (before, after) = bytes
            .split_at_checked(at.map_or(0, |at| at + begin.len()))
            .unwrap_or((&bytes, &[]));
        self.send_raw(&[before, extra.as_bytes(), after].concat())
            .await
    }

    async fn read(&mut self) -> Result<(), Gone> {
        let cap = self
            .limits
            .max_line
            .saturating_add(usize::try_from(self.limits.max_literal).unwrap_or(usize::MAX));
        let endless = self.incoming.len() > self.limits.max_line && !self.incoming.contains(&b'\n');
        if endless || self.incoming.len() > cap {
            self.send(&reply::bye("Command too long")).await?;
            return Err(Gone);
        }
        if self.stream.read_buf(&mut self.incoming).await? == 0 {
            self.note("closed by the client");
            return Err(Gone);
        }
        Ok(())
    }

    async fn refuse_literal(
        &mut self,
        tag: Tag<'static>,
        mode: LiteralMode,
    ) -> Result<Incoming, Gone> {
        let line = self.discard_line();
        self.say(Speaker::Client, transcribe::nonsense(&line));
        if mode == LiteralMode::NonSync {
            self.send(&reply::bye("Literal too large")).await?;
            return Err(Gone);
        }
        self.send(&Outcome::no_with("TOOBIG", "Literal too large").tagged(tag))
            .await?;
        Ok(Incoming::Nonsense)
    }

    async fn refuse_line(&mut self) -> Result<Incoming, Gone> {
        let line = self.discard_line();
        self.say(Speaker::Client, transcribe::nonsense(&line));
        let first = line.split(|&byte| byte == b' ').next().unwrap_or_default();
        let answer = match Tag::try_from(first.trim_ascii().to_vec()) {
            Ok(tag) => Outcome::bad("Command not understood").tagged(tag),
            Err(_) => reply::untagged_bad("Command not understood"),
        };
        self.send(&answer).await?;
        Ok(Incoming::Nonsense)
    }

    /// Takes one line, or all there is, out of the buffer.
    fn discard_line(&mut self) -> Vec<u8> {
        let end = self
            .incoming
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(self.incoming.len(), |at| at + 1);
        self.incoming.drain(..end).collect()
    }

    pub(crate) async fn greet(&mut self, greeting: &Greeting<'_>) -> Result<(), Gone> {
        self.strike(Moment::BeforeTagged).await?;
        let bytes = GreetingCodec::default().encode(greeting).dump();
        self.say(Speaker::Server, transcribe::line(&bytes));
        self.put(&bytes).await?;
        self.strike(Moment::AfterTagged).await
    }

    /// `+ …`
    pub(crate) async fn go_ahead(&mut self, words: &str) -> Result<(), Gone> {
        let request =
            CommandContinuationRequest::basic(None, reply::text(words)).map_err(|_| Gone)?;
        self.send(&Response::CommandContinuationRequest(request))
            .await
    }

    /// `+ ` and base64 of the challenge; an empty one is `+ ` alone.
    pub(crate) async fn challenge(&mut self, challenge: &[u8]) -> Result<(), Gone> {
        let request = CommandContinuationRequest::base64(challenge.to_vec());
        self.send(&Response::CommandContinuationRequest(request))
            .await
    }

    /// Sends one response, struck by what is armed.
    pub(crate) async fn send(&mut self, response: &Response<'_>) -> Result<(), Gone> {
        let tagged = matches!(response, Response::Status(Status::Tagged(_)));
        if tagged {
            self.strike(Moment::BeforeTagged).await?;
        }
        let renamed = self.answer.with_wrong_tag(response);
        let encoded = ResponseCodec::default().encode(renamed.as_ref().unwrap_or(response));
        let fragments: Vec<Fragment> = encoded.collect();
        self.say(Speaker::Server, transcribe::response(&fragments));
        for fragment in &fragments {
            match fragment {
                Fragment::Line { data } => self.put(data).await?,
                Fragment::Literal { data, .. } => self.put_literal(data).await?,
            }
        }
        if tagged {
            return self.strike(Moment::AfterTagged).await;
        }
        match response {
            Response::CommandContinuationRequest(_) => Ok(()),
            _ => self.strike(Moment::BetweenUntagged).await,
        }
    }

    /// Sends a line as it is, for lies that the encoder refuses to tell and for faults' answers.
    pub(crate) async fn send_raw(&mut self, line: &[u8]) -> Result<(), Gone> {
        self.say(Speaker::Server, transcribe::line(line));
        self.put(line).await
    }

    /// Sends a tagged line as it is.
    pub(crate) async fn send_raw_tagged(&mut self, line: &[u8]) -> Result<(), Gone> {
        self.strike(Moment::BeforeTagged).await?;
        self.send_raw(line).await?;
        self.strike(Moment::AfterTagged).await
    }

    /// A new answer begins: these harms may strike it.
    pub(crate) async fn begin_answer(&mut self, armed: Vec<Armed>) -> Result<(), Gone> {
        self.answer = Answer::new(armed);
        self.strike(Moment::Before).await
    }

    /// More harms for the answer that has begun.
    pub(crate) async fn arm(&mut self, armed: Vec<Armed>) -> Result<(), Gone> {
        self.answer.arm(armed);
        self.strike(Moment::Before).await
    }

    pub(crate) fn answer(&self) -> &Answer {
        &self.answer
    }

    pub(crate) fn note(&self, event: &str) {
        self.say(Speaker::Event, event.to_owned());
    }

    fn say(&self, speaker: Speaker, text: String) {
        self.provider.record(Line {
            connection: self.connection,
            speaker,
            text,
        });
    }
}
