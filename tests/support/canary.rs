//! A key that every run of the program in a test has in its environment, and that must turn up nowhere: not in what is
//! printed, not in any file of the sandbox.

use std::path::Path;

/// The key. Its forms in an address, in JSON and in base64 all differ from it.
pub const KEY: &str = r#"sk-canary"7F/3a+9b\2c=d4e1"#;
/// The variable that it is in.
pub const VARIABLE: &str = "CANARY_KEY";
/// What tells a key: a part of it that no form changes, and the same in base64, at each of the three places it may have.
const TRACES: [&str; 4] = ["canary", "Y2FuYXJ5", "NhbmFye", "jYW5hcn"];

/// The trace of the key in a text.
pub fn trace(text: &str) -> Option<&'static str> {
    TRACES.into_iter().find(|trace| text.contains(trace))
}

/// Fails the test where the key is in what was printed.
#[track_caller]
pub fn absent(what: &str, text: &str) {
    assert!(trace(text).is_none(), "a key is in {what}:\n{text}");
}

/// Fails the test where the key is in a file, or in its name.
#[track_caller]
pub fn absent_from_folder(folder: &Path) {
    let mut files = Vec::new();
    super::collect(folder, &mut files);
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            trace(&text).is_none() && trace(&path.to_string_lossy()).is_none(),
            "a key is in {}:\n{text}",
            path.display()
        );
    }
}
