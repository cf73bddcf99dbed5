//! What a protocol is spoken over.

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

/// Anything that a protocol can be spoken over. Shared, so that an open session may be looked at from anywhere.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Stream for T {}
