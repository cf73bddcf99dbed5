use chrono::TimeDelta;

use super::*;
use crate::cause::Cause;
use crate::web::fixture::{green, now, red};

fn failing(at: Option<DateTime<Utc>>) -> Scanner {
    Scanner {
        id: ScannerId(1),
        name: "Sales".to_owned(),
        enabled: true,
        health: HealthState::Failing,
        reason: Some("The mailbox has no credential.".to_owned()),
        next_try_at: None,
        since: at,
        last_scan_at: at,
        is_scanned: false,
        unheard: None,
    }
}

fn line(scanner: &Scanner, light: &Light) -> String {
    scanner.line(light, now()).into_string()
}

#[test]
fn what_failed_before_somebody_acted_is_not_told_any_more() {
    let light = green();
    let since = light.row.as_ref().unwrap().since;
    let mut old = failing(Some(since - TimeDelta::seconds(1)));
    let before = line(&old, &light);
    assert!(before.contains("To be scanned next"), "{before}");
    assert!(!before.contains("credential"), "{before}");
    old.last_scan_at = Some(since);
    old.is_scanned = true;
    let meanwhile = line(&old, &light);
    assert!(meanwhile.contains("Being scanned"), "{meanwhile}");
    assert!(!meanwhile.contains("credential"), "{meanwhile}");
    old.is_scanned = false;
    assert!(line(&old, &light).contains("Failing"));
    let after = line(&failing(Some(since)), &light);
    assert!(after.contains("Failing"), "{after}");
    assert!(after.contains("credential"), "{after}");
}

#[test]
fn under_a_red_light_nothing_is_scanned() {
    let stopped = line(&failing(None), &red(Cause::ConsentRevoked));
    assert!(stopped.contains("Stopped until somebody acts"), "{stopped}");
    assert!(!stopped.contains("credential"), "{stopped}");
    let mut paused = failing(None);
    paused.health = HealthState::Paused;
    assert!(line(&paused, &red(Cause::ConsentRevoked)).contains("Paused"));
}
