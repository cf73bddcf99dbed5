//! What sort of mail a message is, and the sign that told it.
//!
//! Signs are asked in the order circle, bounce, calendar, automatic answer, form, bulk, system: a vacation answer says
//! `Precedence: bulk` too, and a bounce `Auto-Submitted`. RFC 3464 and 8098 (reports), 5546 (invitations), 3834
//! (Auto-Submitted), 2369 and 2919 (lists), and the headers of Exchange, Gmail, cPanel and their like.

use rules::{DetailName, Kind, KindReason, MessageFacts, Role};

use super::Own;
use super::circle;
use super::kind_signs::{is_nobody, is_post_office, says_away, says_undelivered};
use super::parts::Tree;
use super::person;

/// What invitations and answers to them ask for; `PUBLISH` is a newsletter's.
const METHODS: [&str; 7] = [
    "request",
    "reply",
    "cancel",
    "counter",
    "declinecounter",
    "add",
    "refresh",
];
/// Headers that only programs answering mail set, with what they do not say when a person wrote.
const ANSWERS: [&str; 6] = [
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
];
/// Headers that only mailings have.
const MAILINGS: [&str; 11] = [
    "list-unsubscribe",
    "list-id",
    "list-post",
    "list-help",
    "list-subscribe",
    "list-owner",
    "list-archive",
    "mailing-list",
    "x-mailing-list",
    "x-campaign",
    "x-campaignid",
];

/// The kind of a message and why.
pub(super) fn tell(facts: &MessageFacts, tree: &Tree<'_>, own: &Own) -> (Kind, KindReason) {
    let signs = Signs { facts, tree, own };
    let (kind, reason) = circle::sign(facts, own)
        .map(|reason| (Kind::System, reason))
        .or_else(|| signs.bounce().map(|reason| (Kind::Bounce, reason)))
        .or_else(|| signs.calendar().map(|reason| (Kind::Calendar, reason)))
        .or_else(|| signs.auto_reply().map(|reason| (Kind::AutoReply, reason)))
        .or_else(|| signs.form().map(|reason| (Kind::Personal, reason)))
        .or_else(|| signs.bulk().map(|reason| (Kind::Bulk, reason)))
        .or_else(|| signs.system().map(|reason| (Kind::System, reason)))
        .unwrap_or_else(|| (Kind::Personal, "no sign of a machine".to_owned()));
    (kind, KindReason(reason))
}

struct Signs<'a> {
    facts: &'a MessageFacts,
    tree: &'a Tree<'a>,
    own: &'a Own,
}

