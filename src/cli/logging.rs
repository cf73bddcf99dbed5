//! Sends log lines to standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogFormat, Settings};

/// What may be logged at all, whatever a filter asks for. Crates of others know no secrets: async-imap traces what
/// servers send, mail and tokens among it, the HTML parser traces every word of a mail, sqlx logs statements.
fn harmless() -> Targets {
    Targets::new()
        .with_default(LevelFilter::INFO)
        .with_targets(["mailroom", "rules", "sandbox"].map(|own| (own, LevelFilter::TRACE)))
        .with_targets(["rustls", "tokio_rustls"].map(|tls| (tls, LevelFilter::DEBUG)))
        .with_targets(["async_imap", "sqlx"].map(|loud| (loud, LevelFilter::WARN)))
}

/// Starts logging as `settings` say.
pub(super) fn start(settings: &Settings) -> anyhow::Result<()> {
    let wanted =
        EnvFilter::try_new(&settings.log).context("The setting `log` is not understood")?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match settings.log_format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            lines.with_ansi(colours).with_target(false).boxed()
        }
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry()
        .with(wanted)
        .with(lines.with_filter(harmless()))
        .try_init()?;
    Ok(())
}

#[cfg(test)]
#[path = "logging_tests.rs"]
mod tests;
