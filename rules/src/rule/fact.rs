//! The facts that a condition may ask about, by the names they have in rule files.

use std::fmt;

use crate::nearest::unknown;

/// One fact of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The e-mail addresses of a party.
    Address(Party),
    /// The display names of a party (`from.name`).
    Name(Party),
    /// The decoded subject.
    Subject,
    /// The text that a person reads.
    Text,
    /// Every value of the header of this name (`header.X-Shop`).
    Header(String),
    /// The name of the folder it was found in.
    Folder,
    /// The address of the mailbox it was found in.
    Mailbox,
    /// File names of attachments; pictures shown inside the text don't count.
    Attachment,
    /// Media types of attachments (`application/pdf`).
    AttachmentType,
    /// Sizes of attachments.
    AttachmentSize,
    /// How many attachments there are.
    Attachments,
    /// Size of the whole message.
    Size,
    /// What sort of mail it is.
    Kind,
    /// Which way it went.
    Direction,
    /// What we know of the sender.
    Sender,
    /// What it answers, if it is an answer.
    Reply,
}

/// Who is named by a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The From header.
    From,
    /// The Reply-To header.
    ReplyTo,
    /// Whom an answer would go to: Reply-To, else From.
    Sender,
    /// The To header.
    To,
    /// The Cc header.
    Cc,
    /// The Bcc header, and the envelope where the server wrote it down.
    Bcc,
    /// Any of To, Cc and Bcc.
    Recipient,
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Text, or several.
    Text,
    /// Mail addresses.
    Address,
    /// Some of a closed list of words.
    Words(&'static [&'static str]),
    /// A count.
    Count,
    /// A number of bytes.
    Bytes,
}

/// Every fact with a fixed name, in the order of the manual.
const NAMED: &[(&str, Fact)] = &[
    ("from", Fact::Address(Party::From)),
    ("from.name", Fact::Name(Party::From)),
    ("reply_to", Fact::Address(Party::ReplyTo)),
    ("reply_to.name", Fact::Name(Party::ReplyTo)),
    ("sender", Fact::Sender),
    ("sender.email", Fact::Address(Party::Sender)),
    ("sender.name", Fact::Name(Party::Sender)),
    ("to", Fact::Address(Party::To)),
    ("to.name", Fact::Name(Party::To)),
    ("cc", Fact::Address(Party::Cc)),
    ("cc.name", Fact::Name(Party::Cc)),
    ("bcc", Fact::Address(Party::Bcc)),
    ("recipient", Fact::Address(Party::Recipient)),
    ("recipient.name", Fact::Name(Party::Recipient)),
    ("subject", Fact::Subject),
    ("text", Fact::Text),
    ("attachment", Fact::Attachment),
    ("attachment.type", Fact::AttachmentType),
    ("attachment.size", Fact::AttachmentSize),
    ("attachments", Fact::Attachments),
    ("size", Fact::Size),
    ("kind", Fact::Kind),
    ("direction", Fact::Direction),
    ("reply", Fact::Reply),
    ("folder", Fact::Folder),
    ("mailbox", Fact::Mailbox),
];

/// How the name of a header fact begins.
pub(crate) const HEADER: &str = "header.";

impl Fact {
    /// The fixed names, in the order of the manual; `header.<name>` comes on top.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    pub(crate) fn fixed() -> impl Iterator<Item = &'static (&'static str, Fact)> {
        NAMED.iter()
    }

    /// The fact of this name, or a sentence that says what was probably meant.
    pub fn parse(name: &str) -> Result<Self, String> {
        if let Some(header) = name.strip_prefix(HEADER) {
            // RFC 5322 §2.2: printable US-ASCII but the colon.
            let sound = !header.is_empty()
                && header
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b':');
            return if sound {
                Ok(Self::Header(header.to_owned()))
            } else {
                Err(format!(
                    "`{HEADER}` needs the name of a header, for example `header.X-Shop`"
                ))
            };
        }
        NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, fact)| fact.clone())
            .ok_or_else(|| unknown_condition(name))
    }

    /// How it is compared.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Address(_) => FactKind::Address,
            Self::Name(_)
            | Self::Subject
            | Self::Text
            | Self::Header(_)
            | Self::Folder
            | Self::Mailbox
            | Self::Attachment
            | Self::AttachmentType => FactKind::Text,
            Self::AttachmentSize | Self::Size => FactKind::Bytes,
            Self::Attachments => FactKind::Count,
            Self::Kind => FactKind::Words(&[
                "personal",
                "bulk",
                "auto_reply",
                "bounce",
                "calendar",
                "system",
            ]),
            Self::Direction => FactKind::Words(&["received", "sent", "internal"]),
            Self::Sender => {
                FactKind::Words(&["known", "unknown", "contact", "organization", "lead"])
            }
            Self::Reply => FactKind::Words(&["linked", "unlinked"]),
        }
    }
}

/// Says which key of a condition was probably meant.
fn unknown_condition(name: &str) -> String {
    let mut known: Vec<&str> = Fact::names().collect();
    known.extend(["header.<name>", "all", "any", "not", "always"]);
    unknown("fact", name, &known)
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Header(name) = self {
            return write!(f, "{HEADER}{name}");
        }
        // `bcc.name` has no place in files: Bcc names are never shown to anybody.
        let name = NAMED.iter().find(|(_, fact)| fact == self);
        f.write_str(name.map_or("bcc.name", |(name, _)| name))
    }
}