impl Signs<'_> {
    fn bounce(&self) -> Option<String> {
        let report = self.report();
        if report.as_deref() == Some("delivery-status") {
            return Some("it is a delivery report (multipart/report)".to_owned());
        }
        if self.header("x-failed-recipients").is_some() {
            return Some("X-Failed-Recipients is present".to_owned());
        }
        let reported = |part: &super::parts::Part<'_>| {
            part.nested == 0 && part.content_type.value.ends_with("/delivery-status")
        };
        if self.tree.parts.iter().any(reported) {
            return Some("it has a delivery status".to_owned());
        }
        let from_post_office = self.sent_by_post_office();
        if from_post_office && says_undelivered(&self.facts.subject) {
            return Some("a mail server says that it could not deliver".to_owned());
        }
        (from_post_office && self.empty_return_path())
            .then(|| "a mail server sent it, with an empty Return-Path".to_owned())
    }

    fn calendar(&self) -> Option<String> {
        let method = self
            .tree
            .parts
            .iter()
            .filter(|part| part.nested == 0 && part.content_type.value == "text/calendar");
        let method = method
            .filter_map(|part| part.content_type.token("method"))
            .find(|method| METHODS.contains(&method.to_ascii_lowercase().as_str()));
        method.map(|method| {
            format!(
                "it has a calendar part with method {}",
                method.to_ascii_uppercase()
            )
        })
    }

    fn auto_reply(&self) -> Option<String> {
        if self.report().as_deref() == Some("disposition-notification") {
            return Some("it is a read receipt (multipart/report)".to_owned());
        }
        if self.auto_submitted().as_deref() == Some("auto-replied") {
            return Some("Auto-Submitted says auto-replied".to_owned());
        }
        let answers = |name: &&&str| {
            self.header(name)
                .is_some_and(|value| !matches!(value.as_str(), "no" | "false"))
        };
        if let Some(name) = ANSWERS.iter().find(answers) {
            return Some(format!("{} is present", shown(name)));
        }
        if self
            .header("precedence")
            .is_some_and(|value| value.starts_with("auto") && value.contains("reply"))
        {
            return Some("Precedence says auto_reply".to_owned());
        }
        if self
            .header("x-post-messageclass")
            .is_some_and(|value| value.contains("autoresponder"))
        {
            return Some("X-POST-MessageClass says autoresponder".to_owned());
        }
        if self
            .header("x-autogenerated")
            .is_some_and(|value| value.contains("reply"))
        {
            return Some("X-Autogenerated says reply".to_owned());
        }
        says_away(&self.facts.subject)
            .then(|| "its subject is that of an automatic answer".to_owned())
    }

    /// What a person filled in is theirs, whatever program reports it, and however it says that it is a program.
    fn form(&self) -> Option<String> {
        self.facts.details.form.as_ref()?;
        let typed = self.facts.details.get(DetailName::Email, 0);
        let author = self.facts.author.as_ref();
        let by_form = author.is_some_and(|author| author.role == Role::Form);
        let reply = self.facts.reply_to.first();
        let by_reply = reply.is_some_and(|reply| {
            Some(reply.email.as_str()) == typed && !self.own.has(&reply.email)
        });
        // Newsletters have such lines, too; only what comes from where forms come from is more than they.
        let filled_in =
            by_form || author.is_none() && by_reply && person::is_believed(self.facts, self.own);
        filled_in.then(|| "it reports a form that a person filled in".to_owned())
    }

    fn bulk(&self) -> Option<String> {
        // A list of our own, as a shared address at Google or Microsoft is, is how people reach us.
        if self.is_own_list() {
            return None;
        }
        if let Some(name) = MAILINGS.iter().find(|name| self.header(name).is_some()) {
            return Some(format!("{} is present", shown(name)));
        }
        let precedence = self.header("precedence")?;
        let precedence = ["bulk", "list", "junk"]
            .into_iter()
            .find(|known| precedence.starts_with(known))?;
        Some(format!("Precedence says {precedence}"))
    }

    fn system(&self) -> Option<String> {
        if let Some(how) = self.auto_submitted() {
            return Some(format!("Auto-Submitted says {how}"));
        }
        if let Some(report) = self.report() {
            return Some(format!("it is a report (multipart/report, {report})"));
        }
        if self
            .header("x-auto-response-suppress")
            .is_some_and(|value| value != "none")
        {
            return Some("X-Auto-Response-Suppress is present".to_owned());
        }
        for name in ["feedback-id", "x-cron-env"] {
            if self.header(name).is_some() {
                return Some(format!("{} is present", shown(name)));
            }
        }
        if self.sent_by_post_office() {
            return Some("a mail server sent it".to_owned());
        }
        // A web form writes as nobody and names the person who filled it in.
        if self.facts.reply_to.iter().any(|reply| {
            !is_nobody(local(&reply.email))
                && !self.facts.from.iter().any(|from| from.email == reply.email)
        }) {
            return None;
        }
        if let Some(from) = self
            .facts
            .from
            .iter()
            .find(|from| is_nobody(local(&from.email)))
        {
            return Some(format!("its sender {} takes no answers", from.email));
        }
        self.empty_return_path()
            .then(|| "its Return-Path is empty".to_owned())
    }

    /// A header's first value in lower case.
    fn header(&self, name: &str) -> Option<String> {
        self.facts
            .header(name)
            .map(|value| value.trim().to_lowercase())
    }

    /// What Auto-Submitted says, unless it says that a person wrote.
    fn auto_submitted(&self) -> Option<String> {
        let value = self.header("auto-submitted")?;
        let word = value
            .split([' ', ';', '('])
            .next()
            .unwrap_or_default()
            .to_owned();
        (!word.is_empty() && word != "no").then_some(word)
    }

    /// The sort of a `multipart/report`.
    fn report(&self) -> Option<String> {
        let report = self.tree.content_type.value == "multipart/report";
        report.then(|| {
            self.tree
                .content_type
                .token("report-type")
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
    }

    fn sent_by_post_office(&self) -> bool {
        match self.facts.from.first() {
            Some(from) => is_post_office(local(&from.email)),
            None => self.header("from").is_some_and(|from| {
                from.split([' ', '(', '<'])
                    .next()
                    .is_some_and(is_post_office)
            }),
        }
    }

    fn empty_return_path(&self) -> bool {
        self.header("return-path")
            .is_some_and(|path| path.replace(' ', "") == "<>")
    }

    /// Whether the list that it came over is one of our own domains. Anybody can name it: what our list passes on has us
    /// for its sender on the envelope, too.
    fn is_own_list(&self) -> bool {
        let path = self.header("return-path").unwrap_or_default();
        let path = path.trim_matches(['<', '>', ' ']);
        let (_, host) = path.rsplit_once('@').unwrap_or_default();
        if !self.own.has_site(host) {
            return false;
        }
        let id = self
            .header("list-id")
            .or_else(|| self.header("mailing-list"))
            .unwrap_or_default();
        let id = id
            .rsplit('<')
            .next()
            .unwrap_or_default()
            .trim_end_matches('>')
            .trim();
        let id = id.strip_prefix("list ").unwrap_or(id);
        let id = id.split(';').next().unwrap_or_default().trim();
        let domain = id
            .split_once('@')
            .or_else(|| id.split_once('.'))
            .map_or("", |(_, domain)| domain);
        self.own.has_site(domain)
    }
}

fn local(email: &str) -> &str {
    email.rsplit_once('@').map_or(email, |(local, _)| local)
}

/// A header's name as it is usually written.
fn shown(name: &str) -> String {
    let mut capital = true;
    name.chars()
        .map(|c| {
            let c = if capital { c.to_ascii_uppercase() } else { c };
            capital = c == '-';
            c
        })
        .collect::<String>()
        .replace("-Id", "-ID")
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
