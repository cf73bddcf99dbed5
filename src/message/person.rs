//! Who a message is really from, and what it says of that person: forms report what somebody else typed, colleagues pass
//! on what somebody else wrote.

use rules::{
    Address, Author, Authorless, Conversation, DetailName, Details, Form, Identified, MessageFacts,
    Role,
};

use super::Own;
use super::circle;
use super::details;
use super::folded::folded;
use super::html_text::text_of_html;
use super::kind_signs::is_nobody;
use super::parts::Tree;
use super::passed_on::Passed;
use super::split::{Split, addresses_in};
use crate::domains;

/// Local parts of web sites that send mail, without what divides their words.
const SITES: &[&str] = &[
    "wordpress",
    "www",
    "wwwdata",
    "apache",
    "nginx",
    "web",
    "website",
    "webform",
    "webforms",
    "webmaster",
    "websites",
    "form",
    "forms",
    "formular",
    "formularz",
    "formulario",
    "formulaire",
    "modulo",
    "moduli",
    "contactform",
    "kontaktformular",
    "formularzkontaktowy",
    "sito",
    "sitoweb",
    "site",
    "siteweb",
    "shop",
    "joomla",
    "drupal",
    "lead",
    "leads",
    "landing",
    "landingpage",
    "notify",
    "notifica",
    "notifiche",
    "notificacao",
    "notificacoes",
    "notificacion",
    "notificaciones",
    "notificare",
    "notificari",
    "powiadomienie",
    "powiadomienia",
    "benachrichtigung",
    "benachrichtigungen",
];
/// Names are words of as many letters or more.
const MIN_NAME: usize = 3;
/// The same within an address, where nothing divides them: `zoeneri@`.
const MIN_WITHIN: usize = 4;
/// Headers that programs of web sites set, and not people's.
const SITE_HEADERS: &[&str] = &[
    "x-php-originating-script",
    "x-php-script",
    "x-wpcf7-content-type",
];

/// Web mail through which people write from a host of sites: Roundcube, which such headers call `rcube.php`.
const WEBMAIL: &str = "rcube";

/// What a message is made of, as far as it tells of its author.
pub(super) struct Said<'a> {
    pub(super) split: &'a Split,
    pub(super) passed: &'a [Passed],
    pub(super) tree: &'a Tree<'a>,
    pub(super) html: Option<&'a str>,
}

/// Fills in the author and the details.
pub(super) fn tell(facts: &mut MessageFacts, said: &Said<'_>, own: &Own) {
    // A report gives back what we sent ourselves.
    if said.tree.content_type.value == "multipart/report" {
        return;
    }
    let ours = facts
        .from
        .first()
        .is_some_and(|from| own.is_colleague(&from.email));
    let form = form_of(facts, said, ours);
    let filled_in = form
        .as_ref()
        .and_then(|form| filled_in_by(form, facts, own));
    let believed = is_believed(facts, own);
    let passed = said.passed.iter().filter(|_| ours).find(|passed| {
        let from = passed.facts.from.as_ref();
        from.is_some_and(|from| !own.is_colleague(&from.email))
    });
    let looks_reported = is_site(facts)
        || form.as_ref().is_some_and(|form| form.service.is_some())
        || is_report_of(filled_in.as_ref(), facts, form.as_ref(), ours);
    facts.named = filled_in.clone().filter(|_| looks_reported && !believed);
    let by_form = filled_in.filter(|_| believed).map(|address| Author {
        address,
        role: Role::Form,
    });
    facts.author = by_form.or_else(|| passed.and_then(author_of_passed));
    facts.authorless = form
        .as_ref()
        .filter(|form| facts.author.is_none() && is_sent_by_program(facts, form, own))
        .map(|_| {
            if believed {
                Authorless::NamesNobody
            } else {
                Authorless::NotBelieved
            }
        });
    facts.details = details_of(facts, said, form, passed, ours);
}

/// Whether it comes from where our forms come from: everything else in a message can be written by anybody.
pub(super) fn is_believed(facts: &MessageFacts, own: &Own) -> bool {
    let from = facts.from.first();
    // A form that goes round was reported already.
    circle::sign(facts, own).is_none()
        && facts.authentication.identity() != Identified::Weak
        && from.is_some_and(|from| own.has_forms_of(&from.email) || details::is_form_service(from))
}

fn form_of(facts: &MessageFacts, said: &Said<'_>, ours: bool) -> Option<Form> {
    if ours && facts.conversation == Conversation::Forward {
        return said
            .passed
            .iter()
            .find_map(|passed| details::form_in(facts, &passed.text));
    }
    if facts.conversation != Conversation::New {
        return None;
    }
    details::form_in(facts, &facts.text).or_else(|| {
        // The plain text of a table may have lost what divides its cells.
        let html = said.html.filter(|_| ours || is_site(facts))?;
        details::form_in(facts, &text_of_html(html))
    })
}

