use chrono::TimeDelta;
use entities::lights::LightState;
use entities::scan_days as days;
use entities::users::Role;

use super::super::house::House;
use super::chart;
use crate::store::fixture::{at, scanner};
use crate::store::lights::{self, Showing};
use crate::store::scan_days;

#[tokio::test]
async fn an_admin_sees_every_scanner_with_light_and_todays_numbers() {
    let house = House::new().await;
    let anna = house.admin().await;
    let store = &house.fixture.store;
    let [info, other] = [scanner(store, "info").await, scanner(store, "zeta").await];
    let red = Showing::plain(LightState::Red);
    lights::set(store, other.mailbox_id, red, at(0))
        .await
        .unwrap();
    let came = days::Model {
        scanner_id: info.id,
        day: at(0).date_naive(),
        kept: 41,
        linked: 7,
        leads: 5,
        failed: 0,
        held: 1,
    };
    scan_days::add(store, came).await.unwrap();
    let page = house.get_as(&anna, "/").await.body;
    let told = [
        "41 messages read, 7 linked, 5 leads made",
        "1 mailbox is red",
        "href=\"/scanners/1\"",
    ];
    for told in told {
        assert!(page.contains(told), "{told}: {page}");
    }
    let place = |what: &str| page.find(what).unwrap();
    assert!(place(">zeta</a>") < place(">info</a>"), "the red one first");
    house.after(TimeDelta::days(1));
    let anna = house.again(anna.id).await;
    let page = house.get_as(&anna, "/").await.body;
    assert!(page.contains("41 messages read"), "the chart goes on");
}

#[tokio::test]
async fn a_house_without_scanners_is_led_to_the_guide_and_a_user_to_the_mailboxes() {
    let house = House::new().await;
    let anna = house.admin().await;
    let lena = house.person("lena@example.com", Role::User).await;
    let page = house.get_as(&anna, "/").await.body;
    assert!(page.contains("Begin with the guide") && page.contains("Nothing waits for anybody."));
    let page = house.get_as(&lena, "/").await.body;
    assert!(page.contains("<h1>Mailboxes</h1>"), "{page}");
}

#[test]
fn a_chart_has_every_day_and_no_bar_is_taller_than_the_tallest() {
    let today = at(0).date_naive();
    let first = today.checked_sub_days(chrono::Days::new(13)).unwrap();
    let day = scan_days::Day {
        day: today,
        kept: 3,
        leads: 1,
        ..scan_days::Day::default()
    };
    let all = chart::filled(&[day], first, 14);
    assert_eq!((all.len(), all[13].kept, all[0].kept), (14, 3, 0));
    let drawn = chart::render(&all).into_string();
    assert_eq!(drawn.matches("<rect").count(), 28);
    assert!(
        drawn.contains("height=\"80\"") && !drawn.contains("style="),
        "{drawn}"
    );
}
