//! The closed sets that two rooms both name, each turned into the other: of rules and tables, of tables and providers.
//!
//! The two know nothing of each other, so the translation stands between them, once.

use entities::mail_servers::{Preset as StoredPreset, Protocol as StoredProtocol};
use entities::message_states::{MessagePriority, MessageStatus as StoredMessageStatus};
use entities::messages::{Direction as StoredDirection, MessageKind};
use entities::record_kind::RecordKind as StoredRecordKind;
use entities::tickets::{TicketPriority, TicketStatus as StoredTicketStatus};
use rules::{Direction, Kind, MessageStatus, Priority, RecordKind, TicketStatus};

use crate::oauth::presets::{Preset, Protocol};

/// A record's sort as the database has it.
#[must_use]
pub fn stored_record_kind(kind: RecordKind) -> StoredRecordKind {
    match kind {
        RecordKind::Contact => StoredRecordKind::Contact,
        RecordKind::Organization => StoredRecordKind::Organization,
        RecordKind::Lead => StoredRecordKind::Lead,
        RecordKind::Ticket => StoredRecordKind::Ticket,
    }
}

/// A record's sort as the rules have it.
#[must_use]
pub fn record_kind(kind: StoredRecordKind) -> RecordKind {
    match kind {
        StoredRecordKind::Contact => RecordKind::Contact,
        StoredRecordKind::Organization => RecordKind::Organization,
        StoredRecordKind::Lead => RecordKind::Lead,
        StoredRecordKind::Ticket => RecordKind::Ticket,
    }
}

/// A message's sort as the database has it.
#[must_use]
pub fn stored_kind(kind: Kind) -> MessageKind {
    match kind {
        Kind::Personal => MessageKind::Personal,
        Kind::Bulk => MessageKind::Bulk,
        Kind::AutoReply => MessageKind::AutoReply,
        Kind::Bounce => MessageKind::Bounce,
        Kind::Calendar => MessageKind::Calendar,
        Kind::System => MessageKind::System,
    }
}

/// A message's sort as the rules have it.
#[must_use]
pub fn kind(kind: MessageKind) -> Kind {
    match kind {
        MessageKind::Personal => Kind::Personal,
        MessageKind::Bulk => Kind::Bulk,
        MessageKind::AutoReply => Kind::AutoReply,
        MessageKind::Bounce => Kind::Bounce,
        MessageKind::Calendar => Kind::Calendar,
        MessageKind::System => Kind::System,
    }
}

/// A message's direction as the rules have it.
#[must_use]
pub fn direction(direction: StoredDirection) -> Direction {
    match direction {
        StoredDirection::Received => Direction::Received,
        StoredDirection::Sent => Direction::Sent,
        StoredDirection::Internal => Direction::Internal,
    }
}

/// A message's direction as the database has it.
#[must_use]
pub fn stored_direction(direction: Direction) -> StoredDirection {
    match direction {
        Direction::Received => StoredDirection::Received,
        Direction::Sent => StoredDirection::Sent,
        Direction::Internal => StoredDirection::Internal,
    }
}

/// How far a ticket is, as the database has it.
#[must_use]
pub fn stored_ticket_status(status: TicketStatus) -> StoredTicketStatus {
    match status {
        TicketStatus::Open => StoredTicketStatus::Open,
        TicketStatus::Answered => StoredTicketStatus::Answered,
        TicketStatus::Closed => StoredTicketStatus::Closed,
    }
}

/// How soon a ticket has to be, as the database has it.
#[must_use]
pub fn stored_ticket_priority(priority: Priority) -> TicketPriority {
    match priority {
        Priority::Low => TicketPriority::Low,
        Priority::Normal => TicketPriority::Normal,
        Priority::High => TicketPriority::High,
        Priority::Urgent => TicketPriority::Urgent,
    }
}

/// How far a message is, as the database has it.
#[must_use]
pub fn stored_message_status(status: MessageStatus) -> StoredMessageStatus {
    match status {
        MessageStatus::Open => StoredMessageStatus::Open,
        MessageStatus::Pending => StoredMessageStatus::Pending,
        MessageStatus::Done => StoredMessageStatus::Done,
    }
}

/// How soon a message has to be done, as the database has it.
#[must_use]
pub fn stored_message_priority(priority: Priority) -> MessagePriority {
    match priority {
        Priority::Low => MessagePriority::Low,
        Priority::Normal => MessagePriority::Normal,
        Priority::High => MessagePriority::High,
        Priority::Urgent => MessagePriority::Urgent,
    }
}

/// What is known of a mail server's provider, by the preset in the server's record.
#[must_use]
pub fn known_preset(preset: StoredPreset) -> Preset {
    match preset {
        StoredPreset::Google => Preset::Google,
        StoredPreset::Microsoft => Preset::Microsoft,
        StoredPreset::OutlookCom => Preset::OutlookCom,
        StoredPreset::Yahoo => Preset::Yahoo,
        StoredPreset::Aol => Preset::Aol,
        StoredPreset::Fastmail => Preset::Fastmail,
        StoredPreset::Zoho => Preset::Zoho,
        StoredPreset::Yandex => Preset::Yandex,
        StoredPreset::Generic => Preset::Generic,
    }
}

/// How mail is read, as what is known of providers has it.
#[must_use]
pub fn known_protocol(protocol: StoredProtocol) -> Protocol {
    match protocol {
        StoredProtocol::Imap => Protocol::Imap,
        StoredProtocol::Pop3 => Protocol::Pop3,
    }
}
