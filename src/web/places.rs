//! Where one can go from every page, and who is shown the way. A way that is not shown is not closed by that: each page
//! asks for itself who may see it.

use maud::{Markup, html};

use super::layout::Reader;

/// A place of the navigation, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// How everything does, for admins.
    Overview,
    /// The mailboxes and their lights.
    Mailboxes,
    /// From a mail server to the first scan.
    Guide,
    /// What is read, and when.
    Scanners,
    /// Where mailboxes live.
    Servers,
    /// Callback addresses.
    ServiceKeys,
    /// What rules share.
    Lists,
    /// Messages that could not be dealt with.
    Held,
    /// Who may use Mailroom.
    Users,
    /// Who changed what.
    Audit,
}

/// For everybody.
const WORK: &[Place] = &[Place::Mailboxes];
/// For admins.
const ADMINISTRATION: &[Place] = &[
    Place::Overview,
    Place::Guide,
    Place::Scanners,
    Place::Held,
    Place::Servers,
    Place::ServiceKeys,
    Place::Lists,
    Place::Users,
    Place::Audit,
];

impl Place {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Mailboxes => "/mailboxes",
            Self::Guide => "/guide",
            Self::Scanners => "/scanners",
            Self::Servers => "/servers",
            Self::ServiceKeys => "/service-keys",
            Self::Lists => "/lists",
            Self::Held => "/held",
            Self::Users => "/users",
            Self::Audit => "/audit",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Mailboxes => "Mailboxes",
            Self::Guide => "Guide",
            Self::Scanners => "Scanners",
            Self::Servers => "Mail servers",
            Self::ServiceKeys => "Service keys",
            Self::Lists => "Lists",
            Self::Held => "Held messages",
            Self::Users => "Users",
            Self::Audit => "Audit log",
        }
    }
}

/// The ways, with the place where the reader is.
pub(super) fn ways(reader: &Reader, here: Option<Place>) -> Markup {
    html! {
        nav.ways aria-label="Mailroom" {
            ul { (links(WORK, here)) }
            @if reader.is_admin { ul.admin { (links(ADMINISTRATION, here)) } }
        }
    }
}

fn links(places: &[Place], here: Option<Place>) -> Markup {
    html! {
        @for place in places {
            li { a href=(place.path()) aria-current=[(here == Some(*place)).then_some("page")] { (place.label()) } }
        }
    }
}
