#![allow(clippy::unwrap_used)]

use chrono::TimeDelta;
use entities::rule_hits::Entity;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::fold;
use crate::store::fixture::{at, both, scanner};
use crate::store::rule_hits::{BY_DAY, Hits, Total, add, decided_after, totals};
use crate::store::rules::{self, RuleFields};

const DAY: i64 = 86_400;
const LIMIT: u64 = 7;

#[tokio::test]
async fn years_of_counting_keep_some_days_and_one_row_each_before_them() {
    for db in both().await {
        let store = &db.store;
        let scanners = [
            scanner(store, "info").await.id,
            scanner(store, "sales").await.id,
        ];
        let fields = RuleFields {
            name: "leads".to_owned(),
            position: 1,
            enabled: true,
            definition: json!({}),
        };
        rules::insert(store, fields, at(0)).await.unwrap();
        // Three years of a rule, of one that is gone since, of a preset, and of the messages themselves.
        let names = [Some("leads"), Some("gone"), Some("preset: bind"), None];
        let mut counted = 0;
        for day in (0..1_100).step_by(50) {
            counted += 1;
            let of_day = scanners.iter().flat_map(|scanner| {
                names.map(|rule| Hits {
                    scanner_id: *scanner,
                    rule: rule.map(str::to_owned),
                    matched: 2,
                    done: 3,
                    at: at(day * DAY),
                })
            });
            add(store, of_day.collect()).await.unwrap();
        }
        let now = at(1_100 * DAY);
        let before = (now - BY_DAY).date_naive();
        let whole = totals(store).await.unwrap();
        while fold(store, before, "preset: ", LIMIT).await.unwrap() == LIMIT {}
        assert_eq!(fold(store, before, "preset: ", LIMIT).await.unwrap(), 0);

        // Of every fifty days one was counted: the last remains, and what is folded.
        let rows = Entity::find().count(store).await.unwrap();
        assert_eq!(rows, 2 * (4 + 3));
        let folded = totals(store).await.unwrap();
        for name in ["leads", "preset: bind"] {
            assert_eq!(folded[name], whole[name]);
        }
        let leads = Total {
            matched: counted * 2 * 2,
            done: counted * 2 * 3,
            last_at: at(1_050 * DAY),
        };
        assert_eq!(folded["leads"], leads);
        assert_eq!(folded["gone"].matched, 2 * 2);
        let decided = decided_after(store, before).await.unwrap();
        assert_eq!(decided, scanners.map(|scanner| (scanner, 2)).into());

        // Another year changes the number of rows by nothing.
        let later = before + TimeDelta::days(365);
        while fold(store, later, "preset: ", LIMIT).await.unwrap() == LIMIT {}
        assert_eq!(Entity::find().count(store).await.unwrap(), 2 * 3);
    }
}
