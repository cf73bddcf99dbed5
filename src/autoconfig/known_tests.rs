use super::{by_domain, by_imap_host, by_mx};
use crate::oauth::presets::{At, Cloud, Preset, Region};

#[test]
fn domains_of_a_provider_are_its_own() {
    for (domain, preset) in [
        ("gmail.com", Preset::Google),
        ("googlemail.com", Preset::Google),
        ("outlook.com", Preset::OutlookCom),
        ("outlook.it", Preset::OutlookCom),
        ("hotmail.co.uk", Preset::OutlookCom),
        ("live.com.pt", Preset::OutlookCom),
        ("msn.com", Preset::OutlookCom),
        ("yahoo.com", Preset::Yahoo),
        ("yahoo.com.br", Preset::Yahoo),
        ("ymail.com", Preset::Yahoo),
        ("aol.com", Preset::Aol),
        ("fastmail.com", Preset::Fastmail),
        ("zoho.com", Preset::Zoho),
        ("yandex.ru", Preset::Yandex),
        ("ya.ru", Preset::Yandex),
    ] {
        assert_eq!(
            by_domain(domain).map(|known| known.preset),
            Some(preset),
            "{domain}"
        );
    }
    assert_eq!(
        by_domain("zohomail.eu").and_then(|known| known.region),
        Some(Region::Eu)
    );
    assert_eq!(
        by_domain("zoho.com.au").and_then(|known| known.region),
        Some(Region::ComAu)
    );
}

#[test]
fn domains_that_only_look_like_a_providers_are_not() {
    for domain in [
        "example.com",
        "gmail.com.example.org",
        "notgmail.com",
        "live.agency",
        "outlook.example",
        "yahoo.co.jp",
        "mail.yahoo.com",
        "zoho.evil",
        "com",
    ] {
        assert_eq!(by_domain(domain), None, "{domain}");
    }
}

#[test]
fn mail_exchangers_tell_the_provider_of_a_companys_domain() {
    for (host, preset) in [
        ("aspmx.l.google.com", Preset::Google),
        ("alt2.aspmx.l.google.com", Preset::Google),
        ("smtp.google.com", Preset::Google),
        ("aspmx3.googlemail.com", Preset::Google),
        ("contoso-com.mail.protection.outlook.com", Preset::Microsoft),
        ("contoso-com.o-v1.mx.microsoft", Preset::Microsoft),
        ("outlook-com.olc.protection.outlook.com", Preset::OutlookCom),
        ("mta5.am0.yahoodns.net", Preset::Yahoo),
        ("mx-aol.mail.gm0.yahoodns.net", Preset::Aol),
        ("in1-smtp.messagingengine.com", Preset::Fastmail),
        ("mx2.zoho.com", Preset::Zoho),
        ("mx.yandex.net", Preset::Yandex),
    ] {
        assert_eq!(
            by_mx(host).map(|known| known.preset),
            Some(preset),
            "{host}"
        );
    }
    let cloud = |host| by_mx(host).and_then(|known| known.cloud);
    assert_eq!(
        cloud("agency-gov.mail.protection.office365.us"),
        Some(Cloud::UsGov)
    );
    assert_eq!(
        cloud("corp-cn.mail.protection.partner.outlook.cn"),
        Some(Cloud::China)
    );
    assert_eq!(
        by_mx("mx3.zoho.eu").and_then(|known| known.region),
        Some(Region::Eu)
    );
    for host in [
        "mx.example.com",
        "google.com.example.org",
        "evilgoogle.com",
        "zoho.com",
    ] {
        assert_eq!(by_mx(host), None, "{host}");
    }
}

/// What the presets know as their server is known here as theirs.
#[test]
fn every_presets_imap_server_leads_back_to_it() {
    for preset in Preset::ALL {
        let Some(servers) = preset.facts(&At::default()).servers else {
            continue;
        };
        let known = by_imap_host(&servers.imap.host).map(|known| known.preset);
        // Microsoft has one server for companies and people.
        let expected = match preset {
            Preset::OutlookCom if known == Some(Preset::Microsoft) => Preset::Microsoft,
            other => other,
        };
        assert_eq!(known, Some(expected), "{}", servers.imap.host);
    }
    assert_eq!(
        by_imap_host("imappro.zoho.eu").and_then(|known| known.region),
        Some(Region::Eu)
    );
    assert_eq!(by_imap_host("imap.example.com"), None);
}
