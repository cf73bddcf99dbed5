//! A real S3-compatible service (crate `s3s-fs`) with one bucket: requests must be signed with the right secret. Its
//! objects are files of a temporary folder, which a test may damage or remove.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::{self, JoinHandle};

use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::sync::oneshot;

use crate::free_port::free_port;

const HOST: &str = "127.0.0.1";
/// The bucket that is there.
pub const BUCKET: &str = "mailroom";
/// Who may use it.
pub const ACCESS_KEY_ID: &str = "mailroom-key";
/// Their secret.
pub const SECRET_ACCESS_KEY: &str = "mailroom-secret";

/// A running service; it and its objects are gone when this is dropped.
#[derive(Debug)]
pub struct S3 {
    port: u16,
    folder: tempfile::TempDir,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    ends: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// Starts an S3-compatible service with the bucket [`BUCKET`].
///
/// # Panics
/// When it does not start.
#[must_use]
pub fn s3() -> S3 {
    let folder = tempfile::Builder::new()
        .prefix("mailroom-s3-")
        .tempdir()
        .unwrap_or_else(|e| panic!("Can't make a temporary folder: {e}"));
    std::fs::create_dir(folder.path().join(BUCKET))
        .unwrap_or_else(|e| panic!("Can't make a bucket: {e}"));
    let service = S3 {
        port: free_port(HOST),
        folder,
        running: Mutex::new(None),
    };
    service.start_again();
    service
}

impl S3 {
    /// Its address, `http://127.0.0.1:port`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{HOST}:{}", self.port)
    }

    /// The file of an object, there or not.
    #[must_use]
    pub fn file_of(&self, object: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join(object)
    }

    /// The names of all objects, sorted.
    #[must_use]
    pub fn objects(&self) -> Vec<String> {
        let mut names = Vec::new();
        let bucket = self.folder.path().join(BUCKET);
        collect(&bucket, &bucket, &mut names);
        names.sort_unstable();
        names
    }

    /// Stops it as an outage does: its port refuses connections. It keeps its objects.
    pub fn stop(&self) {
        let running = self.running.lock().map(|mut running| running.take());
        if let Ok(Some(running)) = running {
            // Where nobody listens any more it has ended already.
            let _ = running.ends.send(());
            running.thread.join().ok();
        }
    }

    /// Ends the outage.
    ///
    /// # Panics
    /// When its port was taken meanwhile.
    pub fn start_again(&self) {
        self.stop();
        let listener = TcpListener::bind((HOST, self.port))
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .unwrap_or_else(|e| panic!("The S3 service for tests can't listen: {e}"));
        let files = FileSystem::new(self.folder.path())
            .unwrap_or_else(|e| panic!("The S3 service for tests does not start: {e:?}"));
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let (ends, ended) = oneshot::channel();
        let service = builder.build();
        let thread = thread::spawn(move || serve(listener, &service, ended));
        if let Ok(mut running) = self.running.lock() {
            *running = Some(Running { ends, thread });
        }
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Serves until it is told to end; open connections end with the runtime.
fn serve(listener: TcpListener, service: &S3Service, ended: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|e| panic!("The S3 service for tests has no runtime: {e}"));
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)
            .unwrap_or_else(|e| panic!("The S3 service for tests can't listen: {e}"));
        let accepting = async {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let server = Builder::new(hyper_util::rt::TokioExecutor::new());
                    // How a connection ends is the client's affair.
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = ended => {}
        }
    });
}

fn collect(bucket: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(bucket, &path, names);
        } else if let Ok(name) = path.strip_prefix(bucket) {
            names.push(name.display().to_string());
        }
    }
}
