//! A gate on the way to the mail server: each thing the program says waits until the test lets it pass.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How long nobody may come to the gate before the test looks elsewhere.
const A_MOMENT: Duration = Duration::from_millis(5);
/// How long the server may take over what was said to it.
const LONG: Duration = Duration::from_mins(1);

/// Stands on a port of its own until it is dropped.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    waiting: Receiver<Waiting>,
    /// Everything passes unasked.
    open: Arc<AtomicBool>,
    /// Nobody comes any more.
    gone: Arc<AtomicBool>,
    crowd: Arc<Crowd>,
}

/// The conversations that go on.
#[derive(Debug, Default)]
struct Crowd {
    count: Mutex<Count>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Count {
    /// Until the server has closed its side: it may still be busy when the program has left.
    present: usize,
    /// Those that wait at the gate.
    waiting: usize,
}

/// One of the conversations, until it is dropped.
struct Present(Arc<Crowd>);

impl Present {
    fn among(crowd: Arc<Crowd>) -> Self {
        crowd.change(|count| count.present += 1);
        Self(crowd)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.change(|count| count.present -= 1);
    }
}

impl Crowd {
    fn change(&self, change: impl FnOnce(&mut Count)) {
        change(&mut self.count.lock().unwrap());
        self.changed.notify_all();
    }
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
            crowd: Arc::default(),
        };
        let (open, gone) = (Arc::clone(&gate.open), Arc::clone(&gate.gone));
        let crowd = Arc::clone(&gate.crowd);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if gone.load(Ordering::SeqCst) {
                    break;
                }
                // A program that was killed has left already.
                let (Ok(client), Ok(server)) = (stream, TcpStream::connect(server)) else {
                    continue;
                };
                let (says, open, crowd) = (says.clone(), Arc::clone(&open), Arc::clone(&crowd));
                let present = Present::among(crowd);
                thread::spawn(move || lead(&client, &server, &says, &open, &present.0));
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

    /// Waits until the server has nothing to do but for those who wait here, which is until they are let pass.
    #[track_caller]
    pub(super) fn settle(&self) {
        let busy = |count: &mut Count| count.present > count.waiting;
        let count = self.crowd.count.lock().unwrap();
        let (count, waited) = self
            .crowd
            .changed
            .wait_timeout_while(count, LONG, busy)
            .unwrap();
        assert!(!waited.timed_out(), "the server is still busy: {count:?}");
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
fn lead(
    client: &TcpStream,
    server: &TcpStream,
    says: &Sender<Waiting>,
    open: &AtomicBool,
    crowd: &Crowd,
) {
    thread::scope(|scope| {
        scope.spawn(|| {
            io::copy(&mut &*server, &mut &*client).ok();
            // Where the program has left, until the server has nothing more to say either.
            io::copy(&mut &*server, &mut io::sink()).ok();
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
                crowd.change(|count| count.waiting += 1);
                says.send(waiting).ok();
                // Let go of by whoever had it.
                passes.recv().ok();
                crowd.change(|count| count.waiting -= 1);
            }
            if (&*server).write_all(&piece[..length]).is_err() {
                break;
            }
        }
        // The other side is closed by the server, when it is done.
        server.shutdown(Shutdown::Write).ok();
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
