//! The facts that a condition may ask about.

use std::fmt;

use crate::facts::DetailName;
use crate::fold::fold;
use crate::nearest::unknown;

use super::fact_names::{FIELD, HEADER, NAMED};

/// How many characters the label of a form's field may have.
const LABEL: usize = 200;

/// One fact of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The e-mail addresses of a party.
    Address(Party),
    /// The display names of a party (`from.name`).
    Name(Party),
    /// The domain of whom it is from.
    SenderDomain,
    /// The decoded subject.
    Subject,
    /// The text that a person reads.
    Text,
    /// The text without quotes, signature and mail passed on.
    NewText,
    /// The language of the new text.
    Language,
    /// Every value of the header of this name (`header.X-Shop`).
    Header(String),
    /// The Message-ID.
    MessageId,
    /// The Message-IDs that it answers.
    InReplyTo,
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
    /// Whether it begins a conversation, answers or passes on.
    Conversation,
    /// What we know of the sender.
    Sender,
    /// Something that is so or is not.
    Flag(Flag),
    /// What it answers, if it is an answer.
    Reply,
    /// The kinds of records that the message it answers is linked to.
    Answered,
    /// The kinds of records it may belong to.
    Candidates,
    /// Why a person must say whether it belongs to a candidate.
    Doubt,
    /// Which program reports the form.
    Form,
    /// The values of the form's field of this label (`form.Company`).
    FormField(String),
    /// What is known of the person it is from.
    Detail(DetailName),
    /// Subjects of the mail that it passes on.
    PassedOnSubject,
    /// What mail says that the message passes on.
    PassedOnText,
    /// What came of the check of SPF.
    Spf,
    /// What came of the check of DKIM.
    Dkim,
    /// What came of the check of DMARC.
    Dmarc,
    /// How sure it is that it is from whom it says.
    Identity,
    /// The score that a spam filter gave it.
    SpamScore,
    /// What became of mail that it reports on.
    Bounce,
    /// The receivers it reports on.
    BounceEmail,
    /// When it was sent, by its own Date header.
    Date,
    /// When it arrived.
    Arrived,
    /// The day of the week on which it arrived.
    Weekday,
    /// The hour of the day in which it arrived.
    Hour,
}

/// Who is named by a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The From header.
    From,
    /// The Reply-To header.
    ReplyTo,
    /// Whom it is from: the author that a form or passed-on mail tells, else Reply-To, else From.
    Sender,
    /// The To header.
    To,
    /// The Cc header.
    Cc,
    /// The Bcc header, and the envelope where the server wrote it down.
    Bcc,
    /// Any of To, Cc and Bcc.
    Recipient,
    /// Those of To, Cc and Bcc that are addresses of ours.
    OurRecipient,
    /// Who wrote the mail that it passes on.
    PassedOn,
}

/// What is so or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// The sender is at a provider of free mail.
    FreeMail,
    /// We hold no earlier mail from or to the sender.
    FirstContact,
    /// The sender is at one of our domains.
    OurDomain,
    /// A spam filter takes it for spam.
    Spam,
}

impl Fact {
    /// The fixed names, in the order of the manual; `header.<name>` and `form.<label>` come on top.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    pub(crate) fn fixed() -> impl Iterator<Item = &'static (&'static str, Fact)> {
        NAMED.iter()
    }

    /// The fact of this name, or a sentence that says what was probably meant.
    pub fn parse(name: &str) -> Result<Self, String> {
        if let Some(header) = name.strip_prefix(HEADER) {
            return Self::header(header);
        }
        if let Some(label) = name.strip_prefix(FIELD) {
            return Self::form_field(label);
        }
        NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, fact)| fact.clone())
            .ok_or_else(|| unknown_condition(name))
    }

    fn header(name: &str) -> Result<Self, String> {
        // RFC 5322 §2.2: printable US-ASCII but the colon.
        let sound = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b':');
        if sound {
            Ok(Self::Header(name.to_owned()))
        } else {
            Err(format!(
                "`{HEADER}` needs the name of a header, for example `header.X-Shop`"
            ))
        }
    }

    fn form_field(label: &str) -> Result<Self, String> {
        let sound = !fold(label).is_empty()
            && !label.chars().any(char::is_control)
            && label.chars().nth(LABEL).is_none();
        if sound {
            Ok(Self::FormField(label.to_owned()))
        } else {
            Err(format!(
                "`{FIELD}` needs the label of a form's field, for example `form.Company` or `\"form.Your name\"`"
            ))
        }
    }

    /// The fact as all its spellings have it: `header.X-Shop` and `header.x-shop` are one.
    pub(crate) fn settled(&self) -> Self {
        match self {
            Self::Header(name) => Self::Header(name.to_ascii_lowercase()),
            Self::FormField(label) => Self::FormField(fold(label)),
            other => other.clone(),
        }
    }
}

/// Says which key of a condition was probably meant.
fn unknown_condition(name: &str) -> String {
    let mut known: Vec<&str> = Fact::names().collect();
    known.extend([
        "header.<name>",
        "form.<label>",
        "all",
        "any",
        "not",
        "always",
    ]);
    unknown("fact", name, &known)
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "{HEADER}{name}"),
            Self::FormField(label) => write!(f, "{FIELD}{label}"),
            fact => {
                // `bcc.name` has no place in files: Bcc names are never shown to anybody.
                let name = NAMED.iter().find(|(_, known)| known == fact);
                f.write_str(name.map_or("bcc.name", |(name, _)| name))
            }
        }
    }
}
