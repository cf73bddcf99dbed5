#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use clap::Parser;

use super::*;

fn vars(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

fn load_with(args: &ConfigArgs, pairs: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    load_as(args, vars(pairs), false)
}

fn in_folder(toml: &str) -> (tempfile::TempDir, ConfigArgs) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mailroom.toml"), toml).unwrap();
    let data_dir = folder.path().to_str().unwrap().to_owned();
    (
        folder,
        ConfigArgs {
            data_dir: Some(data_dir),
            ..ConfigArgs::default()
        },
    )
}

fn problems(toml: &str) -> String {
    let (folder, args) = in_folder(toml);
    let error = load_with(&args, &[]).unwrap_err().to_string();
    error.replace(folder.path().to_str().unwrap(), "DATA")
}

#[test]
fn without_anything_set_the_defaults_hold() {
    let settings = load_with(&ConfigArgs::default(), &[("HOME", "/home/anna")])
        .unwrap()
        .settings;
    insta::assert_debug_snapshot!(settings);
}

#[test]
fn the_data_folder_follows_user_and_xdg() {
    let dir = |pairs: &[(&str, &str)], root| {
        load_as(&ConfigArgs::default(), vars(pairs), root)
            .unwrap()
            .settings
            .data_dir
    };
    assert_eq!(
        dir(&[("HOME", "/home/a"), ("XDG_DATA_HOME", "/data")], false),
        Path::new("/data/mailroom")
    );
    assert_eq!(
        dir(&[("HOME", "/home/a"), ("XDG_DATA_HOME", "data")], false),
        Path::new("/home/a/.local/share/mailroom")
    );
    assert_eq!(
        dir(&[("HOME", "/root")], true),
        Path::new("/var/lib/mailroom")
    );
    let error = load_as(&ConfigArgs::default(), vars(&[]), false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "default: data_dir has no default, because HOME is not set. Set --data-dir or MAILROOM_DATA_DIR"
    );
}

#[test]
fn flags_outrank_variables_outrank_the_file_outranks_defaults() {
    let (_folder, mut args) = in_folder("workers = 2\nlog = \"warn\"\nlease_seconds = 60\n");
    let variables = [("MAILROOM_WORKERS", "3"), ("MAILROOM_LOG", "debug")];
    let workers = |args: &ConfigArgs, pairs: &[(&str, &str)]| {
        load_with(args, pairs).unwrap().settings.workers
    };
    assert_eq!(workers(&args, &[]), 2);
    assert_eq!(workers(&args, &variables), 3);
    args.workers = Some("4".to_owned());
    assert_eq!(workers(&args, &variables), 4);
    let settings = load_with(&args, &variables).unwrap().settings;
    assert_eq!(
        (settings.log.as_str(), settings.lease),
        ("debug", Duration::from_mins(1))
    );
}

#[test]
fn the_file_is_named_by_flag_or_variable_and_must_then_exist() {
    let (folder, args) = in_folder("workers = 2\n");
    let file = folder.path().join("mailroom.toml");
    let named = ConfigArgs {
        config: Some(file.clone()),
        data_dir: Some("/nowhere".to_owned()),
        ..ConfigArgs::default()
    };
    assert_eq!(load_with(&named, &[]).unwrap().settings.workers, 2);
    let by_variable = ConfigArgs {
        data_dir: Some("/nowhere".to_owned()),
        ..ConfigArgs::default()
    };
    let loaded = load_with(&by_variable, &[("MAILROOM_CONFIG", file.to_str().unwrap())]).unwrap();
    assert_eq!((loaded.settings.workers, loaded.file), (2, Some(file)));
    let absent = ConfigArgs {
        config: Some("/nowhere/mailroom.toml".into()),
        ..args
    };
    assert_eq!(
        load_with(&absent, &[]).unwrap_err().to_string(),
        "/nowhere/mailroom.toml:1:1: The settings file can't be read: No such file or directory (os error 2). \
         Correct --config or MAILROOM_CONFIG, or the file"
    );
}

#[test]
fn every_problem_of_the_file_is_told_with_its_place_and_cure() {
    insta::assert_snapshot!(problems(
        "worker = 3\nlog = true\nlog_format = \"xml\"\nlease_seconds = 1\ndatabase_url = \"mysql://h/d\"\n\n[imap]\nconect_seconds = 3\n\n[smtp]\nhost = \"x\"\n"
    ));
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    insta::assert_snapshot!(problems("workers = 3\nlog = \"info\nworkers = 4\n"));
    insta::assert_snapshot!(problems("workers = 3\nworkers = 4\n"));
}

