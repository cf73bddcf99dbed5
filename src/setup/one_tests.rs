use entities::mailboxes::MailboxKind;
use entities::users::Role;
use serde_json::json;

use super::super::apply::tests::{apply_text, load, ring};
use super::*;
use crate::store::fixture::{at, both, sqlite};
use crate::store::rule_versions;
use crate::store::users::{self, UserFields};

struct Office {
    store: Store,
    ring: KeyRing,
    user: UserId,
}

impl Office {
    async fn of(store: &Store) -> Self {
        let fields = UserFields {
            email: "anna@example.com".to_owned(),
            name: "Anna".to_owned(),
            role: Role::Admin,
            active: true,
        };
        Self {
            store: store.clone(),
            ring: ring(),
            user: users::insert(store, fields, at(0)).await.unwrap().id,
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            around: Surroundings::of_tests(),
            ring: &self.ring,
            user: self.user,
            email: "anna@example.com",
            remote: "192.0.2.7",
            now: at(0),
        }
    }

    async fn wish(
        &self,
        section: Section,
        name: Option<&str>,
        keys: Value,
    ) -> Result<Done, NotDone> {
        let stored = load(&self.store).await;
        let seen = name
            .and_then(|name| stored.mark(section, name))
            .unwrap_or_default();
        let wish = Wish {
            section,
            name: name.map(str::to_owned),
            seen,
            keys: keys.as_object().unwrap().clone(),
        };
        change(&self.store, &wish, &self.desk()).await
    }

    async fn server(&self) {
        let keys = json!({"name": "Ours", "host": "imap.example.com"});
        self.wish(Section::MailServers, None, keys).await.unwrap();
    }

