use std::io::{Error, ErrorKind};
use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::{StoreError, from_sqlite, from_sqlstate};

#[test]
fn sqlite_codes_are_told_by_who_must_act() {
    let told = [
        ("5", StoreError::Busy),
        ("517", StoreError::Busy),
        ("8", StoreError::ReadOnly),
        ("778", StoreError::Disk),
        ("13", StoreError::Full),
        ("14", StoreError::Gone),
        ("1811", StoreError::InUse),
        ("1299", StoreError::Broken("SQLite 1299".to_owned())),
    ];
    for (code, expected) in told {
        assert_eq!(from_sqlite(code, "secret"), expected, "{code}");
    }
}

#[test]
fn postgresql_codes_are_told_by_who_must_act() {
    let told = [
        ("53100", StoreError::Full),
        ("40P01", StoreError::Busy),
        ("55P03", StoreError::Busy),
        ("57P01", StoreError::Gone),
        ("08006", StoreError::Gone),
        ("25006", StoreError::ReadOnly),
        ("22P02", StoreError::Broken("PostgreSQL 22P02".to_owned())),
    ];
    for (code, expected) in told {
        assert_eq!(from_sqlstate(code, "secret"), expected, "{code}");
    }
}

#[test]
fn a_broken_connection_and_a_full_disk_are_transient() {
    let io = |kind| {
        let error = sqlx::Error::Io(Error::from(kind));
        StoreError::from(DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))))
    };
    assert_eq!(io(ErrorKind::BrokenPipe), StoreError::Gone);
    assert_eq!(io(ErrorKind::StorageFull), StoreError::Full);
    assert!(io(ErrorKind::BrokenPipe).is_transient());
}
