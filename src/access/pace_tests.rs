#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

#[tokio::test]
async fn a_burst_passes_and_then_one_after_the_other() {
    let gate = Gate::new(SMALL);
    let now = Instant::now();
    for _ in 0..SMALL.burst {
        assert_eq!(gate.turn(now), now);
    }
    let waits: Vec<Duration> = (0..4).map(|_| gate.turn(now) - now).collect();
    let expected: Vec<Duration> = (0..4).map(|number| SMALL.gap * number).collect();
    assert_eq!(waits, expected);
    // What was not used is not saved beyond one burst.
    let later = now + Duration::from_hours(1);
    for _ in 0..SMALL.burst {
        assert_eq!(gate.turn(later), later);
    }
    gate.turn(later);
    assert_eq!(gate.turn(later), later + SMALL.gap);
}

/// Connections at once, milliseconds between two in the long run, and how many may come at once before that.
fn told(rate: Rate) -> (usize, u128, u32) {
    (rate.at_once, rate.gap.as_millis(), rate.burst)
}

#[test]
fn each_preset_has_its_pace_and_all_hosts_together_have_one() {
    let large = (32, 20, 50);
    let small = (8, 50, 20);
    let paces = [
        (Preset::Google, large),
        (Preset::Microsoft, large),
        (Preset::OutlookCom, large),
        (Preset::Yahoo, large),
        (Preset::Aol, large),
        (Preset::Fastmail, large),
        (Preset::Zoho, large),
        (Preset::Yandex, large),
        (Preset::Generic, small),
    ];
    assert_eq!(paces.map(|(preset, _)| preset), Preset::ALL);
    let pace = Pace::default();
    for (preset, expected) in paces {
        let host = format!("{preset:?}.example");
        assert_eq!(told(pace.gate(&host, preset).rate), expected, "{preset:?}");
    }
    assert_eq!(told(pace.all.rate), (64, 10, 100));
}

#[tokio::test]
async fn all_hosts_together_let_no_more_than_their_limit_in() {
    let pace = Pace::default();
    let mut held = Vec::new();
    for number in 0..ALL.at_once {
        let host = format!("{number}.example");
        held.push(pace.enter(&host, Preset::Generic).await);
    }
    let next = pace.enter("one.more.example", Preset::Google);
    tokio::pin!(next);
    let patience = async {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = &mut next => panic!("there was no seat"),
        () = patience => {}
    }
    held.pop();
    next.await;
}

#[tokio::test]
async fn a_host_that_takes_its_time_keeps_nobody_from_another() {
    let pace = Pace::default();
    let mut held = Vec::new();
    for _ in 0..SMALL.at_once {
        held.push(pace.enter("slow.example", Preset::Generic).await);
    }
    {
        let next = pace.enter("SLOW.example", Preset::Generic);
        tokio::pin!(next);
        tokio::select! {
            biased;
            _ = &mut next => panic!("there was no seat"),
            () = tokio::task::yield_now() => {}
        }
        drop(pace.enter("quick.example", Preset::Generic).await);
        held.pop();
        next.await;
    }
}

#[tokio::test]
async fn hosts_without_anybody_are_forgotten() {
    let pace = Pace::default();
    for number in 0..REMEMBERED {
        pace.gate(&format!("{number}.example"), Preset::Generic);
    }
    pace.gate("one.more.example", Preset::Generic);
    assert_eq!(pace.hosts.lock().unwrap().len(), 1);
}
