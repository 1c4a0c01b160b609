//! A page without front matter.

use super::wrapped;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingFrontMatter;

impl Rule for MissingFrontMatter {
    fn name(&self) -> &'static str {
        "missing-front-matter"
    }

    fn summary(&self) -> &'static str {
        "A page that does not begin with front matter"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola stops the build (\"Couldn't find front matter\", tested on 0.17.2 and 0.22.0). Hugo 0.168.0 publishes the page without a
title and without a date; where the page begins with a list, `---` or `{` it stops as well.

Text, an HTML comment or a code fence before the first delimiter counts as no front matter.

```toml
+++
title = \"A title\"
date = 2026-01-31
+++
```

Put front matter on the first line. Move a file that is no page, as a README, out of the content folder, or let Zola pass over it with
`ignored_content = [\"**/README.md\"]` in its configuration, Hugo with `ignoreFiles = ['README\\.md$']`.

The fix takes away a code fence around front matter or around the whole page, moves a comment before front matter below it, takes away
a model's greeting there, and writes JSON as TOML in a Zola site. With `--unsafe-fixes`, any text before front matter is taken away."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !matches!(page.split, Ok(None)) || page.is_part() {
            return;
        }
        let severity = if page.site.generator.requires_front_matter() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let end = page.text.find('\n').unwrap_or(page.text.len());
        let mut finding = page
            .finding(self, severity, "the page does not begin with front matter")
            .at(0..end)
            .help(help(page));
        finding.fix = wrapped::repair(page, self);
        findings.push(finding);
    }
}

/// Names of files that are about the folder they lie in, without their ends.
const NOTES: [&str; 5] = ["readme", "contributing", "changelog", "license", "todo"];

fn help(page: &Page<'_>) -> String {
    let begin =
        "begin the file with a line `+++`, then `title = \"…\"` and `date = …`, then a line `+++`";
    let name = page.path.file_name();
    let stem = name.strip_suffix(".md").unwrap_or(name).to_lowercase();
    if !NOTES.contains(&stem.as_str()) {
        return begin.to_owned();
    }
    let site = page.site;
    let setting = if site.generator.requires_front_matter() {
        format!("add \"**/{name}\" to `ignored_content`")
    } else {
        let pattern = name.replace('.', "\\.");
        format!("add '{pattern}$' to `ignoreFiles`")
    };
    format!(
        "if it is no page, {setting} in {}, before the first [table], or move it out of the content; else {begin}",
        site.config
    )
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn notes_about_a_folder_can_be_passed_over() {
        for (world, name, expected) in [
            (
                zola("0.22.0"),
                "README.md",
                "if it is no page, add \"**/README.md\" to `ignored_content` in config.toml",
            ),
            (
                hugo(),
                "readme.md",
                "if it is no page, add 'readme\\.md$' to `ignoreFiles` in hugo.toml",
            ),
            (
                zola("0.22.0"),
                "about.md",
                "begin the file with a line `+++`",
            ),
        ] {
            let found = world.named(name, "# Read me\n");
            let finding = found
                .iter()
                .find(|finding| finding.rule == "missing-front-matter");
            let help = finding.and_then(|finding| finding.help.clone());
            let help = help.unwrap_or_default();
            assert!(help.starts_with(expected), "{help}");
        }
    }
}
