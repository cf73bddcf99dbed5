//! A PostgreSQL cluster of the test's own, or the one that `MAILROOM_TEST_POSTGRES` names: `scripts/test` starts one
//! for the whole run, as starting a cluster costs a second and nextest gives each test a process of its own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use rand::RngExt;

use crate::account::Account;
use crate::free_port::free_port;
use crate::guard::{Guarded, Signals, new_folder};

/// Names the url of a running cluster whose user may create databases.
pub const VARIABLE: &str = "MAILROOM_TEST_POSTGRES";

const INSTALL: &str = "PostgreSQL is not installed. Install it: apt-get install postgresql";
const STARTS: usize = 3;

/// At once, without a checkpoint. KILL would leave its shared memory behind.
const SIGNALS: Signals = Signals {
    stop: "QUIT",
    end: "QUIT",
};

/// A running cluster; its databases are gone when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    /// `postgres://user@host:port`, without a database.
    server: String,
    created: Mutex<Vec<String>>,
    own: Option<Own>,
}

/// A cluster that this test started.
#[derive(Debug)]
struct Own {
    server: Guarded,
    data: PathBuf,
}

/// Starts a cluster, or takes the one named by [`VARIABLE`].
///
/// # Panics
/// When PostgreSQL is not installed or does not start; the message says what to do.
#[must_use]
pub fn postgres() -> Postgres {
    match env::var(VARIABLE) {
        Ok(url) => Postgres::running(without_database(&url), None),
        Err(_) => own_postgres(),
    }
}

impl Postgres {
    fn running(server: String, own: Option<Own>) -> Self {
        Self {
            server,
            created: Mutex::default(),
            own,
        }
    }

    /// Its address without a database, as [`VARIABLE`] has it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server
    }

    /// Creates an empty database and gives its url.
    ///
    /// # Panics
    /// When the cluster refuses; the message has its words.
    #[must_use]
    pub fn new_database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}_{:08x}", id(), rand::rng().random::<u32>());
        self.administer(&[format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
        )])
        .unwrap_or_else(|e| panic!("Can't create a database for the test: {e}"));
        let url = format!("{}/{name}", self.server);
        if let Ok(mut created) = self.created.lock() {
            created.push(name);
        }
        url
    }

    /// Ends every open session of the database that `url` names, as a restart of the server would.
    ///
    /// # Panics
    /// When the cluster refuses; the message has its words.
    pub fn cut_sessions(&self, url: &str) {
        let name = url.rsplit('/').next().unwrap_or_default();
        self.administer(&[format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )])
        .unwrap_or_else(|e| panic!("Can't cut the sessions of {name}: {e}"));
    }

    /// Stops a cluster of [`own_postgres`].
    ///
    /// # Panics
    /// When other tests use this cluster too.
    pub fn stop(&mut self) {
        self.own().server.stop();
    }

    /// Starts it again on the same port with what it held.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        let own = self.own();
        own.server.start_again();
        own.wait()
            .unwrap_or_else(|e| panic!("PostgreSQL does not start again: {e}"));
    }

    fn own(&mut self) -> &mut Own {
        match &mut self.own {
            Some(own) => own,
            None => panic!("Other tests use this cluster too: take own_postgres()"),
        }
    }

    fn administer(&self, statements: &[String]) -> Result<(), String> {
        let output = Command::new(program("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--no-password",
                "--set=ON_ERROR_STOP=1",
            ])
            .arg(format!("--dbname={}/postgres", self.server))
            .args(
                statements
                    .iter()
                    .map(|statement| format!("--command={statement}")),
            )
            .output()
            .map_err(|e| format!("psql does not start: {e}"))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

impl Own {
    fn wait(&self) -> Result<(), String> {
        let state = self.data.join("postmaster.pid");
        self.server.wait_until(|| {
            fs::read_to_string(&state).is_ok_and(|text| text.trim_end().ends_with("ready"))
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.own.is_some() {
            return;
        }
        let Ok(created) = self.created.lock() else {
            return;
        };
        let statements: Vec<_> = created
            .iter()
            .map(|name| format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .collect();
        if !statements.is_empty() {
            self.administer(&statements).ok();
        }
    }
}

/// Starts a cluster that no other test sees, for a test that stops it.
///
/// # Panics
/// When PostgreSQL is not installed or does not start; the message says what to do.
#[must_use]
pub fn own_postgres() -> Postgres {
    let mut cause = String::new();
    for _ in 0..STARTS {
        match try_start() {
            Ok(postgres) => return postgres,
            Err(e) => cause = e,
        }
    }
    panic!("PostgreSQL does not start: {cause}");
}

fn try_start() -> Result<Postgres, String> {
    let folder = new_folder("postgres");
    let data = folder.join("data");
    init(&data)?;
    let port = free_port("127.0.0.1");
    let mut command = Account::of_servers().prefix();
    command.extend([program("postgres").into(), "-D".into(), data.clone().into()]);
    for setting in settings(port, &folder) {
        command.extend(["-c".into(), setting.into()]);
    }
    let own = Own {
        server: Guarded::start(&folder, SIGNALS, command),
        data,
    };
    own.wait()?;
    Ok(Postgres::running(
        format!("postgres://postgres@127.0.0.1:{port}"),
        Some(own),
    ))
}

fn init(data: &Path) -> Result<(), String> {
    let mut words: Vec<OsString> = Account::of_servers().prefix();
    words.push(program("initdb").into());
    words.extend(
        [
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
            "-D",
        ]
        .map(OsString::from),
    );
    words.push(data.into());
    let (first, rest) = words.split_first().ok_or("no command")?;
    let output = Command::new(first)
        .args(rest)
        .current_dir("/")
        .output()
        .map_err(|e| format!("initdb does not start: {e}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Nothing here has to survive the machine, and several clusters may run on a small one.
fn settings(port: u16, folder: &Path) -> Vec<String> {
    vec![
        format!("port={port}"),
        format!("unix_socket_directories={}", folder.display()),
        "listen_addresses=127.0.0.1".into(),
        "fsync=off".into(),
        "full_page_writes=off".into(),
        "shared_buffers=32MB".into(),
        "max_connections=200".into(),
        "max_wal_size=256MB".into(),
        "autovacuum_naptime=10s".into(),
    ]
}

/// Finds a program of PostgreSQL's; Debian keeps most of them off the path.
fn program(name: &str) -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let newest_first = {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path().join("bin"))
            .collect();
        versions.sort();
        versions.reverse();
        versions
    };
    newest_first
        .into_iter()
        .chain(env::split_paths(&on_path))
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{INSTALL}"))
}

fn without_database(url: &str) -> String {
    match url
        .split_once("://")
        .and_then(|(scheme, rest)| rest.split_once('/').map(|(host, _)| (scheme, host)))
    {
        Some((scheme, host)) => format!("{scheme}://{host}"),
        None => url.to_owned(),
    }
}
