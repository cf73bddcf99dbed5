use entities::ids::TicketId;
use entities::links::AuthorKind;
use entities::tickets::{TicketPriority, TicketStatus};

use super::{Filter, NewChange, NewTicket, by_id, change, changes, for_messages, insert, list};
use crate::store::fixture::{at, both, stored};

fn ticket(title: &str) -> NewTicket {
    NewTicket {
        title: title.to_owned(),
        description: String::new(),
        status: TicketStatus::Open,
        priority: TicketPriority::Normal,
        contact_id: None,
        organization_id: None,
        owner_id: None,
        message_id: None,
        rule: None,
        created_at: at(0),
    }
}

#[tokio::test]
async fn tickets_are_listed_the_newest_first_and_by_status() {
    for db in both().await {
        let store = &db.store;
        let first = insert(store, ticket("a \0 chair")).await.unwrap();
        let closed = NewTicket {
            status: TicketStatus::Closed,
            ..ticket("b")
        };
        let second = insert(store, closed).await.unwrap();
        let third = insert(store, ticket("c")).await.unwrap();
        let all = list(store, Filter::default(), 2).await.unwrap();
        assert_eq!(all, [third.clone(), second.clone()]);
        let open = Filter {
            status: Some(TicketStatus::Open),
            before: Some(third.id),
        };
        assert_eq!(list(store, open, 9).await, Ok(vec![first.clone()]));
        assert_eq!(by_id(store, second.id).await, Ok(Some(second)));
        assert!(!first.title.contains('\0'));
    }
}

#[tokio::test]
async fn one_message_changes_a_ticket_once_and_people_as_often_as_they_like() {
    for db in both().await {
        let store = &db.store;
        let message = stored(store, "a").await;
        let made = insert(
            store,
            NewTicket {
                message_id: Some(message),
                ..ticket("a")
            },
        )
        .await
        .unwrap();
        assert_eq!(
            for_messages(store, &[message]).await,
            Ok(vec![made.clone()])
        );
        let turn = |before, after, message_id, second| NewChange {
            priority: None,
            ticket_id: made.id,
            before,
            after,
            author_kind: AuthorKind::Rule,
            author: "support".to_owned(),
            message_id,
            scan_id: None,
            scanner_id: None,
            created_at: at(second),
        };
        let (open, closed) = (TicketStatus::Open, TicketStatus::Closed);
        for (second, (before, after, by, done)) in [
            (open, closed, None, true),
            (closed, open, Some(message), true),
            (open, closed, None, true),
            (closed, open, Some(message), false),
        ]
        .into_iter()
        .enumerate()
        {
            let new = turn(before, after, by, i64::try_from(second).unwrap());
            assert_eq!(change(store, new).await, Ok(done), "{second}");
        }
        assert_eq!(changes(store, made.id).await.unwrap().len(), 3);
        let now = by_id(store, made.id).await.unwrap().unwrap();
        assert_eq!((now.status, now.updated_at), (closed, at(2)));
        assert_eq!(changes(store, TicketId(99)).await, Ok(vec![]));
    }
}
