//! Puts the rooms together: settings in, a program that can scan out.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Duration, Utc};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::access::announce::Whom;
use crate::accounts::{Accounts, Company};
use crate::blobs::{BlobError, BlobReader, BlobStore, Bucket};
use crate::clock::Clock;
use crate::config::Settings;
use crate::http::{Shared, Site, Token};
use crate::imap::Limits;
use crate::message::MAX_READ;
use crate::oauth::{Http, Timeouts};
use crate::rule_books::{self, BookError};
use crate::scan::Scanning;
use crate::secrets::KeyRing;
use crate::store::{self, Store, rule_versions};
use crate::trust::{self, Authorities};
use crate::web::{self, Pulse};
use crate::worker::{Owner, Worker};

/// Everything that is opened once and used by every command.
#[derive(Debug)]
pub struct App {
    /// How it was set.
    pub settings: Settings,
    /// The database, up to date.
    pub store: Store,
    /// Kept messages.
    pub blobs: BlobStore,
    /// Opens credentials.
    pub keys: Arc<KeyRing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Opens mailboxes.
    pub access: Access,
    /// By which identity provider users may sign in, too.
    pub company: Option<Company>,
}

impl App {
    /// Opens the data folder, the database and the key ring, making what is not there yet.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        if let Some(warning) = settings.prepare_data_dir()? {
            tracing::warn!("{warning}");
        }
        let store = Store::open(settings.database_url.expose())
            .await
            .context("The database can't be used")?;
        store
            .migrate()
            .await
            .context("The database can't be brought up to date")?;
        if let Err(error) = keep_first_version(&store, clock.now()).await {
            // They decide all the same; what is wrong with them is told where they do.
            tracing::debug!("The rules have no first version yet: {error}");
        }
        let keys = KeyRing::load(&settings.key_source(), &mut rand::rng())
            .context("The key for stored secrets can't be used")?;
        let keys = Arc::new(keys);
        let limits = Limits {
            connect: settings.imap.connect,
            greeting: settings.imap.greeting,
            command: settings.imap.command,
            ..Limits::default()
        };
        let authorities = authorities(settings.ca_file.as_deref()).await?;
        let company = match settings.sso.clone() {
            Some(sso) => {
                let http = Http::new(Timeouts::default(), &authorities)?;
                Some(Company::new(sso, http, Arc::clone(&clock)))
            }
            None => None,
        };
        let folder = settings.data_dir.join("blobs");
        let blobs = match &settings.bucket {
            Some(bucket) => BlobStore::in_bucket(Bucket::new(bucket, &authorities)?, folder),
            None => BlobStore::in_folder(folder),
        };
        let access = Access::new(
            store.clone(),
            Arc::clone(&keys),
            Arc::clone(&clock),
            limits,
            Whom::of(&settings),
        )
        .trusting(authorities);
        Ok(Self {
            settings,
            store,
            blobs,
            keys,
            clock,
            access,
            company,
        })
    }

    /// The bytes of a kept message, of a very large one the beginning.
    pub async fn raw_message(&self, hash: &str) -> anyhow::Result<Vec<u8>> {
        let blob = self.blob(hash).await?;
        self.blobs
            .read_prefix(&blob, MAX_READ)
            .await
            .map_err(with_cure)
    }

    /// All bytes of a kept message, in pieces.
    pub async fn open_message(&self, hash: &str) -> anyhow::Result<BlobReader> {
        let blob = self.blob(hash).await?;
        self.blobs.open(&blob).await.map_err(with_cure)
    }

    async fn blob(&self, hash: &str) -> anyhow::Result<entities::blobs::Model> {
        let blob = store::blobs::read(&self.store, hash).await?;
        blob.ok_or_else(|| with_cure(BlobError::no_row()))
    }

    /// A worker of this process, called `name` or after the machine.
    #[must_use]
    pub fn worker(&self, name: Option<String>) -> Worker {
        let name =
            name.unwrap_or_else(|| gethostname::gethostname().to_string_lossy().into_owned());
        Worker {
            scanning: Scanning {
                store: self.store.clone(),
                files: self.blobs.clone(),
                access: self.access.clone(),
                clock: Arc::clone(&self.clock),
                largest_message: self.settings.imap.max_message_bytes,
                read: crate::message::read_prefix,
                published: Arc::default(),
            },
            owner: Owner::this_process(&name),
            idling: Arc::default(),
            lease: Duration::from_std(self.settings.lease).unwrap_or(Duration::seconds(30)),
            stop: CancellationToken::new(),
        }
    }

    /// What the web pages work with, when they listen on `bound`; what they keep open ends with `stop`.
    pub async fn web(
        &self,
        bound: SocketAddr,
        stop: CancellationToken,
    ) -> anyhow::Result<web::State> {
        let mut address = self.settings.public_url.clone();
        if address.port() == Some(0) && address.set_port(Some(bound.port())).is_err() {
            bail!("{address} can't be the address of the web pages; set `public_url`");
        }
        Ok(web::State {
            shared: Shared {
                store: self.store.clone(),
                clock: Arc::clone(&self.clock),
                site: Arc::new(Site::new(address, self.settings.trusted_proxies.clone())),
            },
            accounts: Accounts::new(
                self.store.clone(),
                Arc::clone(&self.keys),
                Arc::clone(&self.clock),
            ),
            company: self.company.clone(),
            access: self.access.clone(),
            keys: Arc::clone(&self.keys),
            pulse: Pulse::begin(self.store.clone(), Pulse::EVERY, stop),
            first_admin: store::users::admins(&self.store)
                .await?
                .is_empty()
                .then(|| Token::generate(&mut rand::rng())),
        })
    }

    /// Cancels `stop` at SIGTERM or Ctrl-C; a second one ends the program at once.
    #[must_use]
    pub fn stop_on_signal(&self, stop: CancellationToken) -> JoinHandle<()> {
        // From here on, not from when the task has its first turn.
        let mut terminated = signal(SignalKind::terminate()).ok();
        let mut interrupted = signal(SignalKind::interrupt()).ok();
        tokio::spawn(async move {
            tokio::select! {
                () = next(&mut terminated) => {}
                () = next(&mut interrupted) => {}
            }
            stop.cancel();
            tokio::select! {
                () = next(&mut terminated) => {}
                () = next(&mut interrupted) => {}
            }
            std::process::exit(130);
        })
    }
}