#[test]
fn wrong_values_of_variables_and_flags_name_them() {
    let args = ConfigArgs {
        workers: Some("many".to_owned()),
        data_dir: Some("/d".to_owned()),
        ..ConfigArgs::default()
    };
    let variables = [
        ("MAILROOM_IMAP_CONNECT_SECONDS", "0"),
        ("MAILROOM_LOG", "mailroom=loud"),
        ("MAILROOM_DATABASE_URL", "s3cret@host/db"),
        ("MAILROOM_SECRET_KEY", "x"),
        ("MAILROOM_SECRET_KEY_FILE", "/k"),
    ];
    insta::assert_snapshot!(load_with(&args, &variables).unwrap_err());
}

#[test]
fn a_data_dir_inside_the_data_folders_own_file_is_refused() {
    insta::assert_snapshot!(problems("data_dir = \"/elsewhere\"\n"));
}

#[test]
fn relative_paths_in_the_file_are_meant_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.toml");
    fs::write(
        &file,
        "data_dir = \"data\"\nsecret_key_file = \"keys/k\"\nca_file = \"ca.pem\"\n",
    )
    .unwrap();
    let args = ConfigArgs {
        config: Some(file),
        ..ConfigArgs::default()
    };
    let settings = load_with(&args, &[]).unwrap().settings;
    assert_eq!(settings.data_dir, folder.path().join("data"));
    assert_eq!(settings.secret_key_file, Some(folder.path().join("keys/k")));
    assert_eq!(settings.ca_file, Some(folder.path().join("ca.pem")));
}

#[test]
fn a_variable_that_sets_nothing_is_warned_about() {
    let variables = [
        ("HOME", "/h"),
        ("MAILROOM_WORKER", "3"),
        ("MAILROOM_SECRET_SALES", "x"),
        ("MAILROOM_LOG", ""),
    ];
    let loaded = load_with(&ConfigArgs::default(), &variables).unwrap();
    assert_eq!(
        loaded.warnings,
        [
            "The environment variable MAILROOM_WORKER sets nothing; did you mean \"MAILROOM_WORKERS\"?"
        ]
    );
}

#[test]
fn no_secret_is_shown_and_a_password_in_a_flag_is_warned_about() {
    let args = ConfigArgs {
        data_dir: Some("/d".to_owned()),
        database_url: Some("postgres://anna:s3c:r@?t@db.local/mail?sslpassword=s3cret".to_owned()),
        ..ConfigArgs::default()
    };
    let loaded = load_with(&args, &[("MAILROOM_SECRET_KEY", "s3c-key")]).unwrap();
    let shown = format!("{loaded:?} {}", loaded.settings.database_url);
    assert!(!shown.contains("s3c"), "{shown}");
    assert!(
        shown.contains("postgres://anna:***@db.local/mail?sslpassword=***"),
        "{shown}"
    );
    assert_eq!(
        loaded.warnings,
        [
            "The password in --database-url can be seen by every user of this machine; set MAILROOM_DATABASE_URL instead"
        ]
    );
}

#[test]
fn a_data_folder_with_odd_letters_gives_a_url_that_means_it() {
    let args = ConfigArgs {
        data_dir: Some("/data/50%?#".to_owned()),
        ..ConfigArgs::default()
    };
    let url = load_with(&args, &[]).unwrap().settings.database_url;
    assert_eq!(
        url.expose(),
        "sqlite:///data/50%25%3F%23/mailroom.db?mode=rwc"
    );
}

/// Settings made by variables alone, with a data folder.
fn with(pairs: &[(&str, &str)]) -> Result<Settings, String> {
    let args = ConfigArgs {
        data_dir: Some("/d".to_owned()),
        ..ConfigArgs::default()
    };
    load_with(&args, pairs)
        .map(|loaded| loaded.settings)
        .map_err(|error| error.to_string())
}

#[test]
fn pages_are_served_on_this_machine_unless_told_where_and_how_they_are_reached() {
    let served = |pairs: &[(&str, &str)]| {
        let settings = with(pairs).unwrap();
        let listen = settings.listen.map(|address| address.to_string());
        (listen, settings.public_url.to_string())
    };
    let at = |address: &str| Some(address.to_owned());
    assert_eq!(
        served(&[]),
        (at("127.0.0.1:8025"), "http://127.0.0.1:8025/".to_owned())
    );
    assert_eq!(
        served(&[("MAILROOM_LISTEN", "[::1]:9")]),
        (at("[::1]:9"), "http://[::1]:9/".to_owned())
    );
    assert_eq!(
        served(&[
            ("MAILROOM_LISTEN", "0.0.0.0:80"),
            ("MAILROOM_PUBLIC_URL", "https://Mail.example.com")
        ]),
        (at("0.0.0.0:80"), "https://mail.example.com/".to_owned())
    );
    assert_eq!(served(&[("MAILROOM_LISTEN", "off")]).0, None);
    let flag = ConfigArgs {
        data_dir: Some("/d".to_owned()),
        listen: Some("127.0.0.2:1".to_owned()),
        ..ConfigArgs::default()
    };
    let settings = load_with(&flag, &[("MAILROOM_LISTEN", "off")]).unwrap();
    assert_eq!(settings.settings.listen.unwrap().to_string(), "127.0.0.2:1");
}

