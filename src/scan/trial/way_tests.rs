#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::sync::Arc;
use std::time::Duration;

use entities::mail_servers::TlsMode;
use parts::fault_proxy::{Act, Encryption, Fault, Phase};
use parts::{Dovecot, FaultProxy};

use super::table::{Case, Row, healed, is_unnoticed, passes};
use super::{ADDRESS, ORDERS, PASSWORD, Seen, Trial, letter};

/// A real server with as much mail as the provider has, one message of which comes in pieces.
pub(super) struct Post {
    dovecot: Dovecot,
    delivered: u32,
}

/// What the network does, and what must come of it.
#[derive(Clone, Copy)]
enum Harm {
    /// A passing trouble.
    Passes(Act),
    /// The same, noticed by waiting.
    Silence(Act),
    /// Nothing that a scan may notice.
    Nothing(Act),
    /// It may be noticed or not: the work is done by then.
    Whatever(Act),
}

impl Post {
    pub(super) async fn new() -> Arc<Self> {
        tokio::task::spawn_blocking(|| {
            let dovecot = Dovecot::builder().user(ADDRESS, PASSWORD).start();
            let mut delivered = 0;
            for folder in ["INBOX", "INBOX", "INBOX", ORDERS, ORDERS] {
                delivered += 1;
                let mut raw = letter(delivered);
                if delivered == 2 {
                    let line = "A picture of the broken part, in many words of no sense.\r\n";
                    raw.push_str(&line.repeat(20_000));
                }
                dovecot.deliver(ADDRESS, folder, raw);
            }
            Arc::new(Self { dovecot, delivered })
        })
        .await
        .unwrap()
    }

    /// A trial that reaches the server through a network of its own.
    pub(super) async fn trial(&self, encryption: Encryption) -> (Trial, FaultProxy) {
        let proxy = FaultProxy::before(&self.dovecot, encryption);
        let tls = match encryption {
            Encryption::None => TlsMode::None,
            Encryption::StartTls => TlsMode::Starttls,
            Encryption::Tls => TlsMode::Implicit,
        };
        let ca_file = self.dovecot.certificate_authority_file();
        let ca_file = Some(ca_file.display().to_string());
        let trial = Trial::elsewhere(proxy.port(), tls, ca_file, self.delivered).await;
        (trial, proxy)
    }
}

/// Lifts the fault and scans again.
pub(super) async fn lifted(trial: Trial, proxy: &FaultProxy, seen: &Seen) -> Row {
    proxy.lift();
    let mut row = healed(&trial.patient(), seen).await;
    row.forget_port(proxy.port());
    row
}

/// One scan under a fault; with more patience where a busy machine did not come as far as the fault.
async fn strike(
    post: &Post,
    encryption: Encryption,
    fault: Fault,
    harm: Harm,
) -> (Trial, FaultProxy, Seen) {
    let mut patience = 1;
    loop {
        let (mut trial, proxy) = post.trial(encryption).await;
        proxy.inject(fault.clone());
        if matches!(harm, Harm::Silence(_) | Harm::Whatever(_)) {
            trial = trial.less_hasty(patience);
        }
        let seen = trial.turn().await;
        if proxy.struck() > 0 || !matches!(harm, Harm::Silence(_)) || patience > 10 {
            return (trial, proxy, seen);
        }
        patience *= 4;
    }
}

async fn run(post: Arc<Post>, encryption: Encryption, fault: Fault, harm: Harm) -> Row {
    let (trial, proxy, seen) = strike(&post, encryption, fault, harm).await;
    match harm {
        Harm::Passes(act) | Harm::Silence(act) => passes(&seen, &format!("{act:?}")),
        Harm::Nothing(act) => is_unnoticed(&trial, &seen, &format!("{act:?}")).await,
        Harm::Whatever(_) => return lifted(trial, &proxy, &seen).await,
    }
    assert!(proxy.struck() > 0, "the fault never came");
    lifted(trial, &proxy, &seen).await
}

const GARBAGE: &[u8] = b"\x00\xff<html>502 Bad Gateway)))\r\n";
const PAUSE: Duration = Duration::from_millis(2);

