//! Where the open session of a mailbox lies between two scans, for whoever waits in it for news. A session that lay there is
//! used again only while everything it was opened with is still so, and after INBOX was opened over it once more.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use entities::{mail_servers, mailboxes};

use super::{Access, Closed, Entered, Opened};
use crate::imap::Examined;
use crate::store::credentials;

/// What a session was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Which version of the credential.
    pub credential: Option<i64>,
    /// When the mailbox had been changed last.
    pub mailbox: DateTime<Utc>,
    /// When its server had.
    pub server: DateTime<Utc>,
}

/// A place for one session. [`Berth::default`] is none: what is to be kept there is signed out.
#[derive(Debug, Clone, Default)]
pub struct Berth(Option<Arc<Mutex<Option<Opened>>>>);

impl Berth {
    /// A place that is free.
    #[must_use]
    pub fn free() -> Self {
        Self(Some(Arc::default()))
    }

    /// Keeps a session that can wait, or signs it out.
    pub async fn keep(&self, opened: Opened) {
        match &self.0 {
            Some(place) if opened.session.can_wait() => {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
            }
            _ => opened.session.leave().await,
        }
    }

    /// Takes what lies there.
    #[must_use]
    pub fn take(&self) -> Option<Opened> {
        let place = self.0.as_ref()?;
        place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Signs out what lies there.
    pub async fn clear(&self) {
        if let Some(opened) = self.take() {
            opened.session.leave().await;
        }
    }
}

impl Access {
    /// As [`Access::open`], over the session in `berth` if it is still good.
    pub async fn open_again(
        &self,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        berth: &Berth,
    ) -> Result<Opened, Closed> {
        if let Some(opened) = berth.take() {
            match self.still_opens(&opened, mailbox, server).await? {
                Some(now) => return Ok(opened.with_inbox(now)),
                None => opened.session.leave().await,
            }
        }
        self.open(mailbox, server).await
    }

    /// INBOX as it is now, where a session is still good.
    async fn still_opens(
        &self,
        opened: &Opened,
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
    ) -> Result<Option<Examined>, Closed> {
        let stored = credentials::find(&self.store, mailbox.id).await?;
        let stamp = Stamp::of(mailbox, server, stored.map(|stored| stored.version));
        let lasts = opened.renew_at.is_none_or(|at| self.clock.now() < at);
        let Entered::Imap(session, _) = &opened.session else {
            return Ok(None);
        };
        if stamp != opened.stamp || !lasts {
            return Ok(None);
        }
        Ok(session.examine("INBOX").await.ok())
    }
}

impl Opened {
    fn with_inbox(self, inbox: Examined) -> Self {
        let session = match self.session {
            Entered::Imap(session, _) => Entered::Imap(session, inbox),
            entered @ Entered::Pop3(_) => entered,
        };
        Self { session, ..self }
    }
}

impl Stamp {
    pub(super) fn of(
        mailbox: &mailboxes::Model,
        server: &mail_servers::Model,
        credential: Option<i64>,
    ) -> Self {
        Self {
            credential,
            mailbox: mailbox.updated_at,
            server: server.updated_at,
        }
    }
}
