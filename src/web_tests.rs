#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use entities::credentials::CredentialKind;
use entities::mailboxes::MailboxKind;
use entities::users::Role;

use super::fixture::{House, Person};
use crate::store::fixture::{at, mailbox};
use crate::store::mailboxes::{self, MailboxFields};
use crate::store::{credentials, lights, mailbox_members, users};

async fn admin(house: &House) -> Person {
    house.person("anna@example.com", Role::Admin).await
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let house = House::called("https://mailroom.test", &[]).await;
    let anna = admin(&house).await;
    for answer in [
        house.get_as(&anna, "/").await,
        house.get("/").await,
        house.get("/nothing").await,
        house.get("/healthz").await,
        house.get("/oauth/callback/key?code=c&state=s").await,
    ] {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000"
        );
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn without_tls_nothing_promises_it() {
    let house = House::new().await;
    let answer = house.get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn no_page_has_anything_inline_that_the_policy_would_stop() {
    let house = House::new().await;
    let anna = admin(&house).await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in [
        "/",
        "/mailboxes/1",
        "/servers/1",
        "/mailboxes/1/disconnect",
        "/nothing",
    ] {
        let page = house.get_as(&anna, path).await.body;
        assert!(
            !page.contains(" style=") && !page.contains("<style"),
            "{path}"
        );
        assert!(
            !page.contains(" onclick=") && !page.contains("<script>"),
            "{path}"
        );
        assert!(
            !page.contains("//cdn") && !page.contains("src=\"http"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn assets_may_be_kept_forever_and_are_named_by_their_bytes() {
    let house = House::new().await;
    let page = house.get("/").await.body;
    let address = page
        .split('"')
        .find(|part| part.starts_with("/assets/mailroom-"))
        .unwrap();
    let style = house.get(address).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(
        style.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.body.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn no_address_leads_out_of_the_assets() {
    let house = House::new().await;
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/secret.key",
        "/assets/mailroom.css",
        "/..%2f",
    ] {
        assert_eq!(
            house.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_link_signs_in_once_and_leaves_the_address() {
    let house = House::called("https://mailroom.test", &[]).await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let answer = house.get(&link).await;
    assert_eq!(answer.location(), "/");
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-mailroom="), "{set}");
    for flag in [
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
        "; Max-Age=604800",
    ] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let again = house.get(&link).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("This sign-in link no longer works"));
    assert!(again.cookie("__Host-mailroom").is_none());
}

#[tokio::test]
async fn without_tls_the_cookie_has_another_name() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let answer = house.get(&house.link(user).await).await;
    let set = answer.header("set-cookie");
    assert!(
        set.starts_with("mailroom=") && !set.contains("Secure"),
        "{set}"
    );
}

#[tokio::test]
async fn a_link_works_for_ten_minutes() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    house.after(TimeDelta::minutes(10));
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_link_is_not_used_up_by_a_preview_or_another_site() {
    let house = House::new().await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let head = house.request("HEAD", &link).body(Body::empty()).unwrap();
    assert!(house.ask(head).await.cookie("mailroom").is_none());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-purpose", "prefetch;prerender"),
    ] {
        let request = house.request("GET", &link).header(name, value);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.cookie("mailroom").is_none(), "{name}: {value}");
        assert!(answer.body.contains(&format!("href=\"{link}\"")));
    }
    let request = house
        .request("GET", &link)
        .header("sec-fetch-site", "same-origin");
    let answer = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let house = House::new().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let user = house.user("anna@example.com", Role::Admin).await;
    let link = house.link(user).await;
    let answer = house.get_as(&lena, &link).await;
    assert_eq!(answer.location(), "/");
    assert_eq!(
        house.get_as(&lena, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_unused_session_ends_after_twelve_hours() {
    let house = House::new().await;
    let anna = admin(&house).await;
    house.after(TimeDelta::hours(11));
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
    house.after(TimeDelta::hours(22));
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
    house.after(TimeDelta::hours(34));
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_session_in_use_ends_after_seven_days() {
    let house = House::new().await;
    let anna = admin(&house).await;
    for hours in (8..7 * 24).step_by(8) {
        house.after(TimeDelta::hours(hours));
        assert_eq!(
            house.get_as(&anna, "/").await.status,
            StatusCode::OK,
            "{hours}"
        );
    }
    house.after(TimeDelta::days(7));
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::called("https://mailroom.test", &[]).await;
    let anna = admin(&house).await;
    let answer = house.press(&anna, "/sign-out").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .header("set-cookie")
            .starts_with("__Host-mailroom=; Path=/; Max-Age=0;")
    );
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_user_who_is_switched_off_is_out_at_once() {
    let house = House::new().await;
    let anna = admin(&house).await;
    let fields = users::UserFields {
        email: "anna@example.com".to_owned(),
        name: String::new(),
        role: Role::Admin,
        active: false,
    };
    users::update(&house.fixture.store, anna.id, fields, at(1))
        .await
        .unwrap();
    assert_eq!(
        house.get_as(&anna, "/").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_made_up_cookie_opens_nothing() {
    let house = House::new().await;
    for cookie in [
        "mailroom=",
        "mailroom=x",
        &format!("mailroom={}", "a".repeat(43)),
        "mailroom=%00",
    ] {
        let request = house.request("GET", "/").header("cookie", cookie);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{cookie}");
        assert!(answer.body.contains("You are not signed in"));
    }
}

const PRESSES: [&str; 6] = [
    "/sign-out",
    "/mailboxes/1/authorize",
    "/mailboxes/1/admin-consent",
    "/mailboxes/1/try-again",
    "/mailboxes/1/disconnect",
    "/servers/1/admin-consent",
];

#[tokio::test]
async fn nothing_is_changed_without_the_token_of_the_session() {
    let house = House::new().await;
    let anna = admin(&house).await;
    let lena = house.person("lena@example.com", Role::Admin).await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in PRESSES {
        for form in [
            "",
            "token=",
            "token=abc",
            &format!("token={}", lena.form_token),
        ] {
            let answer = house.post(&anna, path, form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {form}");
            assert!(answer.body.contains("This form is no longer valid"));
        }
    }
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_changed_for_another_site_even_with_the_token() {
    let house = House::new().await;
    let anna = admin(&house).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "http://mailroom.test:8080"),
        ("origin", "https://mailroom.test"),
    ] {
        for path in PRESSES {
            let request = house
                .request("POST", path)
                .header("cookie", &anna.cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .header(name, value);
            let form = Body::from(format!("token={}", anna.form_token));
            let answer = house.ask(request.body(form).unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{path} {name}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn a_browser_that_says_nothing_is_believed_with_the_token() {
    let house = House::new().await;
    let anna = admin(&house).await;
    let request = house
        .request("POST", "/sign-out")
        .header("cookie", &anna.cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "null");
    let form = Body::from(format!("token={}", anna.form_token));
    assert_eq!(
        house.ask(request.body(form).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn nothing_is_changed_by_loading_a_page() {
    let house = House::new().await;
    let anna = admin(&house).await;
    mailbox(&house.fixture.store, "info@example.com").await;
    for path in PRESSES {
        if path.ends_with("disconnect") {
            continue;
        }
        let answer = house.get_as(&anna, path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn only_our_own_name_is_answered() {
    let house = House::called("https://mailroom.test", &[]).await;
    for host in [
        "evil.test",
        "mailroom.test:8443",
        "mailroom.test.evil.test",
        "localhost:8025",
        "",
    ] {
        let request = Request::builder().uri("/").header("host", host);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(answer.body.contains("Open https://mailroom.test instead"));
        assert!(!answer.body.contains("evil"), "{host}");
    }
    for host in ["mailroom.test", "MAILROOM.test", "mailroom.test:443"] {
        let request = Request::builder().uri("/").header("host", host);
        let answer = house.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{host}");
    }
    let probe = Request::builder()
        .uri("/healthz")
        .header("host", "10.0.0.7:8025");
    assert_eq!(
        house.ask(probe.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_proxy_of_ours_may_call_us_as_it_likes() {
    let house = House::called("https://mailroom.test", &["10.0.0.0/8"])
        .await
        .from("10.1.2.3:5000");
    let request = Request::builder().uri("/").header("host", "127.0.0.1:8025");
    let answer = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let house = House::new().await;
    let anna = admin(&house).await;
    let form = format!("token={}&more={}", anna.form_token, "a".repeat(70_000));
    let answer = house.post(&anna, "/sign-out", &form).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.body.contains("That was too much at once"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_panic_is_a_page_with_a_number_to_quote() {
    let house = House::new().await;
    let answer = house.get("/panics").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("Something went wrong in Mailroom"));
    assert!(answer.body.contains(answer.header("x-request-id")));
    assert!(!answer.body.contains("a test panics"));
}

#[tokio::test]
async fn a_user_sees_their_own_mailboxes_and_no_trace_of_others() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let lena = house.person("lena@example.com", Role::User).await;
    let shared = mailbox(store, "info@example.com").await;
    let hidden = mailbox(store, "board@example.com").await;
    mailbox_members::replace(store, shared, &[lena.id])
        .await
        .unwrap();
    let server = mailboxes::by_id(store, shared)
        .await
        .unwrap()
        .unwrap()
        .mail_server_id;
    let own = mailboxes::insert(
        store,
        MailboxFields {
            address: "lena@example.com".to_owned(),
            login: "lena@example.com".to_owned(),
            mail_server_id: server,
            kind: MailboxKind::Personal,
            owner_id: Some(lena.id),
            active: true,
            aliases: Vec::new(),
            delegates: Vec::new(),
        },
        at(0),
    )
    .await
    .unwrap()
    .id;
    let list = house.get_as(&lena, "/").await.body;
    assert!(list.contains(&format!("/mailboxes/{shared}\"")));
    assert!(list.contains(&format!("/mailboxes/{own}\"")));
    assert!(!list.contains(&format!("/mailboxes/{hidden}\"")) && !list.contains("board"));
    for id in [
        hidden.to_string(),
        "99".to_owned(),
        "x".to_owned(),
        "-1".to_owned(),
    ] {
        for end in ["", "/disconnect"] {
            let answer = house.get_as(&lena, &format!("/mailboxes/{id}{end}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}{end}");
        }
        for press in ["authorize", "try-again", "disconnect", "admin-consent"] {
            let answer = house
                .press(&lena, &format!("/mailboxes/{id}/{press}"))
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id} {press}");
        }
    }
}

#[tokio::test]
async fn a_member_may_not_disconnect_for_all_and_sees_no_servers() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let lena = house.person("lena@example.com", Role::User).await;
    let shared = mailbox(store, "info@example.com").await;
    mailbox_members::replace(store, shared, &[lena.id])
        .await
        .unwrap();
    let path = format!("/mailboxes/{shared}/disconnect");
    assert_eq!(
        house.get_as(&lena, &path).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.press(&lena, &path).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.get_as(&lena, "/servers/1").await.status,
        StatusCode::FORBIDDEN
    );
    let press = house.press(&lena, "/servers/1/admin-consent").await;
    assert_eq!(press.status, StatusCode::FORBIDDEN);
    let page = house
        .get_as(&lena, &format!("/mailboxes/{shared}"))
        .await
        .body;
    assert!(!page.contains("/servers/") && !page.contains("/disconnect"));
}

#[tokio::test]
async fn probes_answer_in_plain_text() {
    let house = House::new().await;
    let alive = house.get("/healthz").await;
    assert_eq!(
        (alive.status, alive.body.as_str()),
        (StatusCode::OK, "alive\n")
    );
    let ready = house.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, "ready\n")
    );
    house.fixture.store.clone().close().await.unwrap();
    let gone = house.get("/readyz").await;
    assert_eq!(gone.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        gone.body
            .starts_with("not ready: the database does not answer"),
        "{}",
        gone.body
    );
    assert_eq!(house.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_measured_is_told_to_neighbours_only() {
    let house = House::new().await;
    let told = house.get("/metrics").await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(told.body.contains("mailroom_build_info"), "{}", told.body);
    assert!(
        told.header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let request = house
        .request("GET", "/metrics")
        .header("x-forwarded-for", "10.0.0.1");
    let answer = house.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NOT_FOUND, "not here\n")
    );
    let house = house.from("203.0.113.9:4000");
    assert_eq!(house.get("/metrics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn trying_again_asks_a_worker_and_says_so() {
    let house = House::new().await;
    let anna = admin(&house).await;
    let id = mailbox(&house.fixture.store, "info@example.com").await;
    let answer = house
        .press(&anna, &format!("/mailboxes/{id}/try-again"))
        .await;
    assert_eq!(answer.location(), format!("/mailboxes/{id}"));
    let light = lights::find(&house.fixture.store, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(light.probe_at, Some(at(0)));
    assert!(answer.cookie("mailroom-said").is_some());
}

#[tokio::test]
async fn disconnecting_forgets_what_opens_the_mailbox() {
    let house = House::new().await;
    let store = &house.fixture.store;
    let anna = admin(&house).await;
    let id = mailbox(store, "info@example.com").await;
    credentials::set_reference(
        store,
        id,
        CredentialKind::Password,
        "${env:PASSWORD}",
        at(0),
    )
    .await
    .unwrap();
    let path = format!("/mailboxes/{id}/disconnect");
    let page = house.get_as(&anna, &path).await.body;
    assert!(page.contains("Disconnect info@example.com?"), "{page}");
    assert!(credentials::find(store, id).await.unwrap().is_some());
    let answer = house.press(&anna, &path).await;
    assert_eq!(answer.location(), format!("/mailboxes/{id}"));
    assert!(credentials::find(store, id).await.unwrap().is_none());
    let page = house.get_as(&anna, answer.location()).await.body;
    assert!(page.contains("The mailbox was disconnected."), "{page}");
}

#[tokio::test]
async fn what_came_back_from_a_provider_never_stays_in_the_address() {
    let house = House::new().await;
    let anna = admin(&house).await;
    for path in [
        "/oauth/callback/key?code=the-code&state=the-state",
        "/oauth/callback/key?error=access_denied&state=the-state",
        "/oauth/callback/key?state=the-state",
        "/oauth/callback/key?code=the-code",
        "/oauth/callback/key",
        "/oauth/callback/key?code=a&code=b&state=s",
        "/oauth/callback/key/admin-consent?admin_consent=True&tenant=t&state=the-state",
    ] {
        for answer in [house.get(path).await, house.get_as(&anna, path).await] {
            let location = answer.location();
            assert!(
                location.starts_with("/authorization/"),
                "{path}: {location}"
            );
            assert!(
                !location.contains("the-") && !answer.body.contains("the-"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_for_nobody_is_not_taken() {
    let house = House::new().await;
    let answer = house.get("/oauth/callback/key?code=c&state=s").await;
    assert_eq!(answer.location(), "/authorization/signed-out");
}
