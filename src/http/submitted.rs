//! A form that a signed-in person submitted from one of our own pages.

use axum::Form;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Shared;
use super::problem::Problem;
use super::session::Session;
use super::visitor::{Halfway, Visitor};

/// The form and who sent it. Being asked for is what checks it: a handler that changes something takes one of these.
#[derive(Debug)]
pub struct Submitted<T> {
    /// Who.
    pub visitor: Visitor,
    /// The form's own fields.
    pub form: T,
}

/// A form with nothing but its buttons.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

#[derive(Debug, Deserialize)]
struct Fields<T> {
    #[serde(default)]
    token: String,
    #[serde(flatten)]
    form: T,
}

/// The form of somebody who owes a one-time code.
#[derive(Debug)]
pub struct SubmittedHalfway<T> {
    /// Who.
    pub halfway: Halfway,
    /// The form's own fields.
    pub form: T,
}

impl<S, T> FromRequest<S> for Submitted<T>
where
    S: Send + Sync,
    Shared: FromRef<S>,
    T: DeserializeOwned + 'static,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (visitor, form) = read(request, state, |visitor: &Visitor| &visitor.session).await?;
        Ok(Self { visitor, form })
    }
}

impl<S, T> FromRequest<S> for SubmittedHalfway<T>
where
    S: Send + Sync,
    Shared: FromRef<S>,
    T: DeserializeOwned + 'static,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (halfway, form) = read(request, state, |halfway: &Halfway| &halfway.session).await?;
        Ok(Self { halfway, form })
    }
}

async fn read<S, W, T>(
    request: Request,
    state: &S,
    session: fn(&W) -> &Session,
) -> Result<(W, T), Response>
where
    S: Send + Sync,
    W: FromRequestParts<S, Rejection = Problem>,
    T: DeserializeOwned + 'static,
{
    let (mut parts, body) = request.into_parts();
    let who = W::from_request_parts(&mut parts, state)
        .await
        .map_err(|problem: Problem| problem.into_response())?;
    let Form(fields) = Form::<Fields<T>>::from_request(Request::from_parts(parts, body), state)
        .await
        .map_err(axum::response::IntoResponse::into_response)?;
    if !session(&who).is_own_form(&fields.token) {
        return Err(Problem::forged().into_response());
    }
    Ok((who, fields.form))
}
