//! Which domains, mail exchangers and IMAP servers are whose.

use crate::oauth::presets::{Cloud, Preset, Region};

/// A provider, and where at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) preset: Preset,
    pub(super) region: Option<Region>,
    pub(super) cloud: Option<Cloud>,
}

impl Known {
    const fn plain(preset: Preset) -> Self {
        Self {
            preset,
            region: None,
            cloud: None,
        }
    }

    const fn zoho(region: Region) -> Self {
        Self {
            region: Some(region),
            ..Self::plain(Preset::Zoho)
        }
    }

    const fn microsoft(cloud: Cloud) -> Self {
        Self {
            cloud: Some(cloud),
            ..Self::plain(Preset::Microsoft)
        }
    }
}

/// Domains of one provider.
const DOMAINS: [(&str, Preset); 23] = [
    ("gmail.com", Preset::Google),
    ("googlemail.com", Preset::Google),
    ("msn.com", Preset::OutlookCom),
    ("passport.com", Preset::OutlookCom),
    ("windowslive.com", Preset::OutlookCom),
    ("ymail.com", Preset::Yahoo),
    ("rocketmail.com", Preset::Yahoo),
    ("myyahoo.com", Preset::Yahoo),
    ("aim.com", Preset::Aol),
    ("love.com", Preset::Aol),
    ("verizon.net", Preset::Aol),
    ("fastmail.com", Preset::Fastmail),
    ("fastmail.fm", Preset::Fastmail),
    ("fastmail.net", Preset::Fastmail),
    ("fastmail.org", Preset::Fastmail),
    ("messagingengine.com", Preset::Fastmail),
    ("sent.com", Preset::Fastmail),
    ("ya.ru", Preset::Yandex),
    ("narod.ru", Preset::Yandex),
    ("yandex.com.tr", Preset::Yandex),
    ("yandex.com", Preset::Yandex),
    ("yandex.ru", Preset::Yandex),
    ("yandex.net", Preset::Yandex),
];

/// Names that a provider has under every country's end.
const EVERYWHERE: [(&str, Preset); 7] = [
    ("outlook", Preset::OutlookCom),
    ("hotmail", Preset::OutlookCom),
    ("live", Preset::OutlookCom),
    ("yahoo", Preset::Yahoo),
    ("aol", Preset::Aol),
    ("fastmail", Preset::Fastmail),
    ("yandex", Preset::Yandex),
];

/// Another company, which has no IMAP for others.
const NOT: [&str; 1] = ["yahoo.co.jp"];

/// Ends of mail exchangers' names.
const EXCHANGERS: [(&str, Known); 14] = [
    // Outlook.com's own come before those of Microsoft 365, which they end like.
    (
        "olc.protection.outlook.com",
        Known::plain(Preset::OutlookCom),
    ),
    (
        "mail.protection.outlook.com",
        Known::plain(Preset::Microsoft),
    ),
    ("mx.microsoft", Known::plain(Preset::Microsoft)),
    (
        "mail.protection.office365.us",
        Known::microsoft(Cloud::UsGov),
    ),
    (
        "mail.protection.partner.outlook.cn",
        Known::microsoft(Cloud::China),
    ),
    ("google.com", Known::plain(Preset::Google)),
    ("googlemail.com", Known::plain(Preset::Google)),
    ("mx-aol.mail.gm0.yahoodns.net", Known::plain(Preset::Aol)),
    ("yahoodns.net", Known::plain(Preset::Yahoo)),
    ("messagingengine.com", Known::plain(Preset::Fastmail)),
    ("yandex.net", Known::plain(Preset::Yandex)),
    ("yandex.ru", Known::plain(Preset::Yandex)),
    ("zohomail.com", Known::zoho(Region::Com)),
    ("zohomail.eu", Known::zoho(Region::Eu)),
];

/// IMAP servers.
const SERVERS: [(&str, Known); 11] = [
    ("imap.gmail.com", Known::plain(Preset::Google)),
    ("imap.googlemail.com", Known::plain(Preset::Google)),
    ("outlook.office365.com", Known::plain(Preset::Microsoft)),
    ("outlook.office365.us", Known::microsoft(Cloud::UsGov)),
    ("partner.outlook.cn", Known::microsoft(Cloud::China)),
    ("imap-mail.outlook.com", Known::plain(Preset::OutlookCom)),
    ("imap.mail.yahoo.com", Known::plain(Preset::Yahoo)),
    ("imap.aol.com", Known::plain(Preset::Aol)),
    ("imap.fastmail.com", Known::plain(Preset::Fastmail)),
    ("imap.yandex.com", Known::plain(Preset::Yandex)),
    ("imap.yandex.ru", Known::plain(Preset::Yandex)),
];

/// The provider whose own domain it is.
pub(super) fn by_domain(domain: &str) -> Option<Known> {
    if NOT.contains(&domain) {
        return None;
    }
    if let Some((_, preset)) = DOMAINS.iter().find(|(own, _)| *own == domain) {
        return Some(Known::plain(*preset));
    }
    let (brand, end) = domain.split_once('.')?;
    if matches!(brand, "zoho" | "zohomail") {
        return Region::named(end).map(Known::zoho);
    }
    let (_, preset) = EVERYWHERE.iter().find(|(name, _)| *name == brand)?;
    is_country(end).then_some(Known::plain(*preset))
}

/// `com`, `it`, `co.uk`, `com.br`; companies of other ends may have the same name.
fn is_country(end: &str) -> bool {
    let code = |text: &str| text.len() == 2;
    match end.split_once('.') {
        None => end == "com" || code(end),
        Some((second, top)) => matches!(second, "co" | "com") && code(top),
    }
}

/// The provider whose mail exchanger it is.
pub(super) fn by_mx(host: &str) -> Option<Known> {
    if let Some(region) = zoho(host, &["mx.", "mx2.", "mx3."]) {
        return Some(Known::zoho(region));
    }
    let found = EXCHANGERS.iter().find(|(end, _)| ends_with(host, end));
    found.map(|(_, known)| *known)
}

/// The provider whose IMAP server it is.
pub(super) fn by_imap_host(host: &str) -> Option<Known> {
    if let Some(region) = zoho(host, &["imap.", "imappro."]) {
        return Some(Known::zoho(region));
    }
    let found = SERVERS.iter().find(|(own, _)| *own == host);
    found.map(|(_, known)| *known)
}

/// `mx2.zoho.com.au` with one of these beginnings.
fn zoho(host: &str, beginnings: &[&str]) -> Option<Region> {
    let rest = beginnings
        .iter()
        .find_map(|beginning| host.strip_prefix(beginning))?;
    Region::named(rest.strip_prefix("zoho.")?)
}

fn ends_with(host: &str, end: &str) -> bool {
    host.strip_suffix(end)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