#[test]
fn an_address_for_browsers_is_one_that_nobody_can_overhear() {
    insta::assert_snapshot!(
        [
            "http://mail.example.com",
            "https://anna:s3c@mail.example.com",
            "https://mail.example.com/mailroom",
            "https://mail.example.com/?x",
            "ftp://mail.example.com",
            "mail.example.com",
        ]
        .map(|url| with(&[("MAILROOM_PUBLIC_URL", url)]).unwrap_err())
        .join("\n")
    );
    assert!(with(&[("MAILROOM_PUBLIC_URL", "http://localhost:3000")]).is_ok());
    insta::assert_snapshot!(with(&[("MAILROOM_LISTEN", "10.0.0.7:80")]).unwrap_err());
    insta::assert_snapshot!(with(&[("MAILROOM_LISTEN", "8025")]).unwrap_err());
}

#[test]
fn proxies_are_addresses_and_ranges_listed_in_a_line_or_in_the_file() {
    let proxies = |settings: &Settings| {
        let shown = settings.trusted_proxies.iter().map(ToString::to_string);
        shown.collect::<Vec<_>>().join(" ")
    };
    let by_variable = with(&[("MAILROOM_TRUSTED_PROXIES", "10.0.0.9/24, ::1,192.0.2.1")]).unwrap();
    assert_eq!(proxies(&by_variable), "10.0.0.0/24 ::1/128 192.0.2.1/32");
    let (_folder, args) = in_folder("trusted_proxies = [\"10.0.0.9/24\", \"::1\"]\n");
    let by_file = load_with(&args, &[]).unwrap().settings;
    assert_eq!(proxies(&by_file), "10.0.0.0/24 ::1/128");
    insta::assert_snapshot!(problems(
        "trusted_proxies = [\"proxy\"]\nlog = [\"info\"]\n"
    ));
    insta::assert_snapshot!(problems("trusted_proxies = [7]\n"));
}

const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn both_channels_of_announcements_are_read() {
    let settings = with(&[
        (
            "MAILROOM_ANNOUNCE_WEBHOOK_URL",
            "https://hooks.example.com/s3c-path",
        ),
        ("MAILROOM_ANNOUNCE_WEBHOOK_SECRET", WHSEC),
        ("MAILROOM_ANNOUNCE_SMTP_URL", "smtp://mail.example.com"),
        ("MAILROOM_ANNOUNCE_SMTP_USER", "mailroom"),
        ("MAILROOM_ANNOUNCE_SMTP_PASSWORD", "s3c-password"),
        ("MAILROOM_ANNOUNCE_FROM", "Mailroom <mailroom@example.com>"),
        ("MAILROOM_ANNOUNCE_TO", "it@example.com, ops@example.com"),
    ])
    .unwrap();
    let shown = format!("{:?}", settings.announce);
    assert!(
        !shown.contains("s3c") && !shown.contains("MfKQ"),
        "a secret in {shown}"
    );
    insta::assert_debug_snapshot!(settings.announce);
}

#[test]
fn a_mail_server_is_named_with_the_protection_of_its_connection() {
    let server = |url: &str| {
        with(&[
            ("MAILROOM_ANNOUNCE_SMTP_URL", url),
            ("MAILROOM_ANNOUNCE_FROM", "mailroom@example.com"),
        ])
        .map(|settings| {
            let mail = settings.announce.mail.unwrap();
            format!("{} {} {:?}", mail.host, mail.port, mail.tls)
        })
    };
    let right = [
        ("smtps://mail.example.com", "mail.example.com 465 Implicit"),
        ("smtp://mail.example.com", "mail.example.com 587 StartTls"),
        (
            "smtp://mail.example.com:2525/",
            "mail.example.com 2525 StartTls",
        ),
        ("smtp+plain://[::1]:1025", "::1 1025 Plain"),
        ("smtp+plain://localhost", "localhost 25 Plain"),
    ];
    for (url, expected) in right {
        assert_eq!(server(url).as_deref(), Ok(expected));
    }
    insta::assert_snapshot!(
        [
            "smtp+plain://mail.example.com",
            "smtp://mailroom:s3c@mail.example.com",
            "smtp://mail.example.com/x",
            "https://mail.example.com",
            "smtp://",
            "mail.example.com",
        ]
        .map(|url| server(url).unwrap_err())
        .join("\n")
    );
}

