//! `mailroom sign-in-link`: a link that signs a person in to the web pages, once, within ten minutes.

use anyhow::{Context as _, bail};
use entities::sign_in_links::LinkPurpose;
use entities::users::{self, Role};

use super::{Done, output};
use crate::app::App;
use crate::http::{Site, Ticket, Token};
use crate::store;
use crate::store::users::UserFields;
use crate::web;

pub(super) async fn run(app: &App, email: Option<&str>, admin: bool) -> anyhow::Result<Done> {
    let address = app.settings.public_url.clone();
    if address.port() == Some(0) {
        bail!(
            "Nobody knows yet on which port the web pages are shown: set `public_url`, or a port in `listen`"
        );
    }
    let user = match email {
        Some(email) => named(app, email, admin).await?,
        None => only_admin(app).await?,
    };
    let site = Site::new(address, Vec::new());
    output::line(link(app, &site, &user).await?)?;
    Ok(Done::Well)
}

/// What `serve` says to a person at a terminal.
pub(super) async fn greet(app: &App, web: &web::State) -> anyhow::Result<()> {
    let site = &web.shared.site;
    if let Some(address) = web.first_admin_address() {
        output::line(format!("Begin here, as the first admin: {address}"))?;
        return Ok(());
    }
    match only_admin(app).await {
        Ok(user) => {
            let link = link(app, site, &user).await?;
            output::line(format!(
                "Sign in as {} within ten minutes: {link}",
                user.email
            ))?;
        }
        Err(why) => output::line(format!("The web pages are at {}. {why}", site.origin()))?,
    }
    Ok(())
}

async fn link(app: &App, site: &Site, user: &users::Model) -> anyhow::Result<String> {
    let secret = Token::generate(&mut rand::rng());
    let (purpose, now) = (LinkPurpose::SignIn, app.clock.now());
    let ticket = Ticket::issue(&app.store, user.id, purpose, now, secret).await?;
    Ok(site.url(&ticket.path(purpose)))
}

async fn named(app: &App, email: &str, admin: bool) -> anyhow::Result<users::Model> {
    match store::users::find_by_email(&app.store, email).await? {
        Some(user) if !user.active => {
            bail!(
                "{email} is switched off: set `active: true` in the set-up file and run `mailroom apply`"
            )
        }
        Some(user) => Ok(user),
        None if admin => {
            let fields = UserFields {
                email: email.to_owned(),
                name: String::new(),
                role: Role::Admin,
                active: true,
            };
            Ok(store::users::insert(&app.store, fields, app.clock.now()).await?)
        }
        None => bail!(
            "There is no user {email}: add one in the section `users` of the set-up file and run `mailroom apply`, or add --admin to make an admin of that address now"
        ),
    }
}

/// Whoever runs the program may be any admin; which one is only asked where there are several.
async fn only_admin(app: &App) -> anyhow::Result<users::Model> {
    let mut admins = store::users::list(&app.store).await?;
    admins.retain(|user| user.active && user.role == Role::Admin);
    match admins.len() {
        0 => bail!(
            "There is no admin yet: run `mailroom sign-in-link --user EMAIL --admin`, or add one in the section `users` of the set-up file"
        ),
        1 => admins.pop().context("There is no admin"),
        _ => bail!(
            "There are several admins: say which one with `mailroom sign-in-link --user EMAIL`"
        ),
    }
}
