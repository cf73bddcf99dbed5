//! What we know of whom a message is from, beside the records that have the address.

use serde::{Deserialize, Serialize};

/// What we know of the person that [`super::MessageFacts::sender`] tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a rule may ask, and none follows from another"
)]
pub struct Standing {
    /// One of us: the address of a mailbox or of a user.
    pub colleague: bool,
    /// At one of our domains, whether or not we know the address.
    pub our_domain: bool,
    /// At a provider of free mail (`gmail.com`): the domain tells no organization.
    pub free_mail: bool,
    /// We hold no earlier mail from or to this address.
    pub first_contact: bool,
}
