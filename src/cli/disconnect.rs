//! `mailroom disconnect`: says what leaving means at this provider, and leaves.

use std::io::IsTerminal as _;

use anyhow::{Context as _, bail};

use super::authorize::mailbox;
use super::{Done, output, typed};
use crate::access::Revocation;
use crate::app::App;
use crate::store::mail_servers;

pub(super) async fn run(app: &App, address: &str, yes: bool) -> anyhow::Result<Done> {
    let mailbox = mailbox(app, address).await?;
    let server = mail_servers::by_id(&app.store, mailbox.mail_server_id)
        .await?
        .context("The mailbox's server is gone")?;
    let meaning = app.access.what_disconnecting_means(&server).await?;
    output::line(format!(
        "Disconnecting {}: {meaning} Its scanners stop; messages and records stay.",
        mailbox.address
    ))?;
    if !yes && !is_meant(&mailbox.address).await? {
        output::line("Nothing was changed.")?;
        return Ok(Done::Failed);
    }
    let disconnected = app.access.disconnect(mailbox.id).await?;
    output::line(disconnected.to_string())?;
    Ok(match disconnected.revocation {
        Revocation::None | Revocation::Done | Revocation::ByHand => Done::Well,
        Revocation::Failed(_) => Done::Failed,
    })
}

async fn is_meant(address: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("Nobody can be asked here; add --yes if it is meant");
    }
    output::line(format!("Type {address} to go on:"))?;
    let typed = typed::lines().recv().await;
    Ok(typed.is_some_and(|typed| typed.trim().eq_ignore_ascii_case(address)))
}
