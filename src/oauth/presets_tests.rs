#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use super::*;

fn redirect_uri() -> Url {
    "https://mail.example.com/oauth/callback/main"
        .parse()
        .unwrap()
}

fn server_line(server: &Server) -> String {
    format!("{}:{} {:?}", server.host, server.port, server.tls)
}

fn endpoint_lines(endpoints: Option<&Endpoints>) -> String {
    let Some(endpoints) = endpoints else {
        return "  endpoints -\n".to_owned();
    };
    let line = |url: Option<&Url>| url.map_or("-", Url::as_str).to_owned();
    let mut out = String::new();
    for (name, value) in [
        ("authorization", endpoints.authorization.to_string()),
        ("token", endpoints.token.to_string()),
        ("device", line(endpoints.device.as_ref())),
        ("revocation", line(endpoints.revocation.as_ref())),
        ("jwks", line(endpoints.jwks.as_ref())),
        (
            "issuer",
            endpoints.issuer.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("admin consent", line(endpoints.admin_consent.as_ref())),
    ] {
        writeln!(out, "  {name} {value}").unwrap();
    }
    out
}

fn described(facts: &Facts) -> String {
    let mut out = String::new();
    writeln!(out, "{}", facts.name).unwrap();
    if let Some(servers) = &facts.servers {
        writeln!(out, "  imap {}", server_line(&servers.imap)).unwrap();
        writeln!(out, "  pop3 {}", server_line(&servers.pop3)).unwrap();
        writeln!(out, "  smtp {}", server_line(&servers.smtp)).unwrap();
    }
    writeln!(
        out,
        "  mechanism {:?}, client secret {:?}, passwords {:?}, device {}, delegates {}",
        facts.mechanism, facts.client_secret, facts.passwords, facts.device_flow, facts.delegates
    )
    .unwrap();
    out.push_str(&endpoint_lines(facts.endpoints.as_ref()));
    writeln!(out, "  scopes {}", facts.scopes.join(" ")).unwrap();
    writeln!(out, "  must be granted {}", facts.mail_scopes.join(" ")).unwrap();
    writeln!(out, "  app only {}", facts.app_only_scopes.join(" ")).unwrap();
    writeln!(out, "  disconnecting: {}", meaning(facts)).unwrap();
    writeln!(out, "  note: {}", facts.note.unwrap_or("-")).unwrap();
    out
}

/// What disconnecting does with the provider's own addresses.
fn meaning(facts: &Facts) -> &'static str {
    let known = facts.endpoints.as_ref();
    facts.disconnecting(known.is_some_and(|known| known.revocation.is_some()))
}

fn numbered(steps: &[Step]) -> String {
    let mut out = String::new();
    for (number, step) in (1..).zip(steps) {
        writeln!(out, "{number}. {}", step.text).unwrap();
        if let Some(value) = &step.value {
            writeln!(out, "   > {value}").unwrap();
        }
    }
    out
}