/// Makes rules that an earlier release stored the first version. Nobody is kept waiting where there are none.
async fn keep_first_version(store: &Store, now: DateTime<Utc>) -> Result<(), BookError> {
    let latest = rule_versions::latest(store).await?;
    if latest.is_none() && !rule_books::stored(store).await?.is_empty() {
        let tx = store.begin().await?;
        rule_books::keep_first(&tx, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Whom the settings trust beside the system's authorities.
async fn authorities(ca_file: Option<&Path>) -> anyhow::Result<Authorities> {
    let Some(path) = ca_file else {
        return Ok(Authorities::default());
    };
    let unfit = || format!("The setting ca_file, {}, can't be used", path.display());
    let pem = trust::read_ca_file(path).await.with_context(unfit)?;
    let authorities = Authorities::from_pem(&pem).with_context(unfit)?;
    // A certificate that is none is noticed here, not with the first server.
    authorities.configuration().with_context(unfit)?;
    Ok(authorities)
}

/// The error and what to do about it, in one sentence after the other.
pub(crate) fn with_cure(error: BlobError) -> anyhow::Error {
    match error.cure() {
        Some(cure) => anyhow::Error::msg(format!("{error} {cure}")),
        None => error.into(),
    }
}

/// Returns at the next signal; never where the system gives none.
async fn next(signals: &mut Option<Signal>) {
    match signals {
        Some(signals) => {
            signals.recv().await;
        }
        None => std::future::pending().await,
    }
}
