#![allow(clippy::unwrap_used)]

use super::entry;
use crate::autoconfig::{Auth, Encryption, Found, Login, Service, Source};
use crate::oauth::presets::{Preset, Region};

fn found(address: &str, preset: Preset) -> Found {
    Found {
        address: address.parse().unwrap(),
        source: Source::Srv,
        preset,
        region: None,
        cloud: None,
        imap: Service {
            host: "imap.corp.example".to_owned(),
            port: 993,
            tls: Encryption::Implicit,
        },
        smtp: Some(Service {
            host: "smtp.corp.example".to_owned(),
            port: 587,
            tls: Encryption::Starttls,
        }),
        pop3: None,
        login: Login::Address,
        auth: vec![Auth::Password],
        note: None,
    }
}

#[test]
fn what_is_printed_is_a_set_up_file() {
    let mut generic = found("ann@corp.example", Preset::Generic);
    generic.login = Login::Other("corp\\ann \"x\"".to_owned());
    generic.note = Some("The server is not of the domain.".to_owned());
    let mut zoho = found("ann@1and1.example", Preset::Zoho);
    (zoho.region, zoho.auth) = (Some(Region::Eu), vec![Auth::Xoauth2, Auth::AppPassword]);
    zoho.source = Source::Mx {
        host: "mx.zoho.eu".to_owned(),
    };
    let mut microsoft = found("o'neil@corp.example", Preset::Microsoft);
    (microsoft.source, microsoft.auth) = (Source::Provider, vec![Auth::Xoauth2]);
    let text = [generic, zoho, microsoft].map(|found| {
        let text = entry(&found);
        let read: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(read["mailboxes"][0]["address"], found.address.to_string());
        assert_eq!(read["mail_servers"][0]["domain"], found.address.domain());
        text
    });
    insta::assert_snapshot!(text.join("\n"));
}
