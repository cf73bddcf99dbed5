//! The bad network: where it does no harm nothing changes, and where it does, it does just that.

use std::io::{BufRead as _, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parts::fault_proxy::{Act, Encryption, Fault, Phase};
use parts::{Dovecot, FaultProxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::is_gone;

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "secret";
/// Long enough for an answer on loopback, short enough to be waited for in vain.
const SILENCE: Duration = Duration::from_millis(300);

fn dovecot() -> Dovecot {
    let dovecot = Dovecot::builder().user(ADA, PASSWORD).start();
    dovecot.deliver(ADA, "INBOX", format!("Subject: one\n\n{}", "x".repeat(900)));
    dovecot
}

/// Reads and writes, in the clear or not.
trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

struct Client(BufReader<Box<dyn Stream>>);

impl Client {
    fn new(stream: impl Stream + 'static) -> Self {
        Self(BufReader::new(Box::new(stream)))
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line).map(|_| line)
    }

    fn send(&mut self, command: &str) -> std::io::Result<()> {
        let command = format!("a {command}\r\n");
        self.0.get_mut().write_all(command.as_bytes())
    }

    /// What comes up to the tagged line, or to the end.
    fn ask(&mut self, command: &str) -> std::io::Result<String> {
        self.send(command)?;
        let mut answer = String::new();
        loop {
            let line = self.line()?;
            answer.push_str(&line);
            if line.is_empty() || line.starts_with("a ") {
                return Ok(answer);
            }
        }
    }

    fn rest(&mut self) -> std::io::Result<String> {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).map(|_| rest)
    }
}

fn socket(proxy: &FaultProxy) -> TcpStream {
    let socket = TcpStream::connect((proxy.host(), proxy.port())).unwrap();
    socket.set_read_timeout(Some(SILENCE * 10)).unwrap();
    socket
}