    async fn faults(
        &self,
        section: Section,
        name: Option<&str>,
        keys: Value,
    ) -> Vec<(String, String)> {
        match self.wish(section, name, keys).await {
            Err(NotDone::Wrong(faults)) => faults
                .into_iter()
                .map(|fault| (fault.field, fault.told))
                .collect(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_entry_is_made_changed_and_noted_as_an_apply_would() {
    for db in both().await {
        let office = Office::of(&db.store).await;
        office.server().await;
        let keys = json!({"address": "Info@Example.com", "server": "Ours", "password": "hunter2"});
        let done = office.wish(Section::Mailboxes, None, keys).await.unwrap();
        assert_eq!(
            (done.name.as_str(), done.warnings.len()),
            ("info@example.com", 0)
        );
        let keys = json!({"members": ["anna@example.com"], "login": null});
        let done = office
            .wish(Section::Mailboxes, Some("info@example.com"), keys)
            .await
            .unwrap();
        let fields: Vec<_> = done.changes.changes[0]
            .fields
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert_eq!(
            fields,
            ["login", "members"],
            "the login is the address as it is typed now"
        );
        let stored = load(&db.store).await;
        let item = &stored.mailboxes["info@example.com"].item;
        assert_eq!(
            (item.kind, item.password.is_some()),
            (MailboxKind::Shared, true),
            "the password stays"
        );
        let again = office
            .wish(
                Section::Mailboxes,
                Some("info@example.com"),
                json!({"active": true}),
            )
            .await;
        assert!(again.unwrap().changes.is_empty());
        let noted = audit_entries::list(&db.store, &audit_entries::Filter::default(), 10)
            .await
            .unwrap();
        let told: Vec<_> = noted
            .iter()
            .map(|entry| (entry.action.as_str(), entry.object_name.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("mailbox.change", "info@example.com"),
                ("mailbox.add", "info@example.com"),
                ("mail_server.add", "Ours"),
            ]
        );
        assert_eq!(noted[1].changes["password"], "changed");
        assert!(!noted[1].object_id.is_empty());
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_key_in_the_words_of_the_file() {
    let db = sqlite().await;
    let office = Office::of(&db.store).await;
    let keys = json!({"name": "Ours", "host": "imap.example.com", "port": 993, "tls": "starttls", "oauth": {"client_id": " "}});
    let faults = office.faults(Section::MailServers, None, keys).await;
    let fields: Vec<_> = faults.iter().map(|(field, _)| field.as_str()).collect();
    assert!(
        fields.contains(&"port") && fields.contains(&"oauth.client_id"),
        "{faults:?}"
    );
    let port = faults.iter().find(|(field, _)| field == "port").unwrap();
    assert_eq!(
        port.1,
        "Port 993 speaks TLS from the first byte; write tls: implicit, or port 143 for starttls."
    );
    let keys = json!({"name": "Ours", "host": "imap.example.com", "port": "many"});
    let faults = office.faults(Section::MailServers, None, keys).await;
    assert_eq!(faults[0].0, "port", "{faults:?}");
    office.server().await;
    let keys = json!({"name": "Ours", "host": "other.example.com"});
    let faults = office.faults(Section::MailServers, None, keys).await;
    assert_eq!(faults[0].0, "name", "{faults:?}");
    let faults = office
        .faults(
            Section::Exceptions,
            Some(""),
            json!({"entries": ["not one"]}),
        )
        .await;
    assert_eq!(faults[0].0, "entries", "{faults:?}");
}

#[tokio::test]
async fn a_form_names_no_file_and_no_variable_of_the_machine() {
    let db = sqlite().await;
    let office = Office::of(&db.store).await;
    office.server().await;
    let keys =
        json!({"address": "info@example.com", "server": "Ours", "password": "${file:/etc/passwd}"});
    let faults = office.faults(Section::Mailboxes, None, keys).await;
    assert_eq!(faults[0].0, "password");
    let keys = json!({"oauth": {"client_id": "x", "client_secret": "${env:HOME}"}});
    let faults = office
        .faults(Section::MailServers, Some("Ours"), keys)
        .await;
    assert_eq!(faults[0].0, "oauth.client_secret");
}

#[tokio::test]
async fn who_was_slower_is_told_and_changes_nothing() {
    let db = sqlite().await;
    let office = Office::of(&db.store).await;
    office.server().await;
    let wish = Wish {
        section: Section::MailServers,
        name: Some("Ours".to_owned()),
        seen: load(&db.store)
            .await
            .mark(Section::MailServers, "Ours")
            .unwrap(),
        keys: json!({"visible": false}).as_object().unwrap().clone(),
    };
    change(&db.store, &wish, &office.desk()).await.unwrap();
    let slower = change(&db.store, &wish, &office.desk()).await;
    assert!(matches!(slower, Err(NotDone::Changed)), "{slower:?}");
    let gone = Wish {
        name: Some("Theirs".to_owned()),
        ..wish
    };
    let gone = change(&db.store, &gone, &office.desk()).await;
    assert!(matches!(gone, Err(NotDone::Gone)), "{gone:?}");
}

#[tokio::test]
async fn what_others_need_is_not_removed() {
    let db = sqlite().await;
    let office = Office::of(&db.store).await;
    office.server().await;
    let keys = json!({"address": "info@example.com", "server": "Ours", "password": "hunter2"});
    office.wish(Section::Mailboxes, None, keys).await.unwrap();
    let keys =
        json!({"name": "info", "mailbox": "info@example.com", "exceptions": ["@spam.example"]});
    office.wish(Section::Scanners, None, keys).await.unwrap();
    let needed = [
        (
            Section::MailServers,
            "Ours",
            "The mailbox info@example.com lives on this server.",
        ),
        (
            Section::Mailboxes,
            "info@example.com",
            "The scanner \"info\" reads this mailbox.",
        ),
    ];
    for (section, name, why) in needed {
        let told = remove(&db.store, section, name, &office.desk())
            .await
            .unwrap_err()
            .to_string();
        assert!(told.starts_with(why), "{told}");
    }
    for (section, name) in [
        (Section::Scanners, "info"),
        (Section::Mailboxes, "info@example.com"),
        (Section::MailServers, "Ours"),
    ] {
        remove(&db.store, section, name, &office.desk())
            .await
            .unwrap();
    }
    let stored = load(&db.store).await;
    assert!(stored.mail_servers.is_empty() && stored.scanners.is_empty());
    let gone = remove(&db.store, Section::Scanners, "info", &office.desk()).await;
    assert!(matches!(gone, Err(NotDone::Gone)), "{gone:?}");
}

#[tokio::test]
async fn a_list_that_a_rule_looks_in_stays_and_each_change_of_one_is_a_version() {
    let db = sqlite().await;
    let office = Office::of(&db.store).await;
    let keys = json!({"name": "partners", "members": ["@example.org"]});
    office.wish(Section::Lists, None, keys).await.unwrap();
    let rule = "rules:\n- name: partner\n  when: {from: {in: {list: partners}}}\n  then: [{tag: partner}]\n";
    apply_text(&db.store, rule, Unnamed::Keep).await;
    let told = remove(&db.store, Section::Lists, "partners", &office.desk()).await;
    assert!(matches!(told, Err(NotDone::InUse(_))), "{told:?}");
    let keys = json!({"members": ["@example.org", "@example.net"]});
    let done = office
        .wish(Section::Lists, Some("partners"), keys)
        .await
        .unwrap();
    assert_eq!(done.changes.changes.len(), 1);
    let latest = rule_versions::latest(&db.store).await.unwrap().unwrap();
    assert_eq!(
        (latest.author.as_str(), latest.source.as_str()),
        ("anna@example.com", "web pages")
    );
}
