//! How Hugo builds a site elsewhere, and what its log says. Tested on 0.168.0.

use url::Url;

use super::super::build::{
    BuildCommand, BuildLog, BuildMessage, BuildPlace, ListedPage, between, is_picture, named_file,
    plain,
};
use crate::finding::Severity;

/// What each line that begins an entry begins with.
const MARKS: [(&str, Severity); 4] = [
    ("ERROR ", Severity::Error),
    ("Error: ", Severity::Error),
    ("WARN ", Severity::Warning),
    ("panic: ", Severity::Error),
];

/// What Hugo says of a build that goes well.
const USUAL: [&str; 9] = [
    "Start building sites",
    "hugo v",
    "Total in ",
    "Built in ",
    "INFO ",
    "hugo: collected modules",
    "hugo: downloading modules",
    "go: ",
    "DEBUG ",
];

/// What stands before the error itself, and says nothing more than it.
const BEFORE: [&str; 3] = ["error building site: ", "assemble: ", "command error: "];

pub(super) fn command(place: BuildPlace<'_>) -> BuildCommand {
    let mut arguments: Vec<std::ffi::OsString> = [
        "build",
        "--buildDrafts",
        "--buildFuture",
        "--buildExpired",
        "--noBuildLock",
        "--printPathWarnings",
        "--destination",
    ]
    .map(Into::into)
    .to_vec();
    arguments.push(place.output.into());
    BuildCommand {
        arguments,
        variables: variables(place),
    }
}

pub(super) fn list_command(place: BuildPlace<'_>) -> BuildCommand {
    BuildCommand {
        arguments: ["list", "all", "--noBuildLock", "--renderToMemory"]
            .map(Into::into)
            .to_vec(),
        variables: variables(place),
    }
}

/// Whatever Hugo would write into the site goes elsewhere, or is not written: caches, processed images and styles
/// (`resources/_gen`), `hugo_stats.json`, `assets/jsconfig.json`.
fn variables(place: BuildPlace<'_>) -> Vec<(&'static str, std::ffi::OsString)> {
    vec![
        ("HUGO_CACHEDIR", place.scratch.join("cache").into()),
        // The site's own configuration may have put these into its folder.
        ("HUGO_CACHES_IMAGES_DIR", ":resourceDir/_gen".into()),
        ("HUGO_CACHES_ASSETS_DIR", ":resourceDir/_gen".into()),
        ("HUGO_CACHES_GETRESOURCE_DIR", ":cacheDir/:project".into()),
        ("HUGO_CACHES_MISC_DIR", ":cacheDir/:project".into()),
        ("HUGO_CACHES_MODULES_DIR", ":cacheDir/modules".into()),
        ("HUGO_RESOURCEDIR", place.scratch.join("resources").into()),
        ("HUGO_BUILD_BUILDSTATS_ENABLE", "false".into()),
        ("HUGO_BUILD_WRITESTATS", "false".into()),
        ("HUGO_BUILD_NOJSCONFIGINASSETS", "true".into()),
    ]
}

pub(super) fn read(log: BuildLog<'_>) -> Vec<BuildMessage> {
    let mut entries: Vec<(Severity, Vec<String>)> = Vec::new();
    let mut stray = Vec::new();
    for (text, is_stderr) in [(log.stdout, false), (log.stderr, true)] {
        let mut is_open = false;
        for line in plain(text).lines() {
            // The line that counts what was built may lack its end.
            let start = MARKS
                .iter()
                .find_map(|(mark, severity)| Some((line.strip_prefix(mark)?, *severity)));
            if let Some((rest, severity)) = start {
                entries.push((severity, vec![rest.trim().to_owned()]));
                is_open = true;
            } else if USUAL.iter().any(|usual| line.starts_with(usual)) {
                is_open = false;
            } else if let Some((_, lines)) = entries.last_mut().filter(|_| is_open) {
                lines.push(line.trim().to_owned());
            } else if is_stderr && !line.trim().is_empty() {
                stray.push(line.trim().to_owned());
            }
        }
    }
    // Hugo counts the errors it has logged, and says so as an error.
    let is_count = |text: &str| text.starts_with("error building site: logged ");
    let has_other = entries.iter().any(|(severity, lines)| {
        *severity == Severity::Error && lines.first().is_some_and(|line| !is_count(line))
    });
    let mut messages: Vec<BuildMessage> = Vec::new();
    for (severity, lines) in entries {
        if !(has_other && lines.first().is_some_and(|line| is_count(line))) {
            for message in tell(severity, &lines) {
                // What stops a run is told twice.
                if !messages.contains(&message) {
                    messages.push(message);
                }
            }
        }
    }
    messages.extend(
        stray
            .into_iter()
            .map(|line| BuildMessage::new(Severity::Info, line)),
    );
    messages
}

