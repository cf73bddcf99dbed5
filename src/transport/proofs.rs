//! What proofs of both protocols begin with: a server that says anything, and how we go to it. Built for tests and for
//! fuzzing only.

mod pieces;

use std::time::Duration;

pub(crate) use pieces::Pieces;

use super::{Endpoint, Limits, Login, Protocol, ServerError, Tls, Waiting};
use crate::trust::Authorities;

/// The longest that an error may be: what a server said in it is cut short.
pub(crate) const LONGEST_ERROR: usize = 4_000;

/// How one input is played: its first two bytes choose how much of a session is run, and in what pieces the rest comes.
pub(crate) struct Play<'a> {
    /// Below 5 with a greeting and a way to sign in, else right behind both.
    pub(crate) course: u8,
    pace: u8,
    /// What the server says.
    pub(crate) said: &'a [u8],
}

impl<'a> Play<'a> {
    pub(crate) fn of(input: &'a [u8]) -> Option<Self> {
        let ([course, pace], said) = input.split_first_chunk()?;
        Some(Self {
            course: course.wrapping_sub(b'0'),
            pace: *pace,
            said,
        })
    }

    /// The server.
    pub(crate) fn stream(&self) -> Pieces {
        Pieces::paced(self.said, self.pace)
    }

    /// Whether the session begins with the greeting.
    pub(crate) fn signs_in(&self) -> bool {
        self.course <= 4
    }

    /// Nobody speaks TLS there: the way of course 4 ends at it, at the latest.
    pub(crate) fn endpoint(&self, protocol: Protocol) -> Endpoint {
        let tls = if self.course == 4 {
            Tls::StartTls
        } else {
            Tls::None
        };
        Endpoint {
            protocol,
            host: "mail.test".to_owned(),
            port: protocol.port_for_plain(),
            tls,
            verify_certificate: true,
            ca_pem: None,
            authorities: Authorities::default(),
        }
    }

    pub(crate) fn login(&self) -> Login {
        let user = "ann".to_owned();
        match self.course {
            2 => Login::XOAuth2 {
                user,
                token: "secret".into(),
            },
            3 => Login::OAuthBearer {
                user,
                token: "secret".into(),
            },
            _ => Login::Password {
                user,
                password: "secret".into(),
            },
        }
    }
}

/// Small ones, as inputs are.
pub(crate) fn limits() -> Limits {
    let patience = Duration::from_mins(1);
    Limits {
        connect: patience,
        greeting: patience,
        command: patience,
        whole_command: patience,
        max_literal: 4 << 10,
        max_answer: 32 << 10,
        max_line: 2 << 10,
        max_depth: 32,
        waiting: Waiting::default(),
    }
}

/// Runs a session to its end.
pub(crate) fn run(session: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    if let Ok(runtime) = runtime {
        runtime.block_on(session);
    }
}

/// Whatever a server says, an error about it can be shown.
pub(crate) fn is_bounded(error: &ServerError) {
    let length = error.to_string().len() + error.remedy().len();
    assert!(length <= LONGEST_ERROR, "an error of {length} bytes");
}

/// Holds for every input that is kept: wire shapes of real servers and what fuzzing found.
#[cfg(test)]
pub(crate) fn holds_for_all(folder: &str, holds: fn(&[u8])) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(folder);
    let mut count = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let held = std::panic::catch_unwind(|| holds(&bytes));
        assert!(held.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 10, "no seeds in {}", folder.display());
}
