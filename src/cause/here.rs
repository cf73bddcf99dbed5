//! A remedy as the mailbox's own page says it: what is told elsewhere as "on the mailbox's page or with …" is a button
//! there, a little further down.

/// How a mailbox is opened, as far as remedies differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenedBy {
    /// Somebody's sign-in at the provider.
    SignIn,
    /// What the set-up file gives: a password, or a token that somebody else renews.
    SetUp,
    /// The app's own rights.
    App,
}

/// The page on which a remedy is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    /// How the mailbox is opened.
    pub opened_by: OpenedBy,
    /// Whether there is a button to try again.
    pub tries_again: bool,
}

impl Here {
    /// `remedy`, as it is stored for the mailbox with this address, in the words of its page.
    #[must_use]
    pub fn word(self, remedy: &str, address: &str) -> String {
        let mut worded = remedy.to_owned();
        for (elsewhere, sign_in, set_up, app) in PHRASES {
            let here = match self.opened_by {
                OpenedBy::SignIn => sign_in,
                OpenedBy::SetUp => set_up,
                OpenedBy::App => app,
            };
            worded = worded.replace(&elsewhere.replace("ADDRESS", address), here);
        }
        let again = if self.tries_again {
            "press Try again on this page"
        } else {
            "sign in again on this page"
        };
        worded.replace("press Try again or run `mailroom scan` once", again)
    }
}

/// What is said elsewhere; and here, where somebody signs in, where the set-up file gives the credential, where the app
/// has rights of its own. What is part of another phrase stands after it.
const PHRASES: [(&str, &str, &str, &str); 10] = [
    (
        "Press Sign in on the mailbox's page or run `mailroom authorize ADDRESS`; a mailbox that is opened with a password gets it as `password` in the set-up file, then run `mailroom apply`",
        "Press Sign in on this page",
        "Give its password as `password` in the set-up file, then run `mailroom apply`",
        "Press Try again on this page",
    ),
    (
        "sign in again on the mailbox's page or with `mailroom authorize ADDRESS`, with the mailbox's own account; a token that the set-up file gives is renewed there, then run `mailroom apply`",
        "sign in again on this page, with the mailbox's own account",
        "give a new one in the set-up file and run `mailroom apply`",
        "press Try again on this page",
    ),
    (
        "to connect it again, sign in on the mailbox's page or with `mailroom authorize ADDRESS`",
        "to connect it again, sign in on this page",
        "to connect it again, give its credential in the set-up file and run `mailroom apply`",
        "to connect it again, press Try again on this page",
    ),
    (
        "Sign in again on the mailbox's page or with `mailroom authorize ADDRESS`",
        "Sign in again on this page",
        "Press Try again on this page",
        "Press Try again on this page",
    ),
    (
        "sign in again on the mailbox's page or with `mailroom authorize ADDRESS`",
        "sign in again on this page",
        "press Try again on this page",
        "press Try again on this page",
    ),
    (
        "sign in on the mailbox's page or with `mailroom authorize ADDRESS`",
        "sign in on this page",
        "sign in here",
        "press Try again on this page",
    ),
    (
        "signs in again on the mailbox's page",
        "signs in again on this page",
        "signs in again",
        "signs in again",
    ),
    (
        "send them the admin-consent link from the mailbox's page; once they agreed, sign in again",
        "ask for admin consent on this page and send them the link; once they agreed, sign in again",
        "ask for admin consent on this page and send them the link; once they agreed, it is tried again by itself",
        "ask for admin consent on this page and send them the link; once they agreed, it is tried again by itself",
    ),
    (
        "send the admin-consent link from the mailbox's page to its administrator; once they agreed, sign in again",
        "ask for admin consent on this page and send its administrator the link; once they agreed, sign in again",
        "ask for admin consent on this page and send its administrator the link; once they agreed, it is tried again by itself",
        "ask for admin consent on this page and send its administrator the link; once they agreed, it is tried again by itself",
    ),
    (
        "check what the mailbox's page shows for app-only access",
        "check what app-only access needs",
        "check what app-only access needs",
        "check what stands on this page for app-only access",
    ),
];

#[cfg(test)]
#[path = "here_tests.rs"]
mod tests;
