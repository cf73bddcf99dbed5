use axum::http::StatusCode;
use entities::users::Role;

use super::super::super::house::House;
use super::browser;

#[test]
fn browsers_are_named_as_people_do() {
    let table = [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ];
    for (called, name) in table {
        assert_eq!(browser(called), name);
    }
}

#[tokio::test]
async fn a_session_elsewhere_is_seen_and_ended_and_nobody_elses() {
    let house = House::new().await;
    let anna = house.person("anna@example.com", Role::User).await;
    let phone = house.again(anna.id).await;
    let lena = house.person("lena@example.com", Role::Admin).await;
    let page = house.get_as(&anna, "/account").await;
    assert_eq!(page.body.matches("Sign out there").count(), 1);
    assert!(page.body.contains("this browser"));
    let session = page.value_of("session");
    let form = |person: &super::super::super::house::Person| {
        format!("token={}&session={session}", person.form_token)
    };
    house
        .post(&lena, "/account/sessions/end", &form(&lena))
        .await;
    assert_eq!(house.get_as(&phone, "/").await.status, StatusCode::OK);
    house
        .post(&anna, "/account/sessions/end", &form(&anna))
        .await;
    let ended = house.get_as(&phone, "/").await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    let tablet = house.again(anna.id).await;
    house.press(&anna, "/account/sessions/end-others").await;
    let ended = house.get_as(&tablet, "/").await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get_as(&anna, "/").await.status, StatusCode::OK);
    assert_eq!(house.get_as(&lena, "/").await.status, StatusCode::OK);
}
