//! `${env:NAME}` and `${file:/path}`: a secret that is kept elsewhere and read each time it is used.

use std::ffi::OsString;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use secrecy::SecretString;
use zeroize::Zeroizing;

/// A secret's file is a line; more than this is another file.
const FILE_LIMIT: u64 = 64 * 1024;

/// Names a secret that is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SecretReference {
    /// `${env:NAME}`: an environment variable.
    Env(String),
    /// `${file:/path}`: a file, absolute path.
    File(PathBuf),
}

/// Why a reference is wrong or gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// `${…}` of an unknown sort.
    #[error(
        "${{{0}}} is neither ${{env:NAME}} nor ${{file:/path}}. A secret that itself begins with ${{ must be given by one of these"
    )]
    Unknown(String),
    /// Not a variable's name.
    #[error(
        "${{env:{0}}} does not name an environment variable: use letters, digits and _, not starting with a digit"
    )]
    VariableName(String),
    /// Not an absolute path.
    #[error("${{file:{0}}} must be an absolute path, because the worker may run in another folder")]
    Relative(String),
    /// The variable is not set.
    #[error("The environment variable {0} is not set; set it where Mailroom runs")]
    Unset(String),
    /// The value or file is empty.
    #[error("The secret {0} is empty; it should hold the password or token")]
    Empty(SecretReference),
    /// Not UTF-8.
    #[error("The secret {0} is not UTF-8 text")]
    NotText(SecretReference),
    /// The file is larger than a secret can be.
    #[error("The secret {0} is larger than 64 KiB; it is not a secret's file")]
    TooLarge(SecretReference),
    /// The file can't be read.
    #[error("The secret {reference} can't be read: {source}")]
    Read {
        /// Which reference.
        reference: SecretReference,
        /// What the system said.
        source: io::Error,
    },
}

impl Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${{env:{name}}}"),
            Self::File(path) => write!(f, "${{file:{}}}", path.display()),
        }
    }
}

impl SecretReference {
    /// Reads `${…}`; `None` for a text that is no reference, which then is the secret itself.
    pub fn parse(text: &str) -> Result<Option<Self>, ReferenceError> {
        let Some(inner) = text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
        else {
            return Ok(None);
        };
        match inner.split_once(':') {
            Some(("env", name)) if is_variable_name(name) => Ok(Some(Self::Env(name.to_owned()))),
            Some(("env", name)) => Err(ReferenceError::VariableName(name.to_owned())),
            Some(("file", path)) if path.starts_with('/') => Ok(Some(Self::File(path.into()))),
            Some(("file", path)) => Err(ReferenceError::Relative(path.to_owned())),
            // The inner text may be a secret that only looks like a reference, so no more than its first word is told.
            other => Err(ReferenceError::Unknown(
                other.map_or("…".to_owned(), |(scheme, _)| {
                    format!("{}:…", scheme.chars().take(12).collect::<String>())
                }),
            )),
        }
    }

    /// Reads the secret now, from this process's environment or from the file.
    pub fn resolve(&self) -> Result<SecretString, ReferenceError> {
        self.resolve_with(&|name| std::env::var_os(name))
    }

    /// The same with variables given by argument.
    pub fn resolve_with(
        &self,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<SecretString, ReferenceError> {
        let text = match self {
            Self::Env(name) => {
                let value = variable(name).ok_or_else(|| ReferenceError::Unset(name.clone()))?;
                Zeroizing::new(
                    value
                        .into_string()
                        .map_err(|_| ReferenceError::NotText(self.clone()))?,
                )
            }
            Self::File(path) => self.read(path)?,
        };
        let text = text.strip_suffix('\n').map_or(text.as_str(), |line| {
            line.strip_suffix('\r').unwrap_or(line)
        });
        if text.is_empty() {
            Err(ReferenceError::Empty(self.clone()))
        } else {
            Ok(SecretString::from(text))
        }
    }

    fn read(&self, path: &PathBuf) -> Result<Zeroizing<String>, ReferenceError> {
        let failed = |source| ReferenceError::Read {
            reference: self.clone(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.mode() & 0o777;
        if mode & 0o007 != 0 {
            tracing::warn!(path = %path.display(), mode = format!("{mode:03o}"), "A secret's file can be read by every user of this machine");
        }
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(FILE_LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if bytes.len() as u64 > FILE_LIMIT {
            return Err(ReferenceError::TooLarge(self.clone()));
        }
        let text =
            std::str::from_utf8(&bytes).map_err(|_| ReferenceError::NotText(self.clone()))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
