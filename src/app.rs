//! Puts the rooms together: settings in, a program that can scan out.

use std::sync::Arc;

use anyhow::Context as _;

use crate::clock::Clock;
use crate::config::Settings;
use crate::secrets::KeyRing;
use crate::store::Store;
use crate::store::blob_files::BlobFiles;

/// Everything that is opened once and used by every command.
#[derive(Debug)]
pub struct App {
    /// How it was set.
    pub settings: Settings,
    /// The database, up to date.
    pub store: Store,
    /// Large messages.
    pub files: BlobFiles,
    /// Opens credentials.
    pub keys: Arc<KeyRing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
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
        store.migrate().await.context("The database can't be brought up to date")?;
        let keys = KeyRing::load(&settings.key_source(), &mut rand::rng())
            .context("The key for stored secrets can't be used")?;
        let files = BlobFiles::new(settings.data_dir.join("blobs"));
        Ok(Self {
            settings,
            store,
            files,
            keys: Arc::new(keys),
            clock,
        })
    }
}
