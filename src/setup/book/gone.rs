//! What a book of rules speaks of that is not there: scanners, mailboxes, lists, people. Such rules decide all the same;
//! what they ask of somebody who is gone is not done.

use std::collections::BTreeSet;

use rules::{ActionSpec, Condition, Fact, Members, Owner, Rule, RuleBook, Shared, Texts};

use crate::domains;
use crate::setup::stored::Stored;

/// One sentence for each, rule by rule.
pub(super) fn gone(book: &RuleBook, stored: &Stored) -> Vec<String> {
    let has_exceptions = book.shared.exceptions.scanners.keys();
    let mut warnings: Vec<String> = has_exceptions
        .filter(|name| !stored.scanners.contains_key(*name))
        .map(|name| format!("The scanner \"{name}\" is gone; its exceptions don't come back"))
        .collect();
    for rule in &book.rules {
        let missing = missing(rule, &book.shared, stored).into_iter();
        warnings.extend(missing.map(|what| format!("The rule \"{}\" {what}", rule.name)));
    }
    warnings
}

/// What of it one rule names, each as the end of a sentence.
fn missing(rule: &Rule, shared: &Shared, stored: &Stored) -> Vec<String> {
    let mut named = Named::default();
    for action in &rule.then {
        named.of_action(action, shared);
    }
    named.of_condition(&rule.when);
    let no_user = |email: &String| !stored.users.contains_key(email);
    let no_mailbox = |address: &String| !stored.mailboxes.contains_key(address);
    let is_alias = |address: &String| {
        let mut mailboxes = stored.mailboxes.values();
        mailboxes.any(|row| row.item.aliases.contains(address))
    };
    let not_ours = |address: &String| no_mailbox(address) && !is_alias(address);
    let ours: BTreeSet<&str> = stored
        .users
        .keys()
        .chain(stored.mailboxes.keys())
        .filter_map(|address| domain(address))
        .filter(|domain| !domains::is_free_mail(domain))
        .collect();
    let unknown_here = |address: &String| {
        no_user(address)
            && not_ours(address)
            && domain(address).is_some_and(|domain| ours.contains(domain))
    };
    let scanners = rule.scanners.iter();
    let scanners = scanners.filter(|name| !stored.scanners.contains_key(*name));
    let mut told: Vec<String> = scanners
        .map(|name| format!("is for the scanner \"{name}\", which is gone"))
        .collect();
    let lists = rule.list_names().into_iter();
    let lists = lists.filter(|name| !shared.lists.contains_key(*name));
    told.extend(lists.map(|name| format!("looks in the list \"{name}\", which is gone")));
    let mut add = |all: BTreeSet<String>, gone: &dyn Fn(&String) -> bool, words: [&str; 2]| {
        let [does, who] = words;
        let missing = all.into_iter().filter(gone);
        told.extend(missing.map(|address| format!("{does} {address}, {who}")));
    };
    let (user, mailbox) = ("who is no user", "which is no mailbox");
    add(named.owners, &no_user, ["names the owner", user]);
    add(named.assignees, &no_user, ["assigns to", user]);
    add(named.told, &no_user, ["notifies", user]);
    let neither = "which is at a domain of ours and neither a user nor a mailbox";
    add(named.passed_on, &unknown_here, ["forwards to", neither]);
    add(named.answers_from, &not_ours, ["answers from", mailbox]);
    add(
        named.mailboxes,
        &no_mailbox,
        ["asks for the mailbox", mailbox],
    );
    told
}

/// The addresses that a rule names, in lower case; what a template tells is left out.
#[derive(Default)]
struct Named {
    owners: BTreeSet<String>,
    assignees: BTreeSet<String>,
    told: BTreeSet<String>,
    passed_on: BTreeSet<String>,
    answers_from: BTreeSet<String>,
    mailboxes: BTreeSet<String>,
}

impl Named {
    fn of_action(&mut self, action: &ActionSpec, shared: &Shared) {
        let owners = |owner: &Option<Owner>| {
            owner
                .iter()
                .flat_map(|one| people(one, shared))
                .collect::<Vec<_>>()
        };
        match action {
            ActionSpec::CreateLead(lead) => self.owners.extend(owners(&lead.owner)),
            ActionSpec::CreateTicket(ticket) => self.owners.extend(owners(&ticket.owner)),
            ActionSpec::CreateOrganization(made) => self.owners.extend(owners(&made.owner)),
            ActionSpec::CreateContact(contact) => self.owners.extend(owners(&contact.owner)),
            ActionSpec::Assign(owner) => self.assignees.extend(people(owner, shared)),
            ActionSpec::Notify(notify) => self.told.extend(addresses(notify.to.iter())),
            ActionSpec::Forward(forward) => self.passed_on.extend(addresses(forward.to.iter())),
            ActionSpec::AutoReply(reply) => {
                self.answers_from.extend(addresses(reply.from.as_deref()));
            }
            _ => {}
        }
    }

    /// The mailboxes that a condition asks for as a whole.
    fn of_condition(&mut self, when: &Condition) {
        match when {
            Condition::All(members) | Condition::Any(members) => {
                for member in members {
                    self.of_condition(member);
                }
            }
            Condition::Not(member) => self.of_condition(member),
            Condition::Test(test) if test.fact == Fact::Mailbox => {
                let whole = |operator: &&rules::Operator| matches!(operator.name(), "is" | "in");
                let operators = test.operators.iter().filter(whole);
                let texts = operators.filter_map(rules::Operator::texts);
                self.mailboxes
                    .extend(addresses(texts.flat_map(Texts::iter)));
            }
            Condition::Always | Condition::Test(_) => {}
        }
    }
}

/// Everybody who may be chosen, the members of lists too.
fn people(owner: &Owner, shared: &Shared) -> Vec<String> {
    let choose = match owner {
        Owner::Named(template) => return addresses([template.as_str()]).collect(),
        Owner::Chosen(choose) => choose,
    };
    let mut found: Vec<String> = addresses(choose.otherwise.as_deref()).collect();
    for members in [&choose.round_robin, &choose.least_busy] {
        match members {
            Some(Members::People(people)) => found.extend(addresses(people.iter())),
            Some(Members::Lists(names)) => {
                let lists = names.iter().filter_map(|name| shared.lists.get(name));
                found.extend(addresses(lists.flat_map(Texts::iter)));
            }
            None => {}
        }
    }
    found
}

/// Those texts that are addresses, and neither templates nor words that stand for somebody.
fn addresses<'t>(texts: impl IntoIterator<Item = &'t str>) -> impl Iterator<Item = String> {
    let plain = |text: &&str| text.contains('@') && !text.contains('{');
    let texts = texts.into_iter().filter(plain);
    texts.map(|text| text.trim().to_lowercase())
}

fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}
