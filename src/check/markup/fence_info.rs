//! The words behind an opening code fence.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::body::fences::language;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::FenceInfo;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct FenceWords;

impl Rule for FenceWords {
    fn name(&self) -> &'static str {
        "fence-info"
    }

    fn summary(&self) -> &'static str {
        "Words behind a code fence that cost the language, or the build"
    }

    fn explanation(&self) -> &'static str {
        "\
Behind an opening fence stands the language. What else may stand there differs: Zola takes options after commas (`rust,linenos`),
Hugo attributes in braces (`rust {linenos=true}`), which a template for code gets without a language too. Anything else loses the language, and so its colours (tested on Zola 0.17.2 and
0.22.0; from 0.23 on the first word counts, so `rust,ignore` is fine). Hugo 0.168.0 stops at braces that hold no attributes, such as
`js {1,3-5}` or `{r, echo=FALSE}`.

````markdown
```js {1,3-5}        Hugo stops
```js:src/a.js       no colours
```src/a.js          no colours
```js                fine everywhere
````

The fix keeps the language, and the options or attributes that the generator reads; where template syntax or other attributes of
Pandoc stand there, that is one of the unsafe fixes. A site with
`error_on_missing_language = true` makes Zola stop at each language that it does not know, such as `python3` or `plaintext` (tested on
0.22.0, with its list of languages): there the fix writes a name that it knows, or `text`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        for (event, range) in &page.events {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
                continue;
            };
            let refused = site.generator.refused_language(site, info);
            let (severity, message) = match site.generator.fence_info(site.version, info) {
                FenceInfo::Fine => match refused {
                    None if path_of(info).is_some() => (
                        Severity::Warning,
                        "this is a path and no language, so the code has no colours".to_owned(),
                    ),
                    None => continue,
                    Some((language, _)) => (
                        Severity::Error,
                        format!(
                            "{} knows no language `{language}`, and stops as the site's settings say",
                            site.generator.title()
                        ),
                    ),
                },
                FenceInfo::LanguageLost if refused.is_some() => (
                    Severity::Error,
                    format!(
                        "{} finds no language in these words, and stops as the site's settings say",
                        site.generator.title()
                    ),
                ),
                FenceInfo::LanguageLost => (
                    Severity::Warning,
                    format!(
                        "{} finds no language in these words",
                        site.generator.title()
                    ),
                ),
                FenceInfo::Refused => (
                    Severity::Error,
                    format!(
                        "{} cannot read these attributes and stops",
                        site.generator.title()
                    ),
                ),
            };
            let is_fine = site.generator.fence_info(site.version, info) == FenceInfo::Fine;
            let (language, is_all) = match (refused, path_of(info)) {
                (Some((word, name)), _) if is_fine => (info.trim().replacen(word, name, 1), true),
                (None, path) if is_fine => (path.unwrap_or_default().to_owned(), true),
                _ => site.generator.with_language(info, language(info)),
            };
            let block = &page.text[range.clone()];
            let line = block.lines().next().unwrap_or_default();
            let marks = line.trim_start();
            let mark = if marks.starts_with('~') { '~' } else { '`' };
            let start = line.len() - marks.trim_start_matches(mark).len();
            let words = range.start + start..range.start + line.trim_end().len();
            let help = if language.is_empty() {
                "write only the name of the language there".to_owned()
            } else {
                format!("write only `{language}`")
            };
            let edits = vec![Edit::replace(words.clone(), language)];
            // Half a pair of template syntax may stand in them, or what makes a template of the body.
            let text = &page.text[words.clone()];
            let is_template = page.site.generator.has_templates(page.site.version);
            let has_half = text.contains('%') || (is_template && text.contains(['#', '{']));
            let fix = if !is_all || (text.contains(['{', '}']) && has_half) {
                Fix::risky(edits)
            } else {
                Fix::safe(edits)
            };
            findings.push(
                page.finding(self, severity, message)
                    .at(words)
                    .help(help)
                    .fix(fix),
            );
        }
    }
}