#[test]
fn announcements_that_could_never_arrive_are_told_before_the_start() {
    insta::assert_snapshot!(problems(
        "[announce]\nwebhook_url = \"http://hooks.example.com/s3c\"\nwebhook_secret = \"short\"\nsmtp_url = \"smtps://mail.example.com\"\nsmtp_user = \"mailroom\"\nto = [\"it\", \"ops@example.com\"]\n"
    ));
    insta::assert_snapshot!(
        with(&[
            ("MAILROOM_ANNOUNCE_WEBHOOK_SECRET", "whsec_?"),
            ("MAILROOM_ANNOUNCE_FROM", "nobody"),
            ("MAILROOM_ANNOUNCE_SMTP_PASSWORD", "s3c"),
        ])
        .unwrap_err()
    );
    insta::assert_snapshot!(
        with(&[("MAILROOM_ANNOUNCE_WEBHOOK_URL", "http://127.0.0.1:9/x")]).unwrap_err()
    );
}

#[test]
fn a_file_with_a_secret_that_others_can_read_is_warned_about() {
    let (folder, args) = in_folder(&format!(
        "[announce]\nwebhook_url = \"http://127.0.0.1:9/x\"\nwebhook_secret = \"{WHSEC}\"\n"
    ));
    let file = folder.path().join("mailroom.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let warnings = load_with(&args, &[]).unwrap().warnings;
    assert_eq!(
        warnings,
        [format!(
            "{path} holds announce.webhook_secret and can be read by other users (mode 644). Run: chmod 600 {path}",
            path = file.display()
        )]
    );
}

fn prepared(
    setup: impl Fn(&Path),
) -> (tempfile::TempDir, Result<Option<String>, DataDirError>, u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    setup(&path);
    let result = data_dir::prepare(&path);
    let mode = fs::metadata(&path).map_or(0, |metadata| metadata.mode() & 0o777);
    (folder, result, mode)
}

fn open_folder(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_new_data_folder_is_for_its_owner_only() {
    let (_folder, result, mode) = prepared(|_| {});
    assert_eq!((result.unwrap(), mode), (None, 0o700));
}

#[test]
fn an_open_folder_is_closed_when_empty_or_ours_and_refused_otherwise() {
    let (_folder, result, mode) = prepared(open_folder);
    assert!(result.unwrap().unwrap().contains("mode 755"));
    assert_eq!(mode, 0o750);

    let (_folder, result, mode) = prepared(|path| {
        open_folder(path);
        fs::write(path.join("secret.key"), "").unwrap();
    });
    assert!(result.unwrap().is_some());
    assert_eq!(mode, 0o750);

    let (_folder, result, mode) = prepared(|path| {
        open_folder(path);
        fs::write(path.join("thesis.doc"), "").unwrap();
    });
    assert!(matches!(
        result,
        Err(DataDirError::Open { mode: 0o755, .. })
    ));
    assert_eq!(mode, 0o755);
}

#[test]
fn a_file_in_place_of_the_data_folder_is_refused() {
    let (_folder, result, _) = prepared(|path| fs::write(path, "").unwrap());
    assert!(matches!(result, Err(DataDirError::NotFolder { .. })));
}

#[test]
fn keys_come_from_text_then_file_then_the_data_folder() {
    let source = |pairs: &[(&str, &str)]| {
        let args = ConfigArgs {
            data_dir: Some("/d".to_owned()),
            ..ConfigArgs::default()
        };
        format!(
            "{:?}",
            load_with(&args, pairs).unwrap().settings.key_source()
        )
    };
    assert!(source(&[("MAILROOM_SECRET_KEY", "k")]).starts_with("Given("));
    assert_eq!(
        source(&[("MAILROOM_SECRET_KEY_FILE", "/k")]),
        r#"File("/k")"#
    );
    assert_eq!(source(&[]), r#"Own("/d/secret.key")"#);
}

#[test]
fn flags_are_read_by_clap_before_and_after_a_subcommand() {
    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(subcommand)]
        command: Command,
    }
    #[derive(clap::Subcommand)]
    enum Command {
        Serve,
    }
    for line in [
        ["m", "--workers", "5", "serve"],
        ["m", "serve", "--workers", "5"],
    ] {
        let cli = Cli::try_parse_from(line).unwrap();
        let Command::Serve = cli.command;
        assert_eq!(cli.config.workers.as_deref(), Some("5"));
    }
}
