//! A gate on the way to the mail server: each thing the program says waits until the test lets it pass.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long nobody may come to the gate before the test looks elsewhere.
const A_MOMENT: Duration = Duration::from_millis(5);

/// Stands on a port of its own until it is dropped.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    waiting: Receiver<Waiting>,
    /// Everything passes unasked.
    open: Arc<AtomicBool>,
    /// Nobody comes any more.
    gone: Arc<AtomicBool>,
}

/// What the program said, held until it may pass or this is dropped.
#[derive(Debug)]
pub(super) struct Waiting {
    /// The command without its arguments.
    pub(super) command: String,
    _pass: Sender<()>,
}

impl Gate {
    /// In front of `server`.
    pub(super) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (says, waiting) = channel();
        let gate = Self {
            address: listener.local_addr().unwrap(),
            waiting,
            open: Arc::default(),
            gone: Arc::default(),
        };
        let (open, gone) = (Arc::clone(&gate.open), Arc::clone(&gate.gone));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if gone.load(Ordering::SeqCst) {
                    break;
                }
                // A program that was killed has left already.
                let (Ok(client), Ok(server)) = (stream, TcpStream::connect(server)) else {
                    continue;
                };
                let (says, open) = (says.clone(), Arc::clone(&open));
                thread::spawn(move || lead(&client, &server, &says, &open));
            }
        });
        gate
    }

    /// Where the program finds it.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Who comes within a moment.
    pub(super) fn next(&self) -> Option<Waiting> {
        self.waiting.recv_timeout(A_MOMENT).ok()
    }

    /// Lets everything pass unasked from now on.
    pub(super) fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        while self.waiting.try_recv().is_ok() {}
    }

    /// Holds what comes from now on.
    pub(super) fn close(&self) {
        while self.waiting.try_recv().is_ok() {}
        self.open.store(false, Ordering::SeqCst);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        self.open();
        // Whoever waits for a connection gets one and sees that it is over.
        TcpStream::connect(self.address).ok();
    }
}

/// Carries one conversation to its end.
fn lead(client: &TcpStream, server: &TcpStream, says: &Sender<Waiting>, open: &AtomicBool) {
    thread::scope(|scope| {
        scope.spawn(|| {
            io::copy(&mut &*server, &mut &*client).ok();
            client.shutdown(Shutdown::Both).ok();
        });
        let mut piece = [0; 16 * 1024];
        while let Ok(length @ 1..) = (&*client).read(&mut piece) {
            if !open.load(Ordering::SeqCst) {
                let (pass, passes) = channel();
                let waiting = Waiting {
                    command: command_in(&piece[..length]),
                    _pass: pass,
                };
                says.send(waiting).ok();
                // Let go of by whoever had it.
                passes.recv().ok();
            }
            if (&*server).write_all(&piece[..length]).is_err() {
                break;
            }
        }
        server.shutdown(Shutdown::Both).ok();
    });
}

/// The command's name: what comes after it may be a password.
fn command_in(piece: &[u8]) -> String {
    let text = String::from_utf8_lossy(piece);
    let mut words = text.split_whitespace().skip(1);
    match words.next() {
        Some("UID") => format!("UID {}", words.next().unwrap_or_default()),
        Some(word) => word.to_owned(),
        None => "an answer".to_owned(),
    }
}
