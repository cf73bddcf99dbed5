//! The global flags of the program that set something.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::problem::Origin;
use super::setting::{Given, Setting};

/// Flags that every subcommand takes. Secrets have none: a command line can be read by every user of a machine.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct ConfigArgs {
    /// Settings file [env: `MAILROOM_CONFIG`] [default: mailroom.toml in the data folder, if there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the database, the key and large messages [env: `MAILROOM_DATA_DIR`]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<String>,
    /// `sqlite://FILE` or `postgres://HOST/NAME` [env: `MAILROOM_DATABASE_URL`] [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// What to log, such as `info,mailroom::imap=debug` [env: `MAILROOM_LOG`] [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// `text` or `json` [env: `MAILROOM_LOG_FORMAT`] [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// File of the key that opens stored secrets [env: `MAILROOM_SECRET_KEY_FILE`] [default: secret.key in the data folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub secret_key_file: Option<String>,
    /// Scans at once, 1 to 256 [env: `MAILROOM_WORKERS`] [default: 8]
    #[arg(long, global = true, value_name = "NUMBER")]
    pub workers: Option<String>,
    /// Where pages are served, such as `127.0.0.1:8025`, or `off` [env: `MAILROOM_LISTEN`] [default: 127.0.0.1:8025]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

impl ConfigArgs {
    pub(super) fn given(&self) -> BTreeMap<Setting, Given> {
        [
            (Setting::DataDir, "--data-dir", &self.data_dir),
            (Setting::DatabaseUrl, "--database-url", &self.database_url),
            (Setting::Log, "--log", &self.log),
            (Setting::LogFormat, "--log-format", &self.log_format),
            (
                Setting::SecretKeyFile,
                "--secret-key-file",
                &self.secret_key_file,
            ),
            (Setting::Workers, "--workers", &self.workers),
            (Setting::Listen, "--listen", &self.listen),
        ]
        .into_iter()
        .filter_map(|(setting, flag, text)| {
            Some((
                setting,
                Given {
                    text: text.clone()?,
                    origin: Origin::Flag(flag),
                },
            ))
        })
        .collect()
    }
}
