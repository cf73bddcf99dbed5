use axum::http::StatusCode;

use super::super::house::{House, Person};
use crate::store::{mail_servers, oauth_clients, service_keys};

fn form(person: &Person, rest: &str) -> String {
    format!("token={}&{rest}", person.form_token)
}

#[tokio::test]
async fn a_provider_is_set_up_with_its_secret_and_the_steps_follow() {
    let house = House::called("https://mail.example.com", &[]).await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let key = form(&anna, "name=Main+office&type=oauth&active=on");
    assert_eq!(
        house.post(&anna, "/service-keys", &key).await.location(),
        "/service-keys"
    );
    assert_eq!(
        service_keys::list(store).await.unwrap()[0].callback_path,
        "main-office"
    );
    let page = house.get_as(&anna, "/servers/new?preset=google").await.body;
    assert!(
        page.contains("value=\"google\" selected")
            && page.contains("value=\"Main office\" selected"),
        "{page}"
    );
    let server = "name=Google&preset=google&protocol=imap&tls=implicit&verify_certificate=on&active=on&visible=on\
                  &oauth.client_id=our-client&oauth.client_secret=s3cret-of-ours&oauth.flow=authorization_code\
                  &oauth.service_key=Main+office&oauth.client_secret_expires_on=2027-01-31";
    let answer = house.post(&anna, "/servers", &form(&anna, server)).await;
    let made = mail_servers::find_by_name(store, "Google").await.unwrap();
    let made = made.unwrap_or_else(|| panic!("{}", answer.body));
    assert_eq!(answer.location(), format!("/servers/{}", made.id));
    assert_eq!(made.host, "imap.gmail.com");
    let client = oauth_clients::find(store, made.id).await.unwrap().unwrap();
    assert!(client.secret_sealed.is_some());
    let address = client.redirect_uri.unwrap();
    assert_eq!(
        address,
        "https://mail.example.com/oauth/callback/main-office"
    );
    let page = house
        .get_as(&anna, &format!("/servers/{}", made.id))
        .await
        .body;
    assert!(page.contains(&address) && !page.contains("s3cret-of-ours"));
    let edit = format!("/servers/{}/edit", made.id);
    let page = house.get_as(&anna, &edit).await;
    assert!(!page.body.contains("s3cret-of-ours"));
    let seen = page.value_of("seen");
    let kept = format!("seen={seen}&{}", server.replace("s3cret-of-ours", ""));
    house
        .post(&anna, &edit, &form(&anna, &kept))
        .await
        .location();
    let client = oauth_clients::find(store, made.id).await.unwrap().unwrap();
    assert!(
        client.secret_sealed.is_some(),
        "one that is not typed stays"
    );
    let removal = house
        .press(
            &anna,
            &format!("/service-keys/{}/remove", client.service_key_id.unwrap()),
        )
        .await;
    assert_eq!(removal.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        removal.body.contains("Sign-ins of the mail server"),
        "{}",
        removal.body
    );
}

#[tokio::test]
async fn what_can_not_work_is_explained_before_it_is_kept() {
    let house = House::new().await;
    let anna = house.admin().await;
    let server = "name=Ours&preset=generic&protocol=imap&host=imap.example.com&port=993&tls=starttls&verify_certificate=on";
    let answer = house.post(&anna, "/servers", &form(&anna, server)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer
            .body
            .contains("Port 993 speaks TLS from the first byte"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("value=\"imap.example.com\""),
        "what was typed stays"
    );
}
