//! Findings that no rule makes: the walk over the content, the reading of a reply, its conversion and the real build
//! have something to say too. They cannot be selected or ignored, but they can be explained.

/// A finding that no rule makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its name in kebab-case.
    pub name: &'static str,
    /// What it says, in one line.
    pub summary: &'static str,
    /// Its page for `explain`, in Markdown.
    pub explanation: &'static str,
}

/// All of them, by name.
pub const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        name: "build-error",
        summary: "The generator stopped, or logged an error (`check --build`)",
        explanation: "\
`check --build` runs the real generator, drafts included, into a temporary folder, and places what its log says on the page and line
that it names, or else on the configuration file. An error stops the build: nothing of the site can be published. Zola 0.17.2 and 0.22.0
stop at the first one, Hugo 0.168.0 at the first of most kinds, so there may be more behind it.

```text
error[build-error]: Zola: Failed to render page 'content/a.md': Variable `page.extra.cover` not found …
```

Where `check` had no error for the page, the finding says so: please report it, and `check` will learn it. What a rule has told of the
same line is told once, as the rule says it, and counted at the end as confirmed.",
    },
    Elsewhere {
        name: "build-warning",
        summary: "The generator logged a warning (`check --build`)",
        explanation: "\
`check --build` shows the warnings of the real generator too, on the page and line that they name, or else on the configuration file.
Hugo 0.168.0 goes on after a warning, and stops at it with `--panicOnWarning`. A warning mostly means that something is missing on the
page: raw HTML that was left out, a link to a page that does not exist, two pages written to one file.

```text
warning[build-warning]: Hugo: Raw HTML omitted while rendering \"content/a.md\"
```

Text of the log that is of no known kind is shown as information under this name.",
    },
    Elsewhere {
        name: "damaged-record",
        summary: "A recorded reply that cannot be read",
        explanation: "\
A file below `.postwright/replies` is not what was written there: it was edited, cut off, or holds the marks of a merge. It is passed over
where another reply to the stub can be used.

```sh
git checkout -- .postwright/replies
```

Take the file back from version control, or delete it and ask again.",
    },
    Elsewhere {
        name: "duplicate-tag",
        summary: "The reply names a tag more than once",
        explanation: "\
Tags that differ in capitals alone, or not at all, would become one term: Zola 0.17.2 and 0.22.0 list a page twice under it. The first
spelling is kept.

```text
TAGS: Redis, redis, database
```

Nothing has to be done.",
    },
    Elsewhere {
        name: "file-name",
        summary: "A name of a file or folder that is not UTF-8",
        explanation: "\
Zola 0.22.0 stops at such a name, and Hugo 0.168.0 drops the bytes from the address. The file, or all that is in the folder, is passed over.

```sh
mv $'caf\\xe9.md' café.md
```

Rename the file.",
    },
    Elsewhere {
        name: "heading-level",
        summary: "Headings of a reply were moved down a level",
        explanation: "\
The title of a page is its heading of level one, and themes of Zola and Hugo show it above the post. Headings of level one in a reply
became level two.

```markdown
# Setup        became        ## Setup
```

Nothing has to be done.",
    },
    Elsewhere {
        name: "ignored-pattern",
        summary: "A pattern of ignored content that is not understood",
        explanation: "\
The site's configuration leaves files out of the content by a pattern (`ignored_content` in Zola, `ignoreFiles` in Hugo) that cannot be
read here, so the pages that it hides are looked at all the same. Hugo 0.168.0 stops at one that is no regular expression.

```toml
ignored_content = [\"drafts/*\"]
```

Write it as a simpler pattern, or name the pages to look at on the command line.",
    },
    Elsewhere {
        name: "incomplete-reply",
        summary: "A recorded reply that no post can be made of",
        explanation: "\
The newest reply for a stub is cut off before its end marker, or lacks a title, a description or a body. A cut-off reply never becomes a
post, since neither Zola nor Hugo could tell it from a whole one.

```sh
postwright generate --refresh content/posts/the-post.md
```

Ask again, or complete it yourself and give it to `postwright accept`.",
    },
    Elsewhere {
        name: "left-out-term",
        summary: "A tag or category of a reply that can have no page of its own",
        explanation: "\
Each term gets a page at an address made of its letters. Of `!!!` there is none left, and in Hugo 0.168.0 a term such as `../x` or
`index.html` takes the place of another page. Such terms are left out of the post; a person may write another into it.

```toml
tags = [\"!!!\"]
```

Zola 0.17.2 and 0.22.0 give a term without letters the address of the list of all terms.",
    },
    Elsewhere {
        name: "may-have-been-paid",
        summary: "A request of a run that was killed, for a stub that is no longer the same",
        explanation: "\
A note is on the disk before a request leaves, and goes once its reply is recorded. A run that was killed in between leaves the note: the
request may have been paid for. Where the stub is still the same, that counts against `max_paid_attempts`, and what had come of the reply
is gone on from. Where the stub has been changed or removed since, this tells of it, once.

```text
warning[may-have-been-paid]: a request of 2026-11-30 20:04 UTC to openai/some-model may have been paid for
```

What had come of the reply, if anything, is in the file that the message names; remove it once it is of no more use.",
    },
    Elsewhere {
        name: "missing-image",
        summary: "An image of a reply that does not exist",
        explanation: "\
The reply shows an image of the site that is not there. On Zola and on Hugo that is a broken picture, so only its description was kept.

```markdown
![How it works](diagram.png)        became        How it works
```

Draw the image and put it beside the post, then show it from there.",
    },
    Elsewhere {
        name: "newer-record",
        summary: "A recorded reply that a newer Postwright wrote",
        explanation: "\
The record says a version of its format that this program does not know. It is passed over where another reply to the stub can be used.

```sh
postwright --version
```

Install the newer program; records are never changed, so older ones stay readable.",
    },
    Elsewhere {
        name: "no-categories",
        summary: "The reply names no category of the site's list",
        explanation: "\
Categories come from the site's own list only, so that a reply invents none: each would become a page of its own on Zola and Hugo.

```toml
[taxonomies]
categories = [\"Databases\"]
```

Write categories into the front matter, or ask again.",
    },
    Elsewhere {
        name: "no-tags",
        summary: "The reply names no tags",
        explanation: "\
The post was written without tags, so no page of a tag lists it on Zola or Hugo.

```toml
[taxonomies]
tags = [\"redis\"]
```

Write tags into the front matter, or ask again.",
    },
    Elsewhere {
        name: "not-built",
        summary: "A page that the generator silently left out (`check --build`)",
        explanation: "\
The build went well, but there is no page for this file among what was written. Zola 0.17.2 and 0.22.0 leave a page without a date out of
a section that is sorted by date, and one without a weight out of one that is sorted by weight, with a warning in the log alone. Hugo
0.168.0 writes no page where the site has no template for it, and none that has expired (which is information here: it is what the
author asked for).

```toml
date = 2026-01-31
```

Give the page what its section is sorted by, or the site what the help says.",
    },
    Elsewhere {
        name: "remote-image",
        summary: "An image of another site in a reply",
        explanation: "\
Models make up addresses of images, and an image of another host tells that host who reads the post. It became a link.

```markdown
![Logo](https://example.org/logo.png)        became        [Logo](https://example.org/logo.png)
```

Save the image beside the post and show it from there, if its licence allows that.",
    },
    Elsewhere {
        name: "special-file",
        summary: "A pipe, socket or device that is named like a page",
        explanation: "\
Zola 0.22.0 and Hugo 0.168.0 open it like a page: at a pipe they wait for ever, at a socket they stop, and what a device gives is a page without
text to Hugo and an error to Zola. Here it is never opened.

```sh
mkfifo content/posts/a.md
```

Remove it, or move it out of the content folder.",
    },
    Elsewhere {
        name: "stray-text",
        summary: "Text between the labels of a reply",
        explanation: "\
A line of the reply belongs to none of the labels before the body, and was left out of the post.

```text
TITLE: Redis persistence
I hope you like this title!
TAGS: redis
```

Look at the line; if it matters, write it into the post.",
    },
    Elsewhere {
        name: "symbolic-link",
        summary: "A symbolic link among the content",
        explanation: "\
Links are not followed here, since they may lead out of the site or around in a circle. Zola 0.22.0 follows them, Hugo 0.168.0 does not.

```sh
cp --remove-destination \"$(readlink -f content/page.md)\" content/page.md
```

Put the file or folder itself there.",
    },
    Elsewhere {
        name: "template-syntax",
        summary: "Template syntax of a reply that cannot be shown as text",
        explanation: "\
Zola and Hugo run shortcodes and templates that stand in a body. What a model wrote is never run: it is escaped so that the page shows it.
Here no escape of this generator and version gives just that text, so the page shows it a little differently.

```text
{{/* a comment with */ in it */}}
```

Look at the place, and write it in another way if it matters.",
    },
    Elsewhere {
        name: "too-many-tags",
        summary: "The reply names more tags than a post can use",
        explanation: "\
Each tag becomes a page of its own on Zola and Hugo. The first of them were kept.

```text
TAGS: redis, database, cache, nosql, …
```

Nothing has to be done.",
    },
    Elsewhere {
        name: "unknown-category",
        summary: "A category of the reply that is not in the site's list",
        explanation: "\
Categories come from the site's own list only (`categories` in `postwright.toml`), so that a reply invents none: each would become a page
of its own on Zola and Hugo.

```toml
categories = [\"Databases\", \"Operations\"]
```

Add it to the list and run `postwright generate --refresh --offline` for the post, which costs nothing, or leave it.",
    },
    Elsewhere {
        name: "unknown-page",
        summary: "A link of a reply to a page of the site",
        explanation: "\
A prompt names the few pages of the site that the post may link to. A link to any other is a guess, and one to a page that has gone since, or is
a draft now, would lead nowhere: Zola 0.22.0 stops at it, and Hugo 0.168.0 makes a dead one of an address. The text of the link was kept.

```markdown
[our guide](@/guide.md)        became        our guide
```

Write the link yourself where there is such a page.",
    },
    Elsewhere {
        name: "unreadable",
        summary: "A folder of content that cannot be read",
        explanation: "\
The system would not show a folder or file among the content, or a folder that the configuration of Zola or Hugo names does not exist.

```sh
chmod -R u+rX content
```

Give yourself the right to read it, make the folder, or correct the configuration. The other pages were looked at.",
    },
    Elsewhere {
        name: "unreadable-page",
        summary: "A page that cannot be read or written",
        explanation: "\
The file is not UTF-8, is larger than 8 MiB, or the system would not open it. Zola stops at a page that is not UTF-8.

```sh
iconv -f latin1 -t utf-8 page.md > page.new && mv page.new page.md
```

The message says which of these it is.",
    },
    Elsewhere {
        name: "unsafe-link",
        summary: "A link of a reply that could run a script",
        explanation: "\
`javascript:`, `data:` and other schemes run or carry things that no link of a post needs, and both Zola and Hugo can be set to write them
into the page as they are. The text of the link was kept.

```markdown
[click](javascript:alert(1))        became        click
```

Nothing has to be done.",
    },
];

/// The finding of this name that no rule makes.
pub fn elsewhere(name: &str) -> Option<&'static Elsewhere> {
    ELSEWHERE.iter().find(|other| other.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::RULES;
    use super::*;

    #[test]
    fn the_names_are_in_order_and_no_rules() {
        assert!(ELSEWHERE.windows(2).all(|pair| pair[0].name < pair[1].name));
        for other in ELSEWHERE {
            assert!(
                RULES.iter().all(|rule| rule.name() != other.name),
                "{}",
                other.name
            );
            assert!(
                !other.summary.ends_with('.') && other.explanation.contains("```"),
                "{}",
                other.name
            );
        }
    }
}
