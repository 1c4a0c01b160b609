//! Which keys a configuration may have, told by the schema of its types, so that no second list has to be kept.

use serde_json::Value;
use toml_edit::{Document, Item, Key, TableLike};

use super::{line_of, schema};

/// Keys that say where requests go, what runs, or which key is sent, in any spelling and wherever they stand; without the
/// marks between their words.
const FOREIGN: [&str; 25] = [
    "url",
    "uri",
    "baseurl",
    "apibase",
    "apiurl",
    "endpoint",
    "host",
    "port",
    "protocol",
    "key",
    "keyenv",
    "keyfile",
    "apikey",
    "apikeyenv",
    "token",
    "auth",
    "authorization",
    "secret",
    "password",
    "command",
    "cmd",
    "env",
    "header",
    "headers",
    "proxy",
];

/// Whether only a user may say this: `base_url`, `Base-URL`, `https_proxy` and the like.
fn is_foreign(name: &str) -> bool {
    let is_mark = |c: char| matches!(c, '_' | '-' | '.') || c.is_whitespace();
    let plain = name.replace(is_mark, "").to_lowercase();
    FOREIGN.contains(&plain.as_str()) || plain.ends_with("proxy") || plain == "providers"
}

/// The first key of a project's file that only the user's configuration may have: its line and what to say.
pub(super) fn foreign(document: &Document<&str>, text: &str) -> Option<(usize, String)> {
    let schema = schema().to_value();
    let table = document.as_table();
    if let Some((key, item)) = table.get_key_value("price") {
        // A project that could make a model cheap would make a user's cap worth nothing.
        let message = "`price` says what models cost, which a cap on money rests on. That is the user's to say, not the \
                       project's: put it under `[price.\"PROVIDER/MODEL\"]` in the user's configuration \
                       (`postwright/config.toml` in the platform's configuration folder)";
        return Some((line_of(text, place(key, item)), message.to_owned()));
    }
    let (place, name) = match table.get_key_value("provider") {
        Some((key, item)) => (place(key, item), "provider".to_owned()),
        None => foreign_in(table, &schema, &schema, "")?,
    };
    let message = format!(
        "`{}` says where requests go or which key they get. That is the user's to say, not the project's: \
         put it under `[provider.NAME]` in the user's configuration (`postwright/config.toml` in the platform's configuration folder) \
         and choose it here with `[model] provider = \"NAME\"`",
        crate::text::escape(&name)
    );
    Some((line_of(text, place), message))
}

fn foreign_in(
    table: &dyn TableLike,
    schema: &Value,
    root: &Value,
    prefix: &str,
) -> Option<(usize, String)> {
    let schema = resolve(schema, root);
    for (name, item) in table.iter() {
        let named = schema
            .get("properties")
            .and_then(|properties| properties.get(name));
        // Names of rules and languages are free, but they are those of tables.
        let known = named.or_else(|| schema.get("additionalProperties"));
        let known = known.filter(|known| known.is_object());
        let is_known = named.is_some() || known.is_some() && item.is_table_like();
        if !is_known && is_foreign(name) {
            let place = table.key(name).map_or(0, |key| place(key, item));
            return Some((place, format!("{prefix}{name}")));
        }
        let prefix = format!("{prefix}{name}.");
        let below = known.unwrap_or(&Value::Null);
        let found = match item {
            Item::ArrayOfTables(tables) => tables
                .iter()
                .find_map(|inner| foreign_in(inner, below, root, &prefix)),
            item => item
                .as_table_like()
                .and_then(|inner| foreign_in(inner, below, root, &prefix)),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Where a key stands.
fn place(key: &Key, item: &Item) -> usize {
    let span = key.span().or_else(|| item.span());
    span.map_or(0, |span| span.start)
}

/// The first key that no type knows: its line and what to say.
pub(super) fn unknown(document: &Document<&str>, text: &str) -> Option<(usize, String)> {
    let schema = schema().to_value();
    unknown_in(document.as_table(), &schema, &schema, "", text)
}

fn unknown_in(
    table: &dyn TableLike,
    schema: &Value,
    root: &Value,
    prefix: &str,
    text: &str,
) -> Option<(usize, String)> {
    let schema = resolve(schema, root);
    let properties = schema.get("properties").and_then(Value::as_object);
    let others = schema
        .get("additionalProperties")
        .filter(|others| others.is_object());
    if properties.is_none() && others.is_none() {
        return None;
    }
    for (name, item) in table.iter() {
        let known = properties
            .and_then(|properties| properties.get(name))
            .or(others);
        let Some(known) = known else {
            let line = table
                .key(name)
                .and_then(Key::span)
                .map_or(1, |span| line_of(text, span.start));
            let names = properties
                .map(|properties| properties.keys().map(String::as_str).collect::<Vec<_>>())
                .unwrap_or_default();
            let hint = match crate::text::nearest(name, names.iter().copied()) {
                Some(near) => format!("; did you mean `{prefix}{near}`?"),
                None => format!("; known here: {}", names.join(", ")),
            };
            return Some((
                line,
                format!("unknown key `{prefix}{}`{hint}", crate::text::escape(name)),
            ));
        };
        if let Some(inner) = item.as_table_like()
            && let Some(found) = unknown_in(inner, known, root, &format!("{prefix}{name}."), text)
        {
            return Some(found);
        }
    }
    None
}

fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    match reference.and_then(|reference| root.pointer(reference.trim_start_matches('#'))) {
        Some(target) => target,
        None => schema,
    }
}
