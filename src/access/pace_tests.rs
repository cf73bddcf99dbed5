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
