//! What a colleague's mail program does in a mailbox while others read it: over IMAP, as people do.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Dovecot;

const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
const DELETED: &str = "deleted under us";
const HUNG_UP: &str = "Dovecot hung up or was silent";

/// A signed-in mail program with no folder open between two actions.
#[derive(Debug)]
pub struct MailProgram {
    address: (&'static str, u16),
    user: String,
    password: String,
    stream: BufReader<TcpStream>,
}

/// One message in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its UID.
    pub uid: u32,
    /// Without angle brackets.
    pub message_id: String,
}

impl Dovecot {
    /// Signs a mail program in as a user of [`super::DovecotBuilder::user`].
    ///
    /// # Panics
    /// When Dovecot refuses.
    #[must_use]
    pub fn mail_program(&self, user: &str) -> MailProgram {
        let Some(password) = self.passwords.get(&user.to_lowercase()) else {
            panic!("{user} has no password");
        };
        let address = (self.host, self.ports.imap);
        MailProgram::sign_in(address, user, password)
    }
}

/// Folder names are plain ASCII here.
///
/// # Panics
/// Each when Dovecot refuses or its connection breaks.
impl MailProgram {
    fn sign_in(address: (&'static str, u16), user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(address)
            .and_then(|stream| {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
                Ok(stream)
            })
            .unwrap_or_else(|e| panic!("Can't reach Dovecot: {e}"));
        let mut program = Self {
            address,
            user: user.to_owned(),
            password: password.to_owned(),
            stream: BufReader::new(stream),
        };
        program.line().unwrap_or_else(|said| panic!("{said}"));
        program.ask(&format!("LOGIN {} {}", quoted(user), quoted(password)));
        program
    }

    /// Puts a message into a folder.
    pub fn append(&mut self, folder: &str, raw: impl AsRef<[u8]>) {
        let raw = raw.as_ref();
        // LITERAL+ (RFC 7888): nothing to wait for before the bytes.
        let mut command =
            format!("a APPEND {} {{{}+}}\r\n", quoted(folder), raw.len()).into_bytes();
        command.extend_from_slice(raw);
        command.extend_from_slice(b"\r\n");
        self.patiently(|program| {
            program.send(&command);
            let answer = program.answer();
            answer.map_err(|said| format!("APPEND {folder}: {said}"))
        });
    }

    /// Removes a message for good.
    pub fn expunge(&mut self, folder: &str, uid: u32) {
        self.within(
            folder,
            &[
                format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"),
                format!("UID EXPUNGE {uid}"),
            ],
        );
    }

    /// Moves a message (RFC 6851).
    pub fn move_to(&mut self, folder: &str, uid: u32, to: &str) {
        self.within(folder, &[format!("UID MOVE {uid} {}", quoted(to))]);
    }

    /// Copies a message.
    pub fn copy_to(&mut self, folder: &str, uid: u32, to: &str) {
        self.within(folder, &[format!("UID COPY {uid} {}", quoted(to))]);
    }

    /// Copies every message of a folder.
    pub fn copy_all_to(&mut self, folder: &str, to: &str) {
        self.within(folder, &[format!("UID COPY 1:* {}", quoted(to))]);
    }

    /// Sets a flag (`\Seen`), or takes it away.
    pub fn flag(&mut self, folder: &str, uid: u32, flag: &str, set: bool) {
        let sign = if set { '+' } else { '-' };
        self.within(folder, &[format!("UID STORE {uid} {sign}FLAGS ({flag})")]);
    }

    /// Makes a folder.
    pub fn create(&mut self, folder: &str) {
        self.ask_for_new(folder, &format!("CREATE {}", quoted(folder)));
    }

    /// Deletes a folder with its mail.
    pub fn delete(&mut self, folder: &str) {
        self.ask(&format!("DELETE {}", quoted(folder)));
    }

    /// Gives a folder another name; it keeps its UIDVALIDITY.
    pub fn rename(&mut self, folder: &str, to: &str) {
        let rename = format!("RENAME {} {}", quoted(folder), quoted(to));
        self.ask_for_new(to, &rename);
    }

    /// A folder's messages by UID.
    pub fn list(&mut self, folder: &str) -> Vec<Listed> {
        let command = "UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])".to_owned();
        let lines = self.within(folder, &[command]);
        let mut listed = Vec::new();
        let mut uid = None;
        for line in &lines {
            let line = line.trim();
            if let Some((_, rest)) = line.split_once("FETCH (UID ") {
                uid = rest.split(' ').next().and_then(|uid| uid.parse().ok());
            } else if let (Some(uid), Some(message_id)) = (uid, message_id(line)) {
                listed.push(Listed { uid, message_id });
            }
        }
        listed.sort();
        listed
    }

    /// With the folder open.
    fn within(&mut self, folder: &str, commands: &[String]) -> Vec<String> {
        let select = format!("SELECT {}", quoted(folder));
        self.patiently(|program| {
            program.try_ask(&select)?;
            let mut lines = Vec::new();
            for command in commands {
                lines.extend(program.try_ask(command)?);
            }
            program.try_ask("UNSELECT")?;
            Ok(lines)
        })
    }

    /// Once more over a new connection where Dovecot takes a folder for another that had its name before (for a while a
    /// process remembers that one as deleted), or hangs up, as it does over an index that others changed under it. What
    /// ends so has not been done.
    fn patiently(
        &mut self,
        mut action: impl FnMut(&mut Self) -> Result<Vec<String>, String>,
    ) -> Vec<String> {
        let began = Instant::now();
        loop {
            let said = match action(self) {
                Ok(lines) => return lines,
                Err(said) => said,
            };
            assert!(
                [DELETED, HUNG_UP].iter().any(|it| said.contains(it))
                    && began.elapsed() < ANSWERS_WITHIN,
                "{said}"
            );
            *self = Self::sign_in(self.address, &self.user, &self.password);
        }
    }

    /// A command that makes this folder. Dovecot may have made it anew when it was deleted while somebody read it; that
    /// one is empty and goes first.
    fn ask_for_new(&mut self, folder: &str, command: &str) {
        let began = Instant::now();
        while let Err(said) = self.try_ask(command) {
            assert!(
                said.contains("[ALREADYEXISTS]") && began.elapsed() < ANSWERS_WITHIN,
                "{said}"
            );
            // Whether it is still there, the next try tells.
            let _ = self.try_ask(&format!("DELETE {}", quoted(folder)));
        }
    }

    fn ask(&mut self, command: &str) -> Vec<String> {
        self.try_ask(command)
            .unwrap_or_else(|said| panic!("{said}"))
    }

    fn try_ask(&mut self, command: &str) -> Result<Vec<String>, String> {
        self.send(format!("a {command}\r\n").as_bytes());
        let answer = self.answer();
        answer.map_err(|said| format!("{command}: {said}"))
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stream
            .get_mut()
            .write_all(bytes)
            .unwrap_or_else(|e| panic!("Dovecot hung up: {e}"));
    }

    /// Untagged lines up to the tagged OK; what a literal holds comes as lines too. Else what was said instead.
    fn answer(&mut self) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line()?;
            match line.strip_prefix("a ") {
                Some(said) if said.starts_with("OK") => return Ok(lines),
                Some(said) => return Err(said.to_owned()),
                None => lines.push(line),
            }
        }
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line);
        match read {
            Ok(1..) => Ok(String::from_utf8_lossy(&line).into_owned()),
            read => Err(format!("{HUNG_UP}: {read:?}")),
        }
    }
}

fn message_id(header: &str) -> Option<String> {
    let (name, value) = header.split_once(':')?;
    name.eq_ignore_ascii_case("message-id")
        .then(|| value.trim().trim_matches(['<', '>']).to_owned())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