fn tell(severity: Severity, lines: &[String]) -> Vec<BuildMessage> {
    let head = lines.first().map(String::as_str).unwrap_or_default();
    if let Some(targets) = head.strip_prefix("Duplicate target paths: ") {
        return targets
            .split(", ")
            .map(|target| {
                let path = target.rsplit_once(" (").map_or(target, |(path, _)| path);
                let text = format!("more than one file is written to {path}");
                let mut message = BuildMessage::new(severity, text);
                message.target = Some(path.to_owned());
                message
            })
            .collect();
    }
    let mut text = head;
    while let Some(rest) = BEFORE.iter().find_map(|before| text.strip_prefix(before)) {
        text = rest;
    }
    if let Some((before, rest)) = text.split_once(": \"")
        && before.starts_with("failed to create page from pageMetaSource")
    {
        text = &text[text.len() - rest.len() - 1..];
    }
    let mut message = BuildMessage::new(severity, "");
    message.files = between(text, '"')
        .iter()
        .filter(|quoted| quoted.contains(['/', '\\']))
        .map(|quoted| named_file(quoted))
        .collect();
    if let Some((_, path)) = text.split_once(": see ") {
        message.files.push(named_file(path.trim()));
    }
    // Where the name stands first, the rest is a sentence without it.
    let named = text
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\": "))
        .filter(|(path, _)| named_file(path).position.is_some());
    let mut parts = vec![named.map_or(text, |(_, rest)| rest).to_owned()];
    let below = lines[lines.len().min(1)..].iter();
    parts.extend(
        below
            .filter(|line| !line.is_empty() && !is_picture(line))
            .cloned(),
    );
    message.text = parts.join("; ");
    vec![message]
}

/// The table that `hugo list all` prints.
pub(super) fn read_list(stdout: &str) -> Vec<ListedPage> {
    let Some(start) = stdout.find("path,slug,") else {
        return Vec::new();
    };
    let mut reader = csv::Reader::from_reader(&stdout.as_bytes()[start..]);
    let Ok(header) = reader.headers().cloned() else {
        return Vec::new();
    };
    let column = |name: &str| header.iter().position(|column| column == name);
    let (Some(path), Some(permalink)) = (column("path"), column("permalink")) else {
        return Vec::new();
    };
    let (expires, kind) = (column("expiryDate"), column("kind"));
    let mut pages = Vec::new();
    for record in reader.records().map_while(Result::ok) {
        let get = |column: Option<usize>| column.and_then(|column| record.get(column));
        let Some(file) = record.get(path).filter(|path| !path.is_empty()) else {
            continue;
        };
        let expires = get(expires)
            .filter(|date| get(kind) == Some("page") && !date.starts_with("0001-"))
            .map(str::to_owned);
        pages.push(ListedPage {
            path: file.replace('\\', "/"),
            address: record.get(permalink).and_then(address),
            expires,
        });
    }
    pages
}

