#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;
use entities::mail_servers::{AuthMethod, TlsMode};
use entities::mailboxes;
use sandbox::{MailboxLogin, Options, Provider};

use crate::access::Closed;
use crate::access::trial::{Trial, open};
use crate::store::fixture::at;
use crate::store::mail_servers::{self, MailServerFields};

const GOOD: &str = "good@example.com";

fn sign_ins(provider: &Provider) -> usize {
    let lines = provider.transcript();
    let sign_ins = lines
        .iter()
        .filter(|line| line.text.contains("AUTHENTICATE XOAUTH2"));
    sign_ins.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_everybody_is_left_alone() {
    let trial = Trial::new().await;
    let provider = Provider::new();
    let running = sandbox::serve(provider.clone(), Options::default())
        .await
        .unwrap();
    let fields = MailServerFields::generic(
        "sandbox",
        "localhost",
        running.addr.port(),
        TlsMode::None,
        AuthMethod::Xoauth2,
    );
    let server = mail_servers::insert(trial.store(), fields, at(0))
        .await
        .unwrap();
    let good = trial.mailbox_on(&server, GOOD).await;
    provider.add_mailbox(GOOD, MailboxLogin::Token("right".to_owned()));
    trial.give_token(&good, "right").await;
    let mut refused = Vec::new();
    for number in 0..10 {
        let mailbox = trial
            .mailbox_on(&server, &format!("box{number}@example.com"))
            .await;
        trial.give_token(&mailbox, "wrong").await;
        refused.push(mailbox);
    }
    let opened = async |mailbox: &mailboxes::Model| open(&trial.access, mailbox, &server).await;
    let red = async |refused: &[mailboxes::Model]| {
        for mailbox in refused {
            let closed = opened(mailbox).await.unwrap_err();
            assert!(matches!(closed, Closed::Red(_)), "{closed:?}");
        }
    };

    // A good sign-in among them says that it is not the host.
    red(&refused[..7]).await;
    opened(&good).await.unwrap();
    red(&refused[..8]).await;

    provider.clear_transcript();
    for mailbox in [&refused[8], &good] {
        let closed = opened(mailbox).await.unwrap_err();
        assert!(matches!(closed, Closed::Braked { .. }), "{closed:?}");
    }
    assert_eq!(sign_ins(&provider), 0);
    assert_eq!(trial.shows(&good).await, "green");
    assert_eq!(trial.shows(&refused[8]).await, "unknown");
    // Hosts are left alone each for itself.
    let elsewhere = trial.granted().await;
    trial.open(&elsewhere).await.unwrap();

    trial.later(TimeDelta::minutes(15));
    red(&refused[..7]).await;
    opened(&good).await.unwrap();
    red(&refused[..7]).await;
    opened(&good).await.unwrap();
    assert_eq!(sign_ins(&provider), 16);
}
