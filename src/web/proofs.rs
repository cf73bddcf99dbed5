//! What a green light rests on: five proofs, each of which needs the ones before it.

use entities::lights::LightState;
use maud::{Markup, html};

use super::light::Light;
use crate::cause::Cause;

/// What is proved, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    Token,
    Scope,
    Identity,
    SignIn,
    Inbox,
}

/// How a proof stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Held,
    Failed,
    NotReached,
    NotNeeded,
    /// The provider says nothing of it, and what proves it instead is a later proof.
    NotTold,
}

/// How a mailbox is opened, as far as proofs differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// With a password, or a token that somebody else renews.
    Given,
    /// With what its owner granted.
    Granted,
    /// With rights of the app itself.
    AppOnly,
}

const ALL: [Proof; 5] = [
    Proof::Token,
    Proof::Scope,
    Proof::Identity,
    Proof::SignIn,
    Proof::Inbox,
];

/// Each proof and how it stands. `identity_told`: whether the provider told whose account signed in, in a way that can be
/// checked.
pub(super) fn standings(
    light: &Light,
    opening: Opening,
    identity_told: bool,
) -> [(Proof, Standing); 5] {
    let needed: &[Proof] = match opening {
        Opening::Given => &[Proof::SignIn, Proof::Inbox],
        Opening::Granted => &ALL,
        Opening::AppOnly => &[Proof::Token, Proof::SignIn, Proof::Inbox],
    };
    let failed = match (light.state, light.cause()) {
        (LightState::Red, Some(cause)) => {
            let first = needed
                .iter()
                .copied()
                .find(|proof| *proof >= failing(cause));
            first.or(Some(Proof::Inbox))
        }
        _ => None,
    };
    ALL.map(|proof| {
        let standing = match (light.state, failed) {
            _ if !needed.contains(&proof) => Standing::NotNeeded,
            (LightState::Green, _) => Standing::Held,
            (LightState::Red, Some(failed)) if proof < failed => Standing::Held,
            (LightState::Red, Some(failed)) if proof == failed => Standing::Failed,
            _ => Standing::NotReached,
        };
        match (proof, standing) {
            (Proof::Identity, Standing::Held) if !identity_told => (proof, Standing::NotTold),
            as_it_is => as_it_is,
        }
    })
}

/// The proof that a cause says is missing.
fn failing(cause: Cause) -> Proof {
    match cause {
        Cause::ScopeMissing => Proof::Scope,
        Cause::WrongAccount => Proof::Identity,
        Cause::PasswordRefused
        | Cause::AccessTokenRefused
        | Cause::TooManyAttempts
        | Cause::ProviderAsksForAction
        | Cause::AdministratorMustAct
        | Cause::SignInNotOffered => Proof::SignIn,
        // A server without POP3 for an account says so at sign-in; the token and whose it is were proved before.
        Cause::MailboxNotReachableForUser | Cause::ImapDisabled | Cause::Pop3Disabled => {
            Proof::Inbox
        }
        _ => Proof::Token,
    }
}

/// The list on the mailbox's page.
pub(super) fn list(light: &Light, opening: Opening, identity_told: bool) -> Markup {
    html! {
        ol.proofs {
            @for (proof, standing) in standings(light, opening, identity_told) {
                li.(class(standing)) {
                    span.standing { (word(standing)) }
                    span { (label(proof, standing)) }
                }
            }
        }
    }
}

fn label(proof: Proof, standing: Standing) -> &'static str {
    match proof {
        _ if standing == Standing::NotTold => {
            "The provider does not say which account signed in. That it is the right one is proved when the mail server lets it into this mailbox."
        }
        Proof::Token => "The provider gives an access token.",
        Proof::Scope => "The permission to read mail was granted.",
        Proof::Identity => "The account that signed in fits the mailbox.",
        Proof::SignIn => "The mail server takes the sign-in.",
        Proof::Inbox => "The inbox opens.",
    }
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "✓ Proved",
        Standing::Failed => "✗ Missing",
        Standing::NotReached => "– Not reached",
        Standing::NotNeeded => "– Not needed",
        Standing::NotTold => "– Not told",
    }
}

fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "held",
        Standing::Failed => "failed",
        Standing::NotReached | Standing::NotNeeded | Standing::NotTold => "open",
    }
}

#[cfg(test)]
#[path = "proofs_tests.rs"]
mod tests;
