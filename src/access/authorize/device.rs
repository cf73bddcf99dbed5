//! The authorization of a mailbox by a code that is typed on another device (RFC 8628), for servers that no browser can
//! reach.

use std::time::Duration;

use entities::ids::MailboxId;

use super::{AuthorizeError, Declined, Finished, Outcome};
use crate::access::{Access, Connected};
use crate::oauth::{self, DeviceCode, DevicePoll, OAuthError};

/// So much longer one waits when asked to (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);

impl Access {
    /// Asks for a code, has it shown by `show`, and waits until somebody typed it or it ran out.
    pub async fn authorize_by_device(
        &self,
        mailbox: MailboxId,
        show: impl FnOnce(&DeviceCode) + Send,
    ) -> Result<Finished, AuthorizeError> {
        let (mailbox, server) = self.placed(mailbox).await?;
        self.learn_of_issuer(&server).await?;
        let connected = self.person_signs_in(&server).await?;
        let granted = match oauth::start_device(&connected.http, &connected.client).await {
            Err(error) => Err(Declined::from(error)),
            Ok(code) => {
                show(&code);
                self.wait_for(&connected, &code).await
            }
        };
        let outcome: Outcome = match granted {
            Ok(granted) => {
                self.keep_granted(&mailbox, &server, &connected, granted, None)
                    .await?
            }
            Err(declined) => self.without_grant(&mailbox, declined).await?,
        };
        Ok(Finished { mailbox, outcome })
    }

    async fn wait_for(
        &self,
        connected: &Connected,
        code: &DeviceCode,
    ) -> Result<oauth::Granted, Declined> {
        let mut interval = code.interval;
        let waiting = async {
            loop {
                tokio::time::sleep(interval).await;
                match oauth::poll_device(&connected.http, &connected.client, code).await {
                    Ok(DevicePoll::Granted(granted)) => return Ok(granted),
                    Ok(DevicePoll::Pending) => {}
                    // A network that is out of order for a moment is treated as the standard treats a busy provider.
                    Ok(DevicePoll::SlowDown) | Err(OAuthError::Transient { .. }) => {
                        interval += SLOWER;
                    }
                    Err(error) => return Err(Declined::from(error)),
                }
            }
        };
        tokio::time::timeout(code.expires_in, waiting)
            .await
            .unwrap_or_else(|_| {
                Err(Declined::Cancelled {
                    words: "The code ran out before anybody typed it.".to_owned(),
                })
            })
    }
}
