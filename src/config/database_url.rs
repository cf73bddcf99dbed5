//! The address of the database, whose password is never shown.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Display};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::problem::Origin;
use super::setting::{Given, Setting};

/// `sqlite://…` or `postgres://…`. Shown with its password masked.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Checks the scheme; `Err` says what is wrong, as the end of a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" | "postgres" | "postgresql" => Ok(Self(SecretString::from(text))),
            "" => Err("has no scheme".to_owned()),
            "mysql" | "mariadb" | "mssql" => {
                Err(format!("asks for {scheme}, which Mailroom does not speak"))
            }
            // The rest may be a password in the wrong place, so only a word is told.
            other if other.chars().all(|c| c.is_ascii_alphanumeric()) => Err(format!(
                "begins with \"{}:\"",
                other.chars().take(16).collect::<String>()
            )),
            _ => Err("has no scheme".to_owned()),
        }
    }

    /// The database that is made in the data folder when none is named.
    pub(super) fn sqlite_in(data_dir: &Path) -> Self {
        let path = data_dir.join("mailroom.db");
        let escaped = path
            .to_string_lossy()
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('#', "%23");
        Self(SecretString::from(format!("sqlite://{escaped}?mode=rwc")))
    }

    /// The address with its password, for the one who connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn masked(&self) -> String {
        let url = self.expose();
        let Some((scheme, rest)) = url.split_once("://") else {
            return url.to_owned();
        };
        // The last @ ends the user part, for a password may hold an @, a / or a ? that was not escaped.
        let (user, host) = rest
            .rsplit_once('@')
            .map_or((None, rest), |(user, host)| (Some(user), host));
        let user = user.map(|user| match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@"),
            None => format!("{user}@"),
        });
        let (host, query) = host
            .split_once('?')
            .map_or((host, None), |(host, query)| (host, Some(query)));
        let query = query.map(mask_query).unwrap_or_default();
        format!("{scheme}://{}{host}{query}", user.unwrap_or_default())
    }

    fn has_password(&self) -> bool {
        self.masked() != self.expose()
    }
}

fn mask_query(query: &str) -> String {
    let parts: Vec<String> = query
        .split('&')
        .map(|part| match part.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("password") => {
                format!("{name}=***")
            }
            _ => part.to_owned(),
        })
        .collect();
    format!("?{}", parts.join("&"))
}

impl Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.masked())
    }
}

/// A warning when the flag carries a password.
pub(super) fn password_on_command_line(given: &BTreeMap<Setting, Given>) -> Option<String> {
    let given = given.get(&Setting::DatabaseUrl)?;
    let url = DatabaseUrl::parse(&given.text).ok()?;
    (matches!(given.origin, Origin::Flag(_)) && url.has_password()).then(|| {
        "The password in --database-url can be seen by every user of this machine; set MAILROOM_DATABASE_URL instead".to_owned()
    })
}
