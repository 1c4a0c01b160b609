//! Posts without a description.

use super::{is_post, text};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingDescription;

impl Rule for MissingDescription {
    describe!(
        "missing-description",
        "A post without a description",
        "\
Themes of Zola 0.22.0 and Hugo 0.168.0 write the description into the head of the page. Without one, some leave it empty, some take
the site's own for every page, and a search engine picks a piece of the post. Posts that Postwright writes have one; here it was
taken away, or the stub has an empty one, which wins over the model's.

```toml
description = \"Compare snapshots and the append-only file of Redis, and choose by what you cannot afford to lose.\"
```

Say in a sentence of up to 160 characters what the reader gets. This is advice for posts that Postwright wrote; whoever selects the
rule by name hears of the other pages as well."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !is_post(page) || text(page, "description").is_some() {
            return;
        }
        let place = page.key("description").zip(page.front());
        let at = place
            .and_then(|(key, front)| front.key_span(&[key]))
            .unwrap_or_else(|| page.front_start());
        findings.push(
            page.finding(self, Severity::Info, "the post has no description")
                .at(at)
                .help("add `description` to the front matter: a sentence of up to 160 characters on what the reader gets"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, hugo};

    #[test]
    fn an_empty_one_is_none() {
        let found =
            |keys: &str| hugo().quality("missing-description", &generated(keys, "", "B.\n"), None);
        assert_eq!(found(""), ["info: the post has no description"]);
        assert_eq!(found("description = \"\"\n").len(), 1);
        assert!(found("Description = \"x\"\n").is_empty());
    }

    #[test]
    fn pages_of_a_person_are_left_alone() {
        let page = "+++\ntitle = \"A\"\n+++\nBody.\n";
        let rule = "missing-description";
        assert!(hugo().quality(rule, page, None).is_empty());
        assert_eq!(hugo().chosen(rule, page).len(), 1);
        assert_eq!(hugo().unsigned(rule, page).len(), 1);
        let stub = "+++\ntopic = \"A\"\n+++\nBrief.\n";
        assert!(hugo().chosen(rule, stub).is_empty());
    }
}
