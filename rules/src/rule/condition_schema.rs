//! The JSON Schema of conditions: one property a fact, one shape a kind of fact, told from the same tables that
//! reading a file asks.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::rule::amount::Amount;
use crate::rule::condition::Condition;
use crate::rule::decimal::Decimal;
use crate::rule::fact::Fact;
use crate::rule::fact_kind::FactKind;
use crate::rule::moment::{Moment, Zone};
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
        let field = operators(generator, &Fact::FormField(String::new()));
        json_schema!({
            "description": "A map with one key: all, any, not, always or the name of a fact.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": properties,
            "patternProperties": {
                "^header\\.[!-9;-~]+$": header,
                "^form\\..*[^\\s].*$": field
            },
            "additionalProperties": false
        })
    }
}

/// What may stand under a fact.
fn operators(generator: &mut SchemaGenerator, fact: &Fact) -> Value {
    let kind = fact.kind();
    let listed = matches!(kind, FactKind::Text | FactKind::Address);
    let mut properties = Map::new();
    for name in fact.operators() {
        let takes = match (*name, kind) {
            ("exists" | "exact" | "subdomains", _) | ("is", FactKind::Flag) => {
                json!({ "type": "boolean" })
            }
            ("zone", _) => json!(generator.subschema_for::<Zone>()),
            ("above" | "below", FactKind::Decimal) => json!(generator.subschema_for::<Decimal>()),
            ("above" | "below", _) => json!(generator.subschema_for::<Amount>()),
            ("after" | "before", _) => json!(generator.subschema_for::<Moment>()),
            ("in", _) => {
                let values = json!({ "type": "array", "items": value(fact), "minItems": 1 });
                if listed {
                    json!({ "anyOf": [values, by_name(generator)] })
                } else {
                    values
                }
            }
            ("domain" | "contains" | "word" | "starts" | "ends", _) => {
                json!(generator.subschema_for::<TextsOrList>())
            }
            (_, FactKind::Words(_) | FactKind::Language) => {
                let word = value(fact);
                json!({ "anyOf": [word, { "type": "array", "items": word, "minItems": 1 }] })
            }
            _ => json!(generator.subschema_for::<Texts>()),
        };
        properties.insert((*name).to_owned(), takes);
    }
    // What is so or is not is written bare: `spam: true`.
    let types = match kind {
        FactKind::Flag => json!(["boolean", "object"]),
        _ => json!("object"),
    };
    json!({
        "type": types,
        "properties": properties,
        "minProperties": 1,
        "additionalProperties": false
    })
}

/// What the operators take that a shared list may stand under as well.
struct TextsOrList;

impl JsonSchema for TextsOrList {
    fn schema_name() -> Cow<'static, str> {
        "TextsOrList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<Texts>(), by_name(generator)] })
    }
}

/// A shared list by its name.
fn by_name(generator: &mut SchemaGenerator) -> Value {
    json!({
        "description": "Lists that rules share, by their names under `lists`.",
        "type": "object",
        "properties": { "list": generator.subschema_for::<Texts>() },
        "required": ["list"],
        "additionalProperties": false
    })
}

fn value(fact: &Fact) -> Value {
    match fact.kind() {
        FactKind::Words(words) => json!({ "enum": words }),
        FactKind::Language => json!({ "type": "string", "pattern": "^[a-z]{2}$" }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}
