//! Keys of the tables, one type each, so that a folder's key can't be taken for a scanner's.

use std::fmt;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// Declares one key type over the database's 64-bit number.
macro_rules! key {
    ($name:ident, $what:literal) => {
        #[doc = concat!($what, "'s key.")]
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            DeriveValueType,
            Serialize,
            Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

key!(AbsenceId, "An absence");
key!(AuditEntryId, "An entry of the audit log");
key!(AuthorizationId, "A pending authorization");
key!(AutoReplyId, "An answer by itself");
key!(BounceId, "A report about an address");
key!(ContactId, "A contact");
key!(DecisionId, "A decision");
key!(DeliveryId, "A delivery");
key!(FolderId, "A folder of a scanner");
key!(LateLinkId, "An address whose messages are linked late");
key!(LeadId, "A lead");
key!(LightChangeId, "A change of a light");
key!(LinkChoiceId, "What a person said of a link");
key!(LinkId, "A link");
key!(MailServerId, "A mail server");
key!(MailboxId, "A mailbox");
key!(MessageChangeId, "A change of a message");
key!(MessageId, "A message");
key!(OrganizationId, "An organization");
key!(OutboxId, "A thing to be told");
key!(RecordAddressId, "An address of a record");
key!(RecordMoveId, "A move from record to record");
key!(RuleId, "A rule");
key!(RuleListId, "A list that rules share");
key!(RuleVersionId, "A version of the rules");
key!(ScanId, "A scan");
key!(ScannerId, "A scanner");
key!(ServerChangeId, "A change of a message on its server");
key!(ServiceKeyId, "A service key");
key!(TicketChangeId, "A change of a ticket");
key!(TicketId, "A ticket");
key!(UndoId, "An undoing");
key!(UserId, "A user");
