//! `/account/second-factor…`: setting a second factor up by a picture and a first code, new recovery codes, turning it off.
//! Whoever has only the open browser can't turn it off: a code is asked for.

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::super::form::{Line, Wrong, token, told};
use super::super::layout::{Frame, Reader, page, pasted};
use super::super::sign_in::refused;
use super::super::{State, said};
use crate::accounts::{CodeSecret, RecoveryCode, Refusal};
use crate::http::{Nothing, Problem, Submitted, Visitor};

/// A code that was typed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typed {
    #[serde(default)]
    code: Option<String>,
}

/// `POST /account/second-factor/begin`: makes the secret.
pub(in crate::web) async fn begin(
    Extracted(state): Extracted<State>,
    Submitted { visitor, .. }: Submitted<Nothing>,
) -> Result<Response, Problem> {
    let user = visitor.session.user.id;
    let page = match state.accounts.begin_second_factor(user).await? {
        Some(_) => "/account/second-factor",
        None => "/account",
    };
    Ok(Redirect::to(page).into_response())
}

/// `GET /account/second-factor`: shows the secret until a first code is typed.
pub(in crate::web) async fn show(
    Extracted(state): Extracted<State>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let user = visitor.session.user.id;
    let Some(secret) = state.accounts.begun_secret(user).await? else {
        return Ok(Redirect::to("/account").into_response());
    };
    Ok(set_up(&visitor, &secret, &Wrong::nothing()).into_response())
}

/// `POST /account/second-factor`: a first code turns it on, and the recovery codes are shown.
pub(in crate::web) async fn confirm(
    Extracted(state): Extracted<State>,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    let user = visitor.session.user.id;
    let code = form.code.unwrap_or_default();
    let Some(secret) = state.accounts.begun_secret(user).await? else {
        return Ok(Redirect::to("/account").into_response());
    };
    match state.accounts.confirm(user, &code).await {
        Ok(codes) => Ok(shown(&visitor, "The second factor is on", &codes).into_response()),
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(refusal) => {
            let wrong = Wrong::at("code", why(&state, &refusal));
            let body = set_up(&visitor, &secret, &wrong);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
    }
}

/// `POST /account/second-factor/codes`: new recovery codes, for who has a code.
pub(in crate::web) async fn renew(
    Extracted(state): Extracted<State>,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    let asked = Asked {
        title: "New recovery codes",
        action: "/account/second-factor/codes",
        label: "Make new ones",
        what: "Those you have stop working.",
    };
    if let Some(answer) = prove(&state, &visitor, form.code, &asked).await? {
        return Ok(answer);
    }
    let user = visitor.session.user.id;
    let codes = state.accounts.renew_recovery_codes(user).await?;
    Ok(shown(&visitor, "Your new recovery codes", &codes).into_response())
}

/// `POST /account/second-factor/end`: turns it off, for who has a code.
pub(in crate::web) async fn end(
    Extracted(state): Extracted<State>,
    Submitted { visitor, form }: Submitted<Typed>,
) -> Result<Response, Problem> {
    let asked = Asked {
        title: "Turn the second factor off",
        action: "/account/second-factor/end",
        label: "Turn it off",
        what: "From then on the password alone lets in.",
    };
    if let Some(answer) = prove(&state, &visitor, form.code, &asked).await? {
        return Ok(answer);
    }
    state
        .accounts
        .end_second_factor(visitor.session.user.id)
        .await?;
    let said = said::say(&state.shared, &visitor, "The second factor is off.");
    Ok((said, Redirect::to("/account")).into_response())
}

/// What a code is asked for.
struct Asked {
    title: &'static str,
    action: &'static str,
    label: &'static str,
    what: &'static str,
}

/// Nothing where the code is right, else the page that asks for it.
async fn prove(
    state: &State,
    visitor: &Visitor,
    code: Option<String>,
    asked: &Asked,
) -> Result<Option<Response>, Problem> {
    let Some(code) = code else {
        return Ok(Some(ask(visitor, asked, &Wrong::nothing()).into_response()));
    };
    match state
        .accounts
        .prove_code(visitor.session.user.id, &code)
        .await
    {
        Ok(()) => Ok(None),
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(refusal) => {
            let wrong = Wrong::at("code", why(state, &refusal));
            let body = ask(visitor, asked, &wrong);
            Ok(Some(
                (StatusCode::UNPROCESSABLE_ENTITY, body).into_response(),
            ))
        }
    }
}

fn why(state: &State, refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooMany(_) => refused(refusal, state.shared.clock.now()),
        _ => "This is not the code that holds now. Wait for the next one and type that.".to_owned(),
    }
}

fn ask(visitor: &Visitor, asked: &Asked, wrong: &Wrong) -> Markup {
    let reader = Reader::of(visitor);
    let code = Line::code("code", "Code")
        .hint("Six digits from your authenticator app, or one of your recovery codes.")
        .first();
    let body = html! {
        article.narrow {
            p.back { a href="/account" { "Your account" } }
            h1 { (asked.title) }
            p { (asked.what) }
            (told(wrong))
            form.lines method="post" action=(asked.action) {
                (token(&reader))
                (code.set(wrong))
                div.presses { button.grave type="submit" { (asked.label) } }
            }
        }
    };
    framed(asked.title, reader, &body)
}

fn set_up(visitor: &Visitor, secret: &CodeSecret, wrong: &Wrong) -> Markup {
    let reader = Reader::of(visitor);
    let picture = secret
        .address("Mailroom", &visitor.session.user.email)
        .and_then(|address| QrCode::new(address.expose_secret()).ok())
        .map(|code| {
            code.render::<svg::Color<'_>>()
                .min_dimensions(200, 200)
                .build()
        });
    let body = html! {
        article.narrow {
            p.back { a href="/account" { "Your account" } }
            h1 { "Set up a second factor" }
            ol.setting-up {
                li {
                    p { "Open an authenticator app on your telephone (Aegis, Google Authenticator, Microsoft Authenticator, a password manager …) and scan this picture." }
                    @if let Some(picture) = picture {
                        div.qr role="img" aria-label="QR code with the secret that stands below" { (PreEscaped(without_prologue(&picture))) }
                    }
                    (pasted("secret", "Or type this in, as a time-based code", secret.text().expose_secret()))
                }
                li {
                    p { "Type the code that it shows." }
                    (told(wrong))
                    form.lines method="post" action="/account/second-factor" {
                        (token(&reader))
                        (Line::code("code", "Code").set(wrong))
                        div.presses { button.primary type="submit" { "Turn it on" } }
                    }
                }
            }
        }
    };
    framed("Second factor", reader, &body)
}

/// The picture as a part of a page: an XML declaration has no place there.
fn without_prologue(picture: &str) -> &str {
    picture
        .find("<svg")
        .and_then(|begin| picture.get(begin..))
        .unwrap_or_default()
}

fn shown(visitor: &Visitor, title: &str, codes: &[RecoveryCode]) -> Markup {
    let body = html! {
        article.narrow {
            h1 { (title) }
            p.lead { "Keep these recovery codes where you find them without your telephone: each lets you in once. Nobody can show them again." }
            ul.codes { @for code in codes { li { code { (code.text()) } } } }
            div.presses { a.button.primary href="/account" { "I have kept them" } }
        }
    };
    framed(title, Reader::of(visitor), &body)
}

fn framed(title: &str, reader: Reader, body: &Markup) -> Markup {
    let frame = Frame {
        title: title.to_owned(),
        reader: Some(reader),
        ..Frame::default()
    };
    page(&frame, body)
}

#[cfg(test)]
#[path = "second_factor_tests.rs"]
mod tests;
