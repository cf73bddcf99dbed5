//! Asks name servers for MX and SRV records. An answer that there are none is an answer.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};

/// One name server's time for one answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Nobody needs more records than this.
const MOST: usize = 32;

/// Name servers.
#[derive(Clone)]
pub struct Names(TokioResolver);

/// They can't be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name servers don't answer ({0})")]
pub struct NamesError(String);

/// A service record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Srv {
    pub(super) priority: u16,
    pub(super) weight: u16,
    pub(super) port: u16,
    /// In lower case, without the final dot; empty for `.`.
    pub(super) target: String,
}

impl Names {
    /// Those that this machine is set up to ask.
    ///
    /// # Errors
    /// When it is set up to ask none.
    pub fn system() -> Result<Self, NamesError> {
        let builder = TokioResolver::builder_tokio().map_err(|error| trouble(&error))?;
        Self::patient(builder)
    }

    /// This one.
    ///
    /// # Errors
    /// When it can't be asked.
    pub fn at(server: SocketAddr) -> Result<Self, NamesError> {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut way| {
            way.port = server.port();
            way
        });
        let server = NameServerConfig::new(server.ip(), true, connections.into());
        let config = ResolverConfig::from_name_servers(vec![server]);
        Self::patient(TokioResolver::builder_with_config(
            config,
            TokioRuntimeProvider::default(),
        ))
    }

    fn patient(
        mut builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>,
    ) -> Result<Self, NamesError> {
        let ResolverOpts {
            timeout, attempts, ..
        } = builder.options_mut();
        (*timeout, *attempts) = (PATIENCE, 2);
        let resolver = builder.build().map_err(|error| trouble(&error))?;
        Ok(Self(resolver))
    }

    /// The hosts that take a domain's mail, the preferred first.
    pub(super) async fn mx(&self, domain: &str) -> Result<Vec<String>, NamesError> {
        let answers = self.0.mx_lookup(name(domain)?).await;
        let mut hosts: Vec<_> = records(answers)?
            .into_iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, host(&mx.exchange))),
                _ => None,
            })
            .filter(|(_, host)| !host.is_empty())
            .collect();
        hosts.sort();
        Ok(hosts.into_iter().map(|(_, host)| host).collect())
    }

    /// The service records of this name.
    pub(super) async fn srv(&self, service: String) -> Result<Vec<Srv>, NamesError> {
        let answers = self.0.srv_lookup(name(&service)?).await;
        let services = records(answers)?.into_iter().filter_map(|data| match data {
            RData::SRV(srv) => Some(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: host(&srv.target),
            }),
            _ => None,
        });
        Ok(services.collect())
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

/// With the final dot: this machine's search list has no say.
fn name(text: &str) -> Result<Name, NamesError> {
    Name::from_ascii(format!("{text}.")).map_err(|error| NamesError(error.to_string()))
}

fn host(name: &Name) -> String {
    let text = name.to_ascii().to_lowercase();
    text.trim_end_matches('.').to_owned()
}

fn records(
    answer: Result<hickory_resolver::lookup::Lookup, NetError>,
) -> Result<Vec<RData>, NamesError> {
    match answer {
        Ok(lookup) => {
            let records = lookup.answers().iter().take(MOST);
            Ok(records.map(|record| record.data.clone()).collect())
        }
        Err(error) if error.is_no_records_found() => Ok(Vec::new()),
        Err(error) => Err(trouble(&error)),
    }
}

fn trouble(error: &NetError) -> NamesError {
    NamesError(error.to_string())
}
