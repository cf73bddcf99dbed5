use super::{PERSONAL, fits, is_guid, takes_tenant};
use crate::oauth::client::Provider;
use crate::oauth::script::client;

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const OTHER: &str = "11111111-2222-3333-4444-555555555555";

fn named(id: &str) -> String {
    format!("https://login.microsoftonline.com/{id}/v2.0")
}

#[test]
fn most_servers_have_one_name() {
    let client = client(Provider::Generic);
    let ours = "https://id.example.com/realms/a";
    assert!(fits(&client, ours, ours, None));
    assert!(fits(
        &client,
        "https://id.example.com/realms/a/",
        ours,
        None
    ));
    for other in [
        "id.example.com/realms/a",
        "http://id.example.com/realms/a",
        "https://id.example.com/realms/b",
        "https://id.example.com/realms/a/b",
        "https://evil.example/realms/a",
        "",
    ] {
        assert!(!fits(&client, ours, other, None), "{other}");
    }
}

#[test]
fn google_has_two_names() {
    let client = client(Provider::Google);
    for name in ["https://accounts.google.com", "accounts.google.com"] {
        assert!(
            fits(&client, "https://accounts.google.com", name, None),
            "{name}"
        );
    }
    for name in [
        "http://accounts.google.com",
        "accounts.google.com.evil.example",
    ] {
        assert!(
            !fits(&client, "https://accounts.google.com", name, None),
            "{name}"
        );
    }
}

#[test]
fn microsofts_name_holds_the_tenant_of_whoever_signed_in() {
    let client = client(Provider::Microsoft);
    for template in ["{tenantid}", "common", "organizations", "contoso.example"] {
        let template = named(template);
        assert!(
            fits(&client, &template, &named(TENANT), Some(TENANT)),
            "{template}"
        );
        assert!(fits(&client, &template, &named(TENANT), None), "{template}");
        assert!(
            !fits(&client, &template, &named(OTHER), Some(TENANT)),
            "{template}"
        );
        assert!(
            !fits(&client, &template, &named("common"), None),
            "{template}"
        );
        assert!(!fits(&client, &template, &template, None), "{template}");
    }
    assert!(fits(&client, &named(TENANT), &named(TENANT), Some(TENANT)));
    assert!(!fits(&client, &named(TENANT), &named(OTHER), Some(OTHER)));
    assert!(!fits(&client, &named(TENANT), &named(TENANT), Some(OTHER)));
    for other in [
        format!("https://evil.example/{TENANT}/v2.0"),
        format!("https://login.microsoftonline.com/{TENANT}/v1.0"),
        format!("https://login.microsoftonline.com/{TENANT}"),
        format!("http://login.microsoftonline.com/{TENANT}/v2.0"),
    ] {
        assert!(
            !fits(&client, &named("{tenantid}"), &other, None),
            "{other}"
        );
    }
}

#[test]
fn a_name_without_a_tenant_that_an_admin_typed_is_that_name() {
    let client = client(Provider::Microsoft);
    let ours = "https://login.contoso.example";
    assert!(fits(&client, ours, ours, Some(TENANT)));
    for other in ["https://evil.example", "https://login.contoso.example/a"] {
        assert!(!fits(&client, ours, other, None), "{other}");
    }
    assert!(!fits(&client, ours, &named(TENANT), Some(TENANT)));
    assert!(!fits(
        &client,
        &named(TENANT),
        "https://login.microsoftonline.com",
        None
    ));
}

#[test]
fn a_record_for_one_kind_of_tenant_takes_no_other() {
    let mut client = client(Provider::Microsoft);
    for (set, tenant, taken) in [
        (None, TENANT, true),
        (Some("common"), PERSONAL, true),
        (Some("contoso.example"), TENANT, true),
        (Some("organizations"), TENANT, true),
        (Some("organizations"), PERSONAL, false),
        (Some("consumers"), PERSONAL, true),
        (Some("consumers"), TENANT, false),
        (Some(TENANT), TENANT, true),
        (Some(TENANT), OTHER, false),
    ] {
        client.tenant = set.map(str::to_owned);
        assert_eq!(takes_tenant(&client, tenant), taken, "{set:?} {tenant}");
    }
    client.tenant = Some(TENANT.to_uppercase());
    assert!(takes_tenant(&client, TENANT));
}

#[test]
fn a_guid_is_told_from_a_name() {
    assert!(is_guid(TENANT) && is_guid(PERSONAL));
    for text in [
        "",
        "common",
        "72f988bf86f141af91ab2d7cd011db47",
        "g2f988bf-86f1-41af-91ab-2d7cd011db47",
    ] {
        assert!(!is_guid(text), "{text}");
    }
}
