#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::imap::script::{PIECES, session};
use crate::imap::{ServerError, SpecialUse, Uid};

const LIST: &str = "M4 LIST \"\" \"*\"\r\n";
const OPEN: &[u8] =
    b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 0] ok\r\nM5 OK [READ-ONLY] done\r\n";

#[tokio::test]
async fn names_are_read_however_the_server_writes_them() {
    let answer: &[u8] = b"* LIST (\\HasNoChildren) \"/\" inbox\r\n\
        * LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\r\n\
        * LIST (\\NonExistent \\HasChildren) \"\\\\\" gone\r\n\
        * LIST (\\Sent) NIL \"Entw&APw-rfe/R&-D\"\r\n\
        * LIST (\\Junk \\Important) \".\" \"say \\\"hi\\\" \\\\o/\"\r\n\
        * LIST () \"/\" {12}\r\nlit \\\\ \"x\" (\r\n\
        * LIST () \"/\" \"R&D\"\r\n\
        * LIST () \"/\" \"caf\xc3\xa9\"\r\n\
        * LIST () \"/\" {0}\r\n\r\n\
        M4 OK done\r\n";
    for piece in PIECES {
        let session = session(&[(LIST, answer)], piece).await;
        let folders = session.folders().await.unwrap();
        let shown: Vec<_> = folders
            .iter()
            .map(|folder| {
                (
                    folder.name.as_str(),
                    folder.delimiter,
                    folder.selectable,
                    folder.special_use,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("INBOX", Some('/'), true, None),
                ("[Gmail]", Some('/'), false, None),
                ("gone", Some('\\'), false, None),
                ("Entwürfe/R&D", None, true, Some(SpecialUse::Sent)),
                ("say \"hi\" \\o/", Some('.'), true, Some(SpecialUse::Junk)),
                ("lit \\\\ \"x\" (", Some('/'), true, None),
                ("R&D", Some('/'), true, None),
                ("café", Some('/'), true, None),
                ("", Some('/'), true, None),
            ]
        );
    }
}

#[tokio::test]
async fn every_listed_folder_can_be_opened_under_its_readable_name() {
    for (listed, name, sent) in [
        (
            "\"Entw&APw-rfe\"",
            "Entwürfe",
            "M5 EXAMINE \"Entw&APw-rfe\"\r\n",
        ),
        ("\"R&D\"", "R&D", "M5 EXAMINE \"R&D\"\r\n"),
        ("\"R&-D\"", "R&D", "M5 EXAMINE \"R&-D\"\r\n"),
        (
            "\"a\\\"b\\\\c\"",
            "a\"b\\c",
            "M5 EXAMINE \"a\\\"b\\\\c\"\r\n",
        ),
        ("&AEE-", "A", "M5 EXAMINE \"&AEE-\"\r\n"),
        ("iNboX", "inbox", "M5 EXAMINE \"INBOX\"\r\n"),
    ] {
        let listing = format!("* LIST () \"/\" {listed}\r\nM4 OK done\r\n");
        let session = session(&[(LIST, listing.as_bytes()), (sent, OPEN)], 64).await;
        session.folders().await.unwrap();
        let examined = session.examine(name).await.unwrap();
        assert_eq!(
            (examined.exists, examined.uid_validity.0, examined.uid_next),
            (2, 7, None)
        );
    }
}

#[tokio::test]
async fn a_raw_eight_bit_name_goes_back_as_it_came() {
    let listing = "* LIST () \"/\" \"café\"\r\nM4 OK done\r\n".as_bytes();
    let session = session(
        &[
            (LIST, listing),
            ("M5 EXAMINE {5}\r\n", b"+ go on\r\n"),
            ("café\r\n", OPEN),
        ],
        64,
    )
    .await;
    session.folders().await.unwrap();
    session.examine("café").await.unwrap();
}

#[tokio::test]
async fn a_folder_that_the_server_spells_oddly_is_found_without_listing_first() {
    let session = session(
        &[
            (
                "M4 EXAMINE \"R&-D\"\r\n",
                b"M4 NO [NONEXISTENT] Unknown Mailbox\r\n",
            ),
            (
                "M5 LIST \"\" \"*\"\r\n",
                b"* LIST () \"/\" \"R&D\"\r\nM5 OK done\r\n",
            ),
            (
                "M6 EXAMINE \"R&D\"\r\n",
                b"* OK [UIDVALIDITY 7] ok\r\nM6 OK done\r\n",
            ),
        ],
        64,
    )
    .await;
    session.examine("R&D").await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_says_so_and_the_session_goes_on() {
    let missing =
        b"M4 NO [NONEXISTENT] Unknown Mailbox: Ghost (now in authenticated state) (Failure)\r\n";
    let session = session(
        &[
            ("M4 EXAMINE \"Ghost\"\r\n", missing),
            (
                "M5 LIST \"\" \"*\"\r\n",
                b"* LIST () \"/\" INBOX\r\nM5 OK done\r\n",
            ),
            (
                "M6 EXAMINE \"Private\"\r\n",
                b"M6 NO [NOPERM] Permission denied\r\n",
            ),
            (
                "M7 EXAMINE \"Odd\"\r\n",
                b"* 3 EXISTS\r\n* OK [UIDVALIDITY 99999999999] ok\r\nM7 OK done\r\n",
            ),
            (
                "M8 UID FETCH 1:5 (UID RFC822.SIZE INTERNALDATE)\r\n",
                b"M8 BAD No mailbox selected\r\n",
            ),
        ],
        64,
    )
    .await;
    assert!(
        matches!(session.examine("Ghost").await, Err(ServerError::NoSuchFolder { name, .. }) if name == "Ghost")
    );
    assert!(matches!(
        session.examine("Private").await,
        Err(ServerError::FolderForbidden { .. })
    ));
    assert_eq!(
        session.examine("Odd").await,
        Err(ServerError::NoUidValidity {
            name: "Odd".to_owned()
        })
    );
    let error = session.announce(Uid(1), Uid(5)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The server answered UID FETCH with BAD: \"No mailbox selected\"."
    );
}

#[tokio::test]
async fn change_counters_are_asked_for_where_they_are_offered() {
    let mut script = crate::imap::script::steps(&crate::imap::script::SIGNED_IN);
    script[3].1 = b"* CAPABILITY IMAP4rev1 CONDSTORE\r\nM3 OK done\r\n".to_vec();
    script.push((
        b"M4 EXAMINE \"INBOX\" (CONDSTORE)\r\n".to_vec(),
        b"* 500 EXISTS\r\n* 1623 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 9] ok\r\n* OK [HIGHESTMODSEQ 715194045007]\r\n\
          * NO [UIDNOTSTICKY] beware\r\nM4 OK [READ-ONLY] done\r\n"
            .to_vec(),
    ));
    let (client, _) = crate::imap::script::play(script, 7, true);
    let session = crate::imap::script::open_over(
        client,
        crate::imap::script::endpoint(),
        crate::imap::script::password(),
        crate::imap::script::limits(),
    )
    .await
    .unwrap();
    let examined = session.examine("INBOX").await.unwrap();
    assert_eq!(examined.exists, 1_623);
    assert_eq!(examined.uid_next, Some(Uid(9)));
    assert_eq!(examined.highest_modseq, Some(715_194_045_007));
    assert!(!examined.lasting_uids);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_with_those_that_may_be_meant_for_one_list() {
    let session = session(
        &[
            (
                "M4 EXAMINE \"Orders\"\r\n",
                b"M4 NO [NONEXISTENT] Unknown Mailbox\r\n",
            ),
            (
                "M5 LIST \"\" \"*\"\r\n",
                b"* LIST () \".\" INBOX\r\n* LIST () \".\" INBOX.Orders\r\n* LIST (\\Sent) \".\" INBOX.Gesendet\r\nM5 OK done\r\n",
            ),
            (
                "M6 EXAMINE \"Sent\"\r\n",
                b"M6 NO [NONEXISTENT] Unknown Mailbox\r\n",
            ),
        ],
        64,
    )
    .await;
    for (name, near) in [("Orders", "INBOX.Orders"), ("Sent", "INBOX.Gesendet")] {
        let error = session.examine(name).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "There is no folder \"{name}\": \"[NONEXISTENT] Unknown Mailbox\". Did you mean \"{near}\"?"
            )
        );
    }
}

#[tokio::test]
async fn what_folders_are_for_is_asked_where_the_server_knows_the_question() {
    const ASKED: &[u8] = b"M4 LIST \"\" \"*\" RETURN (SPECIAL-USE)\r\n";
    const PLAIN: &[u8] = b"M5 LIST \"\" \"*\"\r\n";
    let told = b"* LIST (\\HasNoChildren \\Sent) \"/\" Gesendet\r\n";
    for (answers, used) in [
        (
            vec![[told, &b"M4 OK done\r\n"[..]].concat()],
            Some(SpecialUse::Sent),
        ),
        (
            vec![
                b"M4 BAD what?\r\n".to_vec(),
                b"* LIST () \"/\" Gesendet\r\nM5 OK done\r\n".to_vec(),
            ],
            None,
        ),
        (
            vec![
                b"M4 OK done\r\n".to_vec(),
                [told, &b"M5 OK done\r\n"[..]].concat(),
            ],
            Some(SpecialUse::Sent),
        ),
    ] {
        let mut script = crate::imap::script::steps(&crate::imap::script::SIGNED_IN);
        script[3].1 =
            b"* CAPABILITY IMAP4rev1 LIST-EXTENDED SPECIAL-USE\r\nM3 OK done\r\n".to_vec();
        let questions = [ASKED, PLAIN].map(<[u8]>::to_vec);
        script.extend(questions.into_iter().zip(answers));
        let (client, _) = crate::imap::script::play(script, 64, true);
        let session = crate::imap::script::open_over(
            client,
            crate::imap::script::endpoint(),
            crate::imap::script::password(),
            crate::imap::script::limits(),
        )
        .await
        .unwrap();
        let folders = session.folders().await.unwrap();
        assert_eq!(folders.len(), 1);
        assert_eq!(folders[0].special_use, used);
    }
}
