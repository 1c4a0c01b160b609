//! Which keys a configuration may have, told by the schema of its types, so that no second list has to be kept.

use serde_json::Value;
use toml_edit::{Document, Item, TableLike};

use super::{line_of, schema};

/// Keys that say where requests go or which key they get, wherever they stand.
const FOREIGN: [&str; 8] = [
    "url", "base_url", "endpoint", "key", "api_key", "key_env", "command", "headers",
];

/// The first key of a project's file that only the user's configuration may have: its line and what to say.
pub(super) fn foreign(document: &Document<&str>, text: &str) -> Option<(usize, String)> {
    let table = document.as_table();
    if let Some((key, _)) = table.get_key_value("price") {
        // A project that could make a model cheap would make a user's cap worth nothing.
        let message = "`price` says what models cost, which a cap on money rests on. That is the user's to say, not the \
                       project's: put it under `[price.\"PROVIDER/MODEL\"]` in the user's configuration \
                       (`postwright/config.toml` in the platform's configuration folder)";
        let start = key.span().map_or(0, |span| span.start);
        return Some((line_of(text, start), message.to_owned()));
    }
    let found = if let Some((key, _)) = table.get_key_value("provider") {
        Some((key, "provider".to_owned()))
    } else {
        FOREIGN.iter().find_map(|name| {
            let nested = table
                .get("model")
                .and_then(Item::as_table_like)
                .and_then(|model| model.get_key_value(name));
            let (key, _) = nested.or_else(|| table.get_key_value(name))?;
            Some((key, (*name).to_owned()))
        })
    };
    let (key, name) = found?;
    let message = format!(
        "`{name}` says where requests go or which key they get. That is the user's to say, not the project's: \
         put it under `[provider.NAME]` in the user's configuration (`postwright/config.toml` in the platform's configuration folder) \
         and choose it here with `[model] provider = \"NAME\"`"
    );
    Some((
        line_of(text, key.span().map_or(0, |span| span.start)),
        message,
    ))
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
                .and_then(toml_edit::Key::span)
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
