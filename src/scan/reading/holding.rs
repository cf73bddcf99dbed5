//! Batches that blame messages for broken connections wait until something else has come: only then is it the
//! messages' fault.

use super::Round;
use super::found::{Doubt, Found, Missing, ReadError};

/// What waits, in its order.
#[derive(Debug, Default)]
pub(super) struct Holding(Vec<Found>);

impl Round {
    /// Says what was found, or has it wait behind what is in doubt.
    pub(super) async fn say(&mut self, found: Found) -> Result<(), ReadError> {
        let brings_mail = matches!(&found, Found::Batch(batch) if !batch.delivered.is_empty());
        let doubtful = doubts(&found).next().is_some();
        if brings_mail {
            self.let_go().await?;
        } else if doubtful || !self.holding.0.is_empty() {
            self.holding.0.push(found);
            return Ok(());
        }
        self.send(found).await
    }

    /// At the end: one or two messages that broke their own connections are blamed, announcements are not.
    pub(super) async fn settle_doubts(&mut self) -> Result<(), ReadError> {
        let unannounced = self.holding.0.iter().flat_map(doubts).find_map(|doubt| {
            if let Doubt::Announcement(error) = doubt {
                Some(error.clone())
            } else {
                None
            }
        });
        match unannounced {
            Some(error) => Err(error.into()),
            None => self.let_go().await,
        }
    }

    async fn let_go(&mut self) -> Result<(), ReadError> {
        for found in std::mem::take(&mut self.holding.0) {
            self.send(found).await?;
        }
        Ok(())
    }

    /// Says what nothing in doubt may hold up.
    pub(super) async fn send(&self, found: Found) -> Result<(), ReadError> {
        let sent = self.reader.found.send(found).await;
        sent.map_err(|_| ReadError::Stopped)
    }
}

fn doubts(found: &Found) -> impl Iterator<Item = &Doubt> {
    let missing: &[Missing] = match found {
        Found::Batch(batch) => &batch.missing,
        _ => &[],
    };
    missing.iter().filter_map(|missing| missing.doubt.as_ref())
}
