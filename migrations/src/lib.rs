//! The schema's history: timestamped steps, up and down, on SQLite and on PostgreSQL.
//!
//! It never imports entities: what a step made stays what it was, whatever the program's types become.

use sea_orm_migration::prelude::*;

mod columns;
mod m20261122_000001_users_and_servers;
mod m20261122_000002_scanners;
mod m20261122_000003_ledger;
mod m20261122_000004_records;
mod m20261122_000005_links;
mod m20261122_000006_authorization;
mod m20261122_000007_doctor;
mod m20261122_000008_endpoint_brakes;
mod m20261122_000009_backlog;
mod m20261122_000010_looks;
mod m20261122_000011_people_and_the_ledger;
mod m20261122_000012_idling;
mod m20261122_000013_blob_store;
mod m20261122_000014_pop3;
mod m20261123_000015_held_leases;
mod m20261123_000016_lists_and_exceptions;
mod m20261123_000017_linking;
mod m20261123_000018_trusted_servers;
mod m20261123_000019_tickets;
mod m20261123_000020_undoing;
mod m20261123_000021_taking_back;
mod m20261123_000022_further_actions;
mod m20261123_000023_rule_versions;
mod m20261123_000025_presets;
mod m20261123_000026_server_changes;
mod m20261123_000027_sending;
mod m20261123_000028_common_work;
mod m20261123_000029_organization_names;
mod m20261123_000030_preset_owner;
mod m20261124_000031_accounts;
mod m20261124_000034_overview;

pub use sea_orm_migration::MigratorTrait;

/// Runs the steps that a database lacks.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_users_and_servers::Migration),
            Box::new(m20261122_000002_scanners::Migration),
            Box::new(m20261122_000003_ledger::Migration),
            Box::new(m20261122_000004_records::Migration),
            Box::new(m20261122_000005_links::Migration),
            Box::new(m20261122_000006_authorization::Migration),
            Box::new(m20261122_000007_doctor::Migration),
            Box::new(m20261122_000008_endpoint_brakes::Migration),
            Box::new(m20261122_000009_backlog::Migration),
            Box::new(m20261122_000010_looks::Migration),
            Box::new(m20261122_000011_people_and_the_ledger::Migration),
            Box::new(m20261122_000012_idling::Migration),
            Box::new(m20261122_000013_blob_store::Migration),
            Box::new(m20261122_000014_pop3::Migration),
            Box::new(m20261123_000015_held_leases::Migration),
            Box::new(m20261123_000016_lists_and_exceptions::Migration),
            Box::new(m20261123_000017_linking::Migration),
            Box::new(m20261123_000018_trusted_servers::Migration),
            Box::new(m20261123_000019_tickets::Migration),
            Box::new(m20261123_000020_undoing::Migration),
            Box::new(m20261123_000021_taking_back::Migration),
            Box::new(m20261123_000022_further_actions::Migration),
            Box::new(m20261123_000023_rule_versions::Migration),
            Box::new(m20261123_000025_presets::Migration),
            Box::new(m20261123_000026_server_changes::Migration),
            Box::new(m20261123_000027_sending::Migration),
            Box::new(m20261123_000028_common_work::Migration),
            Box::new(m20261123_000029_organization_names::Migration),
            Box::new(m20261123_000030_preset_owner::Migration),
            Box::new(m20261124_000031_accounts::Migration),
            Box::new(m20261124_000034_overview::Migration),
        ]
    }
}
