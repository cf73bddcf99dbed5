use chrono::Days;
use entities::scan_days::Model;

use super::super::fixture::{at, both, scanner};
use super::*;

#[tokio::test]
async fn scans_of_a_day_are_added_up_by_scanner_and_over_all() {
    for db in both().await {
        let (one, other) = (
            scanner(&db.store, "one").await,
            scanner(&db.store, "two").await,
        );
        let today = at(0).date_naive();
        let yesterday = today.checked_sub_days(Days::new(1)).unwrap();
        let came = |scanner_id, day, kept| Model {
            scanner_id,
            day,
            kept,
            linked: 2,
            leads: 1,
            failed: 0,
            held: 0,
        };
        for more in [
            came(one.id, yesterday, 5),
            came(one.id, today, 7),
            came(one.id, today, 3),
            came(other.id, today, 4),
        ] {
            add(&db.store, more).await.unwrap();
        }
        let of_today = of_day(&db.store, today).await.unwrap();
        let kept: Vec<_> = of_today
            .iter()
            .map(|row| (row.scanner_id, row.kept, row.linked))
            .collect();
        assert_eq!(kept, [(one.id, 10, 4), (other.id, 4, 2)]);
        let days = since(&db.store, yesterday).await.unwrap();
        let kept: Vec<_> = days
            .iter()
            .map(|day| (day.day, day.kept, day.leads))
            .collect();
        assert_eq!(kept, [(yesterday, 5, 1), (today, 14, 3)]);
        assert_eq!(forget(&db.store, today).await.unwrap(), 1);
        assert_eq!(since(&db.store, yesterday).await.unwrap().len(), 1);
    }
}
