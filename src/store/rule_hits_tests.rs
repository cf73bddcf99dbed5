use entities::ids::ScannerId;

use super::{Hits, Total, add, decided_after, totals};
use crate::store::fixture::{at, both, scanner};

fn hits(scanner_id: ScannerId, rule: Option<&str>, matched: i64, day: i64) -> Hits {
    Hits {
        scanner_id,
        rule: rule.map(str::to_owned),
        matched,
        done: matched * 2,
        at: at(day * 86_400),
    }
}

#[tokio::test]
async fn counts_add_up_over_days_and_scanners() {
    for db in both().await {
        let scanner = scanner(&db.store, "info").await.id;
        for day in [0, 0, 1] {
            let rows = vec![
                hits(scanner, Some("leads"), 2, day),
                hits(scanner, None, 5, day),
            ];
            add(&db.store, rows).await.unwrap();
        }
        let found = totals(&db.store).await.unwrap();
        let leads = Total {
            matched: 6,
            done: 12,
            last_at: at(86_400),
        };
        assert_eq!(found, [("leads".to_owned(), leads)].into());
        let first = at(0).date_naive();
        let after = decided_after(&db.store, first).await.unwrap();
        assert_eq!(after, [(scanner, 5)].into());
        let before = decided_after(&db.store, first.pred_opt().unwrap())
            .await
            .unwrap();
        assert_eq!(before, [(scanner, 15)].into());
        add(&db.store, Vec::new()).await.unwrap();
    }
}
