//! Replies of every kind, from a seed: any text in the values, any Markdown in the body.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What a model means to say.
#[derive(Debug, Clone)]
pub struct Meant {
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub categories: Vec<&'static str>,
    /// The blocks of the body.
    pub blocks: Vec<String>,
}

impl Meant {
    pub fn body(&self) -> String {
        let body = self.blocks.join("\n\n");
        // Front matter at the start is left out, which is tested elsewhere.
        if body.starts_with(['+', '-']) {
            format!("Text.\n\n{body}")
        } else {
            body
        }
    }

    /// The reply as the contract asks for it.
    pub fn reply(&self) -> String {
        format!(
            "TITLE: {}\nMETA_DESCRIPTION: {}\nTAGS: {}\nCATEGORIES: {}\nMARKDOWN_POST_CONTENT:\n{}\n</EndOFText>\n",
            self.title,
            self.description,
            self.tags.join(", "),
            self.categories.join(", "),
            self.body()
        )
    }
}

/// The categories that the test sites know.
pub const CATEGORIES: [&str; 9] = [
    "Rust",
    "C++ & Co",
    "How-to \"Guides\"",
    "Ünïcode — 日本語",
    "Food, Drink and Travel",
    "{{ braces }}",
    "It's <b>bold</b>",
    "100 %",
    "a/b",
];

/// As many as asked for, always the same for a seed.
pub fn some(count: usize, seed: u64) -> Vec<Meant> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = meant();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

fn meant() -> impl Strategy<Value = Meant> {
    (
        line(),
        line(),
        prop::collection::vec(term(), 0..6),
        prop::sample::subsequence(CATEGORIES.to_vec(), 0..4),
        prop::collection::vec(block(), 1..8),
    )
        .prop_map(|(title, description, tags, categories, blocks)| Meant {
            title,
            description,
            tags,
            categories,
            blocks,
        })
}

/// Text that means something to a template engine, a front matter parser or a shell.
const HOSTILE: &[&str] = &[
    "{{ x }}",
    "{{ f() }}",
    "{{ f(a=1) }}",
    "{% if x %}",
    "{% f() %}",
    "{% end %}",
    "{# note #}",
    "{%- raw -%}",
    "{% endraw %}",
    "{{< x >}}",
    "{{< /x >}}",
    "{{% x %}}",
    "{{</* x */>}}",
    "{{/* f() */}}",
    "{{<",
    ">}}",
    "{{",
    "}}",
    "{%",
    "%}",
    "${{ secrets.TOKEN }}",
    "+++",
    "---",
    "...",
    "***",
    "# ",
    " #",
    ": ",
    "- ",
    "\\",
    "\\n",
    "\\u0041",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "`",
    "``",
    "%",
    "%s",
    "100%",
    "/",
    "..",
    "../..",
    "&amp;",
    "&lt;",
    "&#64;",
    "&",
    "<",
    ">",
    "<!--more-->",
    "<!-- more -->",
    "<b>",
    "</b>",
    "<T>",
    "[x](y)",
    "!",
    "![",
    "](",
    "]",
    "[",
    "|",
    "~",
    "~~",
    "*",
    "**",
    "_",
    "__",
    "$",
    "$$",
    "@",
    "^",
    "=",
    "==",
    "?",
    ",",
    ";",
    "(",
    ")",
    "null",
    "true",
    "1e3",
    "0x1F",
    "2024-01-02",
    "~",
    "&anchor",
    "*alias",
    "!tag",
    "%TAG",
    "HAHAHUGOSHORTCODE",
    "javascript:x",
    "http://x.y/z?a=b&c",
];

const LETTERS: &[&str] = &[
    "a",
    "b",
    "Word",
    "the",
    "Zola",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ﬁ",
    "日本",
    "語",
    "漢字",
    "한국어",
    "العربية",
    "עברית",
    "हिन्दी",
    "ไทย",
    "Ελλάδα",
    "Ж",
    "👩\u{200d}💻",
    "🇩🇪",
    "👍🏽",
    "☃\u{fe0f}",
    "𝕏",
    "½",
    "№",
    "€",
    "“q”",
    "‘q’",
    "…",
    "–",
    "—",
    "«",
    "»",
    "、",
    "。",
    "：",
    "（",
    "）",
    "\u{a0}",
    "\u{3000}",
    "\u{2009}",
    "0",
    "1.",
    "42",
];

const UNSEEN: &[&str] = &[
    "\u{200b}",
    "\u{200d}",
    "\u{200e}",
    "\u{200f}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{feff}",
    "\u{e0041}",
    "\u{ad}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{9f}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{fffd}",
    "\u{e000}",
    "\u{10ffff}",
    "\u{34f}",
    "\u{fe0f}",
    "\u{1d173}",
    "\t",
];

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => select(LETTERS).prop_map(str::to_owned),
        6 => select(HOSTILE).prop_map(str::to_owned),
        1 => select(UNSEEN).prop_map(str::to_owned),
        2 => any::<char>().prop_filter("line ends and ASCII controls are tested elsewhere", |c| !c.is_ascii_control()).prop_map(|c| c.to_string()),
        3 => "[a-zA-Z0-9 ]{1,8}",
        4 => Just(" ".to_owned()),
    ]
}

