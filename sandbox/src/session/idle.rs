//! IDLE (RFC 2177): what happens in the folder is told as it happens, until DONE.

use super::{Done, Session};
use crate::fault::Harm;
use crate::reply::Outcome;
use crate::wire::Gone;

impl Session {
    pub(super) async fn idle(&mut self) -> Result<Done, Gone> {
        let mut news = self.provider.watch();
        self.wire.go_ahead("idling").await?;
        if let Some(lifted) = self.wire.answer().lifted(&Harm::SilentIdle) {
            self.wire.stall(&lifted).await?;
        }
        let inactivity = self.service.limits.inactivity;
        loop {
            if let Done::Over = self.tell_changes(true).await? {
                return Ok(Done::Over);
            }
            tokio::select! {
                done = tokio::time::timeout(inactivity, self.wire.idle_done()) => {
                    return match done {
                        Ok(Err(gone)) => Err(gone),
                        Ok(Ok(true)) => Ok(Done::Outcome(Outcome::ok("IDLE terminated"))),
                        Ok(Ok(false)) => Ok(Done::Outcome(Outcome::bad("Expected DONE"))),
                        Err(_) => Err(Gone),
                    };
                }
                told = news.changed() => told.map_err(|_| Gone)?,
            }
        }
    }
}
