//! The web pages of the running program, asked over the network.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::program::{Program, Running};
use super::waiting::until;

const SOON: Duration = Duration::from_secs(30);

/// The program with its pages on a free port, and that address (`127.0.0.1:12345`).
fn serve(program: &Program) -> (Running, String) {
    let running = program.start(["serve", "--listen", "127.0.0.1:0"]);
    let address = until("the pages are there", SOON, || {
        let said = running.said();
        let (_, after) = said.split_once("address=http://")?;
        let end = after.find(|letter: char| !letter.is_ascii_digit() && !".:".contains(letter))?;
        Some(after[..end].to_owned())
    });
    (running, address)
}

/// One answer to `GET path`, headers and all.
fn get(address: &str, path: &str, cookie: &str) -> String {
    ask(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        ),
    )
}

/// One answer to a form that nobody's session sends.
fn post(address: &str, path: &str, form: &str) -> String {
    let length = form.len();
    ask(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{form}"
        ),
    )
}

fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Signs in as the only admin and gives the cookie. Opening the link, as often as one likes, does not do it.
fn sign_in(program: &Program, address: &str) -> String {
    let url = format!("http://{address}");
    let link = program.well(["sign-in-link", "--listen", address]);
    let opened = link.trim().strip_prefix(&url).unwrap();
    for _ in 0..2 {
        let answer = get(address, opened, "");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(!answer.contains("set-cookie"), "{answer}");
    }
    let (path, form) = opened.split_once('?').unwrap();
    let answer = post(address, path, form);
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    let again = post(address, path, form);
    assert!(again.starts_with("HTTP/1.1 410 "), "{again}");
    let (_, cookie) = answer.split_once("set-cookie: ").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn a_link_from_the_terminal_opens_the_pages_and_stays_secret() {
    let program = Program::new();
    program.well(["sign-in-link", "--user", "anna@example.com", "--admin"]);
    let (running, address) = serve(&program);
    assert!(get(&address, "/readyz", "").ends_with("ready\n"));
    assert!(get(&address, "/", "").starts_with("HTTP/1.1 401 "));
    let cookie = sign_in(&program, &address);
    let page = get(&address, "/", &cookie);
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    assert!(page.contains("Begin with the guide"), "{page}");
    get(
        &address,
        "/oauth/callback/key?code=the-code&state=the-state",
        &cookie,
    );

    let said = running.said();
    assert!(said.contains("path=\"/oauth/callback/key\""), "{said}");
    let (_, secret) = cookie.split_once('=').unwrap();
    for hidden in ["ticket", "the-code", "the-state", secret] {
        assert!(!said.contains(hidden), "{hidden}: {said}");
    }
    assert_eq!(running.terminate(SOON), Some(0));
}

#[test]
fn an_open_connection_does_not_keep_the_program() {
    let program = Program::new();
    let (running, address) = serve(&program);
    let mut idle = TcpStream::connect(&address).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    assert_eq!(running.terminate(SOON), Some(0));
}

#[test]
fn an_address_that_is_taken_ends_the_start_with_a_sentence() {
    let program = Program::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = program.run(["serve", "--listen", &address]);
    assert_eq!(ran.code, 1);
    let wanted = format!(
        "The web pages can't be shown at {address}: set `listen` to a free address and port"
    );
    assert!(ran.err.contains(&wanted), "{}", ran.err);
}

#[test]
fn a_sign_in_link_says_what_it_needs() {
    let program = Program::new();
    for (words, why) in [
        (
            &["sign-in-link"][..],
            "There is no admin yet: run `mailroom sign-in-link --user EMAIL --admin`",
        ),
        (
            &["sign-in-link", "--user", "lena@example.com"],
            "There is no user lena@example.com",
        ),
        (
            &["sign-in-link", "--listen", "127.0.0.1:0"],
            "Nobody knows yet on which port the web pages are shown",
        ),
    ] {
        let ran = program.run(words);
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let first = ["sign-in-link", "--user", "anna@example.com", "--admin"];
    let link = program.well(first);
    assert!(
        link.starts_with("http://127.0.0.1:8025/sign-in?ticket="),
        "{link}"
    );
    // --admin makes a user where there is none; it does not raise one that there is.
    assert_ne!(program.well(first), link);
    program.well(["sign-in-link", "--user", "bo@example.com", "--admin"]);
    let ran = program.run(["sign-in-link"]);
    assert!(ran.err.contains("There are several admins"), "{}", ran.err);
}
