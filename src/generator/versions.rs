//! Finds the generator's version in what a site's own automation installs.

use crate::site::Version;

use super::Files;

const FILES: [&str; 12] = [
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "netlify.toml",
    "vercel.json",
    "wrangler.toml",
    "render.yaml",
    ".gitlab-ci.yml",
    ".woodpecker.yml",
    ".travis.yml",
    "Dockerfile",
    "flake.nix",
];

const FOLDERS: [&str; 4] = [
    ".github/workflows",
    ".forgejo/workflows",
    ".gitea/workflows",
    ".woodpecker",
];

/// The version that the site's workflows install of `program`: the first one that stands behind its name on a line.
/// Both generators count below 1.0, so a number above that is some tool's own.
pub(super) fn in_workflows(files: &dyn Files, program: &str) -> Option<Version> {
    let mut paths: Vec<String> = FILES.iter().map(|file| (*file).to_owned()).collect();
    for folder in FOLDERS {
        // What cannot be listed says nothing; nothing depends on it.
        let entries = files.list(folder).unwrap_or_default();
        paths.extend(
            entries
                .iter()
                .filter(|entry| !entry.is_dir)
                .map(|entry| format!("{folder}/{}", entry.name)),
        );
    }
    paths
        .iter()
        .filter_map(|path| files.read(path).ok().flatten())
        .find_map(|text| in_text(&text, program))
}

fn in_text(text: &str, program: &str) -> Option<Version> {
    text.lines().find_map(|line| {
        let line = line.to_ascii_lowercase();
        let start = line.find(program)?;
        // A comment before the name is prose; one behind it often holds the version of a pinned hash.
        if line[..start].contains('#') {
            return None;
        }
        versions(&line[start..]).find(|version| version.major == 0 && version.minor > 0)
    })
}

fn versions(text: &str) -> impl Iterator<Item = Version> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .filter_map(|word| Version::find(word.trim_matches('.')))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::memory;
    use super::*;

    #[rstest]
    #[case("zola 0.19.2", Some(Version::new(0, 19, 2)))]
    #[case("      ZOLA_VERSION: \"0.22.0\"", Some(Version::new(0, 22, 0)))]
    #[case(
        "- uses: shalzz/zola-deploy-action@v0.17.2",
        Some(Version::new(0, 17, 2))
    )]
    #[case("- uses: some/zola-action@v2.1", None)]
    #[case(
        "- uses: some/zola-action@1a2b3c # v0.21.0",
        Some(Version::new(0, 21, 0))
    )]
    #[case("# zola 0.19.2", None)]
    #[case("rust 0.19.2", None)]
    #[case("zola 99999999999.1", None)]
    fn finds_the_version_behind_the_name(#[case] line: &str, #[case] expected: Option<Version>) {
        assert_eq!(in_text(&format!("jobs:\n{line}\n"), "zola"), expected);
    }

    #[test]
    fn looks_into_workflows() {
        let files = memory(&[(
            ".github/workflows/pages.yml",
            "env:\n  HUGO_VERSION: 0.168.0\n",
        )]);
        assert_eq!(in_workflows(&files, "hugo"), Some(Version::new(0, 168, 0)));
        assert_eq!(in_workflows(&files, "zola"), None);
    }
}