/// Whether a program of a web site sent it.
fn is_site(facts: &MessageFacts) -> bool {
    let site = |email: &str| {
        let local = email.split('@').next().unwrap_or_default();
        let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
        is_nobody(local) || SITES.contains(&letters.as_str())
    };
    facts.from.iter().any(|from| site(&from.email))
        || SITE_HEADERS
            .iter()
            .filter_map(|name| facts.header(name))
            .any(|script| !script.contains(WEBMAIL))
        || facts
            .header("x-mailer")
            .is_some_and(|mailer| mailer.starts_with("PHPMailer"))
}

/// Whether mail is nothing but what somebody else typed. A person who answers to several addresses fills in forms of
/// orders, too: such a one has the name that is typed, or an address where that person's is.
fn is_report_of(
    typed: Option<&Address>,
    facts: &MessageFacts,
    form: Option<&Form>,
    ours: bool,
) -> bool {
    let (Some(typed), Some(form), Some(from)) = (typed, form, facts.from.first()) else {
        return false;
    };
    let free_mail = domains::is_free_mail(from.domain());
    !ours
        && from.email != typed.email
        && !is_same_person(from, typed)
        && details::is_all_of_form(&facts.text, form, free_mail)
}

fn is_same_person(from: &Address, typed: &Address) -> bool {
    let local = from.email.split('@').next().unwrap_or_default();
    let at = |address: &Address| domains::site(address.domain()).map(str::to_owned);
    let own_name = words_of(&from.name);
    let own_address = words_of(local);
    let whole: String = own_address.concat();
    let mut called = words_of(&typed.name).into_iter();
    at(from).is_some_and(|site| at(typed) == Some(site))
        || called.any(|word| {
            own_name.contains(&word)
                || own_address.contains(&word)
                || word.chars().count() >= MIN_WITHIN && whole.contains(&word)
        })
}

fn words_of(name: &str) -> Vec<String> {
    let words = folded(name);
    words
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().count() >= MIN_NAME)
        .map(str::to_owned)
        .collect()
}

/// Whether the sender of mail with a form is the program that reports it. Many write with the address of whoever filled it
/// in, in From or in Reply-To.
fn is_sent_by_program(facts: &MessageFacts, form: &Form, own: &Own) -> bool {
    let (Some(from), Some(sender)) = (facts.from.first(), facts.sender()) else {
        return false;
    };
    let reports = facts.named.is_some()
        || is_site(facts)
        || own.has_forms_of(&from.email) && !own.is_colleague(&from.email)
        || details::is_form_service(from);
    let local = sender.email.split('@').next().unwrap_or_default();
    let program = sender.email == from.email || is_nobody(local);
    let known = details::of_form(form);
    let typed = known
        .iter()
        .find(|detail| detail.name == DetailName::Email)
        .is_some_and(|typed| typed.value == sender.email);
    reports && program && !typed
}

/// Who filled in a form, where that is neither known without it nor one of us.
fn filled_in_by(form: &Form, facts: &MessageFacts, own: &Own) -> Option<Address> {
    let known = Details {
        form: None,
        known: details::of_form(form),
    };
    let mut address = addresses_in(known.get(DetailName::Email, 0)?)
        .into_iter()
        .next()?;
    let told = facts.reply_to.first().or(facts.from.first());
    let same = told.is_some_and(|told| told.email == address.email);
    // What we send out ourselves may look like a form, too.
    let mut receivers = facts
        .to
        .iter()
        .chain(&facts.cc)
        .chain(&facts.bcc)
        .peekable();
    let goes_out = receivers.peek().is_some() && !receivers.any(|to| own.is_colleague(&to.email));
    let ours = facts
        .from
        .first()
        .is_some_and(|from| own.is_colleague(&from.email));
    if same || own.is_colleague(&address.email) || ours && goes_out {
        return None;
    }
    address.name = name_of(&known);
    Some(address)
}

fn name_of(known: &Details) -> String {
    use DetailName::{FirstName, LastName, Name};
    let whole = known.get(Name, 0).map(str::to_owned);
    whole.unwrap_or_else(|| {
        let names = [FirstName, LastName]
            .into_iter()
            .filter_map(|name| known.get(name, 0));
        names.collect::<Vec<_>>().join(" ")
    })
}

fn author_of_passed(passed: &Passed) -> Option<Author> {
    Some(Author {
        address: passed.facts.from.clone()?,
        role: Role::PassedOn,
    })
}

fn details_of(
    facts: &MessageFacts,
    said: &Said<'_>,
    form: Option<Form>,
    passed: Option<&Passed>,
    ours: bool,
) -> Details {
    let sender = facts.sender();
    let mut known = form.as_ref().map(details::of_form).unwrap_or_default();
    if form.is_none() && (!ours || passed.is_some()) {
        known.extend(details::of_cards(said.tree, sender));
        let split = passed.map_or(said.split, |passed| &passed.split);
        known.extend(details::of_signature(split, sender));
        let number = |name| known.iter().any(|detail| detail.name == name);
        if !number(DetailName::Phone) && !number(DetailName::Mobile) {
            known.extend(details::of_text(split));
        }
    }
    Details {
        form,
        known: details::sorted(known),
    }
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;