#[test]
fn each_provider_has_its_servers_endpoints_scopes_and_words() {
    let all: Vec<String> = Preset::ALL
        .iter()
        .map(|preset| described(&preset.facts(&At::default())))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn microsoft_is_elsewhere_in_each_tenant_and_cloud() {
    let mut out = String::new();
    for tenant in [
        "common",
        "organizations",
        "consumers",
        "b1a2c3d4-0000-4000-8000-0123456789ab",
        "contoso.com",
    ] {
        let at = At {
            tenant: Some(tenant),
            ..At::default()
        };
        let facts = Preset::Microsoft.facts(&at);
        writeln!(out, "{tenant}").unwrap();
        out.push_str(&endpoint_lines(facts.endpoints.as_ref()));
    }
    for cloud in Cloud::ALL {
        let at = At {
            tenant: Some("organizations"),
            cloud,
            ..At::default()
        };
        writeln!(out, "{}", cloud.as_str()).unwrap();
        out.push_str(&described(&Preset::Microsoft.facts(&at)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn zoho_is_elsewhere_in_each_data_centre() {
    let mut out = String::new();
    for region in Region::ALL {
        let facts = Preset::Zoho.facts(&At {
            region,
            ..At::default()
        });
        let endpoints = facts.endpoints.unwrap();
        writeln!(
            out,
            "{} {} {}",
            server_line(&facts.servers.unwrap().imap),
            endpoints.authorization,
            endpoints.token
        )
        .unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_can_not_be_a_tenant_has_no_endpoints() {
    for tenant in [
        "../../evil",
        "a/b?c#d",
        "",
        ".",
        "..",
        "a..b",
        "x y",
        "{tenantid}",
    ] {
        let at = At {
            tenant: Some(tenant),
            ..At::default()
        };
        assert_eq!(Preset::Microsoft.facts(&at).endpoints, None, "{tenant}");
    }
}

#[test]
fn everything_goes_over_https_and_what_must_be_granted_is_asked_for() {
    for preset in Preset::ALL {
        let facts = preset.facts(&At::default());
        for scope in &facts.mail_scopes {
            assert!(facts.scopes.contains(scope), "{preset:?} {scope}");
        }
        let Some(endpoints) = facts.endpoints else {
            assert_eq!(preset, Preset::Generic);
            continue;
        };
        assert!(!facts.mail_scopes.is_empty(), "{preset:?}");
        let optional = [
            &endpoints.device,
            &endpoints.revocation,
            &endpoints.jwks,
            &endpoints.admin_consent,
        ];
        for url in optional
            .into_iter()
            .flatten()
            .chain([&endpoints.authorization, &endpoints.token])
        {
            assert_eq!(url.scheme(), "https", "{url}");
        }
        assert_eq!(facts.device_flow, endpoints.device.is_some(), "{preset:?}");
    }
}

#[test]
fn of_scopes_that_an_admin_wrote_those_about_mail_must_be_granted() {
    let of =
        |preset: Preset, asked: &[&str]| preset.facts(&At::default()).mail_scopes_of(&owned(asked));
    let google = "https://mail.google.com/";
    assert_eq!(of(Preset::Google, &[google, "openid", "other"]), [google]);
    let other_host = "https://outlook.office365.com/IMAP.AccessAsUser.All";
    assert_eq!(
        of(Preset::Microsoft, &[other_host, "offline_access", "openid"]),
        [other_host]
    );
    assert_eq!(of(Preset::Generic, &["openid", "email", "mail"]), ["mail"]);
    assert!(of(Preset::Generic, &["openid", "offline_access"]).is_empty());
}

#[test]
fn each_checklist_says_what_to_create_and_what_to_paste() {
    let redirect_uri = redirect_uri();
    let mut out = String::new();
    for preset in Preset::ALL {
        let wish = Wish {
            redirect_uri: Some(&redirect_uri),
            ..Wish::default()
        };
        let steps = preset.checklist(&wish);
        assert!(
            steps
                .iter()
                .any(|step| step.value.as_deref() == Some(redirect_uri.as_str())),
            "{preset:?}"
        );
        writeln!(out, "{preset:?}\n{}", numbered(&steps)).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn each_step_stands_in_the_providers_page() {
    let redirect_uri = redirect_uri();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let organization = At {
        tenant: Some("contoso.com"),
        ..At::default()
    };
    for (preset, page) in [
        (
            Preset::Google,
            include_str!("../../docs/providers/google.md"),
        ),
        (
            Preset::Microsoft,
            include_str!("../../docs/providers/microsoft.md"),
        ),
        (
            Preset::OutlookCom,
            include_str!("../../docs/providers/microsoft.md"),
        ),
        (Preset::Yahoo, include_str!("../../docs/providers/yahoo.md")),
        (Preset::Aol, include_str!("../../docs/providers/yahoo.md")),
        (
            Preset::Fastmail,
            include_str!("../../docs/providers/fastmail.md"),
        ),
        (Preset::Zoho, include_str!("../../docs/providers/zoho.md")),
        (
            Preset::Yandex,
            include_str!("../../docs/providers/yandex.md"),
        ),
        (
            Preset::Generic,
            include_str!("../../docs/providers/generic.md"),
        ),
    ] {
        let page = words(page);
        let at = match preset {
            Preset::Microsoft => organization,
            _ => At::default(),
        };
        let facts = preset.facts(&at);
        assert!(page.contains(&words(meaning(&facts))));
        if preset == Preset::Generic {
            assert!(page.contains(&words(facts.disconnecting(true))));
        }
        for flow in [Flow::AuthorizationCode, Flow::AppOnly] {
            let steps = preset.checklist(&Wish {
                at,
                flow,
                redirect_uri: Some(&redirect_uri),
            });
            for (number, step) in (1..).zip(steps) {
                let value = step
                    .value
                    .map_or(String::new(), |value| format!(" `{value}`"));
                let step = format!("{number}. {}{value}", step.text);
                assert!(page.contains(&words(&step)), "{preset:?}: {step}");
            }
        }
    }
    let commands = app_only_commands(&AppOnlyAccess {
        protocol: Protocol::Imap,
        mailbox: "sales@contoso.com",
        client_id: "11111111-2222-4333-8444-555555555555",
        tenant: "b1a2c3d4-0000-4000-8000-0123456789ab",
        cloud: Cloud::Global,
        service_principal: Some("99999999-8888-4777-8666-555555555555"),
    });
    for command in commands {
        let page = include_str!("../../docs/providers/microsoft.md");
        assert!(page.lines().any(|line| line == command.line), "{command:?}");
    }
}

#[test]
fn microsofts_checklist_follows_the_tenant_the_cloud_and_the_flow() {
    let redirect_uri = redirect_uri();
    let mut out = String::new();
    for (title, flow, tenant, cloud) in [
        (
            "a tenant",
            Flow::AuthorizationCode,
            "contoso.com",
            Cloud::Global,
        ),
        (
            "organizations in China",
            Flow::AuthorizationCode,
            "organizations",
            Cloud::China,
        ),
        ("app only", Flow::AppOnly, "contoso.com", Cloud::Global),
        ("app only, US", Flow::AppOnly, "contoso.us", Cloud::UsGov),
    ] {
        let wish = Wish {
            at: At {
                tenant: Some(tenant),
                cloud,
                ..At::default()
            },
            flow,
            redirect_uri: Some(&redirect_uri),
        };
        writeln!(
            out,
            "{title}\n{}",
            numbered(&Preset::Microsoft.checklist(&wish))
        )
        .unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn without_a_redirect_uri_the_checklist_says_where_it_will_be() {
    for preset in Preset::ALL {
        let steps = preset.checklist(&Wish::default());
        assert!(
            steps
                .iter()
                .any(|step| step.text.contains("mailroom apply")),
            "{preset:?}"
        );
    }
}

fn lines(access: &AppOnlyAccess<'_>) -> String {
    app_only_commands(access)
        .into_iter()
        .fold(String::new(), |out, Command { says, line }| {
            format!("{out}# {says}\n{line}\n")
        })
}

#[test]
fn app_only_commands_are_for_one_mailbox_and_quote_any_name() {
    let access = AppOnlyAccess {
        protocol: Protocol::Imap,
        mailbox: "sales@example.com",
        client_id: "11111111-2222-4333-8444-555555555555",
        tenant: "contoso.com",
        cloud: Cloud::Global,
        service_principal: None,
    };
    let odd = AppOnlyAccess {
        protocol: Protocol::Imap,
        mailbox: "o'brien's $(rm) `x` \"y\" \u{2019}z;\r\n@example.com",
        tenant: "b1a2c3d4-0000-4000-8000-0123456789ab",
        cloud: Cloud::UsGov,
        service_principal: Some("99999999-8888-4777-8666-555555555555"),
        ..access
    };
    let china = AppOnlyAccess {
        cloud: Cloud::China,
        ..access
    };
    insta::assert_snapshot!(format!(
        "{}\n{}\n{}",
        lines(&access),
        lines(&odd),
        lines(&china)
    ));
}

#[test]
fn names_come_back() {
    for cloud in Cloud::ALL {
        assert_eq!(Cloud::named(cloud.as_str()), Some(cloud));
    }
    for region in Region::ALL {
        assert_eq!(Region::named(region.as_str()), Some(region));
    }
    assert_eq!((Cloud::named("moon"), Region::named("moon")), (None, None));
}

#[test]
fn what_disconnecting_means_follows_the_address_that_an_admin_typed() {
    let takes_back = "The server is asked to take the permission back";
    let keeps = "The permission stays on the server";
    let of = |preset: Preset, typed| preset.facts(&At::default()).disconnecting(typed);
    assert!(of(Preset::Generic, true).starts_with(takes_back));
    assert!(of(Preset::Generic, false).contains(keeps));
    assert!(of(Preset::Google, true).starts_with("Google is asked"));
    assert!(of(Preset::Microsoft, false).starts_with("Microsoft has no way"));
    assert!(of(Preset::Microsoft, true).starts_with(takes_back));
}

#[test]
fn over_pop3_other_permissions_are_asked_for_and_other_things_switched_on() {
    let at = At {
        protocol: Protocol::Pop3,
        tenant: Some("contoso.com"),
        ..At::default()
    };
    for (preset, scope) in [
        (Preset::Google, "https://mail.google.com/"),
        (
            Preset::Microsoft,
            "https://outlook.office.com/POP.AccessAsUser.All",
        ),
        (
            Preset::OutlookCom,
            "https://outlook.office.com/POP.AccessAsUser.All",
        ),
        (
            Preset::Fastmail,
            "https://www.fastmail.com/dev/protocol-pop",
        ),
        (Preset::Yahoo, "mail-w"),
    ] {
        assert!(preset.takes_tokens_over_pop3());
        assert_eq!(preset.facts(&at).mail_scopes, [scope], "{preset:?}");
    }
    assert!(!Preset::Zoho.takes_tokens_over_pop3());
    for flow in [Flow::AuthorizationCode, Flow::AppOnly] {
        for preset in [Preset::Microsoft, Preset::OutlookCom] {
            let wish = Wish {
                at,
                flow,
                redirect_uri: None,
            };
            let steps = preset.checklist(&wish);
            let said: Vec<String> = steps
                .iter()
                .map(|step| format!("{} {:?}", step.text, step.value))
                .collect();
            let said = said.join("\n");
            assert!(!said.contains("IMAP.Access"), "{said}");
            assert!(said.contains("POP.Access"), "{said}");
        }
    }
    let commands = app_only_commands(&AppOnlyAccess {
        mailbox: "sales@contoso.com",
        client_id: "11111111-2222-3333-4444-555555555555",
        tenant: "contoso.com",
        cloud: Cloud::Global,
        protocol: Protocol::Pop3,
        service_principal: None,
    });
    let last = commands.last().map(|command| command.line.as_str());
    assert_eq!(
        last,
        Some("Set-CASMailbox -Identity 'sales@contoso.com' -PopEnabled $true")
    );
}
