use entities::blobs::BlobEncoding;

use super::{NewBlob, insert_missing, read};
use crate::store::fixture::{blob, both, hash};

#[tokio::test]
async fn bytes_are_kept_once_and_read_back() {
    for db in both().await {
        let store = &db.store;
        let file = NewBlob {
            encoding: BlobEncoding::File,
            bytes: None,
            ..blob("b")
        };
        let blobs = vec![blob("a"), file, blob("a")];
        assert_eq!(insert_missing(store, blobs.clone()).await, Ok(2));
        assert_eq!(insert_missing(store, blobs).await, Ok(0));
        assert_eq!(
            read(store, &hash("a")).await.unwrap().unwrap().bytes,
            Some(b"a".to_vec())
        );
        assert_eq!(read(store, &hash("b")).await.unwrap().unwrap().bytes, None);
        assert_eq!(read(store, "nothing").await, Ok(None));
    }
}

#[tokio::test]
async fn of_the_blob_stores_objects_the_newest_counts() {
    for db in both().await {
        let store = &db.store;
        let object = |object: &str| NewBlob {
            encoding: BlobEncoding::Frames,
            bytes: None,
            object: Some(object.to_owned()),
            ..blob("a")
        };
        let file = NewBlob {
            encoding: BlobEncoding::File,
            bytes: None,
            ..blob("a")
        };
        insert_missing(store, vec![file]).await.unwrap();
        for name in ["first", "second"] {
            insert_missing(store, vec![object(name), blob("b")])
                .await
                .unwrap();
            let row = read(store, &hash("a")).await.unwrap().unwrap();
            assert_eq!(row.object.as_deref(), Some(name));
            assert_eq!(row.encoding, BlobEncoding::Frames);
        }
        assert!(
            read(store, &hash("b"))
                .await
                .unwrap()
                .unwrap()
                .bytes
                .is_some()
        );
    }
}

#[tokio::test]
async fn a_window_of_blobs_is_cut_into_statements() {
    for db in both().await {
        let many: Vec<_> = (0..250).map(|n| blob(&n.to_string())).collect();
        assert_eq!(insert_missing(&db.store, many).await, Ok(250));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_keep_the_same_mail_do_not_block_each_other() {
    for db in both().await {
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..6 {
            let store = db.store.clone();
            workers.spawn(async move {
                let mut blobs: Vec<_> = (0..200).map(|n| blob(&n.to_string())).collect();
                blobs.rotate_left(worker * 31);
                let tx = store.begin().await.unwrap();
                let new = insert_missing(&tx, blobs).await.unwrap();
                tx.commit().await.unwrap();
                new
            });
        }
        let new: u64 = workers.join_all().await.into_iter().sum();
        assert_eq!(new, 200);
    }
}
