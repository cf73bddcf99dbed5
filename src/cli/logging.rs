//! Sends log lines to standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogFormat, Settings};

/// async-imap traces whole lines, passwords and tokens among them, and sqlx traces values: never let through.
const NEVER: [&str; 3] = ["async_imap=warn", "sqlx=warn", "imap_proto=warn"];

/// Starts logging as `settings` say.
pub(super) fn start(settings: &Settings) -> anyhow::Result<()> {
    let mut filter =
        EnvFilter::try_new(&settings.log).context("The setting `log` is not understood")?;
    for directive in NEVER {
        filter = filter.add_directive(directive.parse::<Directive>()?);
    }
    let lines = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    match settings.log_format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            registry
                .with(lines.with_ansi(colours).with_target(false))
                .try_init()?;
        }
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(())
}
