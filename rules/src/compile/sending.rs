//! Actions that send, checked: to whom, and what is said.

use crate::rule::period::Period;
use crate::rule::sending::{AutoReply, Forward, Notify};
use crate::rule::texts::Texts;

use super::Compiler;
use super::action::compile_templates;

/// To how many one action may send.
pub(crate) const MAX_RECEIVERS: usize = 20;

/// The words that stand for people in `notify`.
const ROLES: [&str; 2] = ["owner", "assignee"];

/// An answer, its templates compiled.
#[derive(Debug)]
pub(crate) struct ReplyPlan {
    pub(crate) spec: AutoReply,
    /// The names of the templates, by field.
    pub(crate) templates: Vec<(&'static str, String)>,
}

/// Word for our people, its template compiled.
#[derive(Debug)]
pub(crate) struct NoticePlan {
    pub(crate) to: Vec<String>,
    pub(crate) template: Option<String>,
}

/// To whom a message is passed on.
#[derive(Debug)]
pub(crate) struct ForwardPlan {
    pub(crate) to: Vec<String>,
    pub(crate) even_weak: bool,
}

pub(super) fn compile_reply(
    compiler: &mut Compiler<'_>,
    reply: &AutoReply,
    prefix: &str,
    path: &str,
) -> ReplyPlan {
    if reply.text.trim().is_empty() {
        compiler.problem(
            &format!("{path}.text"),
            "the answer says nothing; write a text",
        );
    }
    if reply.once_in < Period(60) {
        compiler.problem(
            &format!("{path}.once_in"),
            "two programs that answer each other would do so all day; write at least 1h",
        );
    }
    if reply.at_most == 0 {
        compiler.problem(&format!("{path}.at_most"), "with 0 nobody is ever answered");
    }
    if let Some(from) = &reply.from
        && !is_address(from)
    {
        let problem = format!("`{from}` is no address");
        compiler.problem(&format!("{path}.from"), problem);
    }
    let given = [
        ("subject", reply.subject.as_deref()),
        ("text", Some(reply.text.as_str())),
    ];
    let given = given
        .into_iter()
        .filter_map(|(field, template)| Some((field, template?)));
    ReplyPlan {
        spec: reply.clone(),
        templates: compile_templates(compiler, given, prefix, path),
    }
}

pub(super) fn compile_notice(
    compiler: &mut Compiler<'_>,
    notify: &Notify,
    prefix: &str,
    path: &str,
) -> NoticePlan {
    let given = notify.text.as_deref().map(|text| ("text", text));
    let templates = compile_templates(compiler, given.into_iter(), prefix, path);
    NoticePlan {
        to: receivers(compiler, &notify.to, &ROLES, path),
        template: templates.into_iter().map(|(_, name)| name).next(),
    }
}

pub(super) fn compile_forward(
    compiler: &mut Compiler<'_>,
    forward: &Forward,
    path: &str,
) -> ForwardPlan {
    ForwardPlan {
        to: receivers(compiler, &forward.to, &[], path),
        even_weak: forward.even_weak,
    }
}

/// The addresses in lower case, each once, and the words that are allowed among them.
fn receivers(
    compiler: &mut Compiler<'_>,
    written: &Texts,
    words: &[&str],
    path: &str,
) -> Vec<String> {
    let mut receivers: Vec<String> = Vec::new();
    for text in written.iter() {
        let receiver = text.trim().to_lowercase();
        if !words.contains(&receiver.as_str()) && !is_address(&receiver) {
            let problem = format!("`{text}` is no address; write for example anna@example.com");
            compiler.problem(path, problem);
        } else if !receivers.contains(&receiver) {
            receivers.push(receiver);
        }
    }
    if receivers.len() > MAX_RECEIVERS {
        let count = receivers.len();
        compiler.problem(
            path,
            format!("{count} receivers, {MAX_RECEIVERS} is the most"),
        );
    }
    if receivers.is_empty() {
        compiler.problem(path, "it is not said to whom; write an address");
    }
    receivers
}

fn is_address(text: &str) -> bool {
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "@,;<>\"()".contains(c);
    let plain = |part: &str| !part.is_empty() && !part.contains(wrong);
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| plain(local) && plain(domain))
}

#[cfg(test)]
#[path = "sending_tests.rs"]
mod tests;
