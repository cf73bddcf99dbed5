//! Whether a callback may be answered at all: its service key is active, and whoever brings it comes from an allowed
//! address.

use std::net::IpAddr;

use entities::service_keys::{self, ServiceKeyKind};
use ipnet::IpNet;

use crate::access::Access;
use crate::store::{StoreError, service_keys as keys};

/// Why a callback is not answered.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// No service key has this callback address.
    #[error("No service key has this callback address.")]
    Unknown,
    /// It is switched off.
    #[error("The service key \"{name}\" is switched off.")]
    Inactive {
        /// Its name.
        name: String,
    },
    /// Whoever brings it may not.
    #[error("The service key \"{name}\" may not be used from the address {remote}.")]
    AddressNotAllowed {
        /// Its name.
        name: String,
        /// Where the request came from.
        remote: IpAddr,
    },
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl Access {
    /// The service key whose callback address ends in `path`, if `remote` may use it now.
    pub(super) async fn admit(
        &self,
        path: &str,
        remote: IpAddr,
    ) -> Result<service_keys::Model, CallbackError> {
        let key = keys::find_by_callback_path(&self.store, path)
            .await?
            .filter(|key| key.kind == ServiceKeyKind::Oauth)
            .ok_or(CallbackError::Unknown)?;
        if !key.active {
            return Err(CallbackError::Inactive { name: key.name });
        }
        if !is_allowed(&key.allowed_ips.0, remote) {
            return Err(CallbackError::AddressNotAllowed {
                name: key.name,
                remote,
            });
        }
        Ok(key)
    }
}

/// Whether `remote` is in the list; everybody is in an empty one. An entry that is no address allows nobody.
fn is_allowed(allowed: &[String], remote: IpAddr) -> bool {
    let remote = remote.to_canonical();
    let holds = |entry: &String| match (entry.parse::<IpNet>(), entry.parse::<IpAddr>()) {
        (Ok(block), _) => block.contains(&remote),
        (_, Ok(address)) => address.to_canonical() == remote,
        _ => false,
    };
    allowed.is_empty() || allowed.iter().any(holds)
}

#[cfg(test)]
#[path = "admitted_tests.rs"]
mod tests;
