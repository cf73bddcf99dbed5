//! Every address that people and probes can ask for.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::{
    State, account, assets, audit_log, choose_password, first_admin, guide, held, lists, live,
    mailbox_disconnect, mailbox_doctor, mailbox_edit, mailbox_folders, mailbox_list, mailbox_press,
    mailbox_show, oauth_callback, overview, probes, problem_page, refusal, scan_show, scanners,
    server_edit, server_show, service_keys, sign_in, users,
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
        .route("/", get(overview::show))
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
        .route(
            "/first-admin",
            get(first_admin::ask).post(first_admin::arrive),
        )
        .route("/users", get(users::show).post(users::invite))
        .route(
            "/users/{id}",
            get(users::one::show).post(users::one::change),
        )
        .route("/users/{id}/link", post(users::one::make_link))
        .route("/users/{id}/sign-out", post(users::one::sign_out))
        .route(
            "/users/{id}/second-factor/end",
            post(users::one::end_second_factor),
        )
        .route("/users/{id}/remove", post(users::one::remove))
        .route("/oauth/callback/{key}", get(oauth_callback::sign_in))
        .route(
            "/oauth/callback/{key}/admin-consent",
            get(oauth_callback::admin_consent),
        )
        .route("/authorization/{why}", get(refusal::show))
        .route("/sign-in", get(sign_in::ask).post(sign_in::sign_in))
        .route(
            "/sign-in/code",
            get(sign_in::ask_code).post(sign_in::prove_code),
        )
        .route("/sign-in/company", post(sign_in::leave))
        .route("/sign-in/company/callback", get(sign_in::come_back))
        .route(
            "/welcome",
            get(choose_password::welcome).post(choose_password::arrive),
        )
        .route(
            "/new-password",
            get(choose_password::forgotten).post(choose_password::renew),
        )
        .route("/account", get(account::show).post(account::change))
        .route(
            "/account/password",
            get(account::password::ask).post(account::password::change),
        )
        .route(
            "/account/second-factor",
            get(account::second_factor::show).post(account::second_factor::confirm),
        )
        .route(
            "/account/second-factor/begin",
            post(account::second_factor::begin),
        )
        .route(
            "/account/second-factor/codes",
            post(account::second_factor::renew),
        )
        .route(
            "/account/second-factor/end",
            post(account::second_factor::end),
        )
        .route("/account/sessions/end", post(account::sessions::end))
        .route(
            "/account/sessions/end-others",
            post(account::sessions::end_others),
        )
        .route("/live", get(live::listen))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/healthz", get(probes::alive))
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::measured))
        .route("/assets/{name}", get(assets::give))
        .merge(administration())
        .with_state(state);
    dress(pages.merge(more), dressing)
}

/// Where admins set things up and look after them.
fn administration() -> Router<State> {
    Router::new()
        .route("/guide", get(guide::show))
        .route(
            "/mailboxes",
            get(mailbox_list::show).post(mailbox_edit::make),
        )
        .route("/mailboxes/new", get(mailbox_edit::begin))
        .route(
            "/mailboxes/{id}/edit",
            get(mailbox_edit::open).post(mailbox_edit::change),
        )
        .route(
            "/mailboxes/{id}/remove",
            get(mailbox_edit::ask_removal).post(mailbox_edit::remove),
        )
        .route(
            "/mailboxes/{id}/folders",
            get(mailbox_folders::show).post(mailbox_folders::ask),
        )
        .route("/scanners", get(scanners::list).post(scanners::edit::make))
        .route("/scanners/new", get(scanners::edit::begin))
        .route("/scanners/{id}", get(scanners::show))
        .route(
            "/scanners/{id}/edit",
            get(scanners::edit::open).post(scanners::edit::change),
        )
        .route("/scanners/{id}/scan", post(scanners::scan_now))
        .route("/scanners/{id}/pause", post(scanners::pause))
        .route("/scanners/{id}/resume", post(scanners::resume))
        .route(
            "/scanners/{id}/remove",
            get(scanners::ask_removal).post(scanners::remove),
        )
        .route("/scans/{id}", get(scan_show::show))
        .route("/servers", get(server_edit::list).post(server_edit::make))
        .route("/servers/new", get(server_edit::begin))
        .route(
            "/servers/{id}/edit",
            get(server_edit::open).post(server_edit::change),
        )
        .route(
            "/servers/{id}/remove",
            get(server_edit::ask_removal).post(server_edit::remove),
        )
        .route(
            "/service-keys",
            get(service_keys::list).post(service_keys::make),
        )
        .route("/service-keys/new", get(service_keys::begin))
        .route(
            "/service-keys/{id}",
            get(service_keys::open).post(service_keys::change),
        )
        .route(
            "/service-keys/{id}/remove",
            get(service_keys::ask_removal).post(service_keys::remove),
        )
        .route("/lists", get(lists::list).post(lists::make))
        .route("/lists/new", get(lists::begin))
        .route("/lists/{id}", get(lists::open).post(lists::change))
        .route(
            "/lists/{id}/remove",
            get(lists::ask_removal).post(lists::remove),
        )
        .route(
            "/exceptions",
            get(lists::open_exceptions).post(lists::change_exceptions),
        )
        .route("/held", get(held::list).post(held::act))
        .route("/audit", get(audit_log::list))
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
