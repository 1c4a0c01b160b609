//! What only a build can know: sites, and what is to be found in them.

use super::*;

pub(super) struct Case {
    pub(super) what: &'static str,
    pub(super) on: &'static [&'static str],
    pub(super) files: &'static [(&'static str, &'static str)],
    pub(super) status: i32,
    pub(super) expected: &'static [&'static str],
    pub(super) says: &'static str,
}

pub(super) const ALL: &[&str] = &["0.17.2", "0.22.0", "0.168.0"];

pub(super) const BOTH_ZOLAS: &[&str] = &["0.17.2", "0.22.0"];

pub(super) const UNFORESEEN: &str = "`check` did not foresee this";

pub(super) const CASES: &[Case] = &[
    Case {
        what: "all is well",
        on: ALL,
        files: &[
            ("site/postwright.toml", ""),
            ("site/.postwright/replies/x/y.md", "+++\n"),
        ],
        status: 0,
        expected: &[],
        says: "",
    },
    Case {
        what: "a template needs a value that the page does not have",
        on: BOTH_ZOLAS,
        files: &[("site/templates/page.html", "{{ page.extra.cover }}\n")],
        status: 1,
        expected: &["build-error content/posts/a b.md:-"],
        says: UNFORESEEN,
    },
    Case {
        what: "a page with marks in its name",
        on: &["0.22.0"],
        files: &[(
            "site/content/posts/a: \"b\" in c.md",
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\nä {% end %}\n",
        )],
        status: 1,
        expected: &["build-error content/posts/a: \"b\" in c.md:6"],
        says: "unexpected",
    },
    Case {
        what: "a format that the site does not have",
        on: &["0.168.0"],
        files: &[(
            PAGE,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\noutputs = [\"bar\"]\n+++\n",
        )],
        status: 1,
        expected: &["build-error content/posts/a b.md:1"],
        says: "bar",
    },
    Case {
        what: "the same in Hugo",
        on: &["0.168.0"],
        files: &[("site/layouts/page.html", "{{ add 1 .Params.cover }}\n")],
        status: 1,
        expected: &["build-error content/posts/a b.md:-"],
        says: UNFORESEEN,
    },
    Case {
        what: "a template that is broken in itself",
        on: BOTH_ZOLAS,
        files: &[("site/templates/page.html", "{% if %}\n")],
        status: 1,
        expected: &["build-error config.toml:-"],
        says: "page.html",
    },
    Case {
        what: "the same in Hugo",
        on: &["0.168.0"],
        files: &[("site/layouts/page.html", "{{ if }}\n")],
        status: 1,
        expected: &["build-error layouts/page.html:1"],
        says: "missing value for if",
    },
    Case {
        what: "a language that strict highlighting does not know",
        on: &["0.22.0"],
        files: &[
            (
                "site/config.toml",
                "base_url = \"https://x.y\"\n[markdown.highlighting]\ntheme = \"github-dark\"\nerror_on_missing_language = true\n",
            ),
            (
                PAGE,
                "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\n```nosuchlang\nx\n```\n",
            ),
        ],
        status: 1,
        expected: &["build-error content/posts/a b.md:6"],
        says: "nosuchlang",
    },
    Case {
        what: "an unknown key in the configuration",
        on: &["0.22.0"],
        files: &[("site/config.toml", "base_url = \"https://x.y\"\nfoo = 1\n")],
        status: 1,
        expected: &["build-error config.toml:2"],
        says: "unknown field `foo`",
    },
    Case {
        what: "a page without what its section is sorted by",
        on: BOTH_ZOLAS,
        files: &[(PAGE, "+++\ntitle = \"A\"\n+++\n\nText.\n")],
        status: 0,
        expected: &["not-built content/posts/a b.md:-"],
        says: "missing date or weight in a sorted section",
    },
    Case {
        what: "two pages at one address, and a draft",
        on: BOTH_ZOLAS,
        files: &[(
            "site/content/posts/a-b.md",
            "+++\ntitle = \"B\"\ndate = 2024-01-02\ndraft = true\n+++\n",
        )],
        status: 1,
        expected: &[
            "build-error content/posts/a b.md:-",
            "build-error content/posts/a-b.md:-",
        ],
        says: "Found path collisions",
    },
    Case {
        what: "a line of a body",
        on: &["0.22.0"],
        files: &[(
            PAGE,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\n\nText.\n\nä {% end %}\n",
        )],
        status: 1,
        expected: &["build-error content/posts/a b.md:9"],
        says: "unexpected",
    },
    Case {
        what: "pictures that a template resizes",
        on: BOTH_ZOLAS,
        files: &[
            ("site/static/p.svg", "<svg/>"),
            ("site/data.toml", "x = 1\n"),
            (
                "site/templates/page.html",
                "{# resize_image #}{% set d = load_data(path=\"data.toml\") %}{{ d.x }}\n",
            ),
        ],
        status: 0,
        expected: &[],
        says: "",
    },
    Case {
        what: "a line of front matter, and drafts and other times are built too",
        on: &["0.168.0"],
        files: &[(
            PAGE,
            "---\ntitle: A\ndate: 2090-01-02\ndraft: true\nexpiryDate: 2001-01-01\ntags: {a\n---\n",
        )],
        status: 1,
        expected: &["build-error content/posts/a b.md:6"],
        says: "",
    },
    Case {
        what: "raw HTML, which stops a build that panics on warnings",
        on: &["0.168.0"],
        files: &[(
            PAGE,
            "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\na<br>b\n",
        )],
        status: 0,
        expected: &["build-warning content/posts/a b.md:-"],
        says: "Raw HTML omitted",
    },
    Case {
        what: "titles that decide addresses, and are the same",
        on: &["0.168.0"],
        files: &[
            (
                "site/hugo.toml",
                "baseURL = \"https://x.y/sub/\"\n[permalinks.page]\nposts = \"/:slug/\"\n",
            ),
            (
                "site/content/posts/b.md",
                "+++\ntitle = \"A\"\ndate = 2024-01-02\n+++\n\nText.\n",
            ),
        ],
        status: 0,
        expected: &[
            "build-warning content/posts/a b.md:-",
            "build-warning content/posts/b.md:-",
        ],
        says: "written there: ",
    },
    Case {
        what: "a page without a template, one that never is to be a page, and one that has expired",
        on: &["0.168.0"],
        files: &[
            (
                "site/content/odd/x.md",
                "+++\ntitle = \"X\"\ndate = 2024-01-02\noutputs = [\"json\"]\n+++\n",
            ),
            (
                "site/content/posts/n.md",
                "+++\ntitle = \"N\"\ndate = 2024-01-02\nbuild.render = \"never\"\n+++\n",
            ),
            (
                "site/content/posts/old.md",
                "+++\ntitle = \"O\"\ndate = 2024-01-02\nexpiryDate = 2024-02-02\n+++\n",
            ),
        ],
        status: 0,
        expected: &[
            "not-built content/odd/x.md:-",
            "not-built content/posts/old.md:-",
            "build-warning hugo.toml:-",
        ],
        says: "the site has no template for it",
    },
    Case {
        what: "what Hugo would write into the site",
        on: &["0.168.0"],
        files: &[
            (
                "site/hugo.toml",
                "baseURL = \"https://x.y/\"\n[build.buildStats]\nenable = true\n[caches.assets]\ndir = \":projectDir/mine\"\nmaxAge = -1\n",
            ),
            ("site/assets/a.css", "a { b: c }\n"),
            (
                "site/layouts/page.html",
                "<p class=\"x\">{{ with resources.Get \"a.css\" }}{{ (minify . | fingerprint).RelPermalink }}{{ end }}</p>",
            ),
        ],
        status: 0,
        expected: &[],
        says: "",
    },
];
