//! A form that a signed-in person submitted from one of our own pages.

use axum::Form;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Shared;
use super::problem::Problem;
use super::visitor::Visitor;

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

impl<S, T> FromRequest<S> for Submitted<T>
where
    S: Send + Sync,
    Shared: FromRef<S>,
    T: DeserializeOwned + 'static,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state)
            .await
            .map_err(|problem: Problem| problem.into_response())?;
        let Form(fields) = Form::<Fields<T>>::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        if !visitor.session.is_own_form(&fields.token) {
            return Err(Problem::forged().into_response());
        }
        Ok(Self {
            visitor,
            form: fields.form,
        })
    }
}
