//! Keeps credentials encrypted: the ring of keys, what is sealed with it, and references to secrets kept elsewhere.
//!
//! A sealed secret is bound to its table, row, column and key (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03), so
//! that a copied row or another key's row never opens. It never knows the database, and asks for randomness.

mod fingerprint;
mod key;
mod random;
mod reference;
mod ring;

pub use fingerprint::Fingerprint;
pub use key::{Key, KeyId, KeyProblem};
pub use random::random_secret;
pub use reference::{ReferenceError, SecretReference};
pub use ring::{KeyError, KeyRing, KeySource, OpenError, Place, Sealed};
