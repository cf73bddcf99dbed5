//! `mailroom message raw`: the bytes of one message as they were received.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use entities::ids::MessageId;

use super::Done;
use crate::app::{App, with_cure};
use crate::store::messages;

pub(super) async fn run(app: &App, id: i64) -> anyhow::Result<Done> {
    let id = MessageId(id);
    if io::stdout().is_terminal() {
        bail!(
            "Raw mail could steer this terminal; write it to a file: mailroom message raw {id} > {id}.eml"
        );
    }
    let Some(row) = messages::by_id(&app.store, id).await? else {
        bail!("There is no message {id}; `mailroom messages` lists them");
    };
    let mut reader = app.open_message(&row.blob_hash).await?;
    while let Some(piece) = reader
        .next()
        .await
        .map_err(with_cure)
        .context("What was written is not the whole message; don't use it")?
    {
        // Asked for anew each time, as nobody may hold it while others are waited for.
        io::stdout().lock().write_all(&piece)?;
    }
    io::stdout().flush()?;
    Ok(Done::Well)
}
