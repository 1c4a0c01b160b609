//! Where the aliases of a page lead in Hugo (`hugolib/alias.go`, tested on 0.168.0).

/// The path of an alias, `/` at its start; `None` where it is read from a place that is not known. What leads to the
/// file of a folder leads to the folder.
pub(super) fn resolve(alias: &str, address: Option<&str>) -> Option<String> {
    let whole = if alias.starts_with('/') {
        alias.to_owned()
    } else {
        let (parent, _) = address?
            .trim_end_matches('/')
            .rsplit_once('/')
            .unwrap_or_default();
        format!("{parent}/{alias}")
    };
    let mut parts = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let path = path
        .strip_suffix("index.html")
        .filter(|rest| rest.is_empty() || rest.ends_with('/'))
        .unwrap_or(&path);
    Some(format!("/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_where_hugo_writes_them() {
        for (alias, expected) in [
            ("old", "/posts/old"),
            ("old/", "/posts/old"),
            ("./old", "/posts/old"),
            ("../old", "/old"),
            ("/./old", "/old"),
            ("/x/../old//", "/old"),
            ("old/index.html", "/posts/old/"),
            ("/old.html", "/old.html"),
            ("index.html", "/posts/"),
            ("", "/posts"),
            ("/index.html", "/"),
            ("//", "/"),
            ("..", "/"),
        ] {
            assert_eq!(
                resolve(alias, Some("/posts/a/")).as_deref(),
                Some(expected),
                "{alias}"
            );
        }
        assert_eq!(resolve("", Some("/a/")).as_deref(), Some("/"));
        assert_eq!(resolve("old", None), None);
    }
}
