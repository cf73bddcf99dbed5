use entities::ids::ScannerId;
use entities::names::Names;
use entities::{
    absences, accounts, audit_entries, authorizations, auto_replies, blob_orphans, blob_sweeps,
    blobs, bounces, contacts, credentials, decisions, deliveries, endpoint_brakes, examinations,
    exceptions, folder_lists, folders, health, identities, idlings, known_browsers, late_links,
    leads, leases, left_out, light_changes, lights, link_askers, link_choices, links, made_records,
    mail_servers, mailbox_members, mailboxes, message_addresses, message_changes, message_states,
    message_tags, messages, oauth_clients, organizations, outbox, owner_turns, record_addresses,
    record_moves, recovery_codes, rule_books, rule_hits, rule_lists, rule_versions, rules,
    scan_days, scanners, scans, server_changes, service_keys, sessions, sign_in_brakes,
    sign_in_links, tag_askers, ticket_changes, tickets, undos, users,
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, EntityTrait, Iterable, Statement, TryGetable};

use super::{Store, organization_names};

/// Rows as each step knew them, in SQL that both databases read. A new step adds its own.
const SAMPLES: [&[&str]; 31] = [
    &[
        "INSERT INTO users VALUES (1, 'admin@example.org', 'Admin', 'admin', TRUE, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO mail_servers (id, name, host, port, tls, verify_certificate, ca_file, auth, created_at, updated_at) VALUES (1, 'Example', 'imap.example.org', 993, 'implicit', TRUE, NULL, 'password', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO mailboxes (id, address, login, mail_server_id, kind, owner_id, active, created_at, updated_at) VALUES (1, 'info@example.org', 'info', 1, 'shared', 1, TRUE, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO mailbox_members VALUES (1, 1)",
        "INSERT INTO credentials (mailbox_id, kind, reference, sealed, key_id, updated_at) VALUES (1, 'password', '${env:X}', NULL, NULL, '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "INSERT INTO scanners (id, name, mailbox_id, folders, schedule, time_zone, enabled, paused_by, start_date, limit_per_scan, search_fields, next_scan_at, created_at, updated_at) VALUES (1, 'info', 1, '[\"INBOX\"]', '*/5 * * * *', 'Europe/Rome', TRUE, NULL, '2026-01-31', 100, '[\"email\"]', '2026-11-22 12:05:00+00:00', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO folders (id, scanner_id, name, uid_validity, last_uid, highest_modseq) VALUES (1, 1, 'INBOX', 7, 42, NULL)",
        "INSERT INTO rules VALUES (1, 'leads', 1, TRUE, '{\"name\": \"leads\"}', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO scans VALUES (1, 1, 'here', 'manual', '2026-11-22 12:00:00+00:00', NULL, 'running', '{}', NULL, NULL)",
        "INSERT INTO lights (mailbox_id, state, cause, since, who, remedy, provider_words, checked_at) VALUES (1, 'green', NULL, '2026-11-22 12:00:00+00:00', NULL, NULL, NULL, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO health VALUES (1, 'ok', NULL, '2026-11-22 12:00:00+00:00', NULL, 0)",
        "INSERT INTO leases VALUES (1, 'here', 1, '2026-11-22 12:01:00+00:00', '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "INSERT INTO blobs (hash, size, encoding, bytes, created_at) VALUES ('00', 3, 'file', NULL, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO messages VALUES (1, 'fingerprint', 'id@example.org', 'Hello', 'anna@example.org', 'Anna', NULL, '[]', NULL, '2026-11-22 12:00:00+00:00', 'auto_reply', '', 'received', 3, 0, '00', '[]', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO deliveries (id, folder_id, uid_validity, uid, state, attempts, next_try_at, error, blob_hash, size, internal_date, message_id, scan_id, kept_at) VALUES (1, 1, 7, 42, 'done', 1, NULL, NULL, '00', 3, NULL, 1, 1, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO message_tags (message_id, tag) VALUES (1, 'hot')",
        "INSERT INTO decisions (id, message_id, scanner_id, body, decided_at) VALUES (1, 1, 1, '{}', '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "INSERT INTO organizations (id, name, domains, phone, website, created_at, updated_at) VALUES (1, 'Example', '[\"example.org\"]', '', '', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO contacts (id, first_name, last_name, organization_id, phone, owner_id, external_id, created_at, updated_at) VALUES (1, 'Anna', 'Rossi', 1, '', 1, 'A1', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO leads (id, first_name, last_name, company, email, phone, title, description, source, campaign, status, owner_id, message_id, rule, created_at) VALUES (1, 'Anna', 'Rossi', '', 'anna@example.org', '', '', '', 'mail', '', 'open', 1, 1, 'leads', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO record_addresses VALUES (1, 'anna@example.org', 'contact', 1, 'email')",
    ],
    &[
        "INSERT INTO links (id, message_id, record_kind, record_id, evidence, author_kind, author, scan_id, created_at) VALUES (1, 1, 'lead', 1, '[]', 'rule', 'leads', 1, '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "INSERT INTO service_keys VALUES (1, 'mail', 'oauth', TRUE, '[\"10.0.0.0/8\"]', 'mail', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO oauth_clients (mail_server_id, flow, client_id, secret_reference, secret_sealed, secret_key_id, secret_expires_on, tenant, cloud, endpoints, scopes, service_key_id, redirect_uri, created_at, updated_at) VALUES (1, 'authorization_code', 'client', '${env:S}', NULL, NULL, '2027-01-31', 'common', NULL, '{}', '[]', 1, 'https://crm.example.org/oauth/callback/mail', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "UPDATE mail_servers SET preset = 'google', smtp = '{\"host\": \"smtp.example.org\", \"port\": 465, \"tls\": \"implicit\"}'",
        "UPDATE mailboxes SET aliases = '[\"sales@example.org\"]'",
        "UPDATE credentials SET access_expires_at = '2026-11-22 12:00:00+00:00', granted_scopes = '[\"mail\"]', identity = '{}', version = 3",
        "UPDATE lights SET probe_at = '2026-11-22 12:00:00+00:00', suspected = 'imap_disabled'",
        "INSERT INTO light_changes VALUES (1, 1, 'red', 'imap_disabled', 'provider', NULL, NULL, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO outbox (id, channel, key, body, attempts, next_try_at, delivered_at, given_up_at, error, created_at) VALUES (1, 'webhook', 'light.red/1', '{}', 0, '2026-11-22 12:00:00+00:00', NULL, NULL, NULL, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO sign_in_brakes VALUES ('imap.example.org', 1, '2026-11-22 12:00:00+00:00', NULL)",
        "INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, expires_at) VALUES ('00', 1, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO sign_in_links (hash, user_id, created_at, expires_at, used_at) VALUES ('00', 1, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00', NULL)",
        "INSERT INTO authorizations VALUES (1, '00', '01', 'mailbox', 1, 1, 1, '00', 'k', '00', 'k', 'https://crm.example.org/', 'mail', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00', NULL)",
    ],
    &[
        "UPDATE oauth_clients SET service_principal = '99999999-8888-4777-8666-555555555555', discovered = '{\"asked\": \"https://id.example.org\", \"authorization\": \"https://id.example.org/a\", \"token\": \"https://id.example.org/t\", \"sends_iss\": true}', discovered_at = '2026-11-22 12:00:00+00:00'",
        "INSERT INTO examinations VALUES (1, 1, '2026-11-22 12:00:00+00:00', 'here', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00', '{}')",
    ],
    &[
        "INSERT INTO endpoint_brakes VALUES ('https://login.example.org/token client', 1, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:30+00:00')",
    ],
    &[
        "UPDATE folders SET backlog_first = 1, backlog_last = 40, backlog_left = 30, backlog_total = 41, narrowed = '{\"cuts\": [7]}' WHERE read_since = '2026-01-31'",
        "UPDATE scanners SET backfill = 'oldest_first', max_message_mib = 25",
    ],
    &[
        "UPDATE folders SET seen_uid_validity = 7, seen_exists = 40, seen_uid_next = 43, seen_highest_modseq = 9, sweep_owed = TRUE, swept_at = '2026-11-22 12:00:00+00:00', renewals = 2",
        "UPDATE deliveries SET vanished_at = '2026-11-22 12:00:00+00:00', server_id = '1278455344230334865'",
    ],
    &[
        "UPDATE deliveries SET state = 'discarded', asked_anew = 1, discarded_by = 'anna', discarded_at = '2026-11-22 12:00:00+00:00', discard_reason = 'spam'",
    ],
    &[
        "UPDATE scanners SET idle = TRUE",
        "INSERT INTO idlings VALUES (1, 1, 'here', '2026-11-22 12:00:30+00:00', '2026-11-22 12:00:00+00:00', 1, NULL, NULL)",
    ],
    &[
        "UPDATE blobs SET object = '00/00.aa'",
        "INSERT INTO blob_sweeps VALUES (1, 'owner', '00', '')",
        "INSERT INTO blob_orphans VALUES ('00/01.aa', '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "UPDATE mail_servers SET protocol = 'pop3'",
        "UPDATE deliveries SET uidl = 'QhdPYR:00WBw1Ph7x7'",
        "INSERT INTO left_out VALUES (1, 'old', '2026-01-01 12:00:00+00:00')",
    ],
    // An index alone.
    &[],
    &[
        "INSERT INTO rule_lists VALUES (1, 'partners', '[\"@example.com\"]', '2026-11-23 12:00:00+00:00', '2026-11-23 12:00:00+00:00')",
        "INSERT INTO exceptions VALUES ('@example.org', '2026-11-23 12:00:00+00:00')",
        "UPDATE scanners SET exceptions = '[\"spam@example.com\"]'",
    ],
    &[
        // What the step brings in of the others' samples, so that one row is left of each.
        "DELETE FROM message_addresses",
        "DELETE FROM record_addresses WHERE field = 'domains'",
        "INSERT INTO message_addresses VALUES ('carla@example.org', 1, 'to', 'example.org')",
        "INSERT INTO late_links VALUES (1, 'anna@example.org', 1, 200)",
        "INSERT INTO link_choices VALUES (1, 1, 'contact', 1, TRUE, 'anna@example.org', 'admin@example.org', NULL, '2026-11-22 12:00:00+00:00')",
        "UPDATE decisions SET doubt = 'tie'",
    ],
    &["UPDATE mail_servers SET trusted_servers = '[\"mx.example.org\"]'"],
    &[
        "INSERT INTO tickets (id, title, description, status, priority, contact_id, organization_id, owner_id, message_id, rule, created_at, updated_at) VALUES (1, 'A chair', '', 'open', 'normal', 1, 1, 1, 1, 'support', '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO ticket_changes (id, ticket_id, before, after, author_kind, author, message_id, scan_id, created_at) VALUES (1, 1, 'closed', 'open', 'rule', 'support', 1, 1, '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "UPDATE message_tags SET author_kind = 'rule', author = 'support', scan_id = 1",
        "INSERT INTO undos VALUES (1, 'rule', 'support', '{}', 'anna', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO record_moves (id, reason, from_kind, from_id, to_kind, to_id, before, author, created_at, undone_at, undone_by) VALUES (1, 'converted', 'lead', 1, 'contact', 1, '{}', 'anna', '2026-11-22 12:00:00+00:00', NULL, NULL)",
    ],
    &[
        "UPDATE links SET scanner_id = 1",
        "UPDATE message_tags SET scanner_id = 1",
        "UPDATE ticket_changes SET scanner_id = 1, undone = TRUE",
        "UPDATE decisions SET late_error = 'The database refused it'",
        "UPDATE record_moves SET from_key = 'A1'",
        "INSERT INTO bounces VALUES (1, 'anna@example.org', 1, 'hard', '5.1.1', 'no such user', 1, 1, '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "INSERT INTO absences VALUES (1, 1, '2026-12-20', '2027-01-06')",
        "INSERT INTO owner_turns VALUES ('leads', 'create_lead', 'admin@example.org')",
        "INSERT INTO message_states VALUES (1, 1, 'pending', 'high', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO message_changes (id, message_id, what, before, after, author_kind, author, scan_id, scanner_id, created_at) VALUES (1, 1, 'status', 'open', 'pending', 'rule', 'support', 1, 1, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO made_records VALUES ('contact', 1, 1, 'support', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO auto_replies (id, email, rule, message_id, created_at) VALUES (1, 'anna@example.org', 'support', 1, '2026-11-22 12:00:00+00:00')",
        "UPDATE organizations SET owner_id = 1",
        "UPDATE deliveries SET released = TRUE",
        "UPDATE ticket_changes SET priority_before = 'normal', priority_after = 'high'",
    ],
    &[
        "INSERT INTO rule_books VALUES ('00', '{}')",
        "INSERT INTO rule_versions VALUES (1, '00', 'anna', 'rules.yaml', NULL, '[]', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO rule_hits VALUES (1, '2026-11-22', 'leads', 3, 2, '2026-11-22 12:00:00+00:00')",
        "UPDATE decisions SET version = 1",
    ],
    &["UPDATE scanners SET presets = '[\"bind\"]'"],
    &[
        "INSERT INTO server_changes VALUES (1, 1, 1, 'move', 'Done', 'support', 1, 1, NULL, NULL, '2026-11-22 12:00:00+00:00', NULL, '2026-11-22 12:00:00+00:00')",
    ],
    &[
        "UPDATE outbox SET message_id = 1, rule = 'support', scan_id = 1, scanner_id = 1, expires_at = '2026-11-25 12:00:00+00:00'",
        "UPDATE auto_replies SET site = 'example.org'",
        "UPDATE deliveries SET released_at = '2026-11-22 12:00:00+00:00'",
    ],
    &[
        "INSERT INTO link_askers VALUES (1, 'known', 1, 1, '[]')",
        "INSERT INTO tag_askers VALUES (1, 'hot', 'known', 1, 1)",
        "UPDATE message_changes SET undone = TRUE",
    ],
    // A column that the step fills.
    &[],
    &["UPDATE scanners SET preset_owner = 'anna@ours.example'"],
    &[
        "INSERT INTO accounts VALUES (1, '$argon2id$', '2026-11-22 12:00:00+00:00', NULL, NULL, NULL, NULL, 'Europe/Rome')",
        "INSERT INTO recovery_codes VALUES ('00', 1, '2026-11-22 12:00:00+00:00', NULL)",
        "INSERT INTO known_browsers VALUES ('00', 1, '2026-11-22 12:00:00+00:00')",
        "INSERT INTO identities VALUES ('https://id.example', '7', 1, '2026-11-22 12:00:00+00:00', '2026-11-22 12:00:00+00:00')",
        "INSERT INTO audit_entries VALUES (1, '2026-11-22 12:00:00+00:00', 1, 'anna', 'user.add', 'user', '2', 'lena', '{}', '')",
        "UPDATE sign_in_links SET purpose = 'sign_in'",
        "UPDATE sessions SET browser = 'Firefox'",
    ],
    &[
        "INSERT INTO scan_days VALUES (1, '2026-11-24', 3, 2, 1, 0, 1)",
        "INSERT INTO folder_lists VALUES (1, 1, '2026-11-24 12:00:00+00:00', 'here', '2026-11-24 12:00:00+00:00', '2026-11-24 12:00:00+00:00', '[]', NULL)",
    ],
];

/// How many steps there are before that of linking.
const BEFORE_LINKING: usize = 16;
/// How many there are before that of presets.
const BEFORE_PRESETS: usize = 23;
/// And before that of the names of organizations.
const BEFORE_NAMES: usize = 27;
/// And before that of taking back.
const BEFORE_TAKING_BACK: usize = 20;

async fn empty_databases() -> (tempfile::TempDir, parts::Postgres, [Store; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}/test.db?mode=rwc", folder.path().display());
    let postgres = parts::postgres();
    let stores = [
        Store::open(&sqlite).await.unwrap(),
        Store::open(&postgres.new_database()).await.unwrap(),
    ];
    (folder, postgres, stores)
}

async fn insert(store: &Store, samples: &[&str]) {
    for sample in samples {
        store
            .execute_unprepared(sample)
            .await
            .unwrap_or_else(|error| panic!("{sample}: {error}"));
    }
}

/// The one sample is read, and the table has no column that the entity does not know.
async fn selects<E: EntityTrait>(store: &Store, entity: E) {
    let table = entity.table_name();
    let rows = E::find().all(store).await;
    assert_eq!(rows.map(|rows| rows.len()), Ok(1), "{table}");
    let statement = Statement::from_string(
        store.get_database_backend(),
        format!("SELECT * FROM {table}"),
    );
    let row = store.query_one_raw(statement).await.unwrap().unwrap();
    let mut stored = row.column_names();
    let mut known: Vec<String> = E::Column::iter()
        .map(|column| sea_orm::IdenStatic::as_str(&column).to_owned())
        .collect();
    stored.sort_unstable();
    known.sort_unstable();
    assert_eq!(stored, known, "{table}");
}

async fn select_every_entity(store: &Store) {
    selects(store, users::Entity).await;
    selects(store, mail_servers::Entity).await;
    selects(store, mailboxes::Entity).await;
    selects(store, mailbox_members::Entity).await;
    selects(store, credentials::Entity).await;
    selects(store, scanners::Entity).await;
    selects(store, folders::Entity).await;
    selects(store, rules::Entity).await;
    selects(store, rule_books::Entity).await;
    selects(store, rule_hits::Entity).await;
    selects(store, rule_lists::Entity).await;
    selects(store, rule_versions::Entity).await;
    selects(store, exceptions::Entity).await;
    selects(store, scans::Entity).await;
    selects(store, lights::Entity).await;
    selects(store, health::Entity).await;
    selects(store, leases::Entity).await;
    selects(store, idlings::Entity).await;
    selects(store, blobs::Entity).await;
    selects(store, blob_orphans::Entity).await;
    selects(store, blob_sweeps::Entity).await;
    selects(store, messages::Entity).await;
    selects(store, deliveries::Entity).await;
    selects(store, message_tags::Entity).await;
    selects(store, decisions::Entity).await;
    selects(store, organizations::Entity).await;
    selects(store, contacts::Entity).await;
    selects(store, leads::Entity).await;
    selects(store, server_changes::Entity).await;
    selects(store, record_addresses::Entity).await;
    selects(store, links::Entity).await;
    selects(store, service_keys::Entity).await;
    selects(store, oauth_clients::Entity).await;
    selects(store, authorizations::Entity).await;
    selects(store, sessions::Entity).await;
    selects(store, sign_in_links::Entity).await;
    selects(store, accounts::Entity).await;
    selects(store, recovery_codes::Entity).await;
    selects(store, known_browsers::Entity).await;
    selects(store, identities::Entity).await;
    selects(store, audit_entries::Entity).await;
    selects(store, light_changes::Entity).await;
    selects(store, outbox::Entity).await;
    selects(store, examinations::Entity).await;
    selects(store, folder_lists::Entity).await;
    selects(store, scan_days::Entity).await;
    selects(store, sign_in_brakes::Entity).await;
    selects(store, endpoint_brakes::Entity).await;
    selects(store, left_out::Entity).await;
    selects(store, tickets::Entity).await;
    selects(store, ticket_changes::Entity).await;
    selects(store, undos::Entity).await;
    selects(store, record_moves::Entity).await;
    selects(store, bounces::Entity).await;
    selects(store, message_addresses::Entity).await;
    selects(store, late_links::Entity).await;
    selects(store, link_askers::Entity).await;
    selects(store, tag_askers::Entity).await;
    selects(store, link_choices::Entity).await;
    selects(store, absences::Entity).await;
    selects(store, owner_turns::Entity).await;
    selects(store, message_states::Entity).await;
    selects(store, message_changes::Entity).await;
    selects(store, made_records::Entity).await;
    selects(store, auto_replies::Entity).await;
}

/// In one transaction, as the program does: another connection of SQLite's may still have the schema from before.
async fn up(store: &Store, steps: Option<u32>) {
    let tx = store.begin().await.unwrap();
    Migrator::up(&tx.transaction, steps).await.unwrap();
    tx.commit().await.unwrap();
}

async fn down(store: &Store, steps: Option<u32>) {
    let tx = store.begin().await.unwrap();
    Migrator::down(&tx.transaction, steps).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn each_step_goes_up_down_and_up_with_rows_and_every_entity_fits() {
    assert_eq!(SAMPLES.len(), Migrator::migrations().len());
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in &stores {
        for samples in SAMPLES {
            up(store, Some(1)).await;
            insert(store, samples).await;
            down(store, Some(1)).await;
            up(store, Some(1)).await;
            insert(store, samples).await;
        }
        select_every_entity(store).await;

        down(store, None).await;
        up(store, None).await;
        for samples in SAMPLES {
            insert(store, samples).await;
        }
        select_every_entity(store).await;
    }
}

#[tokio::test]
async fn programs_that_start_together_migrate_once() {
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in stores {
        let mut starts = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let store = store.clone();
            starts.spawn(async move { store.migrate().await });
        }
        let ends = starts.join_all().await;
        assert!(ends.iter().all(Result::is_ok), "{ends:?}");
        insert(&store, SAMPLES[0]).await;
    }
}

#[tokio::test]
async fn linking_knows_what_was_stored_before_it() {
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in stores {
        for samples in SAMPLES.iter().take(BEFORE_LINKING) {
            up(&store, Some(1)).await;
            insert(&store, samples).await;
        }
        insert(
            &store,
            &[
                "UPDATE messages SET recipients = '[{\"email\": \"Carla@example.com\", \"name\": \"\"}, {\"email\": \"info@example.org\"}]', sender = '{\"email\": \"dora@example.com\"}'",
                "UPDATE contacts SET phone = '+39 051/123-4567'",
                "UPDATE leads SET phone = '123 45 67'",
                "UPDATE scanners SET search_fields = '[\"contacts.email\",\"contacts.other_emails\",\"leads.email\"]'",
                // PostgreSQL did not count the samples.
                "UPDATE record_addresses SET id = 1000",
            ],
        )
        .await;
        up(&store, Some(1)).await;

        let found = message_addresses::Entity::find().all(&store).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|row| (row.email.as_str(), row.role.as_str(), row.site.as_deref()))
            .collect();
        assert_eq!(found.len(), 3, "{found:?}");
        for expected in [
            ("anna@example.org", "from", Some("example.org")),
            ("carla@example.com", "to", Some("example.com")),
            ("dora@example.com", "reply_to", Some("example.com")),
        ] {
            assert!(found.contains(&expected), "{found:?}");
        }
        let domains = record_addresses::Entity::find().all(&store).await.unwrap();
        assert!(domains.iter().any(|row| row.email == "@example.org"));
        let contact = contacts::Entity::find().one(&store).await.unwrap().unwrap();
        assert_eq!(contact.phone_key.as_deref(), Some("511234567"));
        assert_eq!(contact.name_key.as_deref(), Some("anna rossi"));
        let lead = leads::Entity::find().one(&store).await.unwrap().unwrap();
        assert_eq!(lead.phone_key.as_deref(), Some("1234567"));
        assert_eq!(search_fields(&store).await.len(), 5);
        down(&store, Some(1)).await;
    }
}

/// One column of the one row of its table, whatever else the step knows of it.
async fn one<T: TryGetable>(store: &Store, table: &'static str, column: &'static str) -> T {
    let statement = Query::select().column(column).from(table).to_owned();
    let row = store.query_one(&statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// The search fields of the one scanner.
async fn search_fields(store: &Store) -> Vec<String> {
    one::<Names>(store, "scanners", "search_fields").await.0
}

#[tokio::test]
async fn numbers_of_tickets_are_searched_where_they_were() {
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in stores {
        for samples in SAMPLES.iter().take(BEFORE_PRESETS) {
            up(&store, Some(1)).await;
            insert(&store, samples).await;
        }
        for (before, after) in [
            (&["contacts.email"][..], &["contacts.email"][..]),
            (
                &["contacts.email", "leads.number"],
                &["contacts.email", "leads.number", "tickets.number"],
            ),
            (&["leads.number"], &["leads.number", "tickets.number"]),
        ] {
            let written = serde_json::to_string(before).unwrap();
            let update = format!("UPDATE scanners SET search_fields = '{written}'");
            insert(&store, &[&update]).await;
            up(&store, Some(1)).await;
            assert_eq!(search_fields(&store).await, after);
            down(&store, Some(1)).await;
            assert_eq!(search_fields(&store).await, before);
        }
    }
}

#[tokio::test]
async fn taking_back_knows_whose_scanner_did_what_was_done_before_it() {
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in stores {
        for samples in SAMPLES.iter().take(BEFORE_TAKING_BACK) {
            up(&store, Some(1)).await;
            insert(&store, samples).await;
        }
        let gone = "{\"gone\": {\"row\": {\"external_id\": \"A1\"}}}";
        insert(
            &store,
            &[
                // The report of its scan is forgotten, of the tag's too; the change's is not.
                "UPDATE links SET scan_id = NULL",
                "UPDATE message_tags SET scan_id = 99",
                "UPDATE message_addresses SET site = 'mail.example.co.uk'",
                "UPDATE organizations SET phone = '+39 051/123-4567'",
                &format!("UPDATE record_moves SET before = '{gone}', from_kind = 'contact', reason = 'merged'"),
                "UPDATE scanners SET search_fields = '[\"contacts.email\",\"contacts.other_emails\",\"leads.email\",\"organizations.domains\",\"leads.number\"]'",
            ],
        )
        .await;
        up(&store, Some(1)).await;
        let scanner = one::<ScannerId>(&store, "scanners", "id").await;
        assert_eq!(
            [
                one::<Option<ScannerId>>(&store, "links", "scanner_id").await,
                one(&store, "message_tags", "scanner_id").await,
                one(&store, "ticket_changes", "scanner_id").await,
            ],
            [Some(scanner); 3]
        );
        assert_eq!(search_fields(&store).await.len(), 6);
        for (found, expected) in [
            (
                one::<Option<String>>(&store, "message_addresses", "site").await,
                "example.co.uk",
            ),
            (one(&store, "organizations", "phone_key").await, "511234567"),
            (one(&store, "record_moves", "from_key").await, "A1"),
        ] {
            assert_eq!(found.as_deref(), Some(expected));
        }
        down(&store, Some(1)).await;
    }
}

#[tokio::test]
async fn organizations_from_before_are_found_by_their_names() {
    let (_folder, _postgres, stores) = empty_databases().await;
    for store in stores {
        for samples in SAMPLES.iter().take(BEFORE_NAMES) {
            up(&store, Some(1)).await;
            insert(&store, samples).await;
        }
        insert(
            &store,
            &["UPDATE organizations SET name = 'EXAMPLE S.r.l.'"],
        )
        .await;
        up(&store, Some(1)).await;
        let key = one::<Option<String>>(&store, "organizations", "name_key").await;
        assert_eq!(key, organization_names::key("Example"));
    }
}
