use axum::http::StatusCode;
use entities::users::Role;
use serde_json::json;

use super::super::house::{House, Person};
use crate::store::fixture::{at, mailbox, scanner};
use crate::store::{folder_lists, scanners};

fn form(person: &Person, rest: &str) -> String {
    format!("token={}&{rest}", person.form_token)
}

fn alive(_: &str) -> bool {
    false
}

#[tokio::test]
async fn a_scanner_is_made_of_the_servers_own_folders() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let id = mailbox(store, "info@example.com").await;
    let folders = format!("/mailboxes/{id}/folders");
    assert_eq!(house.press(&anna, &folders).await.location(), folders);
    assert_eq!(house.get_as(&anna, &folders).await.header("refresh"), "2");
    let taken = folder_lists::take(store, "a worker", at(0), alive)
        .await
        .unwrap()
        .unwrap();
    let listed = json!([{"name": "INBOX", "can_be_read": true}, {"name": "Gesendet", "used_for": "Sent", "can_be_read": true}]);
    folder_lists::finish(store, &taken, Ok(listed), at(1))
        .await
        .unwrap();
    let page = house.get_as(&anna, &folders).await.body;
    assert!(
        page.contains("Gesendet") && page.contains("(Sent)"),
        "{page}"
    );
    let begin = format!("/scanners/new?mailbox={id}&folder.1=Gesendet");
    let page = house.get_as(&anna, &begin).await.body;
    assert!(page.contains("value=\"Gesendet\" checked"), "{page}");
    assert!(page.contains("every 5 minutes") && page.contains("presets.bind"));
    let wrong = "name=info&mailbox=info@example.com&folder.0=INBOX&schedule=61+*+*+*+*&time_zone=Europe/Rom&enabled=on&search_fields.contacts.email=on";
    let answer = house.post(&anna, "/scanners", &form(&anna, wrong)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["schedule-why", "time_zone-why"] {
        assert!(answer.body.contains(field), "{field}: {}", answer.body);
    }
    let right = "name=info&mailbox=info@example.com&folder.0=INBOX&folder.1=Gesendet&folders=Old&schedule=*/5+*+*+*+*&time_zone=Europe/Rome&enabled=on&search_fields.contacts.email=on&presets.bind=on&limit_per_scan=500";
    let answer = house.post(&anna, "/scanners", &form(&anna, right)).await;
    let made = scanners::find_by_name(store, "info").await.unwrap();
    let made = made.unwrap_or_else(|| panic!("{}", answer.body));
    assert_eq!(answer.location(), format!("/scanners/{}", made.id));
    assert_eq!(made.folders.0, ["INBOX", "Gesendet", "Old"]);
    assert_eq!(
        (made.presets.0, made.limit_per_scan),
        (vec!["bind".to_owned()], Some(500))
    );
    let page = house
        .get_as(&anna, &format!("/scanners/{}/edit", made.id))
        .await
        .body;
    assert!(
        page.contains("name=\"presets.bind\" checked") && page.contains("value=\"500\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_scanner_is_scanned_paused_and_resumed_in_somebodys_name() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let info = scanner(store, "info").await;
    scanners::set_next_scan(store, info.id, Some(at(3600)))
        .await
        .unwrap();
    let path = format!("/scanners/{}", info.id);
    assert_eq!(
        house.press(&anna, &format!("{path}/scan")).await.location(),
        path
    );
    let row = || async { scanners::by_id(store, info.id).await.unwrap().unwrap() };
    assert_eq!(row().await.next_scan_at, Some(at(0)));
    house.press(&anna, &format!("{path}/pause")).await;
    assert_eq!(row().await.paused_by.as_deref(), Some("anna@example.com"));
    assert!(house.get_as(&anna, &path).await.body.contains("Resume"));
    house.press(&anna, &format!("{path}/resume")).await;
    assert_eq!(row().await.paused_by, None);
    let log = house.get_as(&anna, "/audit?kind=scanner").await.body;
    for what in ["scanner: scan", "scanner: pause", "scanner: resume"] {
        assert!(log.contains(what), "{log}");
    }
    assert!(
        house
            .get_as(&anna, &format!("{path}/remove"))
            .await
            .body
            .contains("How far it has read is forgotten")
    );
    assert_eq!(
        house
            .press(&anna, &format!("{path}/remove"))
            .await
            .location(),
        "/scanners"
    );
    assert_eq!(
        house.get_as(&anna, &path).await.status,
        StatusCode::NOT_FOUND
    );
}

/// Every address of administration, by everybody who may not.
#[tokio::test]
async fn whoever_is_no_admin_sees_and_does_nothing_of_administration() {
    let house = House::new().await;
    let anna = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    scanner(&house.fixture.store, "info").await;
    let shown = [
        "/guide",
        "/mailboxes/new",
        "/mailboxes/1/edit",
        "/mailboxes/1/remove",
        "/mailboxes/1/folders",
        "/scanners",
        "/scanners/new",
        "/scanners/1",
        "/scanners/1/edit",
        "/scanners/1/remove",
        "/servers",
        "/servers/new",
        "/servers/1/edit",
        "/servers/1/remove",
        "/service-keys",
        "/service-keys/new",
        "/lists",
        "/lists/new",
        "/exceptions",
        "/held",
        "/audit",
    ];
    let hidden = [
        "/scans/1",
        "/service-keys/1",
        "/service-keys/1/remove",
        "/lists/1",
        "/lists/1/remove",
    ];
    for path in shown.iter().chain(&hidden) {
        assert_eq!(
            house.get(path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        assert_eq!(
            house.get_as(&lena, path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let wanted = if shown.contains(path) {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(house.get_as(&anna, path).await.status, wanted, "{path}");
    }
    let sent = [
        "/mailboxes",
        "/mailboxes/1/edit",
        "/mailboxes/1/remove",
        "/mailboxes/1/folders",
        "/scanners",
        "/scanners/1/edit",
        "/scanners/1/scan",
        "/scanners/1/pause",
        "/scanners/1/resume",
        "/scanners/1/remove",
        "/servers",
        "/servers/1/edit",
        "/servers/1/remove",
        "/service-keys",
        "/service-keys/1",
        "/service-keys/1/remove",
        "/lists",
        "/lists/1",
        "/lists/1/remove",
        "/exceptions",
        "/held",
    ];
    for path in sent {
        assert_eq!(
            house.press(&lena, path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let forged = house.post(&anna, path, "token=forged&name=x").await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "{path}");
    }
    for page in shown {
        let body = house.get_as(&anna, page).await.body;
        assert!(
            !body.contains(" style=") && !body.contains("<script>"),
            "{page}"
        );
        assert_eq!(body.matches("<h1").count(), 1, "{page}");
    }
}
