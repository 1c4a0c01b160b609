//! A stub that asks in a way that cannot be understood.

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
        "A topic stub whose topic or options `generate` does not understand"
    }

    fn explanation(&self) -> &'static str {
        "\
A page with `topic` in its front matter asks for a post. `generate` leaves it alone where the topic is empty or no text, where an
option is unknown or of the wrong type, or where the options stand where another generator has them. To the generator of the
site all of that is fine (tested on Zola 0.22.0 and Hugo 0.168.0), and it publishes the stub as it is.

```toml
topic = \"How do I rotate SSH keys?\"
draft = true

[extra.postwright]      # Hugo: [params.postwright]
words = 1500            # not \"many\"
```"
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front().filter(|_| !page.is_section()) else {
            return;
        };
        let options_path = page.site.generator.options_path();
        let Kind::Malformed(problems) = stub::classify(
            front.table(),
            page.body(),
            options_path,
            &markdown::word_count,
        ) else {
            return;
        };
        for problem in problems {
            let key: Vec<&str> = problem.key.split('.').collect();
            let mut finding = page
                .finding(self, Severity::Error, problem.message)
                .help(problem.help);
            finding.span = key_span(page, &key);
            findings.push(finding);
        }
    }
}