/// What is tried in a phase, of whose answer so many bytes still come.
fn harms(bytes: usize) -> Vec<(&'static str, Harm)> {
    vec![
        ("cut", Harm::Passes(Act::Cut(bytes))),
        ("reset", Harm::Passes(Act::Reset(bytes))),
        ("silence", Harm::Silence(Act::Stall(bytes, None))),
        ("half-open", Harm::Silence(Act::HalfOpen(bytes))),
        ("half-closed", Harm::Passes(Act::HalfClosed(bytes))),
        ("garbage", Harm::Passes(Act::Garbage(0, GARBAGE))),
    ]
}

/// What is tried before anybody has spoken. How a cut or a reset is told then depends on how far the program has come.
fn before_a_word() -> Vec<(&'static str, Harm)> {
    let mut harms = harms(0);
    harms.retain(|(name, _)| !["cut", "reset"].contains(name));
    harms
}

fn slow(size: usize) -> Vec<(&'static str, Harm)> {
    vec![
        ("pieces", Harm::Nothing(Act::Pieces(size))),
        ("slow drip", Harm::Nothing(Act::Drip(size * 8, PAUSE))),
        (
            "a pause",
            Harm::Nothing(Act::Stall(size, Some(Duration::from_millis(50)))),
        ),
    ]
}

/// Every phase of a session with a real server behind a bad network.
pub(super) fn cases(post: &Arc<Post>) -> Vec<Case> {
    let (tls, starttls, clear) = (Encryption::Tls, Encryption::StartTls, Encryption::None);
    let mut cases = Vec::new();
    let mut add = |encryption, phase, passes, about: &str, harms: Vec<(&str, Harm)>| {
        for (name, harm) in harms {
            let (Harm::Passes(act) | Harm::Silence(act) | Harm::Nothing(act) | Harm::Whatever(act)) =
                harm;
            let fault = Fault::at(phase, act).after(passes);
            let run = run(Arc::clone(post), encryption, fault, harm);
            cases.push(Case::new(about, name, run));
        }
    };
    for (encryption, about) in [(tls, "connection, TLS"), (clear, "connection, clear")] {
        add(encryption, Phase::Connection, 0, about, before_a_word());
    }
    add(tls, Phase::Greeting, 0, "greeting", harms(5));
    add(tls, Phase::Greeting, 0, "greeting", slow(1));
    add(starttls, Phase::StartTls, 0, "STARTTLS", harms(3));
    add(starttls, Phase::StartTls, 0, "STARTTLS", slow(1));
    add(tls, Phase::SignIn, 0, "sign-in", harms(3));
    add(tls, Phase::SignIn, 0, "sign-in", slow(1));
    add(tls, Phase::Capability, 0, "capability", harms(20));
    add(tls, Phase::Examine, 0, "first EXAMINE", harms(40));
    add(tls, Phase::Examine, 1, "EXAMINE to read", harms(40));
    add(tls, Phase::Examine, 0, "EXAMINE", slow(1));
    add(tls, Phase::Announce, 0, "announcing", harms(60));
    add(
        tls,
        Phase::Announce,
        1,
        "announcing the second folder",
        harms(60),
    );
    add(tls, Phase::Announce, 0, "announcing", slow(1));
    add(tls, Phase::Fetch, 0, "fetching", harms(200));
    add(
        tls,
        Phase::Fetch,
        1,
        "fetching from the second folder",
        harms(200),
    );
    add(tls, Phase::Fetch, 0, "fetching", slow(1));
    add(tls, Phase::Piece, 0, "a piece", harms(100_000));
    add(tls, Phase::Piece, 0, "a piece", slow(4_000));
    let goodbye = [
        ("cut", Harm::Whatever(Act::Cut(0))),
        ("reset", Harm::Whatever(Act::Reset(0))),
        ("silence", Harm::Whatever(Act::Stall(0, None))),
        ("garbage", Harm::Whatever(Act::Garbage(0, GARBAGE))),
    ];
    add(tls, Phase::Logout, 0, "goodbye", goodbye.into());
    cases
}
