//! Hugo's `ignoreFiles`: regular expressions that match anywhere in a file's path.

use regex::{Regex, RegexSet};

use super::super::{Ignored, Patterns};

/// Makes the patterns ready. Hugo 0.168.0 stops at one that is no regular expression.
pub(super) fn ready(patterns: &[String]) -> Ignored {
    let mut good = Vec::new();
    let mut strange = Vec::new();
    for pattern in patterns {
        let plain = without_quotes(pattern);
        if Regex::new(&plain).is_ok() {
            good.push(plain);
        } else {
            strange.push(pattern.clone());
        }
    }
    match RegexSet::new(&good) {
        Ok(set) => Ignored {
            patterns: Patterns::Regexes(set),
            folders: true,
            strange,
        },
        Err(_) => Ignored {
            strange: patterns.to_vec(),
            ..Ignored::default()
        },
    }
}

/// Go takes what stands between `\Q` and `\E` literally, which the engine used here does not know.
fn without_quotes(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, quoted)) = rest.split_once(r"\Q") {
        let (quoted, after) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
        out.push_str(before);
        out.push_str(&regex::escape(quoted));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r"\.stub\.md$", "/s/content/a.stub.md", true)]
    #[case(r"\.stub\.md$", "/s/content/a.stub.md.md", false)]
    #[case(r"\.stub\.md$", "/s/content/axstub.md", false)]
    #[case(r"/drafts/", "/s/content/drafts/a.md", true)]
    #[case(r"^/s/content/old/.+\.md$", "/s/content/old/a/b.md", true)]
    #[case(r"^content/", "/s/content/a.md", false)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/a.Rmd", true)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/x_files/a.md", true)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/a.md", false)]
    #[case(r"(^|/)[A-Z0-9][A-Z0-9_-]*\.md$", "/s/content/README.md", true)]
    #[case(r"(^|/)[A-Z0-9][A-Z0-9_-]*\.md$", "/s/content/Readme.md", false)]
    #[case(r"(?:^|/)OWNERS$", "/s/content/OWNERS", true)]
    #[case(r"README[-]+[a-z]*\.md", "/s/content/README-fr.md", true)]
    #[case(r"(?i)draft", "/s/content/DRAFTS/a.md", true)]
    #[case(r"\Qa.b\E\.md$", "/s/content/a.b.md", true)]
    #[case(r"\Qa.b\E\.md$", "/s/content/axb.md", false)]
    #[case(r"a, \{b\}!", "/s/a, {b}!.md", true)]
    fn matches_what_the_expression_matches(
        #[case] pattern: &str,
        #[case] path: &str,
        #[case] expected: bool,
    ) {
        let ignored = ready(&[pattern.to_owned()]);
        assert_eq!(ignored.strange, Vec::<String>::new());
        assert_eq!(ignored.patterns.match_path(path.as_ref()), expected);
    }

    #[rstest]
    #[case("(unclosed")]
    #[case("[unclosed")]
    #[case("(?=a)b")]
    #[case(r"(a)\1")]
    fn says_what_is_no_expression(#[case] pattern: &str) {
        let ignored = ready(&[pattern.to_owned(), r"\.x$".to_owned()]);
        assert_eq!(ignored.strange, [pattern]);
        assert!(ignored.patterns.match_path("/s/a.x".as_ref()));
    }

    proptest! {
        #[test]
        fn never_panics(pattern in r"[\\PC\\\\^$.|?*+()\[\]{}a]{0,20}") {
            ready(&[pattern]);
        }
    }
}
