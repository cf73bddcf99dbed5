#![allow(clippy::unwrap_used)]

use entities::ids::TicketId;
use entities::links::AuthorKind;
use entities::tickets::{TicketPriority, TicketStatus};

use super::{Author, TicketWish, create_once, set_status};
use crate::store::fixture::{at, both, stored};
use crate::store::{record_numbers, users};

fn wish() -> TicketWish {
    TicketWish {
        title: "A chair is broken".to_owned(),
        description: String::new(),
        status: TicketStatus::Open,
        priority: TicketPriority::High,
        contact: None,
        organization: None,
        owner: "nobody@ours.example".to_owned(),
        message: None,
        rule: Some("support".to_owned()),
    }
}

const BY_HAND: Author<'static> = Author {
    kind: AuthorKind::Person,
    name: "anna",
    message: None,
    scan: None,
    scanner: None,
};

#[tokio::test]
async fn of_one_message_one_ticket_is_made() {
    for db in both().await {
        let message = stored(&db.store, "a").await;
        let tx = db.store.begin().await.unwrap();
        let wish = TicketWish {
            message: Some(message),
            ..wish()
        };
        let (made, new) = create_once(&tx, wish.clone(), at(0)).await.unwrap();
        assert!(new);
        // Nobody has that address, so nobody owns it.
        assert_eq!(made.owner_id, None);
        let again = create_once(&tx, wish, at(1)).await;
        assert_eq!(again, Ok((made.clone(), false)));
        assert_eq!(
            record_numbers::of_ticket(made.id),
            format!("T-{}", made.id.0)
        );
        assert!(users::list(&tx).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_status_changes_where_it_is_another() {
    for db in both().await {
        let tx = db.store.begin().await.unwrap();
        let (made, _) = create_once(&tx, wish(), at(0)).await.unwrap();
        let (open, closed) = (TicketStatus::Open, TicketStatus::Closed);
        assert_eq!(
            set_status(&tx, made.id, open, BY_HAND, at(1)).await,
            Ok(None)
        );
        assert_eq!(
            set_status(&tx, made.id, closed, BY_HAND, at(2)).await,
            Ok(Some(open))
        );
        assert_eq!(
            set_status(&tx, TicketId(99), closed, BY_HAND, at(3)).await,
            Ok(None)
        );
        tx.commit().await.unwrap();
    }
}
