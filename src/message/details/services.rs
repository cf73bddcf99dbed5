//! Which program reports a form: told by its headers, its sender, or a sentence of its own.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rules::{Address, MessageFacts};

use super::super::folded::folded;
use super::super::kind_signs::is_nobody;

/// Name, header it sets, domains that its programs send from, what its mail or its subject says.
struct Service {
    name: &'static str,
    header: &'static str,
    domains: &'static [&'static str],
    says: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service {
        name: "Contact Form 7",
        header: "x-wpcf7-content-type",
        domains: &[],
        says: &[
            "this e-mail was sent from a contact form on",
            "this is a notification that a contact form was submitted on",
            "questa e-mail e stata inviata da un modulo di contatto",
            "questa e-mail e stata inviata dal modulo di contatto",
            "ta wiadomosc zostala wyslana przez formularz kontaktowy",
            "este e-mail foi enviado de um formulario de contacto",
            "este e-mail foi enviado de um formulario de contato",
            "acest e-mail a fost trimis dintr-un formular de contact",
            "diese e-mail wurde von einem kontaktformular",
            "cet e-mail a ete envoye via le formulaire de contact",
            "este mensaje se ha enviado desde un formulario de contacto",
        ],
    },
    Service {
        name: "WPForms",
        header: "x-wpforms",
        domains: &[],
        says: &["sent with wpforms", "wpforms", "new entry: "],
    },
    Service {
        name: "Gravity Forms",
        header: "",
        domains: &[],
        says: &["gravity forms"],
    },
    Service {
        name: "Ninja Forms",
        header: "",
        domains: &[],
        says: &["ninja forms"],
    },
    Service {
        name: "Elementor",
        header: "",
        domains: &[],
        says: &[
            "powered by: elementor",
            "powered by elementor",
            "new message from \"",
        ],
    },
    Service {
        name: "Formidable Forms",
        header: "",
        domains: &[],
        says: &["formidable forms", "form submitted on"],
    },
    Service {
        name: "Fluent Forms",
        header: "",
        domains: &[],
        says: &["fluent forms", "fluentform"],
    },
    Service {
        name: "Typeform",
        header: "",
        domains: &["typeform.com"],
        says: &[
            "your typeform",
            "typeform:",
            "typeform :",
            "votre typeform",
            "il tuo typeform",
            "tu typeform",
            "seu typeform",
            "dein typeform",
            "ihr typeform",
            "twoj typeform",
        ],
    },
    Service {
        name: "Jotform",
        header: "",
        domains: &["jotform.com", "jotform.net"],
        says: &["jotform"],
    },
    Service {
        name: "Google Forms",
        header: "",
        domains: &[],
        says: &[
            "create your own google form",
            "google forms",
            "crea tu propio formulario",
            "crea il tuo modulo google",
            "crie seu proprio formulario google",
            "creez votre propre formulaire google",
            "eigenes google-formular erstellen",
        ],
    },
    Service {
        name: "HubSpot",
        header: "",
        domains: &["hubspot.com"],
        says: &["view in hubspot", "hubspot"],
    },
    Service {
        name: "Webflow",
        header: "",
        domains: &["webflow.com", "webforms.io"],
        says: &[
            "you've just received a new submission to your",
            "you just got a form submission",
        ],
    },
    Service {
        name: "Wix",
        header: "",
        domains: &[
            "wix.com",
            "wixforms.com",
            "ascendbywix.com",
            "wix-forms.com",
        ],
        says: &["wix forms", "via your wix site"],
    },
    Service {
        name: "Squarespace",
        header: "",
        domains: &["squarespace.info", "squarespace.com"],
        says: &["sent via form submission from", "(sent via "],
    },
    Service {
        name: "Shopify",
        header: "",
        domains: &["shopify.com"],
        says: &["you received a new message from your online store's contact form"],
    },
    Service {
        name: "Formspree",
        header: "",
        domains: &["formspree.io"],
        says: &["formspree"],
    },
    Service {
        name: "Netlify",
        header: "",
        domains: &["netlify.com"],
        says: &["netlify"],
    },
    Service {
        name: "Tally",
        header: "",
        domains: &["tally.so"],
        says: &["new tally form submission"],
    },
];
/// Local parts, without what divides their words, from which services report, beside those that belong to nobody. People work
/// at these companies too, and write from the same domains.
const PROGRAMS: [&str; 6] = [
    "form",
    "forms",
    "formresponses",
    "formsubmission",
    "formsubmissions",
    "submissions",
];
/// Google reports over an address of its own.
const GOOGLE: &str = "forms-receipts-noreply@google.com";
/// Lines that no form has as a field, and that end one.
const FOOTERS: &[&str] = &[
    "user information",
    "view contact in",
    "entry details",
    "sent from ",
    "sent via ",
    "powered by",
    "this email was built",
    "this e-mail was sent",
    "this message was sent",
    "view entry",
    "manage submissions",
    "to reply to this",
    "you can reply",
    "view response",
    "log in to view",
    "unsubscribe",
    "inviato da",
    "inviato dal",
    "edit this form",
    "questo messaggio e stato inviato",
    "reply directly",
];
/// How much of a sentence is enough to be its own: a customer may write of a program too.
const MIN_SENTENCE: usize = 12;
/// Longer lines are paragraphs of somebody who writes of one.
const MAX_SENTENCE: usize = 200;

