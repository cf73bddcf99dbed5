//! LOGIN, AUTHENTICATE, STARTTLS. SASL PLAIN is RFC 4616, OAUTHBEARER RFC 7628, XOAUTH2 Google's; initial responses
//! RFC 4959. A refused token is told by a JSON challenge first, as Dovecot and Google do.

use imap_codec::imap_types::auth::{AuthMechanism, AuthenticateData};
use imap_codec::imap_types::core::Tag;

use super::{Done, Session};
use crate::fault::{At, Verb};
use crate::reply::Outcome;
use crate::server::Feature;
use crate::wire::Gone;

/// What a client says to be let in.
enum Credential {
    Password(String),
    Token(String),
}

/// A user and what proves it.
struct Claim {
    user: String,
    credential: Credential,
}

impl Session {
    pub(super) async fn login(
        &mut self,
        tag: &Tag<'static>,
        user: &[u8],
        password: &[u8],
    ) -> Result<Done, Gone> {
        if !self.may_log_in() || !self.offers(Feature::Login) {
            return Ok(Done::Outcome(Outcome::no_with(
                "PRIVACYREQUIRED",
                "LOGIN is disabled; use STARTTLS or AUTHENTICATE",
            )));
        }
        let claim = Claim {
            user: lossy(user),
            credential: Credential::Password(lossy(password)),
        };
        self.judge(tag, &claim, None).await
    }

    pub(super) async fn authenticate(
        &mut self,
        tag: &Tag<'static>,
        mechanism: &AuthMechanism<'_>,
        initial: Option<Vec<u8>>,
    ) -> Result<Done, Gone> {
        if let Some(outcome) = self.refuse_mechanism(mechanism, initial.is_some()) {
            return Ok(Done::Outcome(outcome));
        }
        let said = match initial {
            Some(initial) => initial,
            None => match self.ask(b"").await? {
                Ok(said) => said,
                Err(outcome) => return Ok(Done::Outcome(outcome)),
            },
        };
        let (claim, challenge) = match mechanism {
            AuthMechanism::Plain => (plain(&said), None),
            AuthMechanism::XOAuth2 => (xoauth2(&said), Some("401")),
            _ => (oauthbearer(&said), Some("invalid_token")),
        };
        match claim {
            Some(claim) => self.judge(tag, &claim, challenge).await,
            None => Ok(Done::Outcome(Outcome::bad("Malformed SASL message"))),
        }
    }

    fn refuse_mechanism(&self, mechanism: &AuthMechanism<'_>, initial: bool) -> Option<Outcome> {
        let feature = match mechanism {
            AuthMechanism::Plain => Some(Feature::Plain),
            AuthMechanism::XOAuth2 => Some(Feature::XOAuth2),
            AuthMechanism::OAuthBearer => Some(Feature::OAuthBearer),
            _ => None,
        };
        if !feature.is_some_and(|feature| self.offers(feature)) {
            return Some(Outcome::no_with(
                "CANNOT",
                "Unsupported authentication mechanism",
            ));
        }
        if !self.may_log_in() {
            return Some(Outcome::no_with("PRIVACYREQUIRED", "Use STARTTLS first"));
        }
        (initial && !self.offers(Feature::SaslIr))
            .then(|| Outcome::bad("Initial responses are not understood here"))
    }

    /// Sends a challenge and reads the answer; the error is what ends the command.
    async fn ask(&mut self, challenge: &[u8]) -> Result<Result<Vec<u8>, Outcome>, Gone> {
        self.wire.challenge(challenge).await?;
        let said = tokio::time::timeout(
            self.service.limits.inactivity,
            self.wire.authenticate_data(),
        );
        Ok(match said.await.map_err(|_| Gone)?? {
            Some(AuthenticateData::Continue(data)) => Ok(data.declassify().to_vec()),
            Some(AuthenticateData::Cancel) => Err(Outcome::bad("Authentication cancelled")),
            None => Err(Outcome::bad("Malformed base64")),
        })
    }

    async fn judge(
        &mut self,
        tag: &Tag<'static>,
        claim: &Claim,
        challenge: Option<&'static str>,
    ) -> Result<Done, Gone> {
        let user = claim.user.to_lowercase();
        let armed = self
            .provider
            .strike(At::Command(Verb::Login), Some(&user), true);
        self.wire.arm(armed).await?;
        if let Some(done) = self.replaced(tag).await? {
            return Ok(done);
        }
        let good = {
            let mut state = self.provider.lock();
            match &claim.credential {
                Credential::Password(password) => state
                    .account(&user)
                    .is_ok_and(|account| account.opens_with_password(password)),
                Credential::Token(token) => state.opens_with_token(&user, token),
            }
        };
        if good {
            self.address = Some(user);
            return Ok(Done::Outcome(Outcome::ok("Logged in")));
        }
        if let Some(status) = challenge {
            let error =
                serde_json::json!({ "status": status, "schemes": "bearer", "scope": "mail" });
            // Whatever the client says to it, the login has failed (RFC 7628 §3.2.3).
            let _ = self.ask(error.to_string().as_bytes()).await?;
        }
        Ok(Done::Outcome(Outcome::no_with(
            "AUTHENTICATIONFAILED",
            "Authentication failed",
        )))
    }

    /// Goes over to TLS after the OK is out.
    pub(super) async fn begin_tls(&mut self) -> Result<(), Gone> {
        let service = std::sync::Arc::clone(&self.service);
        if let Some(acceptor) = service.acceptor.as_ref().filter(|_| !self.encrypted) {
            self.wire.start_tls(acceptor).await?;
            self.encrypted = true;
        }
        Ok(())
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `[authzid] NUL authcid NUL passwd`
fn plain(said: &[u8]) -> Option<Claim> {
    let mut parts = said.split(|&byte| byte == 0);
    let (_authorize_as, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Claim {
        user: lossy(user),
        credential: Credential::Password(lossy(password)),
    })
}

/// `user=… ^A auth=Bearer … ^A ^A`
fn xoauth2(said: &[u8]) -> Option<Claim> {
    let said = std::str::from_utf8(said).ok()?;
    let user = said
        .split('\x01')
        .find_map(|pair| pair.strip_prefix("user="))?;
    Some(Claim {
        user: user.to_owned(),
        credential: Credential::Token(bearer(said)?),
    })
}

/// `n,a=…,^Ahost=…^Aport=…^Aauth=Bearer …^A^A`
fn oauthbearer(said: &[u8]) -> Option<Claim> {
    let said = std::str::from_utf8(said).ok()?;
    let (header, _) = said.split_once('\x01')?;
    let user = header.split(',').find_map(|part| part.strip_prefix("a="))?;
    let user = user.replace("=2C", ",").replace("=3D", "=");
    Some(Claim {
        user,
        credential: Credential::Token(bearer(said)?),
    })
}

fn bearer(said: &str) -> Option<String> {
    let scheme = said
        .split('\x01')
        .find_map(|pair| pair.strip_prefix("auth="))?;
    let (name, token) = scheme.split_once(' ')?;
    name.eq_ignore_ascii_case("bearer")
        .then(|| token.to_owned())
}
