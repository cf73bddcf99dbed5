//! Settings: defaults, then the settings file, then `MAILROOM_…` variables, then flags; checked before anything starts.
//!
//! Every problem is told at once, each naming the setting, where its value came from and the cure. Nothing here is
//! global: the process's variables come in by argument. It never knows what the settings are used for.

mod announce;
mod args;
mod blobs;
mod data_dir;
mod database_url;
mod file;
mod nearest;
mod problem;
mod setting;
mod sso;
mod values;
mod web;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

pub use announce::{Announce, MailOut, SmtpLogin, SmtpTls, Webhook};
pub use args::ConfigArgs;
pub use blobs::Bucket;
pub use data_dir::DataDirError;
pub use database_url::DatabaseUrl;
pub(crate) use nearest::did_you_mean;
pub use problem::{ConfigError, Origin, SettingProblem};
pub use sso::Sso;

use crate::secrets::KeySource;
use setting::{Given, Setting};
use values::Values;

/// File name of the settings in the data folder.
const FILE_NAME: &str = "mailroom.toml";

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How patient and how greedy an IMAP session may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImapLimits {
    /// Time to connect, TLS included.
    pub connect: Duration,
    /// Time until the server greets.
    pub greeting: Duration,
    /// Silence allowed while a command runs.
    pub command: Duration,
    /// Largest message that is read, in bytes.
    pub max_message_bytes: u64,
}

/// Everything that is set before Mailroom starts. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the database, the key and large messages; absolute.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: DatabaseUrl,
    /// Log filter in the syntax of `tracing-subscriber` (`info,mailroom::imap=debug`).
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The key for stored secrets, when given as text.
    pub secret_key: Option<SecretString>,
    /// The file of the key for stored secrets, when it is not Mailroom's own.
    pub secret_key_file: Option<PathBuf>,
    /// Scans at once.
    pub workers: usize,
    /// In how many mailboxes a worker waits for new mail, as far as the system gives it connections.
    pub idle_sessions: usize,
    /// How long a mailbox stays leased to a worker that fell silent.
    pub lease: Duration,
    /// Limits of IMAP sessions.
    pub imap: ImapLimits,
    /// Where pages are served; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// Where browsers reach the pages: scheme, host and port; its path is `/`.
    pub public_url: Url,
    /// Proxies whose word is taken for where a request came from.
    pub trusted_proxies: Vec<IpNet>,
    /// A file of certificate authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Whom to tell when a light changes.
    pub announce: Announce,
    /// Where large messages are kept; `None`: in the data folder.
    pub bucket: Option<Bucket>,
    /// By which identity provider users may sign in; `None`: by password and links only.
    pub sso: Option<Sso>,
}

impl Settings {
    /// Where the keys for stored secrets come from.
    #[must_use]
    pub fn key_source(&self) -> KeySource {
        match (&self.secret_key, &self.secret_key_file) {
            (Some(text), _) => KeySource::Given(text.clone()),
            (None, Some(path)) => KeySource::File(path.clone()),
            (None, None) => KeySource::Own(self.data_dir.join("secret.key")),
        }
    }

    /// Makes the data folder (0700), or checks that nobody else on the machine can look into an existing one.
    ///
    /// A folder that is empty or already Mailroom's is closed to other users; a warning says so. Any other folder
    /// that is open to all is refused, for its permissions may be somebody's intent (`/tmp`).
    pub fn prepare_data_dir(&self) -> Result<Option<String>, DataDirError> {
        data_dir::prepare(&self.data_dir)
    }
}

/// Settings, and what an admin should hear about them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Sentences worth logging: a variable that names no setting, a password on the command line.
    pub warnings: Vec<String>,
    /// The settings file that was read.
    pub file: Option<PathBuf>,
}

