//! A bad network between the program and a real Dovecot: passes on what both say, and does harm in the phase of an IMAP
//! session, and after the number of bytes, that a test names.
//!
//! It ends the program's TLS and begins its own with Dovecot, so that it acts on what is said and not on records of
//! TLS. Nothing is left to chance: the same faults and the same conversation make the same harm.

mod fault;
mod relay;
mod tls;

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

pub use self::fault::{Act, Fault, Phase};
use self::relay::converse;
use self::tls::Secrets;
use crate::dovecot::Dovecot;

const HOST: &str = "127.0.0.1";

/// How the program connects to it; it connects to Dovecot in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Never encrypted.
    None,
    /// Encrypted when the program asks for STARTTLS.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
}

/// A running proxy; its connections end when this is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    way: Arc<Way>,
    runtime: Option<Runtime>,
}

/// What all connections share.
#[derive(Debug)]
struct Way {
    encryption: Encryption,
    secrets: Secrets,
    /// Dovecot's address for this encryption.
    server: (String, u16),
    state: Mutex<State>,
    /// Changes when faults are lifted: what stands still ends.
    lifted: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    connections: u32,
    struck: u32,
}

impl FaultProxy {
    /// Starts one before `dovecot`. Its certificate is Dovecot's own, so whoever trusts that trusts it.
    ///
    /// # Panics
    /// When no port is free.
    #[must_use]
    pub fn before(dovecot: &Dovecot, encryption: Encryption) -> Self {
        let port = match encryption {
            Encryption::Tls => dovecot.imaps_port(),
            Encryption::None | Encryption::StartTls => dovecot.imap_port(),
        };
        let way = Arc::new(Way {
            encryption,
            secrets: Secrets::of(dovecot.certificates()),
            server: (dovecot.host().to_owned(), port),
            state: Mutex::default(),
            lifted: watch::Sender::new(0),
        });
        let listener = TcpListener::bind((HOST, 0))
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .unwrap_or_else(|e| panic!("The fault proxy can't listen: {e}"));
        let port = listener
            .local_addr()
            .map_or_else(|e| panic!("The fault proxy has no port: {e}"), |a| a.port());
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap_or_else(|e| panic!("The fault proxy can't start: {e}"));
        runtime.spawn(accept(listener, Arc::clone(&way)));
        Self {
            port,
            way,
            runtime: Some(runtime),
        }
    }

    /// The address it listens on.
    #[must_use]
    pub fn host(&self) -> &'static str {
        HOST
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Does this harm from now on.
    pub fn inject(&self, fault: Fault) {
        self.way.state().faults.push(fault);
    }

    /// Does no harm any more; connections that stand still end.
    pub fn lift(&self) {
        self.way.state().faults.clear();
        self.way.lifted.send_modify(|times| *times += 1);
    }

    /// How many connections came so far.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.way.state().connections
    }

    /// How often harm was done so far: a fault counts when its byte has come.
    #[must_use]
    pub fn struck(&self) -> u32 {
        self.way.state().struck
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Way {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is done in a phase that begins now.
    fn acts(&self, phase: Phase) -> Vec<Act> {
        let mut state = self.state();
        state
            .faults
            .iter_mut()
            .filter_map(|fault| fault.meet(phase))
            .collect()
    }

    fn count(&self) {
        self.state().struck += 1;
    }
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    while let Ok((program, _)) = listener.accept().await {
        way.state().connections += 1;
        tokio::spawn(converse(program, Arc::clone(&way)));
    }
}
