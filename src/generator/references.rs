//! What Hugo's `ref` and `relref` name: the argument of a call, and the path of a page as Hugo compares it.

/// The only argument of the call of the shortcode `name`, or its argument `path`; `None` where there is another form.
pub fn argument(call: &str, name: &str) -> Option<String> {
    let at = call.to_lowercase().find(&name.to_lowercase())? + name.len();
    let rest = call.get(at..)?.trim_start();
    let rest = rest
        .strip_prefix("path")
        .and_then(|rest| rest.trim_start().strip_prefix('='))
        .map_or(rest, str::trim_start);
    let value = match rest.chars().next()? {
        quote @ ('"' | '`') => rest[1..].split(quote).next()?,
        _ => rest.split([' ', '\n', '\t', '>', '%']).next()?,
    };
    let is_plain = !value.is_empty() && !value.contains(['=', '\\', '{']);
    is_plain.then(|| value.to_owned())
}

/// A path as Hugo compares it: without extension, language, `index` and capitals.
pub fn logical(path: &str) -> String {
    let path = path
        .trim_matches('/')
        .trim_start_matches("./")
        .to_lowercase();
    let path = path.replace(' ', "-");
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = match name.rsplit_once('.') {
        Some((stem, "md" | "markdown" | "mdown")) => stem,
        _ => name,
    };
    match stem.split('.').next().unwrap_or(stem) {
        "index" | "_index" => folder.to_owned(),
        _ if folder.is_empty() => stem.to_owned(),
        _ => format!("{folder}/{stem}"),
    }
}