/// A line of any text.
fn line() -> impl Strategy<Value = String> {
    let any = prop::collection::vec(atom(), 1..10)
        .prop_map(|atoms| atoms.concat())
        .prop_filter("a line without any letter is no title", |line| {
            line.chars().any(char::is_alphanumeric)
        });
    prop_oneof![
        8 => any,
        2 => words(),
        1 => prop::collection::vec(atom(), 60..90).prop_map(|atoms| atoms.concat()),
    ]
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::collection::vec(atom(), 1..4).prop_map(|atoms| atoms.concat()),
        1 => select(vec!["C++", "C#", "c", ".NET", "a/b", "../x", "..", ".", "-", "Rust", "rust", "node.js", "100 %", "日本語", "::", "a.b", "tag:x", "\"q\"", "'"]).prop_map(str::to_owned),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z]{1,7}", 1..8).prop_map(|words| words.join(" "))
}

/// Inline Markdown.
fn inline() -> impl Strategy<Value = String> {
    let code = select(vec![
        "`x`",
        "`{{ f() }}`",
        "`{% if x %}`",
        "`{% end %}`",
        "`{{< x >}}`",
        "``a ` b``",
        "`<b>`",
        "`&amp;`",
        "`$x$`",
        "`\\`",
        "`{{</* x */>}}`",
        "` a `",
        "`a  b`",
        "`|`",
        "`--x`",
        "`<!--more-->`",
        "`{# x #}`",
        "`{{ x | safe }}`",
        "`…`",
        "`\u{202e}x`",
    ]);
    let marked = select(vec![
        "*em*",
        "**strong**",
        "***both***",
        "~~gone~~",
        "~one~",
        "_em_",
        "__strong__",
        "*a **b** c*",
        "snake_case_word",
        "2*3*4",
        "[a](https://x.y)",
        "[a *b*](https://x.y/z?q=1&r=2 \"t\")",
        "[a](#nope)",
        "[a]()",
        "[a](javascript:alert(1))",
        "[a](<data:text/html,x>)",
        "[{{ x }}](https://x.y/{{ x }})",
        "[a](https://x.y '{{< x >}}')",
        "![alt](https://x.y/z.png)",
        "![](https://x.y/z.png)",
        "![alt {{ f() }}](local.png)",
        "[![b](https://x.y/b.svg)](https://x.y)",
        "[x]",
        "[x][]",
        "[x][y]",
        "<https://x.y/z>",
        "<me@x.y>",
        "<javascript:alert(1)>",
        "https://x.y/z?a=b_c_d",
        "www.x.y",
        "me@x.y",
        "[^9]",
        "<b>bold</b>",
        "<kbd>Ctrl</kbd>",
        "H<sub>2</sub>O",
        "a<br>b",
        "a<br/>b",
        "<T>",
        "Vec<T>",
        "HashMap<K, V>",
        "<your-key>",
        "<span style=\"x\">red</span>",
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "<!-- note -->",
        "</div>",
        "<a href=\"javascript:x\">y</a>",
        "a < b > c",
        "x <- y",
        "a << b >> c",
        "--release",
        "a -- b",
        "...",
        "(c)",
        "&copy;",
        "&lt;b&gt;",
        "&#123;{",
        "&nosuch;",
        "\\*x\\*",
        "\\{\\{ x }}",
        "\\<b>",
        "$x^2$",
        "$$\\frac{a}{b}$$",
        "\\(x\\)",
        ":smile:",
        "@user",
        "#tag",
        "==mark==",
        "^sup^",
        "{x}",
        "{.c}",
        "{#id}",
        "%20",
        "\\",
        "a  \nb",
        "a\\\nb",
        "a\nb",
        "a\n+ b",
        "1\\. x",
        "\"q\"",
        "'q'",
        "it's",
        "<br>",
        "| x |",
    ]);
    let piece = prop_oneof![
        4 => words(),
        3 => code.prop_map(str::to_owned),
        5 => marked.prop_map(str::to_owned),
        3 => atom(),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.join(" "))
}

