//! The frame of every page: head, header, what was just done, the page itself.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::places::{self, Place};
use super::prose::prose;
use crate::http::Visitor;

/// No styles of its own making, nothing that is a program in an attribute, no asking elsewhere, no copies of pages kept.
const HTMX: &str = r#"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0}"#;

/// What the frame needs to know.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The page's title.
    pub(super) title: String,
    /// Who looks at it; nothing where nobody is signed in.
    pub(super) reader: Option<Reader>,
    /// Where in the navigation it is.
    pub(super) place: Option<Place>,
    /// What was just done.
    pub(super) said: Option<String>,
    /// Where the browser goes on by itself at once; the page has a link there too.
    pub(super) onward: Option<String>,
}

/// Who looks at a page.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    /// How a person calls them.
    pub(super) name: String,
    /// Whether they see what admins see.
    pub(super) is_admin: bool,
    /// What their forms carry.
    pub(super) form_token: String,
}

impl Reader {
    pub(super) fn of(visitor: &Visitor) -> Self {
        let user = &visitor.session.user;
        let name = if user.name.is_empty() {
            &user.email
        } else {
            &user.name
        };
        Self {
            name: name.clone(),
            is_admin: visitor.is_admin(),
            form_token: visitor.session.form_token(),
        }
    }
}

/// A whole page.
pub(super) fn page(frame: &Frame, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                meta name="htmx-config" content=(HTMX);
                meta name="color-scheme" content="light dark";
                @if let Some(onward) = &frame.onward {
                    meta http-equiv="refresh" content={ "0; url=" (onward) };
                }
                title { (frame.title) " · Mailroom" }
                link rel="icon" href=(assets::icon()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style());
                script src=(assets::script()) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (header(frame.reader.as_ref()))
                @if let Some(reader) = &frame.reader {
                    div.within { (places::ways(reader, frame.place)) (content(frame, body)) }
                } @else {
                    (content(frame, body))
                }
            }
        }
    }
}

fn content(frame: &Frame, body: &Markup) -> Markup {
    html! {
        main #main tabindex="-1" {
            @if let Some(said) = &frame.said {
                p.said role="status" dir="auto" { (prose(said)) }
            }
            (body)
        }
    }
}

fn header(reader: Option<&Reader>) -> Markup {
    html! {
        header.top {
            a.home href="/" { "Mailroom" }
            @if let Some(reader) = reader {
                div.reader {
                    a.name href="/account" { (reader.name) }
                    (button(&Press::new("/sign-out", "Sign out").plain(), reader))
                }
            }
        }
    }
}

/// A button that changes something: a form of its own.
pub(super) struct Press<'a> {
    action: String,
    label: &'a str,
    class: &'static str,
    field: Option<(&'static str, &'static str)>,
}

impl<'a> Press<'a> {
    /// The one thing to do.
    pub(super) fn new(action: impl Into<String>, label: &'a str) -> Self {
        Self {
            action: action.into(),
            label,
            class: "primary",
            field: None,
        }
    }

    /// One thing among others.
    pub(super) fn plain(mut self) -> Self {
        self.class = "plain";
        self
    }

    /// Something that takes away.
    pub(super) fn grave(mut self) -> Self {
        self.class = "grave";
        self
    }

    /// Sends this along.
    pub(super) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.field = Some((name, value));
        self
    }
}

/// Sets the button.
pub(super) fn button(press: &Press<'_>, reader: &Reader) -> Markup {
    html! {
        form.press method="post" action=(press.action) {
            input type="hidden" name="token" value=(reader.form_token);
            @if let Some((name, value)) = press.field {
                input type="hidden" name=(name) value=(value);
            }
            button type="submit" class=(press.class) { (press.label) }
        }
    }
}

/// Lines for a browser that does not fit the field to its text by itself.
fn rows(value: &str) -> usize {
    value.chars().count().div_ceil(70).clamp(1, 6)
}

/// An address that may be broken where it means something.
pub(super) fn address(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split_inclusive(['@', '.']).enumerate() {
            @if place > 0 { wbr; }
            (part)
        }
    }
}

/// A value to be pasted elsewhere, exactly: selectable by hand, with a copy button where scripts run.
pub(super) fn pasted(id: &str, label: &str, value: &str) -> Markup {
    html! {
        div.pasted {
            label for=(id) { (label) }
            div.row {
                textarea #(id) readonly rows=(rows(value)) data-copy=(label) spellcheck="false" autocomplete="off" {
                    // A browser drops one line break after the tag.
                    "\n" (value)
                }
            }
        }
    }
}
