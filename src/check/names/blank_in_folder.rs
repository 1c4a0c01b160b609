//! Folders with blanks in their names.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BlankInFolder;

impl Rule for BlankInFolder {
    describe!(
        "blank-in-folder",
        "A folder of the content with a blank in its name, which stays in the address",
        "\
Zola makes small letters and hyphens of the names of files, but not of folders: `content/My Blog/post.md` has the address `/My Blog/post/` (tested on 0.17.2 and 0.22.0). Hugo 0.168.0
makes `/my-blog/post/` of it.

```text
content/my-blog/post.md
```

Name folders with small letters, digits and hyphens."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        if !pages.site.generator.requires_front_matter() {
            return;
        }
        for (path, page) in &pages.pages {
            let folder = page.home();
            if page.address.is_none() || !folder.contains(char::is_whitespace) {
                continue;
            }
            let shown = crate::text::escape(folder);
            let message =
                format!("the blank in the folder's name stays in the address: `/{shown}/`");
            findings.push(
                Finding::new(self.name(), Severity::Warning, path, message)
                    .at(page.span.clone())
                    .help("name the folder with small letters, digits and hyphens"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn only_folders_and_only_in_zola() {
        let files = [
            ("My Blog/a.md", "+++\ntitle = \"A\"\n+++\n"),
            ("blog/My Post.md", "+++\ntitle = \"A\"\n+++\n"),
        ];
        let rule = "blank-in-folder";
        assert_eq!(
            zola("0.22.0").together(rule, &files),
            ["warning My Blog/a.md"]
        );
        assert_eq!(hugo().together(rule, &files), [""; 0]);
    }
}