/// Whether an address is one that such a service reports from: nobody else has it.
pub(in super::super) fn is_sender(from: &Address) -> bool {
    from.email == GOOGLE || SERVICES.iter().any(|service| service.sends_from(from))
}

impl Service {
    fn sends_from(&self, from: &Address) -> bool {
        let at_home = |known: &&str| {
            from.domain()
                .strip_suffix(*known)
                .is_some_and(|above| above.is_empty() || above.ends_with('.'))
        };
        self.domains.iter().any(at_home) && is_program(&from.email)
    }
}

fn is_program(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let plain: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    is_nobody(local) || PROGRAMS.contains(&plain.as_str())
}

/// The program's name, if it can be told.
pub(super) fn of(facts: &MessageFacts, text: &str) -> Option<&'static str> {
    let from = facts.from.first();
    let is_from = |service: &&Service| from.is_some_and(|from| service.sends_from(from));
    let has_header =
        |service: &&Service| !service.header.is_empty() && facts.header(service.header).is_some();
    if let Some(service) = SERVICES
        .iter()
        .find(|service| has_header(service) || is_from(service))
    {
        return Some(service.name);
    }
    if facts.from.iter().any(|from| from.email == GOOGLE) {
        return Some("Google Forms");
    }
    let edges = std::iter::once(facts.subject.as_str()).chain(edge_lines(text));
    let says = edges.filter_map(|line| SENTENCES.as_ref()?.said_in(&folded(line)));
    let first = says.min()?;
    SERVICES.get(first).map(|service| service.name)
}

/// All that the programs say, found in one look at a line.
struct Sentences {
    searcher: AhoCorasick,
    /// Whose each is, by their places in the table.
    of: Vec<usize>,
}

static SENTENCES: LazyLock<Option<Sentences>> = LazyLock::new(|| {
    let all = SERVICES.iter().enumerate();
    let all = all.flat_map(|(place, service)| service.says.iter().map(move |says| (place, *says)));
    let (of, sentences): (Vec<usize>, Vec<&str>) = all.unzip();
    let searcher = AhoCorasick::new(sentences).ok()?;
    Some(Sentences { searcher, of })
});

impl Sentences {
    /// The first of the programs that speak in a line: at its beginning, or anywhere with a whole sentence of their own.
    fn said_in(&self, line: &str) -> Option<usize> {
        let hits = self.searcher.find_overlapping_iter(line);
        let spoken = hits.filter(|hit| {
            hit.start() == 0 || hit.len() >= MIN_SENTENCE && line.len() < MAX_SENTENCE
        });
        spoken
            .filter_map(|hit| self.of.get(hit.pattern().as_usize()).copied())
            .min()
    }
}

/// The first and the last lines, where programs speak for themselves.
fn edge_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = || {
        text.lines()
            .take(2_000)
            .filter(|line| !line.trim().is_empty())
    };
    let count = lines().count();
    lines()
        .enumerate()
        .filter(move |(at, _)| *at < 4 || at + 8 >= count)
        .map(|(_, line)| line)
}

/// Whether a line is a program's own below the fields of its form.
pub(super) fn is_footer(folded: &str) -> bool {
    FOOTERS.iter().any(|words| folded.starts_with(words))
        || SERVICES
            .iter()
            .any(|service| service.says.iter().any(|words| folded.starts_with(words)))
}
