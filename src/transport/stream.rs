//! What a protocol is spoken over.

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

/// Anything that a protocol can be spoken over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Stream for T {}
