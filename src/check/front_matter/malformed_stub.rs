//! Stubs that no post can be made of.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown;
use crate::site::SitePath;
use crate::stub::{self, Kind, Request};
use crate::text::escape;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MalformedStub;

impl Rule for MalformedStub {
    fn name(&self) -> &'static str {
        "malformed-stub"
    }

    fn summary(&self) -> &'static str {
        "A stub whose topic or options cannot be used"
    }

    fn explanation(&self) -> &'static str {
        "\
A page with the key `topic` asks for a post. `generate` refuses it where the topic is empty or no text, where an option is of a wrong type, or where
there is no option of that name. The options are `audience`, `tone`, `keywords`, `words`, `language` and `context`, a list of up to eight pages of
the site that the post builds on. The same is said here before anything is asked for, and a warning where an option stands outside of its table, where no
language has the tag, or where a page of `context` is not there. Options stand in `[extra.postwright]` in Zola 0.22.0 and in
`[params.postwright]` in Hugo 0.168.0.

```toml
topic = \"How to keep bees on a balcony\"

[extra.postwright]
words = 1200
keywords = [\"bees\", \"balcony\"]
context = [\"content/posts/choosing-a-hive.md\"]
```"
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front().filter(|_| !page.is_section()) else {
            return;
        };
        let options = page.site.generator.options_path();
        let kind = stub::classify(front.table(), page.body(), options, &markdown::word_count);
        let problems = match kind {
            Kind::Malformed(problems) => problems,
            Kind::Stub(request) => {
                overlooked(self, page, &request, findings);
                return;
            }
            Kind::Post(_) | Kind::Page => return,
        };
        for problem in problems {
            let path: Vec<&str> = problem.key.split('.').collect();
            let mut finding = page
                .finding(self, Severity::Error, problem.message)
                .help(problem.help);
            finding.span = (1..=path.len())
                .rev()
                .find_map(|length| key_span(page, &path[..length]))
                .or_else(|| Some(page.front_start()));
            findings.push(finding);
        }
    }
}

/// What `generate` would overlook, or come upon later.
fn overlooked(rule: &dyn Rule, page: &Page<'_>, request: &Request, findings: &mut Vec<Finding>) {
    let options = page.site.generator.options_path();
    let table = options.join(".");
    let Some((_, outer)) = options.split_last() else {
        return;
    };
    let mut say = |path: &[&str], message: String, help: String| {
        let mut finding = page.finding(rule, Severity::Warning, message).help(help);
        finding.span = key_span(page, path).or_else(|| Some(page.front_start()));
        findings.push(finding);
    };
    // `keywords` and `language` mean something to themes.
    for name in ["audience", "tone", "words", "context"] {
        let places = [vec![name], [outer, &[name]].concat()];
        for path in places {
            if page.front().is_some_and(|front| front.get(&path).is_some()) {
                let shown = path.join(".");
                say(
                    &path,
                    format!(
                        "`{shown}` stands outside of `[{table}]`, so `generate` does not heed it"
                    ),
                    format!("write it into the table `[{table}]`"),
                );
            }
        }
    }
    let tag = request.options.language.as_deref().unwrap_or_default();
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    // BCP 47 leaves room for longer ones, and none is registered (IANA's registry of subtags).
    if language.len() > 3 {
        say(
            &[options, &["language"]].concat(),
            format!("no language has the tag `{}`", escape(tag)),
            "write the code of the language, for example \"en\" or \"pt-BR\"".to_owned(),
        );
    }
    let missing = page.pages.into_iter().flat_map(|pages| {
        let paths = request.options.context.iter();
        paths.filter(|path| !pages.pages.contains_key(&SitePath::new(path.as_str())))
    });
    for path in missing {
        say(
            &[options, &["context"]].concat(),
            format!(
                "there is no page `{}` for the post to build on",
                escape(path)
            ),
            "write the path of a page that is there, seen from the site's root".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn what_would_be_overlooked_is_told_of() {
        let zola = zola("0.22.0");
        let found = |text: &str| -> Vec<String> {
            let found = zola.page("malformed-stub", text);
            found.into_iter().map(|one| one.message).collect()
        };
        let text = "+++\ntopic = \"a\"\naudience = \"x\"\n[extra]\ntone = \"y\"\n[extra.postwright]\nlanguage = \"klingon\"\ncontext = [\"content/about.md\", \"content/nope.md\"]\n+++\n";
        assert_eq!(
            found(text),
            [
                "`audience` stands outside of `[extra.postwright]`, so `generate` does not heed it",
                "`extra.tone` stands outside of `[extra.postwright]`, so `generate` does not heed it",
                "no language has the tag `klingon`",
                "there is no page `content/nope.md` for the post to build on",
            ]
        );
        let page = "+++\ntitle = \"a\"\naudience = \"x\"\n+++\n";
        assert_eq!(found(page), [""; 0]);
        let fine =
            "+++\ntopic = \"a\"\n[extra.postwright]\naudience = \"x\"\nlanguage = \"tlh\"\n+++\n";
        assert_eq!(found(fine), [""; 0]);
        let text = "---\ntopic: a\nparams:\n  words: 300\n---\n";
        assert_eq!(hugo().page("malformed-stub", text).len(), 1);
    }
}