fn code() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => prop::collection::vec(atom(), 0..5).prop_map(|atoms| atoms.concat().replace(['`', '~'], "'").replace(['\u{85}', '\u{2028}', '\u{2029}'], "")),
        1 => select(vec!["", "    indented", "\tTab", "{{ f() }}", "{% f() %}", "{% end %}", "{{< x >}}", "{{< /x >}}", "{{% x %}}", "</EndOFText>", "TITLE: x", "<!--more-->", "+++", "---", "> q", "# h", "<script>", "trailing  ", "{% raw %}", "{% endraw %}", "```", "{{/* f() */}}", "{{</* x */>}}"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(line, 1..6).prop_map(|lines| lines.join("\n"))
}

fn block() -> impl Strategy<Value = String> {
    let heading = (2..5_usize, inline())
        .prop_map(|(level, text)| format!("{} {}", "#".repeat(level), text.replace('\n', " ")));
    let fence = (
        select(vec![
            "",
            "rust",
            "rust,ignore",
            "js {1,3}",
            "{.python}",
            "text title=\"a b\"",
            "jinja2",
            "toml",
            "mermaid",
            "c++",
            "日本",
        ]),
        code(),
    )
        .prop_map(|(info, code)| format!("````{info}\n{code}\n````"));
    let html = select(vec![
        "<div>\nhi\n</div>",
        "<div class=\"x\">hi</div>",
        "<details>\n<summary>More</summary>\n\nbody\n\n</details>",
        "<script>\nalert(1)\n</script>",
        "<!-- a comment -->",
        "<iframe src=\"https://x.y\"></iframe>",
        "<svg onload=alert(1)>\n<path d=\"x\"/>\n</svg>",
        "<style>\nb { x: y }\n</style>",
        "<table><tr><td>x</td></tr></table>",
        "<hr>",
        "<br>",
        "<?php echo 1 ?>",
        "<!DOCTYPE html>",
        "<![CDATA[x]]>",
        "<your-key>",
        "<!-- open",
        "<p align=\"center\">\n<img src=\"https://x.y/z.png\">\n</p>",
        "<custom-tag>\nx\n</custom-tag>",
        "<object data=\"x\"></object>",
    ])
    .prop_map(str::to_owned);
    let other = select(vec![
        "---",
        "***",
        "+++",
        "{{ f() }}",
        "{% f() %}\nx\n{% end %}",
        "{{< figure src=\"x\" >}}",
        "<!-- more -->",
        "<!--more-->",
        "$$\nx = {{y}}\n$$",
        ": definition",
        "Term\n: definition",
        "[r]: https://x.y \"t\"",
        "[x]: javascript:alert(1)",
        "[x]: https://x.y '{{ f() }}'",
        "* * *",
        "# One",
        "One\n===",
        "Two\n---",
        "## C #",
        "## Options {a, b}",
        "## A {#a}",
        "## A {#a .b}",
        "## interface{}",
        "## ${x}",
        "## `{x}`",
        "##",
        "> q\n> > r",
        "> # h\n> - x",
        "code:\n\n    indented {{ f() }}",
        "[TOC]",
        "[[toc]]",
        "!!! note",
        "::: tip\nx\n:::",
        "> [!NOTE]\n> x",
        "title: x\n---",
        "+++\ntitle = \"x\"\n+++",
        "---\ntitle: x\n---",
    ])
    .prop_map(str::to_owned);
    let items = (
        select(vec!["- ", "* ", "1. ", "3) ", "- [ ] ", "- [x] "]),
        prop::collection::vec(inline(), 1..5),
        any::<bool>(),
    )
        .prop_map(|(mark, items, nested)| {
            let indent = " ".repeat(mark.trim_end_matches("[ ] ").trim_end_matches("[x] ").len());
            items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    let item = item.replace('\n', &format!("\n{indent}"));
                    if nested && at % 2 == 1 {
                        format!("{indent}- {}\n", item.replace('\n', "\n  "))
                    } else {
                        format!("{mark}{item}\n")
                    }
                })
                .collect::<String>()
                .trim_end()
                .to_owned()
        });
    let item_code = code().prop_map(|code| {
        format!(
            "- item\n\n  ```sh\n{}\n  ```",
            code.replace("```", "")
                .lines()
                .map(|line| format!("  {line}"))
                .collect::<Vec<_>>()
                .join("\n")
        )
    });
    let table = (inline(), inline(), inline()).prop_map(|(a, b, c)| {
        let cell = |text: &str| text.replace('\n', " ").replace('|', "\\|");
        format!(
            "| {} | b |\n|---|:-:|\n| {} | {} |",
            cell(&a),
            cell(&b),
            cell(&c)
        )
    });
    let note = (words(), 1..1000_u32, words())
        .prop_map(|(text, number, note)| format!("{text}[^n{number}]\n\n[^n{number}]: {note}"));
    let quote = inline().prop_map(|text| format!("> {}", text.replace('\n', "\n> ")));
    prop_oneof![
        8 => inline(),
        2 => prop::collection::vec(atom(), 1..14).prop_map(|atoms| atoms.concat()),
        3 => heading,
        4 => fence,
        2 => html,
        3 => other,
        3 => items,
        1 => item_code,
        2 => table,
        1 => note,
        1 => quote,
    ]
}
