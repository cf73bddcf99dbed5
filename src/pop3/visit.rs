//! To a server's door for telling a person where the way ends, and in.

use super::session::Session;
use super::sign_in::sign_in;
use super::wire::Wire;
use crate::transport::{self, Login, Timed};

/// A POP3 connection on which nobody has signed in yet.
pub(crate) type Door = transport::Door<Wire>;

/// How far the way to a POP3 server went.
pub(crate) type Visit = transport::Visit<Door>;

impl Door {
    /// Signs in.
    pub(crate) async fn sign_in(self, login: &Login) -> Timed<Session> {
        let Self { mut wire, endpoint } = self;
        Timed::of(async {
            sign_in(&mut wire, &endpoint, login).await?;
            Ok(Session::new(wire))
        })
        .await
    }
}
