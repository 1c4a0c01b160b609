//! Addresses that begin like one of the web and are none, and others that only their author's machine knows.

use super::super::Link;
use crate::check::Page;
use crate::check::proof::{Kind, Trial};
use crate::finding::{Edit, Fix};

/// What to say of an address that is written wrongly.
pub(super) fn trouble(page: &Page<'_>, link: &Link<'_>) -> Option<(String, String)> {
    // What stands in angle brackets is shown, and so may be an example.
    if page.text[link.range.clone()].starts_with('<') {
        return None;
    }
    let shown = crate::text::escape(link.dest);
    let (message, help) = match kind(link)? {
        Wrong::Scheme => (
            format!("`{shown}` begins like an address of the web, and is none"),
            "write `https://` before the host",
        ),
        Wrong::Host => (
            format!("`{shown}` stands for an address that is missing"),
            "write the address, or take the link away",
        ),
        Wrong::Mail => (
            format!("without `mailto:`, `{shown}` is a file beside the page"),
            "write `mailto:` before it",
        ),
        Wrong::Quote => (
            format!("the quotes are a part of the address `{shown}`"),
            "write a blank between an address and its title",
        ),
        Wrong::Machine => (
            format!("`{shown}` is a file on one machine, and none of the site's"),
            "put the file into `static/` and begin its address with `/`",
        ),
    };
    Some((message, help.to_owned()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Scheme,
    Host,
    Mail,
    Quote,
    Machine,
}

fn kind(link: &Link<'_>) -> Option<Wrong> {
    let dest = link.dest;
    let lower = dest.to_ascii_lowercase();
    let web = ["http://", "https://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    if let Some(rest) = web {
        if rest.starts_with("http://") || rest.starts_with("https://") {
            return Some(Wrong::Scheme);
        }
        if rest.starts_with('/') || rest.trim_matches(['.', '…']).is_empty() {
            return Some(Wrong::Host);
        }
        return (link.inline && dest.contains('"')).then_some(Wrong::Quote);
    }
    let slashes = [
        "http:", "https:", "http//", "https//", "http;//", "https;//",
    ];
    if slashes.iter().any(|start| lower.starts_with(start)) {
        return Some(Wrong::Scheme);
    }
    if let Some((scheme, _)) = lower.split_once("://")
        && is_nearly_web(scheme)
    {
        return Some(Wrong::Scheme);
    }
    let mut first = lower.chars();
    let is_drive = first.next().is_some_and(|c| c.is_ascii_alphabetic())
        && first.next() == Some(':')
        && first.next().is_some_and(|c| matches!(c, '\\' | '/'));
    // Where programs that talk with models, and notebooks, keep their files.
    let of_programs = ["file:", "sandbox:", "attachment:", "file-service:", "blob:"];
    if is_drive || of_programs.iter().any(|scheme| lower.starts_with(scheme)) {
        return Some(Wrong::Machine);
    }
    let mailbox = dest.split('?').next().unwrap_or_default();
    (link.inline && !link.image && is_mail(mailbox)).then_some(Wrong::Mail)
}

/// Whether a scheme is `http` or `https` with one letter too many, too few, wrong, or out of its place.
fn is_nearly_web(scheme: &str) -> bool {
    let known = ["http", "https"];
    !known.contains(&scheme)
        && known.iter().any(|web| {
            let (a, b): (Vec<char>, Vec<char>) = (scheme.chars().collect(), web.chars().collect());
            let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
            let tail = |a: &[char], b: &[char], skip_a: usize, skip_b: usize| {
                a.get(same + skip_a..) == b.get(same + skip_b..) && a.len() >= same + skip_a
            };
            let swapped = a.get(same..same + 2).map(|two| [two[1], two[0]])
                == b.get(same..same + 2).map(|two| [two[0], two[1]])
                && tail(&a, &b, 2, 2);
            tail(&a, &b, 1, 0) || tail(&a, &b, 0, 1) || tail(&a, &b, 1, 1) || swapped
        })
}

/// Whether text is the address of a mailbox, and nothing else.
fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
        };
        let end = host.rsplit_once('.').map_or("", |(_, end)| end);
        is_name(name)
            && is_name(host)
            && end.len() > 1
            && end.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// The address as it was surely meant.
pub(super) fn fix(page: &Page<'_>, link: &Link<'_>) -> Option<Fix> {
    let wrong = kind(link)?;
    let range = link.dest_range(page)?;
    let edits = match wrong {
        Wrong::Mail => vec![Edit::insert(range.start, "mailto:")],
        Wrong::Quote => {
            let open = link.dest.find('"').filter(|at| *at > 8)?;
            let title = link.dest.get(open + 1..)?.strip_suffix('"')?;
            if title.contains('"') {
                return None;
            }
            vec![Edit::insert(range.start + open, " ")]
        }
        _ => return None,
    };
    let trial = Trial::of(page, &edits)?;
    (trial.changes_only(&[Kind::Link]) && trial.added(Kind::Link) == 0).then(|| Fix::safe(edits))
}

#[cfg(test)]
mod tests {
    use super::{is_mail, is_nearly_web};
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn schemes_with_a_slip() {
        for scheme in [
            "htp", "htps", "ttps", "htttp", "httpss", "htpps", "hhtps", "httsp", "hxtp",
        ] {
            assert!(is_nearly_web(scheme), "{scheme}");
        }
        for scheme in [
            "http", "https", "ftp", "ssh", "git", "ws", "wss", "file", "h",
        ] {
            assert!(!is_nearly_web(scheme), "{scheme}");
        }
        assert!(is_mail("me@example.com") && is_mail("a.b+c@d.co.uk"));
        assert!(
            !is_mail("@user") && !is_mail("a@b") && !is_mail("pkg@1.2.3") && !is_mail("a@b.c/d")
        );
    }

    #[test]
    fn addresses_that_are_none() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("dead-target", body);
            for bad in [
                "htps://x.y",
                "https//x.y",
                "https:/x.y",
                "https://https://x.y",
                "https://...",
                "http://",
                "https://x.y\"T\"",
                "C:\\x\\y.txt",
                "file:///a/b",
                "me@example.com",
            ] {
                assert_eq!(lines(&format!("[a]({bad})\n")), ["warning 1"], "{bad}");
            }
            for fine in [
                "https://x.y/https://z.w",
                "ftp://x.y",
                "ssh://git@x.y",
                "mailto:a@b.cd",
                "//x.y",
                "tel:+1",
                "magnet:?xt=1",
                "https://x.y/@a",
            ] {
                assert_eq!(lines(&format!("[a]({fine})\n")), [""; 0], "{fine}");
            }
            assert_eq!(lines("Joe <me@example.com> <https://...>\n"), [""; 0]);
            assert_eq!(
                fixed(&world, "[a](me@example.com) [b](https://x.y\"T\")\n"),
                "[a](mailto:me@example.com) [b](https://x.y \"T\")\n"
            );
        }
    }
}
