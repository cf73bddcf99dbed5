//! What was listed before and did not come: it is asked for again, or given up where it is no longer listed.

use super::super::{Ahead, Batch, Found, ReadError, Step};
use super::Round;
use super::fetching::Outcome;
use super::gathering::Gathered;
use crate::imap::Uid;
use crate::pop3::Listed;
use crate::store::deliveries::uidl::Owed;

impl Round {
    /// Gives up what is no longer listed.
    pub(super) async fn give_up_gone(&mut self) -> Result<(), ReadError> {
        let gone = std::mem::take(&mut self.plan.gone);
        if gone.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::of_maildrop(self.plan.folder);
        batch.gone.extend(gone.iter().filter_map(uid_of));
        batch.step = Step::Again(0);
        self.say(Found::Batch(batch)).await
    }

    /// Asks once more for what was listed earlier and did not come.
    pub(super) async fn ask_again(
        &mut self,
        listed: &Listed,
        owed: &Owed,
    ) -> Result<(), ReadError> {
        let Some(uid) = uid_of(owed) else {
            return Ok(());
        };
        let before = self
            .plan
            .trouble
            .over_name(self.plan.folder, &listed.uidl)
            .cloned();
        let outcome = match before {
            Some(error) => Outcome::Refused(error),
            // It was young enough when it was listed first.
            None => match self.fetch(listed, None).await {
                Ok(outcome) => outcome,
                Err(failed) => return Err(self.broken(listed, true, failed)),
            },
        };
        let mut gathered = Gathered::new(self.plan.folder, Ahead::New);
        gathered.put(listed, uid.0, outcome);
        let mut batch = gathered.batch;
        batch.step = Step::Again(owed.attempts);
        // The row has its name.
        batch.by_uidl.names.clear();
        self.say(Found::Batch(batch)).await?;
        self.goes_on()
    }
}

fn uid_of(owed: &Owed) -> Option<Uid> {
    u32::try_from(owed.uid).ok().map(Uid)
}
