//! Mailroom's tables as sea-orm models, one file a table; queries live elsewhere.

pub mod blobs;
pub mod contacts;
pub mod credentials;
pub mod decisions;
pub mod deliveries;
pub mod folders;
pub mod health;
pub mod ids;
pub mod leads;
pub mod leases;
pub mod lights;
pub mod links;
pub mod mail_servers;
pub mod mailbox_members;
pub mod mailboxes;
pub mod message_tags;
pub mod messages;
pub mod names;
pub mod organizations;
pub mod record_addresses;
pub mod record_kind;
pub mod rules;
pub mod scanners;
pub mod scans;
pub mod users;
