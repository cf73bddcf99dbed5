//! The settings file: TOML, every key known, every position kept.

use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::nearest::did_you_mean;
use super::problem::{Origin, SettingProblem};
use super::setting::{Given, Setting};
use super::{FILE_NAME, absolute};

/// Tables of settings that belong together.
const TABLES: [&str; 3] = ["imap", "announce", "blobs"];
/// More is not a settings file.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// The settings file to read.
pub(super) struct Chosen {
    /// Its path.
    pub(super) path: PathBuf,
    /// It lies in the data folder, where nobody named it.
    found_in_data_dir: bool,
}

/// The file that a flag or a variable names, else the one in the data folder if there.
pub(super) fn choose(
    flag: Option<&Path>,
    variable: Option<PathBuf>,
    data_dir: Option<&Path>,
) -> Option<Chosen> {
    flag.map(Path::to_owned)
        .or(variable)
        .map(|path| Chosen {
            path,
            found_in_data_dir: false,
        })
        .or_else(|| {
            let path = data_dir?.join(FILE_NAME);
            path.exists().then_some(Chosen {
                path,
                found_in_data_dir: true,
            })
        })
}

/// Reads every setting in it; what can't be read is a problem.
pub(super) fn read(
    file: &Chosen,
    problems: &mut Vec<SettingProblem>,
    warnings: &mut Vec<String>,
) -> Vec<(Setting, Given)> {
    let (text, mode) = match text(&file.path) {
        Ok(read) => read,
        Err(what) => {
            problems.push(SettingProblem {
                setting: "The settings file".to_owned(),
                origin: Origin::File {
                    path: file.path.clone(),
                    line: 1,
                    column: 1,
                },
                what,
                cure: "Correct --config or MAILROOM_CONFIG, or the file".to_owned(),
            });
            return Vec::new();
        }
    };
    let mut reader = Reader {
        path: &file.path,
        text: &text,
        problems,
        settings: Vec::new(),
    };
    match DeTable::parse(&text) {
        Ok(table) => reader.table("", table.get_ref()),
        Err(error) => reader.problem(
            error.span().unwrap_or(0..0),
            "The settings file",
            format!(
                "is not TOML: {}",
                error.message().trim().replace('\n', ", ")
            ),
            "Correct the line",
        ),
    }
    if file.found_in_data_dir {
        reader.refuse_data_dir();
    }
    let settings = reader.settings;
    let secret = settings.iter().find(|(setting, _)| setting.is_secret());
    if let Some((secret, _)) = secret
        && mode & 0o077 != 0
    {
        warnings.push(format!(
            "{path} holds {name} and can be read by other users (mode {mode:03o}). Run: chmod 600 {path}",
            path = file.path.display(),
            name = secret.name()
        ));
    }
    settings
}

fn text(path: &Path) -> Result<(String, u32), String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("can't be read: {error}"))?;
    if metadata.len() > SIZE_LIMIT {
        return Err("is larger than 1 MiB".to_owned());
    }
    let bytes = std::fs::read(path).map_err(|error| format!("can't be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
    Ok((text, metadata.mode() & 0o777))
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    problems: &'a mut Vec<SettingProblem>,
    settings: Vec<(Setting, Given)>,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            match (Setting::named(&name), value.get_ref()) {
                (Some(setting), scalar) => self.setting(setting, scalar, value.span()),
                (None, DeValue::Table(inner))
                    if prefix.is_empty() && TABLES.contains(&key.get_ref().as_ref()) =>
                {
                    self.table(&format!("{name}."), inner);
                }
                (None, _) => {
                    let known = Setting::ALL.map(Setting::name);
                    let hint = did_you_mean(&name, known);
                    let what = format!("is no setting{hint}");
                    self.problem(
                        key.span(),
                        &format!("\"{name}\""),
                        what,
                        "Remove it, or see docs/setup.md for the names",
                    );
                }
            }
        }
    }

    fn setting(&mut self, setting: Setting, value: &DeValue<'_>, span: Range<usize>) {
        let text = match value {
            DeValue::String(text) => self.path_seen_from_file(setting, text),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Array(values) if setting.is_list() => {
                let texts = values.iter().map(|value| match value.get_ref() {
                    DeValue::String(text) => Some(text.as_ref()),
                    _ => None,
                });
                let Some(texts) = texts.collect::<Option<Vec<&str>>>() else {
                    return self.problem(
                        span,
                        setting.name(),
                        "is a list with other things than texts".to_owned(),
                        "Write each in quotes",
                    );
                };
                texts.join(",")
            }
            other => {
                let what = match other {
                    DeValue::Array(_) => "is a list".to_owned(),
                    other => format!("is a {}", other.type_str()),
                };
                return self.problem(
                    span,
                    setting.name(),
                    what,
                    "Write a text in quotes or a whole number",
                );
            }
        };
        let origin = self.origin(span.start);
        self.settings.push((setting, Given { text, origin }));
    }

    /// A relative path in the file is meant from the file's folder, wherever Mailroom is started.
    fn path_seen_from_file(&self, setting: Setting, text: &str) -> String {
        let is_path = matches!(
            setting,
            Setting::DataDir | Setting::SecretKeyFile | Setting::CaFile
        );
        if !is_path {
            return text.to_owned();
        }
        absolute(Path::new(text), self.path.parent())
            .ok()
            .and_then(|path| path.to_str().map(str::to_owned))
            .unwrap_or_else(|| text.to_owned())
    }

    fn refuse_data_dir(&mut self) {
        if let Some((_, given)) = self
            .settings
            .iter()
            .find(|(setting, _)| *setting == Setting::DataDir)
        {
            self.problems.push(SettingProblem {
                setting: Setting::DataDir.name().to_owned(),
                origin: given.origin.clone(),
                what: "can't be set by a file that is found in the data folder itself".to_owned(),
                cure: "Remove it, or keep the file elsewhere and name it by --config".to_owned(),
            });
        }
    }

    fn problem(&mut self, span: Range<usize>, setting: &str, what: String, cure: &str) {
        let origin = self.origin(span.start);
        self.problems.push(SettingProblem {
            setting: setting.to_owned(),
            origin,
            what,
            cure: cure.to_owned(),
        });
    }

    fn origin(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Origin::File {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}
