//! Pages between us and a provider.
//!
//! A form whose answer redirects to another site is stopped by `form-action 'self'`, and Chromium looks at every
//! redirect that follows too, at addresses nobody can list beforehand. So the answer is a page that goes on by itself.

use maud::{Markup, html};
use url::Url;

use super::layout::{Frame, Reader, page, pasted};

/// Goes to the provider at once; the link is for browsers that were told not to.
pub(super) fn to_provider(reader: Reader, provider: &str, address: &Url) -> Markup {
    let frame = Frame {
        title: format!("On to {provider}"),
        reader: Some(reader),
        onward: Some(address.to_string()),
        ..Frame::default()
    };
    page(
        &frame,
        &html! {
            article.narrow {
                h1 { "On to " (provider) }
                p.lead { "Sign in there with the account of the mailbox and agree. Then you come back here by yourself." }
                p { a.button.primary href=(address) rel="noreferrer" { "Go on to " (provider) } }
            }
        },
    )
}

/// The link for an administrator at the provider, who often is somebody else.
pub(super) fn to_administrator(reader: Reader, back: &str, address: &Url) -> Markup {
    let frame = Frame {
        title: "Admin consent".to_owned(),
        reader: Some(reader),
        ..Frame::default()
    };
    page(
        &frame,
        &html! {
            p.back { a href=(back) { "Back" } }
            h1 { "Admin consent" }
            p.lead { "An administrator of the organization opens this link, signs in and agrees once for everybody." }
            (pasted("admin-consent", "Admin-consent link", address.as_str()))
            p { "Send it to them, or open it yourself if you are that administrator." }
            p { a.button.primary href=(address) rel="noreferrer" { "Open it myself" } }
            p.quiet { "Mailboxes that waited for it are tried by themselves once they have agreed; whoever has not signed in yet does so on the mailbox's page." }
        },
    )
}