/// Reads the settings from all their places. `variables` is `std::env::vars_os()` outside tests.
pub fn load(
    args: &ConfigArgs,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Loaded, ConfigError> {
    load_as(args, variables, rustix::process::geteuid().is_root())
}

fn load_as(
    args: &ConfigArgs,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    root: bool,
) -> Result<Loaded, ConfigError> {
    let mut problems = Vec::new();
    let variables = Variables::read(variables, &mut problems);
    let mut warnings = variables.warnings();
    let mut given = variables.given();
    given.extend(args.given());

    // The file can lie in the data folder, so that folder is looked up first in what outranks the file.
    let outranking_data_dir = given
        .get(&Setting::DataDir)
        .map(|value| PathBuf::from(&value.text));
    let default_data_dir =
        outranking_data_dir.or_else(|| data_dir::default(root, |name| variables.plain(name)));
    let file = file::choose(
        args.config.as_deref(),
        variables.plain("MAILROOM_CONFIG"),
        default_data_dir.as_deref(),
    );
    if let Some(file) = &file {
        for (setting, value) in file::read(file, &mut problems, &mut warnings) {
            given.entry(setting).or_insert(value);
        }
    }
    let mut values = Values { given, problems };
    let settings = settings(&mut values, default_data_dir);
    if let Some(warning) = database_url::password_on_command_line(&values.given) {
        warnings.push(warning);
    }
    match settings {
        Some(settings) if values.problems.is_empty() => Ok(Loaded {
            settings,
            warnings,
            file: file.map(|file| file.path),
        }),
        _ => {
            values
                .problems
                .sort_by_key(|problem| match &problem.origin {
                    Origin::File { line, column, .. } => (*line, *column),
                    _ => (usize::MAX, 0),
                });
            Err(ConfigError(values.problems))
        }
    }
}

fn settings(values: &mut Values, default_data_dir: Option<PathBuf>) -> Option<Settings> {
    let data_dir = values.data_dir(default_data_dir);
    let database_url = values.database_url(data_dir.as_deref());
    let log = values.log_filter();
    let log_format = values.log_format();
    let (secret_key, secret_key_file) = values.secret_key();
    let workers = values.number(Setting::Workers, 8, 1..=256);
    let idle_sessions = values.number(Setting::IdleSessions, 10_240, 0..=1_000_000);
    let lease = values.seconds(Setting::LeaseSeconds, 30, 5..=3600);
    let imap = ImapLimits {
        connect: values.seconds(Setting::ImapConnectSeconds, 20, 1..=600),
        greeting: values.seconds(Setting::ImapGreetingSeconds, 20, 1..=600),
        command: values.seconds(Setting::ImapCommandSeconds, 120, 5..=3600),
        max_message_bytes: values.number(Setting::ImapMaxMessageMib, 256, 1..=2048) * 1024 * 1024,
    };
    let listen = values.listen();
    let public_url = values.public_url(listen);
    let trusted_proxies = values.trusted_proxies();
    let ca_file = values.text(Setting::CaFile).map(PathBuf::from);
    let announce = values.announce();
    let bucket = values.bucket();
    let sso = values.sso();
    Some(Settings {
        data_dir: data_dir?,
        database_url: database_url?,
        log,
        log_format,
        secret_key,
        secret_key_file,
        workers: usize::try_from(workers).unwrap_or(8),
        idle_sessions: usize::try_from(idle_sessions).unwrap_or(usize::MAX),
        lease,
        imap,
        listen,
        public_url: public_url?,
        trusted_proxies,
        ca_file,
        announce,
        bucket,
        sso,
    })
}

/// The process's variables that concern us, as text.
struct Variables(BTreeMap<String, String>);

impl Variables {
    fn read(
        all: impl IntoIterator<Item = (OsString, OsString)>,
        problems: &mut Vec<SettingProblem>,
    ) -> Self {
        let mut kept = BTreeMap::new();
        for (name, value) in all {
            let Ok(name) = name.into_string() else {
                continue;
            };
            if !name.starts_with("MAILROOM_") && name != "HOME" && name != "XDG_DATA_HOME" {
                continue;
            }
            match value.into_string() {
                // A variable set to nothing is how scripts unset one.
                Ok(value) if value.is_empty() => {}
                Ok(value) => {
                    kept.insert(name, value);
                }
                Err(_) => problems.push(SettingProblem {
                    setting: name.clone(),
                    origin: Origin::Variable(name),
                    what: "is not UTF-8 text".to_owned(),
                    cure: "Set it again".to_owned(),
                }),
            }
        }
        Self(kept)
    }

    fn plain(&self, name: &str) -> Option<PathBuf> {
        self.0.get(name).map(PathBuf::from)
    }

    fn given(&self) -> BTreeMap<Setting, Given> {
        Setting::ALL
            .into_iter()
            .filter_map(|setting| {
                let name = setting.variable();
                let text = self.0.get(&name)?.clone();
                Some((
                    setting,
                    Given {
                        text,
                        origin: Origin::Variable(name),
                    },
                ))
            })
            .collect()
    }

    /// `MAILROOM_SECRET_…` is where exported files look for mailboxes' secrets, so those names are free.
    fn warnings(&self) -> Vec<String> {
        let known: Vec<String> = Setting::ALL.into_iter().map(Setting::variable).collect();
        self.0
            .keys()
            .filter(|name| name.starts_with("MAILROOM_") && !name.starts_with("MAILROOM_SECRET_"))
            .filter(|name| *name != "MAILROOM_CONFIG" && !known.contains(name))
            .map(|name| {
                let hint = did_you_mean(name, known.iter().map(String::as_str));
                format!("The environment variable {name} sets nothing{hint}")
            })
            .collect()
    }
}

/// Makes `path` absolute, seen from `folder`.
fn absolute(path: &Path, folder: Option<&Path>) -> std::io::Result<PathBuf> {
    std::path::absolute(folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
