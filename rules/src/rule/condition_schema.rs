//! The JSON Schema of conditions: one property a fact, one shape a kind of fact, told from the same tables that
//! reading a file asks.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::rule::amount::Amount;
use crate::rule::condition::Condition;
use crate::rule::fact::{Fact, FactKind};
use crate::rule::texts::Texts;

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let this = generator.subschema_for::<Self>();
        let mut properties = Map::new();
        for (name, meaning) in [("all", "Every one holds."), ("any", "At least one holds.")] {
            properties.insert(
                name.to_owned(),
                json!({ "description": meaning, "type": "array", "items": this, "minItems": 1 }),
            );
        }
        properties.insert("not".to_owned(), json!(this));
        properties.insert("always".to_owned(), json!({ "const": true }));
        for (name, fact) in Fact::fixed() {
            properties.insert((*name).to_owned(), operators(generator, fact));
        }
        let header = operators(generator, &Fact::Header(String::new()));
        json_schema!({
            "description": "A map with one key: all, any, not, always or the name of a fact.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": properties,
            "patternProperties": { "^header\\.[!-9;-~]+$": header },
            "additionalProperties": false
        })
    }
}

/// What may stand under a fact.
fn operators(generator: &mut SchemaGenerator, fact: &Fact) -> Value {
    let mut properties = Map::new();
    for name in fact.operators() {
        let takes = match *name {
            "exists" | "exact" | "subdomains" => json!({ "type": "boolean" }),
            "above" | "below" => json!(generator.subschema_for::<Amount>()),
            "in" => json!({ "type": "array", "items": value(fact), "minItems": 1 }),
            _ => match fact.kind() {
                FactKind::Words(_) => {
                    let word = value(fact);
                    json!({ "anyOf": [word, { "type": "array", "items": word, "minItems": 1 }] })
                }
                _ => json!(generator.subschema_for::<Texts>()),
            },
        };
        properties.insert((*name).to_owned(), takes);
    }
    json!({
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "additionalProperties": false
    })
}

fn value(fact: &Fact) -> Value {
    match fact.kind() {
        FactKind::Words(words) => json!({ "enum": words }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}
