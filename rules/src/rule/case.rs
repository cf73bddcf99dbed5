//! Cases: a message, short to write, and what the rule must make of it. A rule is published only when they pass.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::{
    Conversation, DeliveryOutcome, DetailName, Direction, Doubt, Identified, Kind, RecordKind,
    Verdict,
};
use crate::rule::amount::Amount;
use crate::rule::decimal::Decimal;
use crate::rule::expect::Expect;
use crate::rule::moment::Moment;
use crate::rule::texts::Texts;

/// A message and what must come of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The message; what is left out is absent from it.
    #[serde(default)]
    pub message: CaseMessage,
    /// What must come of it.
    pub expect: Expect,
}

/// A message, short to write.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a rule may ask, and none follows from another"
)]
pub struct CaseMessage {
    /// `Anna Rossi <anna@example.it>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The Reply-To address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// To addresses.
    #[serde(skip_serializing_if = "is_empty")]
    pub to: Texts,
    /// Cc addresses.
    #[serde(skip_serializing_if = "is_empty")]
    pub cc: Texts,
    /// Bcc addresses, and those that the server noted.
    #[serde(skip_serializing_if = "is_empty")]
    pub bcc: Texts,
    /// The subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The text that a person reads.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The text without quotes, signature and mail passed on; the text unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_text: Option<String>,
    /// The language of the new text (`it`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What a form in it says, by label; the author's address is the one under a label with `mail` in it, else the only one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub form: BTreeMap<String, String>,
    /// Which program reports the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_service: Option<String>,
    /// Nobody says that whoever reports the form reports forms of ours: then it has no author.
    #[serde(skip_serializing_if = "is_no")]
    pub form_of_strangers: bool,
    /// What its form, cards and signature say for sure of the person it is from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<DetailName, String>,
    /// Mail that it passes on; whoever wrote that is the author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_on: Option<CasePassedOn>,
    /// Headers by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// File names of attachments.
    #[serde(skip_serializing_if = "is_empty")]
    pub attachments: Texts,
    /// Size of the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Amount>,
    /// What sort of mail it is; personal unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Which way it went; received unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Whether it begins a conversation, answers or passes on; told from the other keys unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation>,
    /// Its Message-ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The Message-IDs that it answers.
    #[serde(skip_serializing_if = "is_empty")]
    pub in_reply_to: Texts,
    /// Its Date header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Moment>,
    /// When it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Moment>,
    /// Whether a spam filter takes it for spam; nothing is told unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spam: Option<bool>,
    /// The score that a spam filter gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spam_score: Option<Decimal>,
    /// What came of the check of SPF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spf: Option<Verdict>,
    /// What came of the check of DKIM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dkim: Option<Verdict>,
    /// What came of the check of DMARC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dmarc: Option<Verdict>,
    /// How sure it is that it is from whom it says; by `dmarc` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identified>,
    /// What it reports of mail of ours, by receiver.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bounce: BTreeMap<String, DeliveryOutcome>,
    /// The folder it was found in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// The mailbox it was found in. Receivers at its domain are ours; without it, those of `to` are.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mailbox: String,
    /// The sender is one of us.
    #[serde(skip_serializing_if = "is_no")]
    pub colleague: bool,
    /// The sender is at one of our domains.
    #[serde(skip_serializing_if = "is_no")]
    pub our_domain: bool,
    /// The sender is at a provider of free mail.
    #[serde(skip_serializing_if = "is_no")]
    pub free_mail: bool,
    /// We hold no earlier mail from or to the sender.
    #[serde(skip_serializing_if = "is_no")]
    pub first_contact: bool,
    /// The sender is known as this sort of record; unknown unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<RecordKind>,
    /// It answers a message that is linked to this sort of record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<RecordKind>,
    /// Why it is not sure that it belongs to these records; with `tie`, two have the sender's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

/// Mail that a case's message passes on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CasePassedOn {
    /// Who wrote it: `Anna Rossi <anna@example.it>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

fn is_empty(texts: &Texts) -> bool {
    texts.0.is_empty()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde calls"
)]
fn is_no(value: &bool) -> bool {
    !*value
}
