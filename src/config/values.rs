//! From the text of a value to its type, with a problem that says what would be right.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use super::LogFormat;
use super::database_url::DatabaseUrl;
use super::problem::{Origin, SettingProblem};
use super::setting::{Given, Setting};

/// The values that won over their lower ranks, and what is wrong with them.
pub(super) struct Values {
    /// What was given, by setting.
    pub(super) given: BTreeMap<Setting, Given>,
    /// What is wrong so far.
    pub(super) problems: Vec<SettingProblem>,
}

impl Values {
    pub(super) fn data_dir(&mut self, default: Option<PathBuf>) -> Option<PathBuf> {
        let given = self
            .given
            .get(&Setting::DataDir)
            .map(|given| PathBuf::from(&given.text));
        let Some(path) = given.or(default) else {
            self.problem(
                Setting::DataDir,
                "has no default, because HOME is not set",
                "Set --data-dir or MAILROOM_DATA_DIR",
            );
            return None;
        };
        match std::path::absolute(&path) {
            Ok(path) if path.to_str().is_some() => Some(path),
            _ => {
                self.problem(
                    Setting::DataDir,
                    "is not a path in UTF-8",
                    "Choose another folder",
                );
                None
            }
        }
    }

    pub(super) fn database_url(&mut self, data_dir: Option<&Path>) -> Option<DatabaseUrl> {
        let Some(given) = self.given.get(&Setting::DatabaseUrl) else {
            return Some(DatabaseUrl::sqlite_in(data_dir?));
        };
        match DatabaseUrl::parse(&given.text) {
            Ok(url) => Some(url),
            Err(what) => {
                self.problem(
                    Setting::DatabaseUrl,
                    what,
                    "Write sqlite:///path/to/mailroom.db or postgres://user@host/name",
                );
                None
            }
        }
    }

    pub(super) fn log_filter(&mut self) -> String {
        let filter = self.text(Setting::Log).unwrap_or("info").to_owned();
        if let Err(error) = EnvFilter::try_new(&filter) {
            self.problem(Setting::Log, format!("is no log filter: {error}"), "Write a level (error, warn, info, debug, trace) or parts such as info,mailroom::imap=debug");
        }
        filter
    }

    pub(super) fn log_format(&mut self) -> LogFormat {
        match self.text(Setting::LogFormat) {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                let what = format!("is \"{other}\"");
                self.problem(Setting::LogFormat, what, "Write text or json");
                LogFormat::Text
            }
        }
    }

    /// The key as text or as a file, never both.
    pub(super) fn secret_key(&mut self) -> (Option<SecretString>, Option<PathBuf>) {
        let key = self.text(Setting::SecretKey).map(SecretString::from);
        let file = self.text(Setting::SecretKeyFile).map(PathBuf::from);
        if let (Some(_), Some(given)) = (&key, self.given.get(&Setting::SecretKeyFile)) {
            let what = format!(
                "is set, and secret_key too ({})",
                self.origin(Setting::SecretKey)
            );
            self.problems.push(SettingProblem {
                setting: Setting::SecretKeyFile.name().to_owned(),
                origin: given.origin.clone(),
                what,
                cure: "Keep one of the two".to_owned(),
            });
        }
        (key, file)
    }

    pub(super) fn seconds(
        &mut self,
        setting: Setting,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Duration {
        Duration::from_secs(self.number(setting, default, range))
    }

    pub(super) fn number(
        &mut self,
        setting: Setting,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> u64 {
        let Some(text) = self.text(setting) else {
            return default;
        };
        match text.trim().parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let what = format!("is \"{text}\"");
                let cure = format!(
                    "Write a whole number from {} to {}",
                    range.start(),
                    range.end()
                );
                self.problem(setting, what, cure);
                default
            }
        }
    }

    /// The values of a setting that takes several.
    pub(super) fn list(&self, setting: Setting) -> Vec<String> {
        self.text(setting)
            .unwrap_or_default()
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn text(&self, setting: Setting) -> Option<&str> {
        self.given.get(&setting).map(|given| given.text.as_str())
    }

    fn origin(&self, setting: Setting) -> Origin {
        self.given
            .get(&setting)
            .map_or(Origin::Default, |given| given.origin.clone())
    }

    pub(super) fn problem(
        &mut self,
        setting: Setting,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) {
        let origin = self.origin(setting);
        self.problems.push(SettingProblem {
            setting: setting.name().to_owned(),
            origin,
            what: what.into(),
            cure: cure.into(),
        });
    }

    pub(super) fn checked<T>(
        &mut self,
        setting: Setting,
        parse: impl Fn(&str) -> Result<T, String>,
        cure: &str,
    ) -> Option<T> {
        match parse(self.text(setting)?.trim()) {
            Ok(value) => Some(value),
            Err(what) => {
                self.problem(setting, what, cure);
                None
            }
        }
    }

    /// `setting` must be there because `other` is.
    pub(super) fn needs(&mut self, setting: Setting, other: Setting, cure: &str) {
        if !self.given.contains_key(&setting) {
            let what = format!("is not set, and {} is", other.name());
            self.problem(setting, what, cure);
        }
    }

    /// `setting` is there and means nothing, because `other` is not.
    pub(super) fn is_idle_without(&mut self, setting: Setting, other: Setting) {
        if self.given.contains_key(&setting) {
            let what = format!("is set, and {} is not", other.name());
            let cure = format!("Set {}, or remove this", other.name());
            self.problem(setting, what, cure);
        }
    }
}
