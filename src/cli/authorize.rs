//! `mailroom authorize`: gets a mailbox from red to green from a terminal, with a browser on this machine, one anywhere
//! else whose address is pasted back, or a code that is typed on another device.

mod browser;
mod listener;

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context as _, bail};
use entities::mailboxes;
use secrecy::SecretString;
use url::Url;

use super::{Done, output, typed};
use crate::access::{Answer, Begin, Callback, Finished, Outcome, Redirect};
use crate::app::App;
use crate::config::did_you_mean;
use crate::oauth::DeviceCode;
use crate::secrets::random_secret;
use crate::store;
use listener::Listener;

/// How the person wants to sign in.
pub(super) struct Wish {
    /// By a code that is typed on another device.
    pub(super) device: bool,
    /// Print the address only.
    pub(super) no_browser: bool,
    /// Have the provider ask which account.
    pub(super) choose_account: bool,
    /// Where to listen for the answer.
    pub(super) port: u16,
}

pub(super) async fn run(app: &App, address: &str, wish: Wish) -> anyhow::Result<Done> {
    let mailbox = mailbox(app, address).await?;
    let finished = if wish.device {
        app.access
            .authorize_by_device(mailbox.id, |code| tell(code, &mailbox))
            .await?
    } else {
        by_browser(app, &mailbox, &wish).await?
    };
    say(&finished)
}

/// The mailbox of this address.
pub(super) async fn mailbox(app: &App, address: &str) -> anyhow::Result<mailboxes::Model> {
    if let Some(mailbox) = store::mailboxes::find_by_address(&app.store, address).await? {
        return Ok(mailbox);
    }
    let all = store::mailboxes::list(&app.store).await?;
    let known = all.iter().map(|mailbox| mailbox.address.as_str());
    bail!(
        "There is no mailbox \"{address}\"{}; `mailroom status` lists those that there are",
        did_you_mean(address, known)
    )
}

async fn by_browser(
    app: &App,
    mailbox: &mailboxes::Model,
    wish: &Wish,
) -> anyhow::Result<Finished> {
    let mut listener = Listener::open(wish.port).await?;
    // Nobody else has it: another program on this machine can't bring an answer of its own.
    let session = random_secret(&mut rand::rng());
    let begin = Begin {
        session: session.clone(),
        user: None,
        redirect: Redirect::Loopback(listener.redirect_uri.clone()),
        choose_account: wish.choose_account,
    };
    let url = app.access.begin_authorization(mailbox.id, &begin).await?;
    output::text(format!(
        "Sign in as {} at this address, in a browser on this machine:\n",
        mailbox.address
    ))?;
    output::text(format!("  {url}\n"))?;
    output::line(format!(
        "The provider sends the browser back to {}, which must be registered there. With a browser on another machine, \
         paste the address here at which it ends up.",
        listener.redirect_uri
    ))?;
    if !wish.no_browser {
        browser::open(&url);
    }
    let (arrived, browser_waits) = tokio::select! {
        arrived = listener.answer() => (arrived?, true),
        pasted = pasted() => (pasted?, false),
    };
    let finishing = async {
        let callback = callback(&arrived, session)?;
        Ok(app.access.finish_authorization(callback).await?)
    };
    let seeing_off = async {
        if browser_waits {
            listener.see_off().await;
        }
    };
    let (finished, ()) = tokio::join!(finishing, seeing_off);
    finished
}

/// The first line of the terminal that is an address with an answer in it. Never returns where nobody types.
async fn pasted() -> anyhow::Result<Url> {
    let mut lines = typed::lines();
    while let Some(line) = lines.recv().await {
        match Url::parse(line.trim()) {
            Ok(url) if url.query_pairs().any(|(name, _)| name == "state") => return Ok(url),
            _ if line.trim().is_empty() => {}
            _ => output::line(
                "That is not the address at which the browser ended up: it has \"state=\" in it.",
            )?,
        }
    }
    std::future::pending().await
}

/// What the provider sent along.
fn callback(arrived: &Url, session: SecretString) -> anyhow::Result<Callback> {
    let part = |name: &str| {
        let mut pairs = arrived.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let answer = match (part("error"), part("code")) {
        (Some(error), _) => Answer::Error {
            error,
            description: part("error_description").unwrap_or_default(),
            subcode: part("error_subcode").or_else(|| part("error_subtype")),
        },
        (None, Some(code)) => Answer::Code(code.into()),
        (None, None) => bail!("The provider sent neither a code nor an error. Begin again"),
    };
    Ok(Callback {
        path: None,
        session,
        remote: IpAddr::V4(Ipv4Addr::LOCALHOST),
        state: part("state")
            .context("The provider sent no state. Begin again")?
            .into(),
        iss: part("iss"),
        answer,
    })
}

fn tell(code: &DeviceCode, mailbox: &mailboxes::Model) {
    let minutes = code.expires_in.as_secs().div_ceil(60);
    // Nobody who reads no more can type a code either.
    let _ = output::text(format!(
        "On any device, open {}\nand type the code  {}\nSign in as {}. The code lasts {minutes} minutes.",
        code.verification_uri, code.user_code, mailbox.address
    ));
}

fn say(finished: &Finished) -> anyhow::Result<Done> {
    let address = &finished.mailbox.address;
    match &finished.outcome {
        Outcome::Green => {
            output::line(format!("{address}: green. The next scan gets in."))?;
            return Ok(Done::Well);
        }
        Outcome::Cancelled { words } => {
            output::line(format!("{address}: nothing was changed. {words}"))?;
        }
        Outcome::Red(red) => {
            output::line(format!("{address}: {}. {red}", red.cause.as_str()))?;
        }
        Outcome::Unproven { words } => output::line(format!("{address}: {words}"))?,
    }
    Ok(Done::Failed)
}
