use entities::blobs::{BlobEncoding, Model};
use parts::http_receiver::Answer;
use secrecy::SecretString;

use super::frames::FRAME;
use super::trial::{Place, noise, row_of, settings};
use super::{BlobError, BlobStore, Bucket, name, unpack};
use crate::trust::Authorities;

#[tokio::test]
async fn bytes_come_back_as_they_were_in_a_folder_and_in_a_bucket() {
    for place in Place::both() {
        for size in [0, 1, 300_000, FRAME, 3 * FRAME + 5] {
            let raw = noise(1, size);
            let row = place.keep(&raw).await;
            assert!(place.read(&row).await.unwrap() == raw, "{size}");
            for most in [0, 7, FRAME, FRAME + 7, 9 * FRAME] {
                let prefix = place.blobs.read_prefix(&row, most).await.unwrap();
                assert!(prefix == raw[..size.min(most)], "{most} of {size}");
            }
        }
        let incoming = place.folder.path().join("incoming");
        assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn an_object_of_many_parts_comes_back_as_it_was() {
    let place = Place::bucket();
    for size in [8 * FRAME, 19 * FRAME + 3] {
        let raw = noise(2, size);
        let row = place.keep(&raw).await;
        assert!(place.read(&row).await.unwrap() == raw);
    }
}

#[tokio::test]
async fn text_is_made_smaller_and_can_be_read_by_other_programs() {
    let place = Place::folder();
    let raw = b"How much is it?\r\n".repeat(100_000);
    let row = place.keep(&raw).await;
    let packed = std::fs::read(place.file_of(row.object.as_deref().unwrap())).unwrap();
    assert!(packed.len() < raw.len() / 50, "{}", packed.len());
    assert!(zstd::stream::decode_all(&packed[..]).unwrap() == raw);
}

#[tokio::test]
async fn the_same_bytes_written_twice_are_two_objects_of_one_hash() {
    let place = Place::folder();
    let one = place.keep(b"a").await;
    let other = place.keep(b"a").await;
    assert_eq!(one.hash, other.hash);
    assert_ne!(one.object, other.object);
    for row in [one, other] {
        assert_eq!(name::hash_in(&row.object.unwrap()), Some(row.hash));
    }
}

/// What is said of damage, without the place.
fn what(error: &BlobError) -> String {
    assert!(error.cure().is_some(), "{error}");
    match error {
        BlobError::Damaged { what, .. } => what.clone(),
        BlobError::Missing { .. } => "missing".to_owned(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn damage_is_noticed_wherever_it_is() {
    for place in Place::both() {
        let raw = noise(3, 3 * FRAME + 5);
        let row = place.keep(&raw).await;
        let file = place.file_of(row.object.as_deref().unwrap());
        let good = std::fs::read(&file).unwrap();

        let mut turned = good.clone();
        let late = turned.len() - 100;
        turned[late] ^= 0x10;
        std::fs::write(&file, &turned).unwrap();
        place.read(&row).await.unwrap_err().cure().unwrap();
        // The beginning is good, and known to be.
        let prefix = place.blobs.read_prefix(&row, 2 * FRAME).await.unwrap();
        assert!(prefix == raw[..2 * FRAME]);

        let mut turned = good.clone();
        turned[5_000] ^= 0x10;
        std::fs::write(&file, &turned).unwrap();
        let said = place.blobs.read_prefix(&row, 10).await.unwrap_err();
        assert!(what(&said).contains("checksum"), "{said}");

        std::fs::write(&file, &good[..good.len() - 3]).unwrap();
        let said = place.read(&row).await.unwrap_err();
        assert_eq!(what(&said), "it ends before its end");

        // Good frames of another message.
        let other = place.keep(&noise(4, 3 * FRAME + 5)).await;
        std::fs::copy(place.file_of(other.object.as_deref().unwrap()), &file).unwrap();
        let said = place.read(&row).await.unwrap_err();
        assert_eq!(what(&said), "its bytes are not those that were kept");
        let longer = [&good[..], &good[..]].concat();
        std::fs::write(&file, longer).unwrap();
        let said = place.blobs.read_prefix(&row, 9 * FRAME).await.unwrap_err();
        assert_eq!(what(&said), "its bytes are not those that were kept");

        std::fs::remove_file(&file).unwrap();
        let said = place.blobs.read_prefix(&row, 10).await.unwrap_err();
        assert_eq!(what(&said), "missing");
        assert!(said.to_string().contains(row.object.as_deref().unwrap()));
        std::fs::write(&file, &good).unwrap();
        assert!(place.read(&row).await.unwrap() == raw);
    }
}

#[tokio::test]
async fn files_of_earlier_versions_are_read_and_verified_wherever_new_ones_go() {
    for place in Place::both() {
        let raw = noise(5, 700_000);
        let row = row_of(&raw, None);
        let file = place.folder.path().join(name::of_file(&row.hash));
        std::fs::create_dir(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &raw).unwrap();
        assert!(place.read(&row).await.unwrap() == raw);
        assert!(place.blobs.read_prefix(&row, 9).await.unwrap() == raw[..9]);
        let mut turned = raw.clone();
        turned[300_000] ^= 1;
        std::fs::write(&file, turned).unwrap();
        let said = place.read(&row).await.unwrap_err();
        assert_eq!(what(&said), "its bytes are not those that were kept");
    }
}

#[tokio::test]
async fn what_a_folder_had_before_the_bucket_was_set_is_read_still() {
    let before = Place::folder();
    let row = before.keep(b"before").await;
    let service = parts::s3();
    let bucket = Bucket::new(&settings(&service), &Authorities::default()).unwrap();
    let blobs = BlobStore::in_bucket(bucket, before.folder.path().to_owned());
    assert_eq!(blobs.read_prefix(&row, 99).await.unwrap(), b"before");

    // And from the bucket when its files were copied there.
    let object = row.object.clone().unwrap();
    let there = service.file_of(&format!("large/mail/{object}"));
    std::fs::create_dir_all(there.parent().unwrap()).unwrap();
    std::fs::rename(before.file_of(&object), there).unwrap();
    assert_eq!(blobs.read_prefix(&row, 99).await.unwrap(), b"before");
}

#[tokio::test]
async fn a_service_that_is_away_is_no_messages_fault_and_loses_nothing() {
    let place = Place::bucket();
    let service = place.service.as_ref().unwrap();
    let row = place.keep(b"kept").await;
    service.stop();
    let said = place.read(&row).await.unwrap_err();
    assert_eq!(said.cure(), None);
    assert!(
        said.to_string()
            .starts_with("The blob store s3://mailroom/large/mail can't be used: "),
        "{said}"
    );
    let said = place.write(b"new").await.unwrap_err();
    assert!(matches!(said, BlobError::Bucket { .. }), "{said}");
    service.start_again();
    assert_eq!(place.read(&row).await.unwrap(), b"kept");
    let row = place.keep(b"new").await;
    assert_eq!(place.read(&row).await.unwrap(), b"new");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_and_a_wrong_secret_are_the_stores_trouble() {
    let place = Place::bucket();
    let row = place.keep(b"kept").await;
    let right = settings(place.service.as_ref().unwrap());
    // The service of the tests does not tell a bucket that is not there from an object.
    let elsewhere = parts::http_receiver();
    let answer = "<Error><Code>NoSuchBucket</Code></Error>";
    elsewhere.answer(Answer::status(404).with_body(answer));
    let mut other = right.clone();
    other.endpoint = Some(elsewhere.url().parse().unwrap());
    let mut wrong = right.clone();
    wrong.secret_access_key = SecretString::from("guessed-wrong");
    for settings in [other, wrong] {
        let bucket = Bucket::new(&settings, &Authorities::default()).unwrap();
        let blobs = BlobStore::in_bucket(bucket, place.folder.path().to_owned());
        let said = blobs.read_prefix(&row, 9).await.unwrap_err();
        assert!(matches!(said, BlobError::Bucket { .. }), "{said}");
        assert!(!said.to_string().contains("guessed"), "{said}");
    }
    let mut unset = right;
    unset.secret_access_key = SecretString::from("${env:MAILROOM_TEST_NOT_SET}");
    let said = Bucket::new(&unset, &Authorities::default()).unwrap_err();
    assert!(
        said.to_string()
            .contains("MAILROOM_TEST_NOT_SET is not set"),
        "{said}"
    );
}

#[test]
fn bytes_of_a_row_are_verified() {
    let packed = zstd::bulk::compress(b"Subject: a", 1).unwrap();
    let hash = super::hash_of(b"Subject: a");
    assert_eq!(unpack(&hash, 10, &packed).unwrap(), b"Subject: a");
    let other = super::hash_of(b"Subject: b");
    assert!(unpack(&other, 10, &packed).is_err());
    assert!(unpack(&hash, 10, &packed[1..]).is_err());
}

#[tokio::test]
async fn a_row_without_its_bytes_is_told() {
    let place = Place::folder();
    let row = Model {
        encoding: BlobEncoding::Zstd,
        ..row_of(b"a", None)
    };
    let said = place.read(&row).await.unwrap_err();
    assert_eq!(said, BlobError::no_row());
}
