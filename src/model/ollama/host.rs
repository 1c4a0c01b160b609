//! Where Ollama listens, as its own variable `OLLAMA_HOST` says.

/// The variable that Ollama and its clients read.
pub const VARIABLE: &str = "OLLAMA_HOST";

/// The base address that a value of the variable means: `[scheme://][host][:port][/path]`. As in Ollama itself, the port is
/// 11434 without a scheme, and the scheme's own with one. A server listens at `0.0.0.0`; its clients find it on this machine.
pub fn base_url(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    let (scheme, rest, default_port) = match value.split_once("://") {
        Some((scheme, rest)) => (scheme, rest, None),
        None => ("http", value, Some("11434")),
    };
    let (place, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (host, port) = split_port(place);
    let host = match host {
        "" | "0.0.0.0" => "127.0.0.1".to_owned(),
        "[::]" | "::" => "[::1]".to_owned(),
        // A bare IPv6 address.
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    };
    let port = match port.or(default_port) {
        Some(port) => format!(":{port}"),
        None => String::new(),
    };
    format!("{scheme}://{host}{port}{}", path.trim_end_matches('/'))
}

/// The colons of a bare IPv6 address set off no port, and nothing behind a colon is none.
fn split_port(place: &str) -> (&str, Option<&str>) {
    match place.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|byte| byte.is_ascii_digit())
                && (!host.contains(':') || host.ends_with(']')) =>
        {
            (host, Some(port).filter(|port| !port.is_empty()))
        }
        _ => (place, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_mean_what_they_mean_to_ollama() {
        for (value, url) in [
            ("", "http://127.0.0.1:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            (" \"0.0.0.0:8000\" ", "http://127.0.0.1:8000"),
            (":8000", "http://127.0.0.1:8000"),
            ("localhost", "http://localhost:11434"),
            ("127.0.0.1:1234/", "http://127.0.0.1:1234"),
            ("http://localhost:1234", "http://localhost:1234"),
            ("https://ollama.example", "https://ollama.example"),
            (
                "https://ollama.example:444/a/",
                "https://ollama.example:444/a",
            ),
            ("[::]:9", "http://[::1]:9"),
            ("::", "http://[::1]:11434"),
            ("[::1]", "http://[::1]:11434"),
            ("::1", "http://[::1]:11434"),
            ("[::1]:", "http://[::1]:11434"),
            ("fe80::2/a", "http://[fe80::2]:11434/a"),
            ("http://::1", "http://[::1]"),
            ("localhost:", "http://localhost:11434"),
            (":", "http://127.0.0.1:11434"),
            ("http://localhost:", "http://localhost"),
        ] {
            assert_eq!(base_url(value), url, "{value:?}");
        }
    }
}
