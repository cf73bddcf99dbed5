//! Many mailboxes: what ten thousand that are set up cost, and what each that is waited in does.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use chrono::TimeDelta;
use mailroom::clock::{Clock as _, SystemClock};
use mailroom::store::Store;
use sandbox::{MailboxLogin, Options, Provider, Tls};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::program::{Program, Running};
use super::waiting::until;

const SET_UP: usize = 10_000;
const FEW: usize = 20;
const MANY: usize = 320;
const MIB: u64 = 1024 * 1024;
const LONG: Duration = Duration::from_secs(160);

fn address(number: usize) -> String {
    format!("m{number}@example.com")
}

fn set_up(program: &Program, server: &sandbox::Running, waited_in: usize, all: usize) {
    let ca_file = program.file("ca.pem", server.ca_pem.as_deref().unwrap());
    let mut yaml = format!(
        "mail_servers: [{{name: provider, host: localhost, port: {}, ca_file: {}}}]\nmailboxes:\n",
        server.addr.port(),
        ca_file.display()
    );
    for number in 0..all {
        let address = address(number);
        let _ = writeln!(
            yaml,
            "  - {{address: {address}, server: provider, password: '${{env:PASSWORD}}'}}"
        );
    }
    yaml.push_str("scanners:\n");
    for number in 0..all {
        let address = address(number);
        let idle = number < waited_in;
        let _ = writeln!(
            yaml,
            "  - {{name: s{number}, mailbox: {address}, schedule: '0 0 1 1 *', idle: {idle}}}"
        );
    }
    yaml.push_str("rules: [{name: all, then: [create_lead]}]\n");
    program.apply(&yaml);
}

/// What a process holds in memory now.
fn held(worker: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", worker.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .unwrap();
    kib.trim().parse::<u64>().unwrap() * 1024
}

#[test]
fn ten_thousand_set_up_and_hundreds_waited_in_fit_into_little_memory() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let provider = Provider::new();
    for number in 0..MANY {
        provider.add_mailbox(&address(number), MailboxLogin::Password("right".to_owned()));
    }
    let options = Options::with_tls(Tls::Implicit);
    let server = runtime
        .block_on(sandbox::serve(provider.clone(), options))
        .unwrap();
    let mut program = Program::new();
    program.set("PASSWORD", "right");
    set_up(&program, &server, FEW, SET_UP);
    let store = runtime.block_on(Store::open(&program.url())).unwrap();
    let in_a_year = SystemClock.now() + TimeDelta::days(365);
    let later = entities::scanners::Entity::update_many()
        .col_expr(
            entities::scanners::Column::NextScanAt,
            Expr::value(in_a_year),
        )
        .filter(entities::scanners::Column::Idle.eq(false));
    runtime.block_on(later.exec(&store)).unwrap();

    let worker = program.start(["worker"]);
    let waited_in = |count: usize| {
        until("all are waited in", LONG, || {
            let claims = entities::idlings::Entity::find()
                .filter(entities::idlings::Column::Owner.is_not_null());
            let claimed = runtime.block_on(claims.count(store.reader())).unwrap();
            (claimed == count as u64).then_some(())
        });
    };
    waited_in(FEW);
    let few = held(&worker);
    println!("{SET_UP} set up, {FEW} waited in: {} MiB", few / MIB);
    assert!(few < 300 * MIB);

    let more = entities::scanners::Entity::find()
        .filter(entities::scanners::Column::Id.lte(i64::try_from(MANY).unwrap()));
    assert_eq!(
        runtime.block_on(more.count(store.reader())).unwrap(),
        MANY as u64
    );
    let wake = entities::scanners::Entity::update_many()
        .col_expr(entities::scanners::Column::Idle, Expr::value(true))
        .col_expr(
            entities::scanners::Column::NextScanAt,
            Expr::value(SystemClock.now()),
        )
        .filter(entities::scanners::Column::Id.lte(i64::try_from(MANY).unwrap()))
        .filter(entities::scanners::Column::Idle.eq(false));
    runtime.block_on(wake.exec(&store)).unwrap();
    waited_in(MANY);
    let many = held(&worker);
    let each = many.saturating_sub(few) / (MANY - FEW) as u64;
    println!(
        "{MANY} waited in: {} MiB, {} KiB each",
        many / MIB,
        each / 1024
    );
    assert!(each < 128 * 1024);

    provider
        .deliver(
            &address(MANY - 1),
            "INBOX",
            b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\n\r\nHello\r\n".to_vec(),
            SystemClock.now(),
        )
        .unwrap();
    until("the lead exists", LONG, || {
        let leads = entities::leads::Entity::find().count(store.reader());
        (runtime.block_on(leads).unwrap() == 1).then_some(())
    });
    assert_eq!(provider.connections(), MANY as u64);
    assert_eq!(worker.terminate(Duration::from_secs(30)), Some(0));
}
