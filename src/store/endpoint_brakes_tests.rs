use chrono::TimeDelta;

use super::{Asking, Turn, Waits, answered, declined, take_turn};
use crate::store::fixture::{at, both};

const WAITS: Waits = Waits {
    first: TimeDelta::seconds(30),
    longest: TimeDelta::seconds(100),
    forgotten_after: TimeDelta::seconds(1_000),
};
const HERE: &str = "https://login.example.org/token client";
const THERE: &str = "https://login.example.org/token another client";

#[tokio::test]
async fn an_endpoint_that_declines_is_left_alone_longer_and_longer_and_one_goes_first() {
    for db in both().await {
        let store = &db.store;
        let ask = async |second| take_turn(store, HERE, at(second), at(second + 20)).await;
        let decline = async |turn, wish: Option<i64>, second| {
            let wish = wish.map(TimeDelta::seconds);
            let until = declined(store, HERE, turn, wish, WAITS, at(second)).await;
            until.unwrap()
        };
        let turn = async |second| match ask(second).await {
            Ok(Asking::Now(turn)) => turn,
            other => panic!("{second}: {other:?}"),
        };
        let [one, two] = [turn(0).await, turn(0).await];
        assert_eq!(decline(one, None, 0).await, at(30));
        // It asked at the same time: the wait grows no longer for it, but for the endpoint's wish.
        assert_eq!(decline(two, None, 1).await, at(30));
        assert_eq!(decline(two, Some(9), 1).await, at(30));
        assert_eq!(ask(29).await, Ok(Asking::After(at(30))));

        // One goes first.
        let first = turn(30).await;
        assert_eq!(ask(31).await, Ok(Asking::After(at(50))));
        assert_eq!(decline(first, None, 32).await, at(92));
        let second = turn(92).await;
        assert_eq!(decline(second, None, 92).await, at(192), "the longest");
        // Whoever went first never came back.
        turn(192).await;
        assert_eq!(ask(211).await, Ok(Asking::After(at(212))));
        let third = turn(212).await;
        assert_eq!(decline(third, Some(300), 212).await, at(512));

        // Late: there was a refusal since.
        answered(store, HERE, second).await.unwrap();
        assert_eq!(ask(511).await, Ok(Asking::After(at(512))));
        let fourth = turn(512).await;
        answered(store, HERE, fourth).await.unwrap();
        assert_eq!(ask(512).await, Ok(Asking::Now(Turn(0))));

        // Each client for itself, and what was long ago is forgotten.
        assert_eq!(decline(Turn(0), None, 600).await, at(630));
        assert_eq!(
            take_turn(store, THERE, at(601), at(700)).await,
            Ok(Asking::Now(Turn(0)))
        );
        let late = turn(1_600).await;
        assert_eq!(decline(late, None, 1_600).await, at(1_630));
    }
}
