//! How each fact is compared: as texts, addresses, words, numbers, moments, or as what is so or is not.

use super::fact::Fact;

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Text, or several.
    Text,
    /// Mail addresses.
    Address,
    /// Some of a closed list of words.
    Words(&'static [&'static str]),
    /// A language by its two letters (ISO 639-1).
    Language,
    /// Yes or no.
    Flag,
    /// A count.
    Count,
    /// A number of bytes.
    Bytes,
    /// A number with up to two decimals, negative ones too.
    Decimal,
    /// A moment.
    Moment,
}

const RECORDS: FactKind = FactKind::Words(&["contact", "organization", "lead", "ticket"]);
const VERDICTS: FactKind = FactKind::Words(&["pass", "fail", "neutral", "error", "unknown"]);

impl Fact {
    /// How it is compared.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Address(_) | Self::BounceEmail => FactKind::Address,
            Self::Name(_)
            | Self::SenderDomain
            | Self::Subject
            | Self::Text
            | Self::NewText
            | Self::Header(_)
            | Self::MessageId
            | Self::InReplyTo
            | Self::Folder
            | Self::Mailbox
            | Self::Attachment
            | Self::AttachmentType
            | Self::Form
            | Self::FormField(_)
            | Self::Detail(_)
            | Self::PassedOnSubject
            | Self::PassedOnText => FactKind::Text,
            Self::AttachmentSize | Self::Size => FactKind::Bytes,
            Self::Attachments | Self::Hour => FactKind::Count,
            Self::SpamScore => FactKind::Decimal,
            Self::Date | Self::Arrived => FactKind::Moment,
            Self::Flag(_) => FactKind::Flag,
            Self::Language => FactKind::Language,
            Self::Candidates | Self::Answered => RECORDS,
            Self::Spf | Self::Dkim | Self::Dmarc => VERDICTS,
            words => FactKind::Words(words.words()),
        }
    }

    /// The words of facts that have words of their own.
    fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Kind => &[
                "personal",
                "bulk",
                "auto_reply",
                "bounce",
                "calendar",
                "system",
            ],
            Self::Direction => &["received", "sent", "internal"],
            Self::Conversation => &["new", "reply", "forward"],
            Self::Sender => &[
                "known",
                "unknown",
                "contact",
                "organization",
                "lead",
                "ticket",
                "colleague",
            ],
            Self::Reply => &["linked", "unlinked"],
            Self::Doubt => &["tie", "stranger", "weak_identity"],
            Self::Identity => &["strong", "weak", "unknown"],
            Self::Bounce => &["hard", "soft", "delayed", "delivered"],
            Self::Weekday => &WEEKDAYS,
            _ => &[],
        }
    }

    /// Whether a message may lack it, so that `exists` may ask.
    pub(crate) fn may_lack(&self) -> bool {
        match self.kind() {
            FactKind::Text
            | FactKind::Address
            | FactKind::Language
            | FactKind::Decimal
            | FactKind::Moment => true,
            FactKind::Words(_) => matches!(
                self,
                Self::Reply | Self::Answered | Self::Candidates | Self::Doubt | Self::Bounce
            ),
            FactKind::Flag | FactKind::Count | FactKind::Bytes => false,
        }
    }

    /// Whether it is read off a clock, so that `zone` may shift it.
    pub(crate) fn has_zone(&self) -> bool {
        matches!(
            self,
            Self::Date | Self::Arrived | Self::Weekday | Self::Hour
        )
    }
}

/// Days of the week as rule files name them, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
