//! Stubs that no post can be made of.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown;
use crate::stub::{self, Kind};

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
the site that the post builds on. The same is said here before anything is asked for. Options stand in `[extra.postwright]` in Zola 0.22.0 and in
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
        let Kind::Malformed(problems) = kind else {
            return;
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
