use super::{NewLead, by_id, for_messages, insert_many, list, lock_senders};
use crate::store::fixture::{at, both, postgres, stored};
use crate::store::{Store, StoreError, record_addresses};

fn lead(title: &str, email: &str) -> NewLead {
    NewLead {
        title: title.to_owned(),
        email: email.to_owned(),
        created_at: at(0),
        ..NewLead::default()
    }
}

#[tokio::test]
async fn leads_come_back_in_the_order_they_were_given() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let mut new: Vec<_> = (0..1500).map(|n| lead(&n.to_string(), "")).collect();
        new[7].message_id = Some(message);
        new[7].description = "\0".to_owned();
        let made = insert_many(store, new).await.unwrap();
        let titles: Vec<usize> = made
            .iter()
            .map(|lead| lead.title.parse().unwrap())
            .collect();
        assert_eq!(titles, (0..1500).collect::<Vec<_>>());

        assert_eq!(
            for_messages(store, &[message]).await,
            Ok(vec![made[7].clone()])
        );
        assert_eq!(by_id(store, made[7].id).await, Ok(Some(made[7].clone())));
        let page = list(store, Some(made[2].id), 2).await.unwrap();
        assert_eq!(page, [made[1].clone(), made[0].clone()]);
    }
}

/// What a rule does for each mail of a stranger: look, then make.
async fn make_unless_known(store: &Store, email: &str) -> Result<bool, StoreError> {
    let tx = store.begin().await?;
    lock_senders(&tx, &[email, "z@example.org", email]).await?;
    let unknown = record_addresses::holders_of(&tx, &[email])
        .await?
        .is_empty();
    if unknown {
        insert_many(&tx, vec![lead("x", email)]).await?;
    }
    tx.commit().await?;
    Ok(unknown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_of_one_stranger_in_many_mailboxes_make_one_lead() {
    for db in both().await {
        let mut workers = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = db.store.clone();
            let email = if number % 2 == 0 {
                "A@example.org"
            } else {
                "a@example.org"
            };
            workers.spawn(async move { make_unless_known(&store, email).await.unwrap() });
        }
        let made = workers
            .join_all()
            .await
            .into_iter()
            .filter(|made| *made)
            .count();
        assert_eq!(made, 1);
        assert_eq!(list(&db.store, None, 10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn locking_nobody_and_many_is_one_statement() {
    let db = postgres().await;
    let tx = db.store.begin().await.unwrap();
    lock_senders(&tx, &[]).await.unwrap();
    let many: Vec<String> = (0..500).map(|n| format!("{n}@example.org")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    lock_senders(&tx, &many).await.unwrap();
    tx.commit().await.unwrap();
}
