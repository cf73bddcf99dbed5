//! Every address that people and probes can ask for.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::{
    State, assets, mailbox_disconnect, mailbox_doctor, mailbox_list, mailbox_press, mailbox_show,
    oauth_callback, probes, problem_page, refusal, server_show, sign_in,
};
use crate::http::{Dressing, dress};

/// Addresses for machines.
const MACHINES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// Those that tell nothing of what is stored.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// All pages.
pub fn router(state: State) -> Router {
    walled(state, Router::new())
}

/// All pages and `more`, inside the same walls.
pub(super) fn walled(state: State, more: Router) -> Router {
    let dressing = Dressing {
        site: Arc::clone(&state.shared.site),
        machines: &MACHINES,
        probes: &PROBES,
        page: problem_page::show,
    };
    let pages = Router::new()
        .route("/", get(mailbox_list::show))
        .route("/mailboxes/{id}", get(mailbox_show::show))
        .route("/mailboxes/{id}/authorize", post(mailbox_press::authorize))
        .route(
            "/mailboxes/{id}/admin-consent",
            post(mailbox_press::admin_consent),
        )
        .route("/mailboxes/{id}/try-again", post(mailbox_press::try_again))
        .route(
            "/mailboxes/{id}/disconnect",
            get(mailbox_disconnect::ask).post(mailbox_disconnect::disconnect),
        )
        .route(
            "/mailboxes/{id}/doctor",
            get(mailbox_doctor::wait).post(mailbox_doctor::ask),
        )
        .route("/servers/{id}", get(server_show::show))
        .route(
            "/servers/{id}/admin-consent",
            post(mailbox_press::admin_consent_of_server),
        )
        .route("/oauth/callback/{key}", get(oauth_callback::sign_in))
        .route(
            "/oauth/callback/{key}/admin-consent",
            get(oauth_callback::admin_consent),
        )
        .route("/authorization/{why}", get(refusal::show))
        .route("/sign-in", get(sign_in::ask).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/healthz", get(probes::alive))
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::measured))
        .route("/assets/{name}", get(assets::give))
        .with_state(state);
    dress(pages.merge(more), dressing)
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