/// The language of a file whose path stands in the place of one: `src/main.rs`. Empty where it is not known.
fn path_of(info: &str) -> Option<&'static str> {
    let path = info.trim();
    let (stem, end) = path.rsplit_once('.')?;
    let language = match end {
        "rs" => "rust",
        "py" => "python",
        "js" | "mjs" | "cjs" => "js",
        "ts" => "ts",
        "go" => "go",
        "rb" => "ruby",
        "sh" => "sh",
        "toml" => "toml",
        "yml" | "yaml" => "yaml",
        "json" => "json",
        "html" => "html",
        "css" => "css",
        "c" | "h" => "c",
        "cpp" | "hpp" | "cc" => "cpp",
        "java" => "java",
        "sql" => "sql",
        "php" => "php",
        "tsx" | "jsx" | "kt" | "swift" | "cs" | "txt" | "vue" => "",
        _ => return None,
    };
    let is_path = !stem.is_empty()
        && path
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
    is_path.then_some(language)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    #[test]
    fn a_path_is_no_language() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let body = "```src/main.rs\na\n```\n\n```c++\na\n```\n\n```asp.net\na\n```\n";
            assert_eq!(world.lines("fence-info", body), ["warning 1"]);
            assert_eq!(
                fixed(&world, "```src/main.rs\na\n```\n"),
                "```rust\na\n```\n"
            );
        }
    }

    #[test]
    fn the_language_stays() {
        let body =
            "```js {1,3-5}\na\n```\n\n> ```{.python}\n> a\n> ```\n\n```rust,linenos\na\n```\n";
        assert_eq!(
            zola("0.22.0").lines("fence-info", body),
            ["warning 1", "warning 5"]
        );
        assert_eq!(
            hugo().lines("fence-info", body),
            ["error 1", "warning 5", "warning 9"]
        );
        assert_eq!(
            fixed(&hugo(), body),
            "```js\na\n```\n\n> ```python\n> a\n> ```\n\n```rust\na\n```\n"
        );
        assert_eq!(
            fixed(&zola("0.22.0"), "~~~ title=\"a\"\na\n~~~\n"),
            "~~~\na\n~~~\n"
        );
    }

    #[test]
    fn what_the_generator_reads_stays() {
        for body in [
            "```{ placeholders=\"X\" }\na\n```\n",
            "```sh { callout = \"a\"}\na\n```\n",
        ] {
            assert_eq!(hugo().lines("fence-info", body), [""; 0], "{body}");
        }
        for (body, expected) in [
            (
                "```rust,ignore {linenos=true}\na\n```\n",
                "```rust {linenos=true}\na\n```\n",
            ),
            (
                "```js {title='a b'}\na\n```\n",
                "```js {title=\"a b\"}\na\n```\n",
            ),
            ("```{.python #id}\na\n```\n", "```{.python #id}\na\n```\n"),
        ] {
            assert_eq!(fixed(&hugo(), body), expected);
        }
        assert_eq!(
            fixed(&zola("0.22.0"), "```rust,ignore,linenos\na\n```\n"),
            "```rust,linenos\na\n```\n"
        );
    }

    #[test]
    fn a_strict_site_wants_known_languages() {
        let config = "base_url = \"x\"\n[markdown.highlighting]\ntheme = \"nord\"\nerror_on_missing_language = true\nextra_grammars = [\"own.json\"]\n";
        let files = [("config.toml", config), ("own.json", "{\"name\": \"Own\"}")];
        let lines = |version, body| world(&files, Some(version)).lines("fence-info", body);
        let body = "```python3\na\n```\n\n```Rust\na\n```\n\n```own\na\n```\n\n```\na\n```\n\n```linenos,nope\na\n```\n\n```odin\na\n```\n";
        assert_eq!(lines("0.22.0", body), ["error 1", "error 17", "error 21"]);
        assert_eq!(lines("0.23.0", body), ["error 1", "error 17"]);
        assert_eq!(lines("0.17.2", body), [""; 0]);
        assert_eq!(
            fixed(
                &world(&files, Some("0.22.0")),
                "```python3,linenos\na\n```\n"
            ),
            "```python,linenos\na\n```\n"
        );
    }
}
