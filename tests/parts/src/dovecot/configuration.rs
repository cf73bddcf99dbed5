//! What Dovecot is told, in the words of version 2.3 (2.4 names these settings differently). All of it runs as one
//! account that is not root, in the test's folder.

use std::fmt::Write;
use std::path::Path;

use super::DovecotBuilder;
use crate::account::Account;

/// Where one start of Dovecot listens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) imap: u16,
    pub(super) imaps: u16,
    pub(super) pop3: u16,
    pub(super) pop3s: u16,
}

/// The configuration file.
pub(super) fn configuration(builder: &DovecotBuilder<'_>, folder: &Path, ports: Ports) -> String {
    let mut text = base(builder, folder, ports);
    let folder = folder.display();
    if builder.pop3 {
        let Ports { pop3, pop3s, .. } = ports;
        let _ = writeln!(
            text,
            "service pop3-login {{\n  chroot =\n  inet_listener pop3 {{\n    port = {pop3}\n  }}\n  inet_listener pop3s {{\n    port = {pop3s}\n    ssl = yes\n  }}\n}}"
        );
    }
    if builder.special_folders {
        text.push_str("namespace inbox {\n");
        for (name, used) in [
            ("Gesendet", "Sent"),
            ("Entwürfe", "Drafts"),
            ("Spam", "Junk"),
            ("Papierkorb", "Trash"),
            ("Archiv", "Archive"),
        ] {
            let _ = writeln!(
                text,
                "  mailbox \"{name}\" {{\n    auto = create\n    special_use = \\{used}\n  }}"
            );
        }
        text.push_str("}\n");
    }
    if !builder.slow_failures {
        text.push_str(
            "auth_failure_delay = 0\nservice anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n",
        );
    }
    if builder.openid.is_some() {
        text.push_str("auth_mechanisms = plain login xoauth2 oauthbearer\n");
        // The second is asked about what the first refuses.
        for (file, wanted) in [
            ("oauth2.conf", true),
            ("full_access.conf", builder.full_access),
        ] {
            if wanted {
                let _ = writeln!(
                    text,
                    "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {folder}/{file}\n}}"
                );
            }
        }
    } else {
        text.push_str("auth_mechanisms = plain login\n");
    }
    if builder.without_move {
        text.push_str("imap_capability = IMAP4rev1 ENABLE IDLE LITERAL+ UIDPLUS CONDSTORE\n");
    }
    if let Some(most) = builder.greeters {
        let _ = writeln!(
            text,
            "service imap-login {{\n  service_count = 0\n  process_limit = {most}\n}}"
        );
    }
    text
}

fn base(builder: &DovecotBuilder<'_>, folder: &Path, ports: Ports) -> String {
    let Account { uid, gid, .. } = Account::of_servers();
    let (user, group) = (Account::user_name(uid), Account::group_name(gid));
    let (host, most) = (builder.host(), builder.connections_per_user);
    let ssl = if builder.require_tls {
        "required"
    } else {
        "yes"
    };
    let Ports { imap, imaps, .. } = ports;
    let protocols = if builder.pop3 { "imap pop3" } else { "imap" };
    let folder = folder.display();
    format!(
        "base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = {protocols}
listen = {host}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = {ssl}
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:%h/mail:LAYOUT=fs:UTF-8:INBOX=%h/inbox
maildir_very_dirty_syncs = no
mail_max_userip_connections = {most}
auth_username_format = %Lu
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/users/%u allow_all_users=yes
}}
"
    )
}

/// How Dovecot asks the OpenID provider about a token, which opens the mailbox that `attribute` of the answer names.
/// Without `username_attribute` any valid token opens any mailbox.
pub(super) fn introspection(builder: &DovecotBuilder<'_>, attribute: &str) -> Option<String> {
    let openid = builder.openid?;
    Some(format!(
        "introspection_mode = post
introspection_url = {}
force_introspection = yes
username_attribute = {attribute}
active_attribute = active
active_value = true
openid_configuration_url = {}/.well-known/openid-configuration
timeout_msecs = 3000
",
        openid.introspection_url(),
        openid.issuer()
    ))
}