/// The path of an address, its escapes read.
fn address(permalink: &str) -> Option<String> {
    let path = if permalink.starts_with('/') {
        permalink.to_owned()
    } else {
        Url::parse(permalink).ok()?.path().to_owned()
    };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| std::str::from_utf8(after.get(..2)?).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = &after[if escaped.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stderr(text: &str) -> Vec<BuildMessage> {
        read(BuildLog {
            stdout: "Start building sites … \nhugo v0.168.0\n\n Pages │ 11 \n\nTotal in 12 ms\n",
            stderr: text,
        })
    }

    fn places(message: &BuildMessage) -> Vec<(&str, Option<(usize, usize)>)> {
        let files = message.files.iter();
        files
            .map(|file| {
                let place = file.position.map(|place| (place.line, place.column));
                (file.path.as_str(), place)
            })
            .collect()
    }

    #[test]
    fn the_place_stands_before_the_error() {
        let found = stderr(
            "ERROR error building site: assemble: failed to create page from pageMetaSource /posts/case: \
             \"/s/content/posts/a b.md:4:14\": [3:14] mapping value is not allowed in this context\n   2 | title: A\n\
             >  3 | description: This: that\n                    ^\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(
            places(&found[0]),
            [("/s/content/posts/a b.md", Some((4, 14)))]
        );
        assert_eq!(
            found[0].text,
            "[3:14] mapping value is not allowed in this context"
        );
    }

    #[test]
    fn a_page_and_its_template_are_both_named() {
        let found = stderr(
            "ERROR error building site: render: [en v1.0.0 guest] failed to render pages: render of \
             \"/s/content/a.md\" failed: \"/s/layouts/page.html:14:3\": execute of template failed: template: \
             page.html:14:3: executing \"page.html\" at <.Content>: error calling Content: \"/s/content/a.md:6:4\": \
             failed to parse Markdown attributes\n",
        );
        assert_eq!(
            places(&found[0]),
            [
                ("/s/content/a.md", None),
                ("/s/layouts/page.html", Some((14, 3))),
                ("/s/content/a.md", Some((6, 4)))
            ]
        );
    }

    #[test]
    fn warnings_have_their_place_too() {
        let found = stderr(
            "WARN  Raw HTML omitted while rendering \"/s/content/a.md\"; see https://gohugo.io/x/#y\n\
             You can suppress this warning by adding the following to your project configuration:\n\
             ignoreLogs = ['warning-goldmark-raw-html']\n\
             WARN  [en] REF_NOT_FOUND: Ref \"nope.md\": \"/s/content/b.md:6:5\": page not found\n\
             ERROR the \"date\" front matter field is not a parsable date: see /s/content/c d.md\n\
             ERROR error building site: logged 1 error(s)\n",
        );
        assert_eq!(found.len(), 3, "{found:#?}");
        assert_eq!(places(&found[0]), [("/s/content/a.md", None)]);
        assert!(
            found[0]
                .text
                .ends_with("; ignoreLogs = ['warning-goldmark-raw-html']")
        );
        assert_eq!(places(&found[1]), [("/s/content/b.md", Some((6, 5)))]);
        assert_eq!(places(&found[2]), [("/s/content/c d.md", None)]);
        assert_eq!(found[2].severity, Severity::Error);
    }

    #[test]
    fn each_target_that_is_written_twice_is_a_message() {
        let found =
            stderr("WARN  Duplicate target paths: /tags/index.html (2), /tags/index.xml (2)\n");
        let targets: Vec<_> = found.iter().filter_map(|m| m.target.as_deref()).collect();
        assert_eq!(targets, ["/tags/index.html", "/tags/index.xml"]);
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let found = stderr("something broke\nERROR error building site: logged 1 error(s)\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].text, "something broke");
    }

    #[test]
    fn the_list_of_pages() {
        let pages = read_list(
            "hugo: x\npath,slug,title,date,expiryDate,publishDate,draft,permalink,kind,section\n\
             content/a.md,,\"D, e\",2099-01-02T00:00:00Z,2001-01-01T00:00:00Z,2099-01-02T00:00:00Z,true,https://x.y/%C3%BC%20b/,page,posts\n\
             content/n.md,,No,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,false,,page,posts\n\
             content/_index.md,,No,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,0001-01-01T00:00:00Z,false,/a%2/,section,\n",
        );
        assert_eq!(pages.len(), 3);
        assert_eq!(pages[0].address.as_deref(), Some("/ü b/"));
        assert_eq!(pages[0].expires.as_deref(), Some("2001-01-01T00:00:00Z"));
        assert_eq!((&pages[1].address, &pages[1].expires), (&None, &None));
        assert_eq!(pages[2].address.as_deref(), Some("/a%2/"));
        assert_eq!(read_list("nothing"), []);
    }

    proptest::proptest! {
        #[test]
        fn any_log_is_read(text in "(ERROR |WARN  |error building site: |assemble: |[0-9:,.'\"\\\\]|\\PC|\n){0,60}") {
            for message in stderr(&text) {
                proptest::prop_assert!(!message.text.contains('\n'));
            }
            read_list(&text);
        }
    }
}