fn encrypted(dovecot: &Dovecot, socket: TcpStream) -> Client {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(dovecot.certificate_authority().as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    Client::new(StreamOwned::new(session, socket))
}

/// A client in the clear that has signed in.
fn signed_in(proxy: &FaultProxy) -> Client {
    let mut client = Client::new(socket(proxy));
    assert!(client.line().unwrap().starts_with("* OK"));
    let welcome = client.ask(&format!("LOGIN {ADA} {PASSWORD}")).unwrap();
    assert!(welcome.contains("a OK"), "{welcome}");
    client
}

fn plain(dovecot: &Dovecot, fault: Fault) -> FaultProxy {
    let proxy = FaultProxy::before(dovecot, Encryption::None);
    proxy.inject(fault);
    proxy
}

#[test]
fn without_a_fault_everything_comes_through_however_it_is_encrypted() {
    let dovecot = dovecot();
    for encryption in [Encryption::None, Encryption::StartTls, Encryption::Tls] {
        let proxy = FaultProxy::before(&dovecot, encryption);
        let socket = socket(&proxy);
        let mut client = match encryption {
            Encryption::Tls => encrypted(&dovecot, socket.try_clone().unwrap()),
            Encryption::None | Encryption::StartTls => Client::new(socket.try_clone().unwrap()),
        };
        assert!(client.line().unwrap().starts_with("* OK"));
        if encryption == Encryption::StartTls {
            assert!(client.ask("STARTTLS").unwrap().starts_with("a OK"));
            client = encrypted(&dovecot, socket);
        }
        let welcome = client.ask(&format!("LOGIN {ADA} {PASSWORD}")).unwrap();
        assert!(welcome.contains("a OK"), "{encryption:?}: {welcome}");
        assert!(client.ask("EXAMINE INBOX").unwrap().contains("* 1 EXISTS"));
        assert_eq!(proxy.struck(), 0);
    }
}

#[test]
fn an_answer_is_cut_off_at_the_byte_that_was_named() {
    let dovecot = dovecot();
    for bytes in [0, 1, 10, 100] {
        let proxy = plain(&dovecot, Fault::at(Phase::Examine, Act::Cut(bytes)));
        let mut client = signed_in(&proxy);
        client.send("EXAMINE INBOX").unwrap();
        assert_eq!(client.rest().unwrap().len(), bytes);
        assert_eq!((proxy.struck(), proxy.connections()), (1, 1));
    }
}

#[test]
fn a_reset_is_no_end() {
    let dovecot = dovecot();
    let proxy = plain(&dovecot, Fault::at(Phase::Examine, Act::Reset(10)));
    let mut client = signed_in(&proxy);
    client.send("EXAMINE INBOX").unwrap();
    let error = client.rest().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn silence_lasts_until_it_is_lifted_or_its_time_is_over() {
    let dovecot = dovecot();
    for act in [
        Act::Stall(10, None),
        Act::HalfOpen(10),
        Act::HalfClosed(10),
        Act::Stall(10, Some(SILENCE)),
    ] {
        let proxy = plain(&dovecot, Fault::at(Phase::Examine, act));
        let mut client = signed_in(&proxy);
        let began = Instant::now();
        client.send("EXAMINE INBOX").unwrap();
        let mut ten = [0; 10];
        client.0.read_exact(&mut ten).unwrap();
        match act {
            Act::HalfClosed(_) => {
                assert_eq!(client.rest().unwrap(), "");
                client.send("NOOP").unwrap();
            }
            Act::Stall(_, Some(time)) => {
                while !client.line().unwrap().starts_with("a OK") {}
                assert!(began.elapsed() >= time);
            }
            _ => {
                proxy.lift();
                assert_eq!(client.rest().unwrap(), "");
            }
        }
        assert_eq!(proxy.struck(), 1, "{act:?}");
    }
}

#[test]
fn a_connection_may_be_taken_and_nothing_said() {
    let dovecot = dovecot();
    for encryption in [Encryption::None, Encryption::Tls] {
        let proxy = FaultProxy::before(&dovecot, encryption);
        proxy.inject(Fault::at(Phase::Connection, Act::Stall(0, None)));
        let socket = socket(&proxy);
        socket.set_read_timeout(Some(SILENCE)).unwrap();
        let error = (&socket).read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        proxy.lift();
        socket.set_read_timeout(Some(SILENCE * 10)).unwrap();
        assert_eq!((&socket).read(&mut [0]).unwrap(), 0);
    }
}

/// An answer without its last line, in which Dovecot tells how long it took.
fn untagged(answer: &str) -> &str {
    answer.split("a OK").next().unwrap()
}

#[test]
fn bytes_come_in_pieces_with_others_between_or_as_others() {
    let dovecot = dovecot();
    let proxy = plain(&dovecot, Fault::at(Phase::Examine, Act::Pieces(1)));
    let whole = signed_in(&proxy).ask("EXAMINE INBOX").unwrap();
    assert_eq!(proxy.struck() as usize, whole.len());

    let garbage = b"\x00garbage\r\n";
    let fault = Fault::at(Phase::Examine, Act::Garbage(0, garbage));
    let answer = signed_in(&plain(&dovecot, fault)).ask("EXAMINE INBOX");
    let expected = format!("\0garbage\r\n{}", untagged(&whole));
    assert_eq!(untagged(&answer.unwrap()), expected);

    let more = Fault::at(
        Phase::Examine,
        Act::Rewrite(|line| line.contains("EXISTS").then(|| "* 7 EXISTS\r\n".to_owned())),
    );
    let proxy = plain(&dovecot, more);
    let answer = signed_in(&proxy).ask("EXAMINE INBOX").unwrap();
    let expected = untagged(&whole).replace("* 1 EXISTS", "* 7 EXISTS");
    assert_eq!(untagged(&answer), expected);
    assert_eq!(proxy.struck(), 1);
}

#[test]
fn phases_are_told_apart_and_faults_counted() {
    let dovecot = dovecot();
    let proxy = FaultProxy::before(&dovecot, Encryption::None);
    let mark = Act::Garbage(0, b"* X\r\n");
    for (phase, command) in [
        (Phase::Capability, "CAPABILITY"),
        (Phase::List, "LIST \"\" *"),
        (Phase::Examine, "EXAMINE INBOX"),
        (Phase::Announce, "UID FETCH 1:1000 (UID RFC822.SIZE)"),
        (Phase::Fetch, "UID FETCH 1 (UID BODY.PEEK[])"),
        (Phase::Piece, "UID FETCH 1 (UID BODY.PEEK[]<0.100>)"),
        (Phase::Other, "NOOP"),
        (Phase::Logout, "LOGOUT"),
    ] {
        let mut client = signed_in(&proxy);
        if phase != Phase::Examine {
            client.ask("EXAMINE INBOX").unwrap();
        }
        let before = proxy.struck();
        proxy.inject(Fault::at(phase, mark).after(1).times(1));
        let struck = [(); 3].map(|()| {
            let answer = client.ask(command);
            answer.unwrap_or_default().starts_with("* X")
        });
        let once = [false, phase != Phase::Logout, false];
        assert_eq!(struck, once, "{phase:?}");
        assert_eq!(proxy.struck() - before, u32::from(once[1]));
        proxy.lift();
    }
}

#[test]
fn it_ends_with_the_test() {
    let dovecot = dovecot();
    let proxy = FaultProxy::before(&dovecot, Encryption::None);
    let port = proxy.port();
    let mut open = signed_in(&proxy);
    drop(proxy);
    assert_eq!(open.rest().unwrap_or_default(), "");
    assert!(is_gone(("127.0.0.1", port)));
}
